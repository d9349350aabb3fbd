# SPDX-License-Identifier: Apache-2.0
"""An agreement from its first draft to its end, as officers drive it."""
import unittest

import lib

TLP_RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"


class Agreement(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def two(self):
        north, south = self.folder.node("North").start(), self.folder.node("South").start()
        lib.enrol(north, south)
        return north, south

    @staticmethod
    def propose(node, *more):
        return node("agreement", "propose", "--title", "A dialogue", "--with", "South", "--unmarked", "green", *more,
                    "--json").json()

    @staticmethod
    def state(node, agreement):
        return node("agreement", "show", agreement, "--json").json()["state"]

    def ministry(self, node):
        """Its key file, and the file that names it as the approver of a node."""
        key = self.folder.path + "/ministry.key"
        public = lib.run("agreement", "approver-key", key, "--json").json()["key"]
        return key, self.folder.file("approvers.json", [
            {"id": "identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b77", "name": "The ministry", "key": public,
             "party": node("status", "--json").json()["party"]}])

    def test_from_draft_to_provisional_to_in_force(self):
        north, south = self.two()
        key, approvers = self.ministry(north)
        made = self.propose(north, "--initialled", "--provisional", "--approvers", approvers)
        agreement, document = made["id"], made["document"]
        self.assertEqual(self.state(south, agreement), "draft")
        south("agreement", "accept", agreement, code=3)
        south("agreement", "initial", agreement)
        self.assertEqual(self.state(north, agreement), "initialled")
        north("agreement", "accept", agreement)
        south("agreement", "accept", agreement)
        self.assertEqual(self.state(north, agreement), "provisional")
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(1)])))
        north("release", "--all", "--to", agreement)
        south("sync")
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))
        south("agreement", "countersign", agreement, "--key", key, "--document", document)
        for node in (north, south):
            self.assertEqual(self.state(node, agreement), "in force")
        text = north("agreement", "show", agreement).out
        self.assertIn("The ministry must countersign it for North, and has done so.", text)
        self.assertIn("does not bind in law", text)
        south("agreement", "countersign", agreement, "--key", key, "--document", document, code=3)
        other = self.folder.path + "/other.key"
        lib.run("agreement", "approver-key", other)
        south("agreement", "countersign", agreement, "--key", other, "--document", document, code=None)

    def test_an_approver_is_waited_for(self):
        north, south = self.two()
        _, approvers = self.ministry(north)
        agreement = self.propose(north, "--approvers", approvers)["id"]
        south("agreement", "accept", agreement)
        self.assertEqual(self.state(north, agreement), "signed")
        r = south("sync", code=3)
        self.assertIn("The ministry", r.out + r.err)

    def test_a_notice_is_given_and_taken_back(self):
        north, south = self.two()
        agreement = self.propose(north, "--notice-days", "30", "--suspension-days", "2", "--ending", "destroy",
                                 "--ending-days", "60")["id"]
        south("agreement", "accept", agreement)
        for act in ("terminate", "suspend"):
            north("agreement", act, agreement, "--reason", "a new government")
            shown = south("agreement", "show", agreement, "--json").json()
            self.assertEqual(shown["state"], "in force")
            self.assertEqual([n["act"] for n in shown["notices"]], [act])
            south("agreement", "withdraw-notice", agreement, code=3)  # it isn't its own
            north("agreement", "withdraw-notice", agreement)
            north("sync")
            for node in (north, south):
                shown = node("agreement", "show", agreement, "--json").json()
                self.assertEqual((shown["notices"], shown["ends"]), ([], None))
        self.assertIn("What was received is then destroyed, within 60 days.",
                      north("agreement", "show", agreement).out)
        north("agreement", "suspend", agreement, "--from", "2001-01-01", code=2)

    def test_a_diff_says_what_becomes_visible(self):
        north, south = self.two()
        agreement = self.propose(north, "--tlp-max", "amber")["id"]
        south("agreement", "accept", agreement)
        red = lib.campaign(1, "a red one", object_marking_refs=[TLP_RED])
        north("import", self.folder.file("a.json", lib.bundle([red, lib.campaign(2, "a plain one")])))
        self.propose(north, "--tlp-max", "red", "--amend", agreement)
        d = north("agreement", "diff", agreement, "1", "2", "--json").json()
        self.assertEqual((d["objects"], d["same"], d["shown"], d["hidden"]), (3, 2, 1, 0))  # the node itself is one
        self.assertEqual(d["becoming_visible"][0]["id"], red["id"])
        d = north("agreement", "diff", agreement, "2", "1", "--json").json()
        self.assertEqual((d["shown"], d["hidden"]), (0, 1))
        text = north("agreement", "diff", agreement, "2", "1").out
        self.assertIn("1 stored object would become hidden", text)
        self.assertIn("+ North sends objects of every type up to TLP:amber", text)


if __name__ == "__main__":
    unittest.main()
