# SPDX-License-Identifier: Apache-2.0
"""The server's front, whoever is behind it: logins, methods, codings, limits, certificates, sockets."""
import base64
import gzip
import http.client
import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import threading
import time
import unittest

import lib


def basic(name, password):
    return "Basic " + base64.b64encode(("%s:%s" % (name, password)).encode()).decode()


class Logins(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = lib.Folder()
        cls.feed = cls.folder.feed()
        cls.feed.user("reader", "reader")
        cls.feed.user("writer", "writer")
        with open(cls.feed.dir + "/entente.conf", "a") as f:
            f.write("\nthreads = 1\n")
        cls.feed.start()

    @classmethod
    def tearDownClass(cls):
        cls.folder.close()

    def ask(self, connection, login=None, path="/taxii2/"):
        connection.request("GET", path, headers={"Accept": lib.TAXII, **({"Authorization": login} if login else {})})
        r = connection.getresponse()
        r.read()
        return r.status, r.getheader("Retry-After")

    def test_logins_keep_nobody_waiting(self):
        """Passwords of many names are verified; requests without one are answered as ever."""
        answers, guard = [], threading.Lock()

        def guess(n):
            c = self.feed.connect()
            for i in range(3):
                got = self.ask(c, basic("nobody-%d-%d" % (n, i), "whatever it is"))
                with guard:
                    answers.append(got)
            c.close()

        threads = [threading.Thread(target=guess, args=(n,)) for n in range(8)]
        quick = self.feed.connect()
        self.ask(quick, path="/healthz")
        before = time.monotonic()
        for t in threads:
            t.start()
        took = []
        while any(t.is_alive() for t in threads):
            began = time.monotonic()
            self.assertEqual(self.ask(quick, path="/healthz")[0], 200)
            took.append(time.monotonic() - began)
            time.sleep(0.002)
        whole = time.monotonic() - before
        self.assertEqual({a[0] for a in answers}, {401})
        # on the loop each of the 24 hashes would stand in the way of one of these
        quick.close()
        took.sort()
        self.assertGreater(len(took), 24)
        self.assertLess(took[len(took) // 2], whole / 24 / 2)

    def test_a_crowd_with_one_password_is_let_in(self):
        answers, guard, gate = [], threading.Lock(), threading.Barrier(40)

        def come():
            c = self.feed.connect()
            c.connect()
            gate.wait()
            for _ in range(3):
                got = self.ask(c, basic("reader", self.feed.PASSWORD))
                with guard:
                    answers.append(got[0])
            c.close()

        threads = [threading.Thread(target=come) for _ in range(40)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(answers, [200] * 120)

    def test_a_writer_is_known_before_the_body_comes(self):
        c = self.feed.connect()
        c.putrequest("POST", "/nowhere/collections/x/objects/")
        for k, v in (("Authorization", basic("writer", self.feed.PASSWORD)), ("Content-Type", lib.TAXII),
                     ("Accept", lib.TAXII), ("Content-Length", "100")):
            c.putheader(k, v)
        c.endheaders()
        self.assertEqual(c.getresponse().status, 404)  # of its body nothing was sent
        c.close()


class Methods(unittest.TestCase):
    """HEAD and OPTIONS wherever there is something, 405 with Allow for what isn't."""

    @classmethod
    def setUpClass(cls):
        cls.folder = lib.Folder()
        cls.feed = cls.folder.feed()
        cls.feed.user("boss", "admin")
        cls.collection = cls.feed("collection", "add", "Feed", "--root", "feed", "--alias", "all", "--json").json()["id"]
        cls.feed("import", cls.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(30)])),
                 "--collection", cls.collection)
        cls.feed.start()
        status = cls.feed.request("POST", "/feed/collections/all/objects/", "boss",
                                  json.dumps({"objects": [lib.campaign(99)]}).encode())
        coll, one = "/feed/collections/all/", lib.campaign(1)["id"]
        cls.taxii = {"/taxii2/": "", "/feed/": "", "/feed/collections/": "", coll: "", coll + "manifest/": "",
                     coll + "objects/": "POST", coll + "objects/?limit=3": "POST", coll + "objects/%s/" % one: "DELETE",
                     coll + "objects/%s/versions/" % one: "",
                     "/feed/status/%s/" % json.loads(status[2])["id"]: ""}
        cls.own = {"/healthz": "", "/readyz": "", "/metrics": "", "/.well-known/entente": ""}

    @classmethod
    def tearDownClass(cls):
        cls.folder.close()

    def ask(self, method, path, body=None, **headers):
        return self.feed.request(method, path, "boss", body, headers)

    def test_head_is_get_without_a_body(self):
        for path in {**self.taxii, **self.own}:
            with self.subTest(path):
                status, heads, data = self.ask("GET", path)
                self.assertEqual((status, len(data)), (200, int(heads["content-length"])))
                head_status, head_heads, nothing = self.ask("HEAD", path)
                self.assertEqual((head_status, nothing), (200, b""))
                for h in (heads, head_heads):
                    del h["date"]
                if path == "/metrics":  # it counts these
                    del heads["content-length"], head_heads["content-length"]
                self.assertEqual(heads, head_heads)
        for path in ("/feed/collections/nothing/", "/nothing/", "/feed/collections/all/objects/?match[colour]=red"):
            with self.subTest(path):
                get, head = self.ask("GET", path), self.ask("HEAD", path)
                self.assertEqual(get[0], head[0])
                self.assertEqual(get[1]["content-length"], head[1]["content-length"])

    def test_options_names_the_methods_and_others_are_405(self):
        for path, more in {**self.taxii, **self.own}.items():
            want = {"GET", "HEAD", "OPTIONS"} | ({more} if more else set())
            with self.subTest(path):
                status, heads, data = self.ask("OPTIONS", path)
                self.assertEqual((status, data), (200, b""))
                self.assertEqual(set(heads["allow"].split(", ")), want)
                for method in ("PUT", "PATCH", "POST", "DELETE", "TRACE", "PROPFIND"):
                    if method in want:
                        continue
                    status, heads, data = self.ask(method, path)
                    self.assertEqual((status, set(heads["allow"].split(", "))), (405, want), method)
                    self.assertEqual(json.loads(data)["http_status"], "405")
                # nobody waits for the body of what can't be done
                try:
                    self.assertEqual(self.ask("PUT", path, b"x" * 3000000)[0], 405)
                except OSError:
                    pass  # the connection was closed while the body went out


class Codings(unittest.TestCase):
    """gzip and zstd for who accepts them, and 304 for who has it already."""

    @classmethod
    def setUpClass(cls):
        cls.folder = lib.Folder()
        cls.feed = cls.folder.feed()
        cls.feed.user("boss", "admin")
        cls.feed("collection", "add", "Feed", "--root", "feed", "--alias", "all")
        cls.feed("import", cls.folder.file("a.json", lib.bundle([lib.campaign(i, "campaign %d" % i) for i in range(900)])),
                 "--collection", "all")
        cls.feed.start()

    @classmethod
    def tearDownClass(cls):
        cls.folder.close()

    def get(self, path, method="GET", **headers):
        return self.feed.request(method, path, "boss", None, {k.replace("_", "-"): v for k, v in headers.items()})

    def test_pages_are_packed_and_known_again(self):
        for path in ("/feed/collections/all/objects/?limit=900", "/feed/collections/all/objects/?limit=20",
                     "/feed/collections/all/manifest/?limit=900"):
            for again in range(2):  # made, and from the cache
                with self.subTest(path, again=again):
                    status, plain_heads, plain = self.get(path)
                    self.assertEqual((status, plain_heads["vary"]), (200, "Accept-Encoding"))
                    self.assertNotIn("content-encoding", plain_heads)
                    status, heads, data = self.get(path, Accept_Encoding="gzip, deflate")
                    self.assertEqual((status, heads["content-encoding"], heads["vary"]), (200, "gzip", "Accept-Encoding"))
                    self.assertEqual(gzip.decompress(data), plain)
                    self.assertLess(len(data), len(plain) / 4)
                    status, zheads, zdata = self.get(path, Accept_Encoding="gzip, zstd")
                    self.assertEqual((status, zheads["content-encoding"], zdata[:4]), (200, "zstd", b"\x28\xb5\x2f\xfd"))
                    self.assertLess(len(zdata), len(plain) / 4)
                    tags = [h["etag"] for h in (plain_heads, heads, zheads)]
                    self.assertEqual(len(set(tags)), 3)
                    self.assertEqual(self.get(path, "HEAD", Accept_Encoding="gzip")[1]["content-length"], str(len(data)))
                    for tag, coding in zip(tags, ("identity", "gzip", "zstd")):
                        status, heads, nothing = self.get(path, Accept_Encoding=coding, If_None_Match=tag)
                        self.assertEqual((status, heads["etag"], nothing), (304, tag, b""))
                        self.assertIn("x-taxii-date-added-last", heads)
                    self.assertEqual(self.get(path, Accept_Encoding="gzip", If_None_Match=tags[0])[0], 200)

    def test_small_answers_are_not_packed_but_known(self):
        for path in ("/taxii2/", "/feed/", "/feed/collections/", "/feed/collections/all/"):
            with self.subTest(path):
                status, heads, _ = self.get(path, Accept_Encoding="gzip")
                self.assertEqual(status, 200)
                self.assertNotIn("content-encoding", heads)
                self.assertEqual(self.get(path, If_None_Match=heads["etag"])[0], 304)
        status, heads, _ = self.get("/nothing/", Accept_Encoding="gzip", If_None_Match="*")
        self.assertEqual((status, "etag" in heads), (404, False))

    def test_what_was_added_is_not_304(self):
        path = "/feed/collections/all/objects/?match[type]=campaign&limit=1000&added_after=2020-01-01T00:00:00Z"
        tag = self.get(path)[1]["etag"]
        self.assertEqual(self.get(path, If_None_Match=tag)[0], 304)
        status, _, data = self.feed.request("POST", "/feed/collections/all/objects/", "boss",
                                            json.dumps({"objects": [lib.campaign(5000)]}).encode())
        self.assertEqual((status, json.loads(data)["success_count"]), (202, 1))
        status, heads, data = self.get(path, If_None_Match=tag)
        self.assertEqual((status, len(json.loads(data)["objects"])), (200, 901))
        self.assertNotEqual(heads["etag"], tag)

    def test_curl_unpacks_what_it_asked_for(self):
        p = subprocess.run(["curl", "-sS", "--compressed", "--cacert", self.feed.dir + "/tls/server.pem",
                            "-u", "boss:" + self.feed.PASSWORD, "-H", "Accept: " + lib.TAXII,
                            "https://127.0.0.1:%d/feed/collections/all/objects/?limit=500" % self.feed.port],
                           capture_output=True)
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertEqual(len(json.loads(p.stdout)["objects"]), 500)


class Limits(unittest.TestCase):
    """What one client may have; the test's own machine only because limit_local says so."""

    def setUp(self):
        self.folder = lib.Folder()
        self.feed = self.folder.feed()
        self.feed.user("reader", "reader")

    def tearDown(self):
        self.folder.close()

    def start(self, settings):
        with open(self.feed.dir + "/entente.conf", "a") as f:
            f.write("\n" + settings)
        self.feed.start()

    def ask(self, connection, path="/taxii2/"):
        connection.request("GET", path, headers={"Accept": lib.TAXII, "Authorization": basic("reader", self.feed.PASSWORD)})
        r = connection.getresponse()
        return r.status, r.getheader("Retry-After"), r.read()

    def test_requests(self):
        self.start("client_rate = 20\nlimit_local = yes\n")
        c = self.feed.connect()
        answers = [self.ask(c) for _ in range(400)]
        self.assertEqual({a[0] for a in answers}, {200, 429})
        status, after, body = [a for a in answers if a[0] == 429][0]
        self.assertGreater(int(after), 0)
        self.assertEqual(json.loads(body)["http_status"], "429")
        self.assertEqual([a[0] for a in answers[:150]], [200] * 150)
        time.sleep(int(after))
        self.assertEqual(self.ask(c)[0], 200)
        c.close()
        self.assertEqual(self.feed.logs().count("client-limited"), 1)

    def test_bytes(self):
        """An answer that is larger than what is left comes whole, and the next one has to wait for it."""
        self.feed("collection", "add", "Feed", "--root", "feed", "--alias", "all", "--read", "reader")
        self.feed("import", self.folder.file("a.json", lib.bundle([lib.campaign(i, "x" * 1000) for i in range(300)])),
                  "--collection", "all")
        self.start("client_bytes = 50k\nlimit_local = yes\n")
        page = "/feed/collections/all/objects/?limit=300"
        c = self.feed.connect()
        first = [self.ask(c, page) for _ in range(2)]
        self.assertEqual([a[0] for a in first], [200] * 2)
        self.assertGreater(len(first[0][2]), 340000)
        status, after, _ = self.ask(c, page)
        self.assertEqual(status, 429)
        self.assertIn(int(after), range(1, 6))
        time.sleep(int(after))
        self.assertEqual(self.ask(c, page)[0], 200)
        c.close()

    def test_connections(self):
        self.start("client_connections = 5\nlimit_local = yes\n")
        open_ones = [self.feed.connect() for _ in range(6)]
        self.assertEqual([self.ask(c)[0] for c in open_ones], [200] * 5 + [429])
        open_ones[0].close()
        open_ones[5].close()
        deadline = time.monotonic() + 10
        while True:
            c = self.feed.connect()
            status = self.ask(c)[0]
            c.close()
            if status == 200:
                break
            self.assertLess(time.monotonic(), deadline)
        for c in open_ones:
            c.close()

    def test_whoever_is_on_the_machine_is_not_limited(self):
        self.start("client_connections = 2\nclient_rate = 1\n")
        connections = [self.feed.connect() for _ in range(10)]
        for c in connections:
            for _ in range(10):
                self.assertEqual(self.ask(c)[0], 200)
        for c in connections:
            c.close()


class Certificates(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.feed = self.folder.feed()
        self.feed.user("reader", "reader")

    def tearDown(self):
        self.folder.close()

    def renew(self, node, new_key=False):
        """Another certificate, as openssl makes it."""
        key = os.path.join(node.dir, "tls.key")
        if new_key:
            subprocess.run(["openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", key], check=True)
        subprocess.run(["openssl", "req", "-new", "-x509", "-key", key, "-out", os.path.join(node.dir, "tls.crt"), "-days", "7",
                        "-subj", "/CN=renewed", "-addext", "subjectAltName=IP:127.0.0.1"], check=True)

    def shown(self, node):
        return ssl.get_server_certificate(("127.0.0.1", node.port))

    def hup(self, node, words):
        seen = node.logs().count(words)
        node.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20 * lib.SLOW
        while node.logs().count(words) == seen:
            self.assertLess(time.monotonic(), deadline, node.logs())
            time.sleep(0.02)

    def test_a_renewed_certificate_is_shown_without_a_restart(self):
        self.feed.start()
        kept = self.feed.connect()
        kept.request("GET", "/healthz")
        self.assertEqual(kept.getresponse().read(), b"ok\n")
        before = self.shown(self.feed)
        for new_key in (False, True):
            self.renew(self.feed, new_key)
            self.assertEqual(self.shown(self.feed), before)
            self.hup(self.feed, "reloaded: the certificate")
            self.assertNotEqual(self.shown(self.feed), before)
            c = self.feed.connect()  # verified by DIR/tls/server.pem
            c.request("GET", "/healthz")
            self.assertEqual(c.getresponse().read(), b"ok\n")
            c.close()
            before = self.shown(self.feed)
        kept.request("GET", "/healthz")  # on the old one
        self.assertEqual(kept.getresponse().read(), b"ok\n")
        kept.close()
        with open(os.path.join(self.feed.dir, "tls.crt"), "w") as f:
            f.write("nothing\n")
        self.hup(self.feed, "nothing was changed")
        self.assertEqual(self.shown(self.feed), before)

    def test_another_key_takes_a_restart_where_counterparts_know_the_node(self):
        north = self.folder.node("North").start()
        before = self.shown(north)
        self.renew(north, new_key=True)
        self.hup(north, "has another key, by which counterparts know the node")
        self.assertEqual(self.shown(north), before)

    def tls12(self):
        c = self.feed.context()
        c.maximum_version = ssl.TLSVersion.TLSv1_2
        h = http.client.HTTPSConnection("127.0.0.1", self.feed.port, context=c, timeout=20)
        try:
            h.request("GET", "/healthz")
            return h.getresponse().status
        finally:
            h.close()

    def test_tls_1_2_where_it_is_wanted(self):
        self.feed.start()
        with self.assertRaises(ssl.SSLError):
            self.tls12()
        self.feed.stop()
        with open(self.feed.dir + "/entente.conf", "a") as f:
            f.write("\ntls_min = 1.2\n")
        self.feed.start()
        self.assertEqual(self.tls12(), 200)


class Http2(unittest.TestCase):
    """By ALPN, for who speaks it: curl does."""

    def setUp(self):
        self.folder = lib.Folder()
        self.feed = f = self.folder.feed()
        f.user("boss", "admin")
        f("collection", "add", "Feed", "--root", "feed", "--alias", "all")
        f("import", self.folder.file("a.json", lib.bundle([lib.campaign(i, "x" * 800) for i in range(500)])), "--collection", "all")
        self.base = "https://127.0.0.1:%d/feed/collections/all/objects/" % f.port

    def tearDown(self):
        self.folder.close()

    def curl(self, *args, stdin=None):
        p = subprocess.run(["curl", "-sS", "--cacert", os.path.join(self.feed.dir, "tls", "server.pem"), "-u",
                            "boss:" + self.feed.PASSWORD, "-H", "Accept: " + lib.TAXII, *args], capture_output=True, input=stdin,
                           timeout=120 * lib.SLOW)
        self.assertEqual(p.returncode, 0, p.stderr)
        return p.stdout

    def test_it_says_what_http_1_1_says(self):
        self.feed.start()
        for path in ("?limit=400", "?limit=3&match[type]=campaign", "?match[colour]=red", "campaign--nothing/"):
            with self.subTest(path):
                two, one = (self.curl("-g", v, "-w", "%{http_version} %{http_code}", self.base + path) for v in ("--http2", "--http1.1"))
                self.assertEqual(two.rsplit(b"2 ", 1), one.rsplit(b"1.1 ", 1))
        body = json.dumps({"objects": [lib.campaign(9000 + i) for i in range(2000)]}).encode()
        for more in ((), ("-H", "Transfer-Encoding: chunked"), ("-H", "Expect: 100-continue")):
            out = self.curl("--http2", "-H", "Content-Type: " + lib.TAXII, "--data-binary", "@-", "-w", "%{http_version} %{http_code}",
                            *more, self.base, stdin=body)
            self.assertTrue(out.endswith(b"2 202"), out[-100:])
            self.assertEqual(json.loads(out[:-5])["success_count"], 2000)
        heads = self.curl("--http2", "-I", self.base + "?limit=2").decode()
        self.assertIn("content-length: ", heads)
        gz = self.curl("--http2", "-H", "Accept-Encoding: gzip", self.base + "?limit=400")
        self.assertEqual(gzip.decompress(gz), self.curl("--http2", self.base + "?limit=400"))

    def test_many_requests_on_one_connection(self):
        self.feed.start()
        out = self.curl("--http2", "-Z", "--parallel-max", "50", "-o", os.path.join(self.folder.path, "#1.json"), "-w",
                        "%{http_version} %{http_code} %{num_connects}\n", self.base + "?limit=[1-200]").decode().split("\n")[:-1]
        self.assertEqual(len(out), 200)
        self.assertEqual({line[:5] for line in out}, {"2 200"})
        # --parallel opens some before it knows that one would do
        self.assertLess(sum(int(line[6:]) for line in out), 60)
        for i in (1, 17, 200):
            with open(os.path.join(self.folder.path, "%d.json" % i)) as f:
                self.assertEqual(len(json.load(f)["objects"]), i)

    def test_it_can_be_left_out(self):
        with open(self.feed.dir + "/entente.conf", "a") as f:
            f.write("\nhttp2 = no\n")
        self.feed.start()
        self.assertTrue(self.curl("--http2", "-w", "%{http_version} %{http_code}", self.base).endswith(b"1.1 200"))

    def raw(self):
        """A connection on which HTTP/2 was agreed, its beginning sent."""
        context = self.feed.context()
        context.set_alpn_protocols(["h2"])
        c = context.wrap_socket(socket.create_connection(("127.0.0.1", self.feed.port), 60), server_hostname="127.0.0.1")
        self.assertEqual(c.selected_alpn_protocol(), "h2")
        c.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
        return c

    def get(self, stream, path):
        """A HEADERS frame, its fields without compression."""
        fields = b""
        for k, v in ((":method", "GET"), (":scheme", "https"), (":path", path), (":authority", "x"),
                     ("authorization", basic("boss", self.feed.PASSWORD)), ("accept", lib.TAXII)):
            fields += bytes([0, len(k)]) + k.encode() + bytes([len(v)]) + v.encode()
        return len(fields).to_bytes(3, "big") + bytes([1, 5]) + stream.to_bytes(4, "big") + fields

    def test_who_reads_nothing_is_let_go(self):
        with open(self.feed.dir + "/entente.conf", "a") as f:
            f.write("\nwrite_timeout = 1\nbody_timeout = 1\nhead_timeout = 1\nidle_timeout = 2\n")
        self.feed.start()
        silent, hungry, half = self.raw(), self.raw(), self.raw()
        hungry.sendall(b"".join(self.get(2 * i + 1, "/feed/collections/all/objects/?limit=500") for i in range(50)))
        half.sendall(self.get(1, "/feed/")[:20])
        began = time.monotonic()
        for c in (silent, half):
            while True:
                try:
                    if not c.recv(65536):
                        break
                except OSError:
                    break
            c.close()
        time.sleep(max(0, 4 * lib.SLOW - (time.monotonic() - began)))
        # its windows were never opened: it was cut off with what was on its way
        got = 0
        try:
            while True:
                data = hungry.recv(65536)
                got += len(data)
                if not data:
                    break
        except OSError:
            pass
        hungry.close()
        self.assertLess(got, 200000)
        self.assertLess(time.monotonic() - began, 30 * lib.SLOW)
        self.assertEqual(self.feed.request("GET", "/feed/", "boss")[0], 200)


class UnixSockets(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.feed = self.folder.feed()
        self.feed.user("reader", "reader")
        self.path = os.path.join(self.folder.path, "http.sock")

    def tearDown(self):
        self.folder.close()

    def curl(self, *args):
        return subprocess.run(["curl", "-sS", "--unix-socket", self.path, *args], capture_output=True)

    def test_plain_http_for_the_same_machine(self):
        self.feed.start("--listen-plain", "unix:" + self.path)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o660)
        p = self.curl("-u", "reader:" + self.feed.PASSWORD, "-H", "Accept: " + lib.TAXII, "http://localhost/taxii2/")
        self.assertEqual(json.loads(p.stdout)["title"], "Feed")
        self.assertEqual(self.curl("-o", "/dev/null", "-w", "%{http_code}", "http://localhost/taxii2/").stdout, b"401")
        self.assertIn(b"entente_http_requests_total", self.curl("http://localhost/metrics").stdout)
        self.assertEqual(self.feed.request("GET", "/taxii2/", "reader")[0], 200)
        self.assertIn('from="unix"', self.feed.logs())
        self.feed.stop()
        self.assertFalse(os.path.exists(self.path))

    def test_it_survives_a_kill(self):
        self.feed.start("--listen-plain", "unix:" + self.path)
        self.feed.process.kill()
        self.feed.process.wait()
        self.assertTrue(os.path.exists(self.path))
        self.feed.stop()
        self.feed.start("--listen-plain", "unix:" + self.path)
        self.assertEqual(self.curl("http://localhost/healthz").stdout, b"ok\n")

    def test_a_file_that_is_there_is_left_alone(self):
        with open(self.path, "w") as f:
            f.write("mine")
        r = self.feed("serve", "--listen", "127.0.0.1:0", "--listen-plain", "unix:" + self.path, code=None, timeout=30)
        self.assertNotEqual(r.code, 0)
        self.assertIn("is no socket", r.err)
        with open(self.path) as f:
            self.assertEqual(f.read(), "mine")


if __name__ == "__main__":
    unittest.main()
