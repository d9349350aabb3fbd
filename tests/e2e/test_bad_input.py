# SPDX-License-Identifier: Apache-2.0
"""Bad input and bad circumstances: a clear error, the right exit status, nothing stored by halves, the node keeps running."""
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

import lib


def count(node):
    return len(node("list", "--all-versions", "--json").json()["objects"])


class Files(unittest.TestCase):
    """What import makes of files that aren't what they should be."""

    @classmethod
    def setUpClass(cls):
        cls.folder = lib.Folder()
        cls.node = cls.folder.node("North")

    @classmethod
    def tearDownClass(cls):
        cls.folder.close()

    def refused(self, content, code, *words):
        before = count(self.node)
        r = self.node("import", self.folder.file("bad.json", content), code=code)
        for w in words:
            self.assertIn(w, r.err + r.out)
        self.assertEqual(count(self.node), before)

    def test_truncated(self):
        text = json.dumps(lib.bundle([lib.campaign(1), lib.campaign(2)]))
        self.refused(text[:-20], 2, "bad.json", "line 1")

    def test_not_json(self):
        self.refused("campaigns: many", 2, "bad.json")
        self.refused("", 2, "bad.json")

    def test_not_utf8(self):
        self.refused(json.dumps(lib.campaign(1)).encode().replace(b"a campaign", b"a \xff campaign"), 2, "UTF-8")

    def test_deeply_nested(self):
        self.refused("[" * 5000 + "]" * 5000, 2, "deep")

    def test_duplicate_names(self):
        self.refused(json.dumps(lib.campaign(1)).replace('"name"', '"name": "first", "name"'), 2, "twice")

    def test_integer_beyond_what_survives(self):
        self.refused(json.dumps(lib.campaign(1, x_number=2 ** 60)), 2, "2^53")

    def test_one_bad_object_among_good_ones(self):
        objects = [lib.campaign(11), lib.campaign(12), lib.campaign(13)]
        del objects[1]["name"]
        self.refused(lib.bundle(objects), 1, objects[1]["id"], "name")

    def test_one_bad_object_skipped_on_request(self):
        objects = [lib.campaign(21), lib.campaign(22), lib.campaign(23)]
        objects[1]["created"] = "yesterday"
        before = count(self.node)
        r = self.node("import", "--skip-invalid", self.folder.file("some.json", lib.bundle(objects)), code=1)
        self.assertIn(objects[1]["id"], r.err + r.out)
        self.assertEqual(count(self.node), before + 2)

    def test_same_version_with_other_content(self):
        self.node("import", self.folder.file("a.json", lib.campaign(31, "one")))
        self.refused(lib.campaign(31, "two"), 1, "other content")

    def test_a_bundle_inside_a_bundle(self):
        self.refused(lib.bundle([lib.bundle([lib.campaign(41)])]), 1)

    def test_no_such_file(self):
        r = self.node("import", "/nonexistent/file.json", code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn("/nonexistent/file.json", r.err)

    def test_larger_than_the_limit(self):
        small = self.folder.node("Small")
        conf = small.path("entente.conf")
        with open(conf) as f:
            text = f.read()
        lines = [l for l in text.splitlines() if not l.replace(" ", "").startswith(("import_max", "#import_max", ";import_max"))]
        with open(conf, "w") as f:
            f.write("\n".join(lines) + "\nimport_max = 65536\n")
        exact = json.dumps(lib.bundle([lib.campaign(1, "x")]))
        fits = exact.replace('"x"', '"' + "x" * (65536 - len(exact) + 1) + '"')
        self.assertEqual(len(fits), 65536)
        small("import", self.folder.file("fits.json", fits))
        r = small("import", self.folder.file("over.json", fits.replace("xx", "xxx", 1)), code=2)
        self.assertIn("65536", r.err)

    def test_usage_errors(self):
        for args in (["frobnicate"], ["import"], ["import", "--nonsense", "x"], ["release"], ["agreement", "dance"]):
            r = lib.run(*args, code=2)
            self.assertTrue(r.err.startswith("entente: "), r)

    def test_a_folder_that_is_no_node(self):
        r = lib.run("--node", self.folder.path, "list", code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn("init", r.err)

    def test_a_configuration_with_a_mistake(self):
        n = self.folder.node("Mistaken")
        with open(n.path("entente.conf"), "a") as f:
            f.write("\nwindwo = 5\n")
        r = n("list", code=2)
        self.assertIn("windwo", r.err)
        self.assertIn("entente.conf", r.err)


class Circumstances(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def test_a_port_in_use(self):
        a = self.folder.node("North").start()
        b = self.folder.node("South", port=a.port)
        r = b("serve", code=None, timeout=20)
        self.assertNotEqual(r.code, 0)
        self.assertIn(str(a.port), r.err)
        a("list")

    def test_a_database_that_somebody_holds(self):
        n = self.folder.node("North")
        db = sqlite3.connect(n.path("node.db"), isolation_level=None)
        db.execute("begin immediate")
        began = time.time()
        r = n("import", self.folder.file("a.json", lib.campaign(1)), code=5)
        self.assertLess(time.time() - began, 40 * lib.SLOW)
        self.assertIn("node.db", r.err)
        db.execute("rollback")
        db.close()
        n("import", self.folder.file("a.json", lib.campaign(1)))

    def test_a_corrupt_database(self):
        n = self.folder.node("North")
        n("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(50)])))
        path = n.path("node.db")
        with open(path, "rb") as f:
            beginning = f.read(5000)
        for spoil in (b"not a database at all" * 1000, beginning):
            for f in (path + "-wal", path + "-shm"):
                if os.path.exists(f):
                    os.unlink(f)
            with open(path, "wb") as f:
                f.write(spoil)
            r = n("list", code=5)
            self.assertIn("node.db", r.err)
            r = n("serve", code=None, timeout=20)
            self.assertNotEqual(r.code, 0)

    def test_a_full_disk(self):
        n = self.folder.node("North")
        n("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(20)])))
        before = count(n)
        big = self.folder.file("big.json", lib.bundle([lib.campaign(1000 + i, "x" * 20000) for i in range(300)]))
        # a limit on file size is a full disk to the program, and needs no disk of its own
        script = "ulimit -f 2000; trap '' XFSZ; exec \"$0\" \"$@\""
        p = subprocess.run(["/bin/bash", "-c", script, lib.program(), "--node", n.dir, "import", big], capture_output=True,
                           timeout=60 * lib.SLOW)
        self.assertEqual(p.returncode, 5, p.stderr)
        self.assertEqual(count(n), before)
        n("ledger", "verify")
        n("import", big)
        self.assertEqual(count(n), before + 300)

    def test_a_clock_an_hour_back(self):
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(10)])))
        north("release", "--all", "--to", agreement)
        south("sync")
        path = self.folder.file("b.json", lib.bundle([lib.campaign(100 + i) for i in range(10)]))
        for args in (["import", path], ["release", "--all", "--to", agreement]):
            lib.earlier(self, north, *args)
        south("sync")
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))

    def test_another_certificate_than_the_pinned_one(self):
        north, south, agreement = self.folder.pair()
        north.stop()
        other = self.folder.node("Impostor")
        for f in ("tls.key", "tls.crt"):
            shutil.copy(other.path(f), north.path(f))
        # somebody with another key answers at North's address: South refuses before it sends anything
        impostor = self.folder.node("Fake", port=north.port)
        impostor.start()
        r = south("sync", code=4)
        self.assertRegex(r.out + r.err, "pin|key|certificate")
        impostor.stop()
        # and South with another key is nobody to North
        status, _, body = other.request(south, "GET", "/%s/collections/" % agreement)
        self.assertEqual(status, 401)

    def test_an_unconfirmed_counterpart_gets_nothing(self):
        north, south = self.folder.node("North").start(), self.folder.node("South").start()
        south("peer", "add", north.url)
        r = south("peer", "confirm", "North", "--code", "00000 11111 22222 33333 44444 55555 66666 77777", code=1)
        self.assertIn("compare all of it by voice", r.err)
        r = south("agreement", "propose", "--title", "x", "--with", "North", code=None)
        self.assertNotEqual(r.code, 0)
        status, _, _ = south.request(north, "GET", "/taxii2/")
        self.assertEqual(status, 401)

    def test_expired_and_terminated_agreements(self):
        north, south, agreement = self.folder.pair("--valid-until", "2099-01-01T00:00:00Z")
        north("import", self.folder.file("a.json", lib.campaign(1)))
        north("release", "--all", "--to", agreement)
        north("agreement", "terminate", agreement, "--reason", "it is over")
        r = south("sync", code=3)
        self.assertIn("it is over", r.out + r.err)
        status, _, body = south.request(north, "GET", "/%s/collections/outbound/objects/" % agreement)
        self.assertEqual(status, 403)
        self.assertEqual(json.loads(body)["error_id"], "agreement-terminated")
        self.assertEqual(north("agreement", "resume", agreement, code=3).code, 3)

    def test_rubbish_at_the_nodes_own_endpoints(self):
        north, south, agreement = self.folder.pair()
        for path, body, statuses in (
                ("/entente/v1/agreements/%s/statements" % agreement, b"{", (400,)),
                ("/entente/v1/agreements/%s/statements" % agreement, b'{"statements":[{}]}', (400, 422)),
                ("/entente/v1/agreements/%s/receipts" % agreement, b"[]", (400,)),
                ("/entente/v1/agreements/not-an-id/receipts", b"{}", (400,)),
                ("/entente/v1/agreements/2b9a3c52-9a3b-4c84-8a0f-000000000001/receipts", b"{}", (404,)),
                ("/entente/v1/agreements/%s/cosignature" % agreement, b"x", (400, 422)),
                ("/entente/v1/witness/add-checkpoint", b"old 1\n\n", (400,)),
                ("/entente/v1/nothing", b"", (404,))):
            status, _, answer = south.request(north, "POST", path, body, {"Content-Type": "application/json"})
            self.assertIn(status, statuses, (path, body, answer))
        # nobody known: no, and nothing is told
        stranger = self.folder.node("Stranger")
        status, _, _ = stranger.request(north, "POST", "/entente/v1/agreements/%s/receipts" % agreement, b"{}")
        self.assertEqual(status, 401)
        south("sync")
        for node in (north, south):
            node("ledger", "verify")

    def test_stop_is_graceful_and_a_second_server_is_refused(self):
        n = self.folder.node("North").start()
        r = n("serve", code=None, timeout=20)
        self.assertNotEqual(r.code, 0)
        self.assertEqual(n.stop(), 0)


if __name__ == "__main__":
    unittest.main()
