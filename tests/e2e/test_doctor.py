# SPDX-License-Identifier: Apache-2.0
"""`entente doctor`: each step of the road to a counterpart, made to fail."""
import contextlib
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import threading
import unittest

import lib


class Doctor(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    @staticmethod
    def url(node, peer, url):
        """Another address of a counterpart, as it stands in its record here."""
        with contextlib.closing(sqlite3.connect(node.path("node.db"))) as db, db:
            changed = db.execute("update doc set value = cast(replace(cast(value as text), ?, ?) as blob) "
                                 "where space = 'peer'", ('"url":"%s"' % peer.url, '"url":"%s"' % url)).rowcount
        assert changed == 1

    def fails(self, node, step, *words):
        told = node("doctor", "North", "--json", code=1).json()
        self.assertEqual(told["failed"], step, told)
        for w in words:
            self.assertIn(w, told["problem"])
        self.assertEqual([s["step"] for s in told["steps"] if not s["ok"]], [step])
        self.assertEqual(told["steps"][-1]["step"], step)  # and nothing behind it was tried
        self.assertIn(told["problem"], node("doctor", "North", code=1).out.replace("\n", " ").replace("  ", " "))

    def test_all_is_well_and_then_behind(self):
        north, south, agreement = self.folder.pair()
        south("sync")
        north("sync")
        told = south("doctor", "North", "--json").json()
        self.assertTrue(told["well"])
        self.assertEqual([s["step"] for s in told["steps"]],
                         ["verified", "name", "port", "tls", "certificate", "pin", "clock", "known", "agreement", "ledger", "cursor"])
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(1)])))
        north("release", "--all", "--to", agreement)
        self.fails(south, "cursor", "entente sync")
        self.assertEqual(lib.digest(south, agreement, "inbound")[0], 0)  # nothing was fetched
        south("sync")
        self.assertTrue(south("doctor", "North", "--json").json()["well"])
        north("agreement", "suspend", agreement, "--reason", "the talks are paused")
        self.fails(south, "agreement", "suspended")  # South doesn't know of it yet
        south("sync", code=3)
        self.fails(south, "agreement", "the talks are paused")

    def test_the_road_itself(self):
        north, south, agreement = self.folder.pair()
        for url, step, word in (("https://no-such-name.invalid:6443", "name", "no-such-name.invalid"),
                                ("https://127.0.0.1:%d" % lib.free_port(), "port", "Connection refused")):
            old = type("Old", (), {"url": north.url})
            self.url(south, old, url)
            self.fails(south, step, word)
            self.url(south, type("Old", (), {"url": url}), north.url)
        with socket.socket() as s:  # something else that listens
            s.bind(("127.0.0.1", 0))
            s.listen(4)
            port = s.getsockname()[1]

            def serve():
                with contextlib.suppress(OSError):
                    while True:
                        c = s.accept()[0]
                        c.sendall(b"220 mail.example ESMTP\r\n")
                        c.close()
            threading.Thread(target=serve, daemon=True).start()
            url = "https://127.0.0.1:%d" % port
            self.url(south, north, url)
            self.fails(south, "tls", "TLS")
            self.url(south, type("Old", (), {"url": url}), north.url)
            s.shutdown(socket.SHUT_RDWR)

    def test_another_node_and_another_key(self):
        north, south, agreement = self.folder.pair()
        west = self.folder.node("West").start()
        self.url(south, north, west.url)
        self.fails(south, "certificate", "West")
        self.url(south, type("Old", (), {"url": west.url}), north.url)
        # North's own card, served with another key
        north.stop()
        for name in ("tls.key", "tls.crt"):
            shutil.copy(west.path(name), north.path(name))
        with contextlib.closing(sqlite3.connect(north.path("node.db"))) as db:
            card = db.execute("select value from doc where space = 'meta' and key = 'card'").fetchone()
        north.start()
        with contextlib.closing(sqlite3.connect(north.path("node.db"))) as db, db:
            db.execute("update doc set value = ? where space = 'meta' and key = 'card'", card)
        self.fails(south, "pin", "another road")

    @unittest.skipUnless(os.path.exists("/usr/bin/faketime"), "needs faketime")
    def test_a_clock_that_is_off(self):
        north, south, agreement = self.folder.pair()
        p = subprocess.run(["/usr/bin/faketime", "-f", "+50h", lib.program(), "--node", south.dir, "doctor", "North"],
                           capture_output=True)
        self.assertEqual(p.returncode, 1, p)
        self.assertIn("hours behind", p.stdout.decode())

    def test_who_is_not_verified_here_or_there(self):
        north, south = self.folder.node("North").start(), self.folder.node("South").start()
        code = lib.code_of(south("peer", "add", north.url).out)
        self.fails(south, "verified", "peer verify")
        south("peer", "verify", "North", "--code", code)
        self.fails(south, "known", "verified")
        north("peer", "add", south.url)
        north("peer", "verify", "South", "--code", code)
        self.fails(south, "agreement", "propose")

    def test_who_went_back_to_an_old_copy(self):
        from test_exchange import Exchange
        north, south, agreement = self.folder.pair()
        backup = self.folder.file("backup.db", "")
        Exchange.copy(south, backup)
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(9)])))
        north("release", "--all", "--to", agreement)
        south("sync")
        north("sync")
        other = self.folder.file("backup-south.db", "")
        Exchange.copy(south, other)
        south.stop()
        Exchange.restore(south, backup)
        south.start()
        self.fails(south, "ledger", "restored from an old copy")


if __name__ == "__main__":
    unittest.main()
