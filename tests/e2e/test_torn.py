# SPDX-License-Identifier: Apache-2.0
"""Torn writes: the database's log cut off anywhere in the last transaction, as a disk leaves it that lost its power."""
import os
import random
import shutil
import sqlite3
import struct
import unittest

import lib

CUTS = 400 if "ENTENTE_ALL_BITS" in os.environ else 40
FRAME = 24  # bytes in front of each page of a write-ahead log


class Torn(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.random = random.Random(11)

    def last_transaction(self, node, act):
        """Does act, and keeps the write-ahead log: (its bytes before, its bytes after)."""
        hold = sqlite3.connect(node.path("node.db"))
        hold.execute("begin")
        hold.execute("select count(*) from sqlite_master").fetchone()  # who closes last folds the log back: not now
        wal = node.path("node.db-wal")
        before = self.read(wal) if os.path.exists(wal) else b""
        act()
        after = self.read(wal)
        main = self.read(node.path("node.db"))
        hold.close()
        return main, before, after

    @staticmethod
    def read(path):
        with open(path, "rb") as f:
            return f.read()

    def cuts(self, before, after):
        """Frame boundaries, a byte on either side of them, and places anywhere."""
        page = struct.unpack(">I", after[8:12])[0]
        start = len(before) if after.startswith(before) else 0
        edges = [at for at in range(32, len(after) + 1, FRAME + page) if at >= start]
        places = {at + d for at in edges for d in (-1, 0, 1)} | {self.random.randrange(start, len(after)) for _ in range(CUTS)}
        places = sorted(p for p in places if start <= p <= len(after))
        return self.random.sample(places, min(CUTS, len(places))) + [start, len(after)]

    def state(self, node):
        """What a node says after a crash: its ledgers hold, and each release entry has its object on the channel."""
        verified = node("ledger", "verify", "--json").json()
        self.assertTrue(verified["all_hold"], verified)
        agreement = node("agreement", "list", "--json").json()["agreements"][0]["id"]
        count, digest = lib.digest(node, agreement, "outbound")
        entries = [e["entry"] for e in node("ledger", "show", agreement, "--json").json()["entries"]]
        released = [e for e in entries if e["kind"] == "release"]
        self.assertEqual(len(released), count)
        self.assertEqual([e["seq"] for e in released], list(range(1, count + 1)))
        return count, digest, len(entries)

    def test_a_release_is_whole_or_not_there(self):
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(3)])))
        north("release", "--all", "--to", agreement)
        north("import", self.folder.file("b.json", lib.bundle([lib.campaign(10 + i) for i in range(5)])))
        north.stop()
        old = self.state(north)
        main, before, after = self.last_transaction(north, lambda: north("release", "--all", "--to", agreement))
        new = self.state(north)
        self.assertEqual((old[0], new[0]), (4, 9))  # and the node's own identity
        copy = lib.Node(self.folder.path, "Copy", init=False)
        seen = set()
        for at in self.cuts(before, after):
            shutil.rmtree(copy.dir, ignore_errors=True)
            shutil.copytree(north.dir, copy.dir, ignore=shutil.ignore_patterns("node.db*"))
            for name, raw in (("node.db", main), ("node.db-wal", after[:at])):
                with open(copy.path(name), "wb") as f:
                    f.write(raw)
            os.chmod(copy.path("node.db"), 0o600)
            found = self.state(copy)
            self.assertIn(found, (old, new), "cut at %d of %d" % (at, len(after)))
            seen.add(found)
        self.assertEqual(seen, {old, new})
        del south

    def test_bytes_of_the_log_that_never_came_are_as_good_as_none(self):
        """A frame of zeros, or one that was overwritten: what is behind it counts no more."""
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(4)])))
        north.stop()
        old = self.state(north)
        main, before, after = self.last_transaction(north, lambda: north("release", "--all", "--to", agreement))
        new = self.state(north)
        copy = lib.Node(self.folder.path, "Copy", init=False)
        page = struct.unpack(">I", after[8:12])[0]
        start = len(before) if after.startswith(before) else 32
        for at in self.random.sample(range(start, len(after)), CUTS // 4):
            torn = bytearray(after)
            end = min(len(torn), at + page)
            torn[at:end] = bytes(end - at)
            shutil.rmtree(copy.dir, ignore_errors=True)
            shutil.copytree(north.dir, copy.dir, ignore=shutil.ignore_patterns("node.db*"))
            for name, raw in (("node.db", main), ("node.db-wal", bytes(torn))):
                with open(copy.path(name), "wb") as f:
                    f.write(raw)
            os.chmod(copy.path("node.db"), 0o600)
            self.assertIn(self.state(copy), (old, new), at)
        del south


if __name__ == "__main__":
    unittest.main()
