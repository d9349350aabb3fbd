# SPDX-License-Identifier: Apache-2.0
"""Threats to life: a minimal tip by two people, while everything else is suspended."""
import unittest

import lib

PASSWORD = "correct horse battery"
TIP = ["--place", "the central station", "--until", "2099-01-02", "--what", "bombing", "--confidence", "70",
       "--contact", "duty officer, +00 1 555 0100"]


class Life(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.north, self.south, self.agreement = self.folder.pair("--life-ack-minutes", "15", "--life-report-hours", "48")
        self.secret = self.folder.file("password", PASSWORD + "\n")
        for name, role in (("ann", "analyst"), ("bob", "release-officer"), ("eve", "reader")):
            self.north("user", "add", name, "--role", role, "--password-file", self.secret)

    def act(self, user, *args, code=0):
        return self.north("--login", user, *args, code=code, env={"ENTENTE_PASSWORD_FILE": self.secret})

    def tips(self, node):
        return node("life", "list", "--json").json()["tips"]

    def sent(self):
        draft = self.act("ann", "life", "write", self.agreement, *TIP, "--json").json()["draft"]
        return self.act("bob", "life", "send", draft[:12], "--json").json()["tip"]

    def test_two_people_send_it_while_suspended_and_nothing_else_passes(self):
        secret = lib.campaign(1, name="waits")
        self.north("import", self.folder.file("a.json", lib.bundle([secret])))
        self.south("agreement", "suspend", self.agreement, "--reason", "an election")
        self.north("release", secret["id"], "--to", self.agreement)
        draft = self.act("ann", "life", "write", self.agreement, *TIP, "--json").json()["draft"]
        self.assertEqual(self.tips(self.south), [])
        r = self.act("ann", "life", "send", draft, code=1)
        self.assertIn("another person has to send it", r.err)
        out = self.act("bob", "life", "send", draft).out
        self.assertIn("South has been told", out)
        (tip,) = self.tips(self.south)
        self.assertEqual((tip["place"], tip["what"], tip["confidence"], tip["acknowledged"]),
                         ("the central station", "bombing", 70, None))
        status = self.south("status").out
        self.assertIn("THREAT TO LIFE", status.splitlines()[0])
        self.assertIn("THREAT TO LIFE", self.south.logs())
        self.south("sync", code=3)
        self.assertNotIn(secret["id"], self.south("list").out)
        r = self.north("tip", self.agreement, "an ordinary tip")
        self.south("sync", code=3)
        self.assertNotIn("an ordinary tip", self.south("inbox").out)
        # acknowledged and reported, both seen by the sender
        self.south("life", "ack", tip["tip"][:12])
        self.assertEqual(self.south("status", "--json").json()["life_unacknowledged"], 0)
        self.south("life", "report", tip["tip"][:12], "one person was arrested")
        (mine,) = self.tips(self.north)
        self.assertIsNotNone(mine["acknowledged"])
        self.assertEqual((mine["report"], mine["late"]), ("one person was arrested", False))
        r = self.south("life", "ack", tip["tip"][:12], code=1)
        self.assertIn("was acknowledged on", r.err)

    def test_without_a_name_or_a_role_nothing_is_written_or_sent(self):
        r = self.north("life", "write", self.agreement, *TIP, code=1)
        self.assertIn("--login", r.err)
        r = self.act("eve", "life", "write", self.agreement, *TIP, code=1)
        self.assertIn("this is for", r.err)
        self.assertEqual(self.tips(self.north), [])

    def test_an_agreement_that_does_not_provide_for_it_has_no_lane(self):
        other = self.north("agreement", "propose", "--title", "plain", "--with", "South", "--json").json()["id"]
        self.south("agreement", "accept", other)
        r = self.act("ann", "life", "write", other, *TIP, code=3)
        self.assertIn("does not provide for threats to life", r.err)

    def test_what_is_no_tip_is_refused(self):
        for change, why in ((["--what", "weather"], "kind"), (["--confidence", "101"], "number from 0 to 100"),
                            (["--until", "1999-01-01"], "time window"), (["--place", "x" * 501], "too long")):
            words = list(TIP)
            words[words.index(change[0]) + 1] = change[1]
            r = self.act("ann", "life", "write", self.agreement, *words, code=None)
            self.assertNotEqual(r.code, 0, change)
            self.assertIn(why, r.err)

    def test_nobody_answers_in_time(self):
        self.south.kill()
        self.sent()
        status = lib.at(self, self.north, "+1h", "status", "--json").json()
        self.assertEqual(status["life_unanswered"], 1)
        self.assertEqual(self.north("status", "--json").json()["life_unanswered"], 0)
        self.south.start()
        self.north("sync")
        self.assertEqual(len(self.tips(self.south)), 1)
        self.north("sync")
        self.assertEqual(len(self.tips(self.south)), 1)  # nothing twice

    def test_a_draft_may_be_dropped(self):
        draft = self.act("ann", "life", "write", self.agreement, *TIP, "--json").json()["draft"]
        self.act("ann", "life", "drop", draft[:8])
        self.assertEqual(self.north("life", "list", "--json").json()["drafts"], [])


if __name__ == "__main__":
    unittest.main()
