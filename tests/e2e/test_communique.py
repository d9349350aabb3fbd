# SPDX-License-Identifier: Apache-2.0
"""Both sides count alike and sign one text; what differs is shown."""
import json
import os
import unittest

import lib

PERIOD = ["--from", "2020-01-01", "--until", "2099-01-01"]


class Communique(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.north, self.south, self.agreement = self.folder.pair()

    def sync(self):
        for node in (self.north, self.south, self.north):
            node("sync")

    def say(self, node, *args):
        thread = node(*args, "--json").json()["thread"]
        self.sync()
        return thread

    def figures(self, node, *more, code=0):
        return node("communique", self.agreement, *PERIOD, *more, "--json", code=code).json()

    def talk(self):
        asked = self.say(self.north, "ask", self.agreement, "who?")
        self.say(self.south, "reply", asked, "he", "--answer", "full")
        self.say(self.south, "reply", asked, "and she", "--answer", "full")
        self.say(self.north, "outcome", asked, "stopped", "--result", "attack-prevented")
        told = self.say(self.south, "tip", self.agreement, "look")
        self.say(self.north, "outcome", told, "nothing", "--result", "no-match")
        declined = self.say(self.south, "ask", self.agreement, "and that?")
        self.say(self.north, "thread", "decline", declined, "--reason", "no-capacity")

    def test_one_text_signed_by_both_becomes_a_report(self):
        self.talk()
        ours, theirs = self.figures(self.north), self.figures(self.south)
        self.assertEqual((ours["text"], ours["sha256"]), (theirs["text"], theirs["sha256"]))
        self.assertFalse(ours["agreed"])
        self.assertIn("1 tip(s) and 2 request(s). 1 answer(s) were given, half of them within 0 h 0 min, and 1 request(s) were "
                      "declined. 2 outcome(s) were reported; in 1 case(s) an attack was prevented.", ours["text"])
        report = os.path.join(self.folder.path, "report.json")
        r = self.north("communique", self.agreement, *PERIOD, "-o", report, code=3)
        self.assertIn("not all parties have signed", r.err)
        self.figures(self.north, "--sign")
        r = self.north("communique", self.agreement, *PERIOD, "--sign", code=1)
        self.assertIn("signed the same text", r.err)
        self.assertTrue(self.figures(self.south, "--sign")["agreed"])
        self.assertTrue(self.figures(self.north)["agreed"])
        # what is said later changes neither what was signed nor the report of it
        self.say(self.south, "tip", self.agreement, "one more")
        self.north("communique", self.agreement, *PERIOD, "-o", report)
        bundle = json.load(open(report))
        (made,) = [o for o in bundle["objects"] if o["type"] == "report"]
        self.assertEqual(made["description"], ours["text"])
        self.assertEqual(made["object_marking_refs"], ["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"])
        self.assertEqual(len(made["external_references"]), 2)
        self.north("stix", "validate", report)

    def test_a_difference_is_shown(self):
        self.talk()
        self.figures(self.north, "--sign")
        self.south("ask", self.agreement, "not synced yet")
        self.say(self.north, "tip", self.agreement, "new")
        both = self.figures(self.south, "--sign")
        self.assertFalse(both["agreed"])
        self.assertEqual({p["party"]: p["tips"] for p in both["parties"]}, {"North": 1, "South": 2})
        self.sync()
        for node in (self.north, self.south):
            node("communique", self.agreement, *PERIOD, "--sign", code=None)
        self.assertTrue(self.figures(self.north)["agreed"])

    def test_what_is_not_delivered_does_not_count(self):
        self.north("tip", self.agreement, "not fetched")
        self.assertIn(" 0 tip(s)", self.figures(self.north)["text"])
        self.sync()
        self.assertIn(" 1 tip(s)", self.figures(self.north)["text"])
        self.assertEqual(self.figures(self.north)["sha256"], self.figures(self.south)["sha256"])
        r = self.north("communique", self.agreement, "--from", "2030-01-01", "--until", "2029-01-01", code=2)
        self.assertIn("ends before it begins", r.err)


if __name__ == "__main__":
    unittest.main()
