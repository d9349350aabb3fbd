# SPDX-License-Identifier: Apache-2.0
"""Counterparts that withhold receipts, that sign wrong ones, that refuse right ones; and how each becomes whole again."""
import contextlib
import sqlite3
import time
import unittest

import lib
import odd_receiver

HOUR = 3600 * 1000000


class Receipts(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def sent(self, n=5):
        """North has released n objects to South, which has fetched none."""
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(n)])))
        north("release", "--all", "--to", agreement)
        return north, south, agreement

    @staticmethod
    def queue(node, *more, code=None):
        r = node("receipts", "--missing", "--json", *more, code=code)
        both = r.json()
        if r.code != (1 if both["receipts"] or both["alarms"] else 0):
            raise AssertionError(repr(r))
        return both["receipts"], both["alarms"]

    @staticmethod
    def all(node):
        both = node("receipts", "--json").json()
        return both["receipts"], both["alarms"]

    @staticmethod
    def change(node, sql, *values):
        with contextlib.closing(sqlite3.connect(node.path("node.db"), timeout=30)) as db:
            with db:
                return db.execute(sql, values).fetchall()

    def wait_for(self, what):
        end = time.monotonic() + 20 * lib.SLOW
        while time.monotonic() < end:
            found = what()
            if found:
                return found
            time.sleep(0.2)
        self.fail("it did not come to be")

    def served(self, north):
        """The record of what was read, once it is there."""
        return self.wait_for(lambda: self.change(north, "SELECT value FROM doc WHERE space = 'served'"))[0][0]

    def age(self, north, us):
        """What was read, was read that much earlier."""
        upto, at = self.served(north).split()
        self.change(north, "UPDATE doc SET value = ? WHERE space = 'served'", b"%s %d" % (upto, int(at) - us))

    def test_a_receipt_that_is_withheld_is_late_and_then_missing(self):
        north, south, agreement = self.sent()
        self.assertEqual([r["state"] for r in self.all(north)[0]], ["unfetched"])
        objects, first, last = odd_receiver.Receiver(south, north, agreement).page()
        self.served(north)
        rows = self.all(north)[0]
        self.assertEqual([(r["state"], r["first"], r["last"], r["ours"], r["count"]) for r in rows],
                         [("awaited", first, last, False, None)])
        self.assertEqual(self.queue(north), ([], []))
        self.age(north, 2 * HOUR)
        self.assertEqual([r["state"] for r in self.queue(north)[0]], ["late"])
        self.assertEqual(north("status", "--json").json()["receipts_late"], 1)
        self.age(north, 48 * HOUR)
        self.assertEqual([(r["state"], r["by"]) for r in self.queue(north)[0]], [("missing", "South")])
        status = north("status")
        self.assertIn("missing: 1", status.out)
        self.assertIn("receipts --missing", status.out)
        self.assertIn("they read it, and have not receipted it", north("receipts", "--missing", code=1).out)
        # a restart forgets nothing; then South does what it should
        self.assertEqual(north.stop(), 0)
        north.start()
        self.assertEqual([r["state"] for r in self.queue(north)[0]], ["missing"])
        south("sync")
        self.assertEqual(self.queue(north), ([], []))
        self.assertEqual([r["state"] for r in self.all(north)[0]], ["held"])
        self.assertEqual([r["state"] for r in self.all(south)[0]], ["taken"])
        self.assertNotIn("missing", north("status").out)
        self.assertEqual(len(objects), last - first + 1)

    def test_a_stop_puts_on_record_what_was_read_a_moment_before(self):
        north, south, agreement = self.sent()
        odd_receiver.Receiver(south, north, agreement).page()
        self.assertEqual(north.stop(), 0)
        self.assertEqual([r["state"] for r in self.all(north)[0]], ["awaited"])

    def test_a_wrong_receipt_is_an_alarm_until_a_right_one_comes(self):
        north, south, agreement = self.sent()
        odd = odd_receiver.Receiver(south, north, agreement)
        objects, first, last = odd.page()
        other = [dict(objects[0], name="never sent")] + objects[1:]
        wrong = [odd.receipt(other, first, last), odd.receipt(objects[1:], first, last), odd.receipt(objects, first, last + 1),
                 odd.receipt(objects, first, last, count=len(objects) + 1), odd.receipt(objects, last, first),
                 odd.receipt(objects, last + 100, 2 * last + 99), odd.receipt(objects, first, last, agreement="2b9a3c52-9a3b-4c84-8a0f-000000000001")]
        for n, envelope in enumerate(wrong, 1):
            for _ in range(2):  # a second time it is no news
                self.assertEqual(odd.bring(envelope)[0], 422)
                self.assertEqual(north("status", "--json").json()["receipt_alarms"], n)
        alarms = self.queue(north)[1]
        self.assertEqual(sorted(a["envelope"].encode() for a in alarms), sorted(wrong))
        hashes = [a for a in alarms if a["envelope"].encode() == wrong[0]][0]
        n = len(objects)
        self.assertEqual((hashes["first"], hashes["last"], hashes["count"], hashes["sent_count"]), (first, last, n, n))
        self.assertNotEqual(hashes["root"], hashes["sent_root"])
        text = north("receipts", "--missing", code=1).out
        self.assertIn("%d objects, root " % n + hashes["root"][:16], text)
        self.assertIn("%d objects, root " % n + hashes["sent_root"][:16], text)
        self.assertIn("alarm", north("status").out)
        self.assertIn("alarm", north.logs())
        # nothing of it moved the window, and nothing keeps the right one out
        self.served(north)
        self.assertEqual([r["state"] for r in self.all(north)[0]], ["awaited"])
        south("sync")
        self.assertEqual([r["state"] for r in self.all(north)[0]], ["held"])
        left = self.queue(north)[1]
        self.assertEqual([a["first"] for a in left], [last + 100])  # nothing that fits it can come yet
        self.assertEqual({a["how"] for a in self.all(north)[1]}, {"receipted", None})
        north("receipts", "--settle", left[0]["sha256"][:12])
        self.assertEqual(self.queue(north), ([], []))
        self.assertEqual(len(self.all(north)[1]), len(wrong))
        north("receipts", "--settle", left[0]["sha256"][:12], code=2)
        north("ledger", "verify")

    def test_what_south_did_not_sign_is_an_alarm_without_evidence(self):
        north, south, agreement = self.sent()
        odd = odd_receiver.Receiver(south, north, agreement)
        objects, first, last = odd.page()
        good = odd.receipt(objects, first, last)
        odd.secret = bytes(32)
        self.assertEqual(odd.bring(odd.receipt(objects, first, last))[0], 422)
        self.assertEqual(odd.bring(b"{}")[0], 400)
        alarms = self.queue(north)[1]
        self.assertEqual([(a["envelope"], a["count"]) for a in alarms], [(None, None)])
        self.assertEqual(odd.bring(good)[0], 200)
        self.assertEqual(self.queue(north), ([], []))

    def test_a_right_receipt_that_is_refused_is_offered_until_it_is_taken(self):
        north, south, agreement = self.sent()
        # North has forgotten what it sent: its own copy is another
        rows = self.change(north, "SELECT oid, sha256 FROM object WHERE type = 'campaign' LIMIT 1")
        self.change(north, "UPDATE object SET sha256 = zeroblob(32) WHERE oid = ?", rows[0][0])
        south("sync")
        refused = self.queue(south)[0]
        self.assertEqual([(r["state"], r["ours"], r["tries"]) for r in refused], [("refused", True, 1)])
        self.assertIn("other bytes", refused[0]["why"])
        self.assertGreater(refused[0]["next"], refused[0]["at"])
        self.assertEqual(len(self.queue(north)[1]), 1)
        # the next pages come all the same, and their receipts wait for this one
        north("import", self.folder.file("b.json", lib.bundle([lib.campaign(100)])))
        north("release", "--all", "--to", agreement)
        south("sync")
        states = {r["first"]: r for r in self.queue(south)[0]}
        self.assertEqual([states[k]["state"] for k in sorted(states)], ["refused", "unsent"])
        self.assertIn("before it", states[max(states)]["why"])
        self.assertGreaterEqual(states[min(states)]["tries"], 2)
        self.assertEqual(south.logs().count("alarm: they refuse"), 0)  # by hand: the command said so
        self.assertEqual(south("status", "--json").json()["receipts_refused"], 1)
        text = south("receipts", "--missing", code=1).out
        self.assertIn("again at", text)
        self.change(north, "UPDATE object SET sha256 = ? WHERE oid = ?", rows[0][1], rows[0][0])
        south("sync")
        self.assertEqual(self.queue(south), ([], []))
        self.assertEqual(self.queue(north), ([], []))
        self.assertEqual(self.change(south, "SELECT key FROM doc WHERE space IN ('receipt-try', 'receipt-refused')"), [])
        self.assertEqual({r["state"] for r in self.all(north)[0]}, {"held"})
        for node in (north, south):
            node("ledger", "verify")

    def test_a_serving_node_waits_before_it_offers_again(self):
        north, south, agreement = self.sent()
        rows = self.change(north, "SELECT oid, sha256 FROM object WHERE type = 'campaign' LIMIT 1")
        self.change(north, "UPDATE object SET sha256 = zeroblob(32) WHERE oid = ?", rows[0][0])
        south.stop()
        with open(south.path("entente.conf"), "a") as f:
            f.write("\nsync_interval = 1\n")
        south.start()
        self.wait_for(lambda: self.queue(south)[0])
        time.sleep(4)  # several syncs
        self.assertEqual([r["tries"] for r in self.queue(south)[0]], [1])
        self.change(north, "UPDATE object SET sha256 = ? WHERE oid = ?", rows[0][1], rows[0][0])
        # a minute later
        self.change(south, "UPDATE doc SET value = CAST(replace(CAST(value AS TEXT), '\"next\":', '\"next\":0,\"x\":') AS BLOB) WHERE space = 'receipt-refused'")
        self.wait_for(lambda: not self.queue(south)[0])
        self.wait_for(lambda: [r["state"] for r in self.all(north)[0]] == ["held"])

    def test_receipts_that_do_not_get_there_hold_up_no_page_and_go_again(self):
        north, south, agreement = self.sent(30)
        line = odd_receiver.Line(south, north)
        self.addCleanup(line.close)
        line.broken = True
        south("sync", "--page", "10", code=4)
        waiting = self.queue(south)[0]
        self.assertEqual([(r["state"], r["tries"]) for r in waiting], [("unsent", 1)])
        self.assertIn("500", waiting[0]["why"])
        self.assertEqual(line.tried, 1)
        # a serving node lets it rest for a minute, and reads on meanwhile
        south.stop()
        with open(south.path("entente.conf"), "a") as f:
            f.write("\nsync_interval = 1\n")
        south.start()
        self.wait_for(lambda: lib.digest(south, agreement, "inbound")[0] == lib.digest(north, agreement, "outbound")[0])
        time.sleep(3)
        self.assertEqual(line.tried, 1)
        self.assertEqual({r["tries"] for r in self.all(south)[0]}, {1})
        # by hand it is tried at once, in vain; then the line is whole again, and the minute is over
        south("sync", code=4)
        self.assertEqual({r["tries"] for r in self.all(south)[0]}, {2})
        line.broken = False
        self.change(south, "UPDATE doc SET value = CAST(replace(CAST(value AS TEXT), '\"next\":', '\"next\":0,\"x\":') AS BLOB) "
                    "WHERE space = 'receipt-try'")
        self.wait_for(lambda: {r["state"] for r in self.all(south)[0]} == {"taken"})
        self.assertEqual({r["state"] for r in self.all(north)[0]}, {"held"})
        self.assertEqual(self.queue(south), ([], []))


if __name__ == "__main__":
    unittest.main()
