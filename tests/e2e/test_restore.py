# SPDX-License-Identifier: Apache-2.0
"""A node that was put back to an old copy: older, not forked, and the way on."""
import unittest

import lib
import test_exchange


class Restore(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def size(self, node, agreement):
        return [x["entries"] for x in node("ledger", "list", "--json").json()["ledgers"] if x["name"] == agreement][0]

    def test_an_older_copy_is_known_as_older_and_nothing_is_written_over_what_is_lost(self):
        north, south, agreement = self.folder.pair()
        backup = self.folder.file("backup.db", "")
        for n, name in ((0, "a"), (100, "b")):
            north("import", self.folder.file(name + ".json", lib.bundle([lib.campaign(i + n) for i in range(30)])))
            north("release", "--all", "--to", agreement)
            south("sync", "--page", "7")
            if name == "a":
                test_exchange.Exchange.copy(south, backup)
        full = self.size(south, agreement)
        south.stop()
        test_exchange.Exchange.restore(south, backup)
        old = self.size(south, agreement)
        self.assertLess(old, full)
        for _ in range(2):
            r = south("sync", code=3)
            self.assertIn("restored from an old copy", r.err)
        # nor by anything else
        south("import", self.folder.file("own.json", lib.bundle([lib.campaign(500)])))
        self.assertIn("restored from an old copy", south("release", "--all", "--to", agreement, code=3).err)
        self.assertIn("restored from an old copy", south("ask", agreement, "Are you there?", code=3).err)
        self.assertEqual(self.size(south, agreement), old)
        # a newer copy, or a person's word, on both sides
        self.assertIn("--reason", south("ledger", "conflict", "--restart", agreement, code=2).err)
        said = south("ledger", "conflict", "--restart", agreement, "--reason", "the disk broke").out
        self.assertEqual(self.size(south, agreement), old + 1)
        self.assertEqual(north("ledger", "conflict", "--json").json()["conflicts"], [])  # no fork
        north("ledger", "conflict", "--clear", said.split("--clear ")[1].split()[0])
        south.start()
        south("sync")
        north("sync")
        south("sync")
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))
        self.assertEqual(len(south("list", "--type", "campaign", "--json").json()["objects"]), 61)
        for node in (north, south):
            node("ledger", "verify")
            self.assertEqual(node("ledger", "conflict", "--json").json()["conflicts"], [])
        acts = [e["what"] for e in south("audit", "list", "--json").json()["entries"]]
        self.assertIn("ledger-behind", acts)
        self.assertIn("ledger-restart", acts)
        south("release", "--all", "--to", agreement)
        north("sync")
        self.assertEqual(lib.digest(south, agreement, "outbound"), lib.digest(north, agreement, "inbound"))

    def test_a_newer_copy_goes_on_as_if_nothing_had_been(self):
        north, south, agreement = self.folder.pair()
        backup, newest = self.folder.file("backup.db", ""), self.folder.file("newest.db", "")
        south("sync")
        test_exchange.Exchange.copy(south, backup)
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(9)])))
        north("release", "--all", "--to", agreement)
        south("sync")
        test_exchange.Exchange.copy(south, newest)
        south.stop()
        test_exchange.Exchange.restore(south, backup)
        south("sync", code=3)
        test_exchange.Exchange.restore(south, newest)
        south.start()
        south("sync")
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))
        self.assertEqual(len(south("list", "--type", "campaign", "--json").json()["objects"]), 9)


if __name__ == "__main__":
    unittest.main()
