# SPDX-License-Identifier: Apache-2.0
"""Packages: the same exchange over a stick that is carried, lost, changed and carried again."""
import os
import unittest

import lib


class Package(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.north, self.south, self.agreement = self.folder.pair()
        self.north.stop()  # from here on no network
        self.south.stop()
        self.n = 0

    def carry(self, a, b, code=0, *more):
        path = self.export(a, *more)
        return b("package", "import", path, "--json", code=code)

    def export(self, a, *more):
        self.n += 1
        path = os.path.join(self.folder.path, "p%d" % self.n)
        a("package", "export", self.agreement, "-o", path, *more)
        return path

    def release(self, first, last):
        objects = [lib.campaign(i) for i in range(first, last + 1)]
        self.north("import", self.folder.file("o.json", lib.bundle(objects)))
        self.north("release", *[o["id"] for o in objects], "--to", self.agreement)
        return objects

    def same(self):
        self.assertEqual(lib.digest(self.north, self.agreement, "outbound"), lib.digest(self.south, self.agreement, "inbound"))

    def test_there_and_back_and_nothing_twice(self):
        self.release(1, 30)
        taken = self.carry(self.north, self.south).json()
        self.assertEqual((taken["number"], taken["missing"], taken["known"], taken["sealed"]), (1, 0, False, True))
        self.same()
        back = self.carry(self.south, self.north).json()
        self.assertEqual(back["receipts"], 1)
        again = self.carry(self.north, self.south).json()
        self.assertEqual((again["objects"], again["number"]), (0, 2))  # all is receipted, and South knows that
        self.assertEqual(self.south("package", "export", self.agreement, "-o", os.path.join(self.folder.path, "x"), "--json").json()["receipts"], 0)
        self.assertEqual(self.south("ledger", "verify").code, 0)

    def test_one_that_is_lost_or_comes_twice_or_late(self):
        self.release(1, 5)
        first = self.export(self.north)
        self.release(6, 9)
        second = self.export(self.north)
        taken = self.south("package", "import", second, "--json").json()
        self.assertEqual((taken["missing"], taken["objects"]), (1, 9))
        for path in (second, first, second):
            late = self.south("package", "import", path, "--json").json()
            self.assertEqual((late["objects"], late["new"]), (0, 0))
        self.assertTrue(late["known"])
        self.same()
        self.assertEqual(self.carry(self.south, self.north).json()["receipts"], 1)

    def test_a_part_of_a_page_that_is_there_already(self):
        self.release(1, 5)
        first = self.export(self.north)
        self.release(6, 9)
        second = self.export(self.north)
        self.south("package", "import", first)
        taken = self.south("package", "import", second, "--json").json()
        self.assertEqual(taken["objects"], 4)
        self.same()
        self.assertEqual(self.carry(self.south, self.north).json()["receipts"], 2)
        self.assertEqual(self.north("ledger", "verify").code, 0)

    def test_mixed_with_the_network(self):
        self.release(1, 5)
        late = self.export(self.north)
        self.north.start()
        self.south.start()
        self.south("sync")
        self.same()
        self.release(6, 8)
        self.assertEqual(self.south("package", "import", late, "--json").json()["objects"], 0)
        self.carry(self.north, self.south)
        self.same()
        self.south("sync")
        self.same()

    def test_what_is_changed_cut_off_or_for_another_is_refused(self):
        self.release(1, 5)
        whole = self.export(self.north)
        data = open(whole, "rb").read()
        before = len(self.south("list", "--json").json()["objects"])
        step = max(1, len(data) // 40)
        for at in range(0, len(data), step):
            bad = bytearray(data)
            bad[at] ^= 0x41
            path = self.folder.file("bad", bytes(bad))
            r = self.south("package", "import", path, code=None)
            self.assertIn(r.code, (1, 2), (at, r))
            self.assertTrue(r.err, at)
        for cut in (0, 5, 18, 200, len(data) // 2, len(data) - 1):
            r = self.south("package", "import", self.folder.file("cut", data[:cut]), code=None)
            self.assertIn(r.code, (1, 2), (cut, r))
        r = self.south("package", "import", self.folder.file("more", data + b"x"), code=1)
        self.assertIn("cut off or changed", r.err)
        r = self.north("package", "import", whole, code=1)
        self.assertIn("not for this node", r.err)
        west = self.folder.node("West")
        r = west("package", "import", whole, code=1)
        self.assertIn("no counterpart of this node", r.err)
        self.assertEqual(len(self.south("list", "--json").json()["objects"]), before)
        self.south("package", "import", whole)
        self.same()

    def test_what_is_sealed_can_be_read_by_one_alone(self):
        objects = self.release(1, 3)
        sealed, plain = self.export(self.north), self.export(self.north, "--plain")
        shown = self.south("package", "show", sealed, "--json").json()
        self.assertEqual((shown["sealed"], shown["verified"], shown["number"]), (True, True, 1))
        self.assertFalse(self.south("package", "show", plain, "--json").json()["sealed"])
        # the chunk behind the header's line and its length is a zstd frame, or noise
        magic = b"\x28\xb5\x2f\xfd"
        chunk = {p: open(p, "rb").read().split(b"\n", 2)[2][4:8] for p in (sealed, plain)}
        self.assertEqual((chunk[plain], chunk[sealed] == magic), (magic, False))
        self.assertNotIn(objects[0]["id"].encode(), open(sealed, "rb").read())

    def test_while_suspended_statements_and_recalls_alone(self):
        objects = self.release(1, 3)
        self.carry(self.north, self.south)
        self.north("agreement", "suspend", self.agreement, "--reason", "an election", "--no-send")
        self.release(4, 5)
        taken = self.carry(self.north, self.south).json()
        self.assertEqual((taken["objects"], taken["in_force"], taken["statements"]), (0, False, 1))
        self.north("recall", objects[0]["id"], "--reason", "wrong", "--no-send")
        self.assertEqual(self.carry(self.north, self.south).json()["dispatches"], 1)
        self.carry(self.south, self.north)
        (r,) = self.north("recall", "list", "--json").json()["recalls"]
        self.assertEqual(r["state"], "purged")
        for a, b in ((self.north, self.south), (self.south, self.north)):
            a("agreement", "resume", self.agreement, "--no-send")
            self.carry(a, b)
        self.carry(self.north, self.south)
        self.same()

    def test_killed_in_the_middle_it_is_done_again(self):
        self.release(1, 400)
        path = self.export(self.north)
        for ms in (5, 10, 20, 40, 80):
            p = lib.subprocess.Popen([lib.program(), "--node", self.south.dir, "package", "import", path],
                                     stdout=lib.subprocess.DEVNULL, stderr=lib.subprocess.DEVNULL)
            lib.time.sleep(ms / 1000)
            p.kill()
            p.wait()
        self.south("package", "import", path)
        self.same()
        self.assertEqual(self.south("ledger", "verify").code, 0)
        for ms in (2, 5, 10, 30):
            out = os.path.join(self.folder.path, "back")
            p = lib.subprocess.Popen([lib.program(), "--node", self.south.dir, "package", "export", self.agreement, "-o", out],
                                     stdout=lib.subprocess.DEVNULL, stderr=lib.subprocess.DEVNULL)
            lib.time.sleep(ms / 1000)
            p.kill()
            p.wait()
            if os.path.exists(out):  # whole, or not there
                self.north("package", "import", out)
        self.carry(self.south, self.north)
        self.assertEqual(self.carry(self.north, self.south).json()["objects"], 0)


if __name__ == "__main__":
    unittest.main()
