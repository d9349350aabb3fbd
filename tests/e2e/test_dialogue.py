# SPDX-License-Identifier: Apache-2.0
"""The life of a thread: who may say what when, as both sides see it."""
import os
import unittest

import lib


class Dialogue(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.north, self.south, self.agreement = self.folder.pair()

    def thread(self, node, thread):
        (t,) = [t for t in node("inbox", "--all", "--json").json()["threads"] if t["thread"] == thread]
        return t

    def messages(self, node, thread):
        return node("inbox", thread, "--json").json()["messages"]

    def sync(self):
        self.north("sync")
        self.south("sync")
        self.north("sync")

    def both(self, thread, stage):
        self.sync()
        self.assertEqual([self.thread(n, thread)["stage"] for n in (self.north, self.south)], [stage] * 2)

    def asked(self, *more):
        thread = self.north("ask", self.agreement, "who is that?", *more, "--json").json()["thread"]
        self.assertEqual((self.thread(self.north, thread)["stage"], self.thread(self.north, thread)["queue"]),
                         ("submitted", "overdue" if "2020-01-01" in more else "undelivered"))
        self.both(thread, "delivered")
        return thread

    def test_a_request_goes_its_whole_way(self):
        t = self.asked("--priority", "immediate")
        self.assertEqual(self.thread(self.south, t)["queue"], "for-me")
        self.assertEqual(self.thread(self.north, t)["queue"], "for-them")
        for node, words, stage in (
                (self.south, ["thread", "ack", t], "acknowledged"),
                (self.south, ["thread", "clarify", t, "since when?"], "clarification"),
                (self.north, ["thread", "explain", t, "since Monday"], "acknowledged"),
                (self.south, ["thread", "accept", t], "accepted"),
                (self.south, ["thread", "work", t], "working"),
                (self.south, ["reply", t, "a first name", "--answer", "partial"], "answered"),
                (self.south, ["reply", t, "the whole name", "--answer", "full"], "answered"),
                (self.north, ["thread", "thank", t], "reply-acknowledged"),
                (self.north, ["thread", "evaluate", t, "--source", "B", "--information", "2", "--send"], "evaluated"),
                (self.north, ["outcome", t, "still looking", "--result", "still-open"], "outcome"),
                (self.north, ["outcome", t, "one arrest", "--result", "arrest"], "closed")):
            node(*words)
            self.both(t, stage)
        views = [[(m["act"], m["idle"], m["answer"], m["text"]) for m in self.messages(n, t)] for n in (self.north, self.south)]
        self.assertEqual(views[0], views[1])
        self.assertFalse(any(m[1] for m in views[0]))
        r = self.south("reply", t, "too late", code=3)
        self.assertIn("the thread is closed", r.err)

    def test_a_request_is_declined_for_a_reason_of_the_list(self):
        t = self.asked()
        for reason in ("no-time", None):
            r = self.south("thread", "decline", t, *(["--reason", reason] if reason else []), code=2)
            self.assertIn("reasons of the list", r.err)
        self.south("thread", "decline", t, "not ours to say", "--reason", "third-party-origin")
        self.both(t, "declined")
        self.assertEqual(self.messages(self.north, t)[-1]["decline_reason"], "third-party-origin")
        r = self.south("reply", t, "after all", code=3)
        self.assertIn("the thread is declined", r.err)
        self.north("thread", "close", t)
        self.both(t, "closed")

    def test_moves_belong_to_one_side_and_to_their_time(self):
        t = self.asked()
        for node, words in ((self.north, ["accept"]), (self.north, ["decline", "--reason", "no-capacity"]), (self.south, ["withdraw"]),
                            (self.south, ["work"]), (self.south, ["explain", "x"]), (self.south, ["thank"]), (self.north, ["close"])):
            r = node("thread", words[0], t, *words[1:], code=3)
            self.assertIn("is not for this node to say now", r.err)
        self.both(t, "delivered")
        self.assertEqual(len(self.messages(self.south, t)), 1)

    def test_neither_confirm_nor_deny_and_withdrawing(self):
        t = self.asked()
        self.south("reply", t, "we can say nothing", "--answer", "cannot-confirm-or-deny")
        self.both(t, "answered")
        self.assertEqual(self.messages(self.north, t)[-1]["answer"], "cannot-confirm-or-deny")
        r = self.south("reply", t, "x", "--answer", "perhaps", code=2)
        self.assertIn("full, partial", r.err)
        t = self.asked()
        self.north("thread", "withdraw", t)
        self.both(t, "withdrawn")

    def test_an_evaluation_stays_here_unless_it_is_sent(self):
        t = self.south("tip", self.agreement, "look there", "--json").json()["thread"]
        self.both(t, "told")
        self.north("thread", "evaluate", t, "--source", "F", "--information", "6")
        self.both(t, "told")
        self.assertEqual(self.messages(self.north, t)[0]["evaluated"], "admiralty F6")
        self.assertIsNone(self.messages(self.south, t)[0]["evaluated"])
        for scheme, source, information in (("admiralty", "X", "1"), ("europol-4x4", "D", "1"), ("europol-4x4", "A", "6"), ("3x5x2", "1", "A")):
            r = self.north("thread", "evaluate", t, "--scheme", scheme, "--source", source, "--information", information, code=2)
            self.assertIn("an evaluation is", r.err)
        self.north("thread", "evaluate", t, "--scheme", "europol-4x4", "--source", "X", "--information", "4", "--send")
        self.both(t, "evaluated")
        last = self.messages(self.south, t)[-1]
        self.assertEqual((last["scheme"], last["source"], last["information"]), ("europol-4x4", "X", "4"))

    def test_consent_and_corrections_move_nothing(self):
        o = lib.campaign(1, name="wrong name")
        self.south("import", self.folder.file("o.json", lib.bundle([o])))
        self.south("release", o["id"], "--to", self.agreement)
        t = self.asked()
        self.north("thread", "ask-consent", t, "may West know?")
        self.south("thread", "give-consent", t)
        self.north("thread", "correct", t, "--object", o["id"], "--property", "name", "--value", "right name")
        self.both(t, "delivered")
        last = self.messages(self.south, t)[-1]
        self.assertEqual((last["act"], last["object"], last["property"], last["value"]), ("correct", o["id"], "name", "right name"))
        self.assertEqual(self.south("show", o["id"], "--json").json()["object"]["name"], "wrong name")

    def test_a_file_goes_along(self):
        path = self.folder.file("photo.bin", b"\x00\x01photo")
        t = self.north("ask", self.agreement, "do you know it?", "--attach", path, "--attach-type", "image/png", "--json").json()["thread"]
        self.both(t, "delivered")
        (artifact,) = [o for o in self.south("list", "--json").json()["objects"] if o["id"].startswith("artifact--")]
        shown = self.south("show", artifact["id"], "--json").json()["object"]
        self.assertEqual((shown["mime_type"], shown["payload_bin"]), ("image/png", "AAFwaG90bw=="))
        big = self.folder.file("big.bin", b"x" * ((1 << 20) + 1))
        r = self.north("ask", self.agreement, "and that?", "--attach", big, code=None)
        self.assertNotEqual(r.code, 0)

    def test_a_thread_that_a_third_person_began_spoils_no_proof(self):
        third = "identity--2b9a3c52-9a3b-4c84-8a0f-00000000000a"
        about = lib.campaign(1)
        thread = "2b9a3c52-9a3b-4c84-8a0f-00000000000b"
        note = {"type": "note", "spec_version": "2.1", "id": "note--2b9a3c52-9a3b-4c84-8a0f-00000000000c", "created_by_ref": third,
                "created": "2019-01-01T00:00:00.000Z", "modified": "2019-01-01T00:00:00.000Z", "content": "look at that",
                "object_refs": [about["id"]],
                "extensions": {"extension-definition--c9a637ee-c18e-49ff-8772-9a595e2f1b2a": {
                    "extension_type": "property-extension", "thread": thread, "kind": "tip"}}}
        self.north("import", self.folder.file("t.json", lib.bundle([about, note])))
        self.north("release", about["id"], note["id"], "--to", self.agreement)
        self.sync()
        self.south("thread", "evaluate", thread, "--source", "B", "--information", "2", "--send")
        self.sync()
        self.sync()
        proof = os.path.join(self.folder.path, "proof")
        self.north("prove", about["id"], "-o", proof)
        lib.run(proof, prog="entente-verify")

    def test_what_is_late_is_overdue_on_both_sides(self):
        t = self.asked("--due", "2099-01-01")
        self.assertEqual(self.thread(self.south, t)["queue"], "for-me")
        late = self.asked("--due", "2020-01-01")
        for node in (self.north, self.south):
            self.assertEqual(self.thread(node, late)["queue"], "overdue")


if __name__ == "__main__":
    unittest.main()
