# SPDX-License-Identifier: Apache-2.0
"""Taking back what was sent: by hand, by handling, by date; purged, signed, and kept out."""
import json
import os
import unittest

import lib

NAME = "a name that stands nowhere else 7f3a"


class Recall(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.north, self.south, self.agreement = self.folder.pair()

    def sent(self, n=1, **more):
        """North releases a campaign and South has it."""
        o = lib.campaign(n, name=NAME, **more)
        self.north("import", self.folder.file("o.json", lib.bundle([o])))
        self.north("release", o["id"], "--to", self.agreement)
        self.south("sync")
        self.assertIn(o["id"], self.held(self.south))
        return o

    @staticmethod
    def held(node):
        return {o["id"] for o in node("list", "--json").json()["objects"]}

    def recalls(self, node, *more):
        return node("recall", "list", *more, "--json").json()["recalls"]

    def states(self, node):
        return [(r["object"], r["party"], r["state"]) for r in self.recalls(node)]

    def on_disk(self, node):
        """Whether the name is anywhere in the database's files."""
        node.stop()
        found = [f for f in os.listdir(node.dir) if f.startswith("node.db")
                 and NAME.encode() in open(node.path(f), "rb").read()]
        node.start()
        return found

    def same(self):
        self.assertEqual(lib.digest(self.north, self.agreement, "outbound"), lib.digest(self.south, self.agreement, "inbound"))

    def test_it_is_purged_there_confirmed_here_and_kept_out(self):
        o = self.sent()
        out = self.north("recall", o["id"], "--reason", "the source was wrong").out
        self.assertIn("South has been told", out)
        self.assertNotIn(o["id"], self.held(self.south))
        self.assertEqual(self.on_disk(self.south), [])
        self.assertEqual(self.states(self.north), [(o["id"], "South", "purged")])
        self.assertEqual(self.states(self.south), [(o["id"], "South", "purged")])
        self.assertEqual(self.recalls(self.north, "--open"), [])
        # by no road again: import, and the channel itself
        r = self.south("import", self.folder.file("o.json", lib.bundle([o])), code=1)
        self.assertIn("was recalled", r.err + r.out)
        r = self.north("release", o["id"], "--to", self.agreement, code=1)
        self.assertIn("recall", r.out)
        self.same()
        self.assertEqual(self.south("ledger", "verify").code, 0)
        self.assertEqual(self.north("ledger", "verify").code, 0)

    def test_while_suspended_it_passes_too(self):
        o = self.sent()
        self.south("agreement", "suspend", self.agreement, "--reason", "an election")
        self.north("recall", o["id"], "--reason", "wrong")
        self.assertNotIn(o["id"], self.held(self.south))
        self.assertEqual(self.states(self.north), [(o["id"], "South", "purged")])

    def test_one_that_cannot_be_reached_stands_open_until_it_is(self):
        o = self.sent()
        self.south.kill()
        self.north("recall", o["id"], "--reason", "wrong")
        (waits,) = self.recalls(self.north, "--open")
        self.assertEqual((waits["party"], waits["state"]), ("South", "waiting"))
        self.south.start()
        self.north("sync")
        self.assertEqual(self.recalls(self.north, "--open"), [])
        self.assertNotIn(o["id"], self.held(self.south))
        self.north("sync")
        self.south("sync")
        self.assertEqual(len(self.recalls(self.south)), 1)  # nothing twice

    def test_one_version_goes_the_other_stays(self):
        first = self.sent()
        second = dict(first, name="another name", modified="2021-01-01T00:00:00.000Z")
        self.north("import", self.folder.file("b.json", lib.bundle([second])))
        self.north("release", second["id"], "--to", self.agreement)
        self.south("sync")
        self.north("recall", first["id"], "--modified", first["modified"], "--reason", "wrong")
        self.assertEqual(self.south("show", first["id"], "--json").json()["object"]["name"], "another name")
        self.assertEqual(self.on_disk(self.south), [])
        self.same()

    def test_what_is_held_from_elsewhere_too_is_kept_and_said_so(self):
        o = lib.campaign(1, name=NAME)
        self.south("import", self.folder.file("o.json", lib.bundle([o])))
        self.sent()
        self.north("recall", o["id"], "--reason", "wrong")
        self.assertEqual(self.states(self.north), [(o["id"], "South", "kept")])
        self.assertIn(o["id"], self.held(self.south))
        self.same()

    def test_before_it_was_fetched_it_never_comes(self):
        o = lib.campaign(1, name=NAME)
        self.north("import", self.folder.file("o.json", lib.bundle([o])))
        self.north("release", o["id"], "--to", self.agreement)
        self.north("recall", o["id"], "--reason", "too early")
        self.south("sync")
        self.assertNotIn(o["id"], self.held(self.south))
        self.assertEqual(self.states(self.north), [(o["id"], "South", "not-held")])
        self.same()

    def test_what_was_never_sent_cannot_be_recalled(self):
        o = lib.campaign(3)
        self.north("import", self.folder.file("o.json", lib.bundle([o])))
        r = self.north("recall", o["id"], "--reason", "wrong", code=2)
        self.assertIn("there is nothing to recall", r.err)
        r = self.north("recall", o["id"], code=2)
        self.assertIn("--reason", r.err)

    def test_a_newer_marking_that_forbids_recalls_what_went_before(self):
        o = self.sent()
        red = dict(o, modified="2021-01-01T00:00:00.000Z",
                   object_marking_refs=["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"])
        self.north("import", self.folder.file("r.json", lib.bundle([red])))
        dry = self.north("recall", "due", "--dry-run", "--json").json()
        self.assertEqual((dry["recalled"], dry["purged"]), (1, 0))
        self.north("recall", "due")
        self.assertNotIn(o["id"], self.held(self.south))
        (r,) = self.recalls(self.north)
        self.assertEqual((r["ground"], r["state"]), ("handling", "purged"))
        self.assertEqual(self.north("recall", "due", "--json").json()["recalled"], 0)

    def test_what_was_passed_on_is_recalled_there_too(self):
        west = self.folder.node("West").start()
        lib.enrol(self.south, west)
        onward = self.folder.file("t.json", {n: {"types": ["*"], "tlp_max": "amber", "unmarked": "green", "onward": "within-tlp"}
                                             for n in ("North", "South")})
        first = self.north("agreement", "propose", "--title", "onward", "--with", "South", "--terms", onward, "--json").json()["id"]
        self.south("agreement", "accept", first)
        second = lib.agree(self.south, west)
        o = lib.campaign(5, name=NAME)
        self.north("import", self.folder.file("o.json", lib.bundle([o])))
        self.north("release", o["id"], "--to", first)
        self.south("sync", first)
        self.south("release", o["id"], "--to", second)
        west("sync")
        self.assertIn(o["id"], self.held(west))
        self.north("recall", o["id"], "--reason", "wrong")
        self.assertNotIn(o["id"], self.held(self.south))
        west("sync")
        self.assertNotIn(o["id"], self.held(west))
        grounds = {r["ground"]: r["state"] for r in self.recalls(self.south)}
        self.assertEqual(grounds, {"withdrawn": "purged", "origin": "purged"})

    def test_days_of_retention(self):
        terms = self.folder.file("t.json", {n: {"types": ["*"], "tlp_max": "amber", "unmarked": "green", "retention_days": 30}
                                            for n in ("North", "South")})
        agreement = self.north("agreement", "propose", "--title", "month", "--with", "South", "--terms", terms, "--json").json()["id"]
        self.south("agreement", "accept", agreement)
        o = lib.campaign(6, name=NAME)
        self.north("import", self.folder.file("o.json", lib.bundle([o])))
        self.north("release", o["id"], "--to", agreement)
        self.south("sync", agreement)
        self.assertEqual(self.south("recall", "due", "--json").json()["purged"], 0)
        lib.at(self, self.south, "+31d", "recall", "due")
        self.assertNotIn(o["id"], self.held(self.south))
        self.assertEqual(self.on_disk(self.south), [])


if __name__ == "__main__":
    unittest.main()
