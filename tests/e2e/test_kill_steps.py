# SPDX-License-Identifier: Apache-2.0
"""kill -9 in the middle of each step of a dialogue: the step is run again, both sides agree, and nothing was done twice."""
import os
import random
import subprocess
import time
import unittest

import lib

ROUNDS = int(os.environ.get("ENTENTE_ROUNDS", "3"))
PASSWORD = "correct horse battery"
PERIOD = ["--from", "2020-01-01", "--until", "2099-01-01"]


class KillSteps(unittest.TestCase):
    def setUp(self):
        seed = int(os.environ.get("ENTENTE_SEED", "0")) or random.SystemRandom().randrange(1 << 32)
        print("seed", seed)
        self.random = random.Random(seed)
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.north, self.south, self.agreement = self.folder.pair("--life-ack-minutes", "15")
        self.secret = self.folder.file("password", PASSWORD + "\n")
        for name, role in (("ann", "release-officer"), ("bob", "release-officer")):
            self.north("user", "add", name, "--role", role, "--password-file", self.secret)

    def torn(self, node, *args, again=(0, 1, 3)):
        """Kills a command some time after it began, a few times, then runs it to its end."""
        env = dict(os.environ, ENTENTE_PASSWORD_FILE=self.secret)
        words = [lib.program(), "--node", node.dir, *args]
        for _ in range(ROUNDS):
            p = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
            time.sleep(self.random.uniform(0, 0.06) * lib.SLOW)
            p.kill()
            p.wait()
        r = node(*args, code=None, env={"ENTENTE_PASSWORD_FILE": self.secret})
        self.assertIn(r.code, again, r)
        return r

    def settle(self):
        for node in (self.north, self.south, self.north, self.south):
            node("sync")

    def same(self):
        self.settle()
        for a, b in ((self.north, self.south), (self.south, self.north)):
            self.assertEqual(lib.digest(a, self.agreement, "outbound"), lib.digest(b, self.agreement, "inbound"))
        for node in (self.north, self.south):
            self.assertEqual(node("ledger", "verify").code, 0)
            self.assertEqual(node("receipts", "--missing", "--json").json()["receipts"], [])

    def stages(self, thread):
        return [[(t["stage"], t["messages"]) for t in n("inbox", "--all", "--json").json()["threads"] if t["thread"] == thread]
                for n in (self.north, self.south)]

    def test_recall(self):
        o = lib.campaign(1)
        self.north("import", self.folder.file("o.json", lib.bundle([o])))
        self.torn(self.north, "release", o["id"], "--to", self.agreement)
        self.settle()
        self.torn(self.north, "recall", o["id"], "--reason", "wrong", again=(0, 2))
        self.same()
        both = [n("recall", "list", "--json").json()["recalls"] for n in (self.north, self.south)]
        self.assertEqual([[(r["object"], r["state"]) for r in recalls] for recalls in both], [[(o["id"], "purged")]] * 2)

    def test_dialogue(self):
        thread = self.north("ask", self.agreement, "who?", "--json").json()["thread"]
        self.settle()
        self.torn(self.south, "thread", "accept", thread)
        self.torn(self.south, "thread", "work", thread)
        self.torn(self.south, "reply", thread, "nobody", "--answer", "no-trace")
        self.settle()
        self.torn(self.north, "outcome", thread, "nothing", "--result", "no-match")
        self.same()
        north, south = self.stages(thread)
        self.assertEqual(north, south)
        self.assertEqual(north[0][0], "closed")

    def test_decline(self):
        thread = self.north("ask", self.agreement, "who?", "--json").json()["thread"]
        self.settle()
        self.torn(self.south, "thread", "decline", thread, "--reason", "no-capacity")
        self.same()
        self.assertEqual(self.stages(thread), [[("declined", 2)]] * 2)

    def test_threat_to_life_while_suspended_rehearsal_and_resumption(self):
        self.torn(self.north, "agreement", "suspend", self.agreement, "--reason", "an election")
        self.south("sync", code=3)
        self.torn(self.north, "--login", "ann", "life", "write", self.agreement, "--place", "here", "--until", "2099-01-01",
                  "--contact", "me")
        drafts = self.north("life", "list", "--json").json()["drafts"]
        self.assertGreaterEqual(len(drafts), 1)
        for other in drafts[1:]:  # each write that got through is a draft of its own: nothing was sent
            self.north("life", "drop", other["draft"])
        self.torn(self.north, "--login", "bob", "life", "send", drafts[0]["draft"], again=(0, 2))
        self.south("sync", code=3)
        self.north("sync", code=3)
        tips = [n("life", "list", "--json").json()["tips"] for n in (self.north, self.south)]
        self.assertEqual([len(t) for t in tips], [1, 1])
        self.torn(self.south, "life", "ack", tips[0][0]["tip"])
        self.south("sync", code=3)
        self.assertIsNotNone(self.north("life", "list", "--json").json()["tips"][0]["acknowledged"])
        for node in (self.north, self.south):
            self.torn(node, "agreement", "rehearse", self.agreement)
        self.south("sync", code=3)
        reports = [n("agreement", "rehearse", self.agreement, "--show", "--json").json()["report"] for n in (self.north, self.south)]
        self.assertIsNotNone(reports[0])
        self.assertEqual(reports[0], reports[1])
        for node in (self.north, self.south):
            self.torn(node, "agreement", "resume", self.agreement)
        self.settle()
        self.same()

    def test_communique(self):
        self.north("tip", self.agreement, "look")
        self.settle()
        for node in (self.north, self.south):
            self.torn(node, "communique", self.agreement, *PERIOD, "--sign")
        self.settle()
        both = [n("communique", self.agreement, *PERIOD, "--json").json() for n in (self.north, self.south)]
        self.assertTrue(both[0]["agreed"] and both[1]["agreed"])
        self.same()


if __name__ == "__main__":
    unittest.main()
