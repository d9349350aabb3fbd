# SPDX-License-Identifier: Apache-2.0
"""What a hostile client may try: it gets a status or a closed connection, memory stays bounded, and others are served."""
import gzip
import http.client
import json
import os
import re
import resource
import socket
import ssl
import subprocess
import threading
import time
import unittest

import lib

OBJECTS = "/feed/collections/all/objects/"
MIB = 1024 * lib.SLOW  # in the KiB of /proc; sanitizers have memory of their own


class Abuse(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = lib.Folder()
        cls.feed = f = cls.folder.feed()
        f.user("boss", "admin")
        f("collection", "add", "Feed", "--root", "feed", "--alias", "all")
        f("import", cls.folder.file("a.json", lib.bundle([lib.campaign(i, "x" * 3000) for i in range(300)])), "--collection", "all")
        with open(f.dir + "/entente.conf", "a") as c:
            c.write("\nlog_level = warn\n")
        f.start()

    @classmethod
    def tearDownClass(cls):
        cls.folder.close()

    def memory(self):
        with open("/proc/%d/status" % self.feed.process.pid) as f:
            return int(re.search(r"(?m)^RssAnon:\s+(\d+)", f.read()).group(1))

    def others_are_served(self, within):
        """A client that comes now."""
        c, began = self.feed.connect(), time.monotonic()
        c.request("GET", "/healthz")
        self.assertEqual(c.getresponse().read(), b"ok\n")
        c.close()
        took = time.monotonic() - began
        self.assertLess(took, within * lib.SLOW)
        return took

    def raw(self, head, timeout=60):
        """The status of a request sent as these bytes; 0 where the connection was closed."""
        with socket.create_connection(("127.0.0.1", self.feed.port), timeout * lib.SLOW) as plain:
            with self.feed.context().wrap_socket(plain, server_hostname="127.0.0.1") as s:
                try:
                    s.sendall(head)
                except OSError:
                    pass  # it was refused before all of it had come
                try:
                    line = s.makefile("rb").readline()
                except OSError:
                    return 0
                return int(line.split()[1]) if line else 0

    def test_ten_thousand_connections_that_say_nothing(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < 11000:
            self.skipTest("no more than %d descriptors here" % hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (11000, hard))
        kept = []
        try:
            for _ in range(10000):
                s = socket.socket()
                s.setblocking(False)
                s.connect_ex(("127.0.0.1", self.feed.port))
                kept.append(s)
            self.others_are_served(15)
            self.assertLess(self.memory(), 256 * MIB)
            self.others_are_served(15)
        finally:
            for s in kept:
                s.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        self.others_are_served(15)

    def test_readers_that_do_not_read(self):
        kept, before = [], self.memory()
        try:
            for _ in range(200):
                c = self.feed.connect()
                c.connect()
                c.sock.sendall(("GET %s?limit=300 HTTP/1.1\r\nHost: x\r\nAccept: %s\r\nAuthorization: Basic %s\r\n\r\n" % (
                    OBJECTS, lib.TAXII, lib.base64.b64encode(("boss:" + self.feed.PASSWORD).encode()).decode())).encode() * 20)
                kept.append(c)
            self.others_are_served(3)
            self.assertLess(self.memory() - before, 128 * MIB)
        finally:
            for c in kept:
                c.close()

    def test_long_queries(self):
        head = "GET %s?match[id]=%s HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n"
        ids = ",".join("campaign--2b9a3c52-9a3b-4c84-8a0f-%012x" % i for i in range(100000))
        for what in ("x" * 1000000, ids):
            self.assertIn(self.raw((head % (OBJECTS, what)).encode()), (414, 431, 0))
            self.others_are_served(3)
        few = ",".join("campaign--2b9a3c52-9a3b-4c84-8a0f-%012x" % i for i in range(150))
        status, _, data = self.feed.request("GET", OBJECTS + "?limit=200&match[id]=" + few, "boss")
        self.assertEqual((status, len(json.loads(data)["objects"])), (200, 150))

    def test_compressed_bombs(self):
        inner = b'{"objects":[' + b" " * (64 << 20) + b"]}"
        bomb = gzip.compress(inner)
        before = self.memory()
        for body in (bomb, gzip.compress(bomb), gzip.compress(b"[" * (8 << 20)), bomb[:1000], b"\x1f\x8b" + os.urandom(5000)):
            began = time.monotonic()
            status, _, _ = self.feed.request("POST", OBJECTS, "boss", body, {"Content-Encoding": "gzip"})
            self.assertIn(status, (400, 413, 422))
            self.assertLess(time.monotonic() - began, 10 * lib.SLOW)
            self.others_are_served(3)
        self.assertLess(self.memory() - before, 96 * MIB)

    def test_bodies_other_than_announced(self):
        login = lib.base64.b64encode(("boss:" + self.feed.PASSWORD).encode()).decode()
        head = "POST %s HTTP/1.1\r\nHost: x\r\nAccept: %s\r\nContent-Type: %s\r\nAuthorization: Basic %s\r\n" % (
            OBJECTS, lib.TAXII, lib.TAXII, login)
        body = json.dumps({"objects": [lib.campaign(1)]})
        for more, status in (("Content-Length: 5\r\n\r\n" + body, (400, 422)),  # the rest is no request
                             ("Content-Length: 0\r\n\r\n", (400, 422)),
                             ("Content-Length: 99999999999999\r\n\r\n", (413,)),
                             ("Content-Length: -1\r\n\r\n", (400,)), ("Content-Length: 5\r\nContent-Length: 6\r\n\r\n", (400,)),
                             ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (400,)),
                             ("Transfer-Encoding: chunked\r\n\r\nzz\r\n" + body, (400,)),
                             ("Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + body, (400, 413)),
                             ("Transfer-Encoding: chunked\r\n\r\n5\r\n" + body + "\r\n0\r\n\r\n", (400,)),
                             ("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", (400, 501)),
                             ("Transfer-Encoding: identity\r\n\r\n", (400, 501))):
            with self.subTest(more[:60]):
                self.assertIn(self.raw((head + more).encode()), status)
        self.others_are_served(3)

    def test_heads_that_come_a_byte_at_a_time(self):
        over, answers = threading.Event(), []

        def drip():
            try:
                with socket.create_connection(("127.0.0.1", self.feed.port), 30) as plain:
                    with self.feed.context().wrap_socket(plain, server_hostname="127.0.0.1") as s:
                        s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
                        while not over.is_set():
                            s.sendall(b"x")
                            time.sleep(0.2)
            except OSError:
                answers.append("cut")

        threads = [threading.Thread(target=drip) for _ in range(50)]
        for t in threads:
            t.start()
        try:
            for _ in range(10):
                self.others_are_served(3)
                time.sleep(0.1)
        finally:
            over.set()
            for t in threads:
                t.join()

    def test_a_certificate_of_anybody_opens_nothing(self):
        for days, kind in (("1", ["-newkey", "rsa:2048"]), ("1", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])):
            cert, key = (os.path.join(self.folder.path, "other." + end) for end in ("pem", "key"))
            subprocess.run(["openssl", "req", "-x509", *kind, "-nodes", "-keyout", key, "-out", cert, "-days", days, "-subj",
                            "/CN=boss"], check=True, capture_output=True)
            context = self.feed.context()
            context.load_cert_chain(cert, key)
            c = http.client.HTTPSConnection("127.0.0.1", self.feed.port, context=context, timeout=30)
            c.request("GET", OBJECTS, headers={"Accept": lib.TAXII})
            r = c.getresponse()
            self.assertEqual(r.status, 401)
            self.assertIn(b"certificate", r.read())
            c.close()


class Renegotiation(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.feed = self.folder.feed()
        with open(self.feed.dir + "/entente.conf", "a") as f:
            f.write("\ntls_min = 1.2\n")
        self.feed.start()

    def tearDown(self):
        self.folder.close()

    def test_it_is_refused(self):
        p = subprocess.Popen(["openssl", "s_client", "-tls1_2", "-quiet", "-connect", "127.0.0.1:%d" % self.feed.port],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        time.sleep(1)
        try:
            p.stdin.write(b"R\n")
            p.stdin.flush()
            time.sleep(1)
            p.stdin.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            p.stdin.close()
        except OSError:
            pass  # it has ended
        out = p.stdout.read()
        p.wait(30 * lib.SLOW)
        p.stdout.close()
        self.assertNotIn(b"200 OK", out)
        c = self.feed.connect()
        c.request("GET", "/healthz")
        self.assertEqual(c.getresponse().read(), b"ok\n")
        c.close()


if __name__ == "__main__":
    unittest.main()
