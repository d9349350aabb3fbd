# SPDX-License-Identifier: Apache-2.0
"""`entente taxii` against running nodes over TLS: pushing, by proxies, servers found by the DNS."""
import base64
import gzip
import http.server
import json
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest

import lib


class Proxy:
    """A proxy that knows nothing but CONNECT.  Whatever name it is asked for, it connects to the port here."""

    def __init__(self, status=200, password=None, unreachable=()):
        self.status, self.password, self.unreachable, self.asked = status, password, unreachable, []
        self.s = socket.create_server(("127.0.0.1", 0))
        self.port = self.s.getsockname()[1]
        self.url = "http://127.0.0.1:%d" % self.port
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                c, _ = self.s.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(c,), daemon=True).start()

    def head(self, c):
        data = b""
        while b"\r\n\r\n" not in data:
            more = c.recv(4096)
            if not more:
                return None
            data += more
        return data.decode("latin-1")

    def serve(self, c):
        with c:
            head = self.head(c)
            if not head:
                return
            method, target, _ = head.split(" ", 2)
            self.asked.append((method, target, head))
            host, port = target.rsplit(":", 1)
            status = 502 if host in self.unreachable else self.status
            wanted = "Basic " + base64.b64encode((self.password or "").encode()).decode()
            if self.password and "proxy-authorization: " + wanted.lower() not in head.lower():
                status = 407
            c.sendall(b"HTTP/1.1 %d Words\r\n%s\r\n" % (
                status, b'Proxy-Authenticate: Basic realm="p"\r\nContent-Length: 0\r\n' if status != 200 else b""))
            if status == 200:
                with socket.create_connection(("127.0.0.1", int(port))) as to:
                    back = threading.Thread(target=self.pump, args=(to, c), daemon=True)
                    back.start()
                    self.pump(c, to)
                    back.join()

    @staticmethod
    def pump(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        try:
            self.s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.s.close()


class Names:
    """A name server that has SRV records: name -> [(priority, weight, port, host)]."""

    def __init__(self, records):
        self.records, self.asked = records, []
        self.s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.s.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.s.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    @staticmethod
    def name(text):
        return b"".join(bytes([len(x)]) + x.encode() for x in text.split(".") if x) + b"\0"

    def serve(self):
        while True:
            try:
                q, who = self.s.recvfrom(4096)
            except OSError:
                return
            labels, at = [], 12
            while q[at]:
                labels.append(q[at + 1:at + 1 + q[at]].decode())
                at += 1 + q[at]
            question, name = q[12:at + 5], ".".join(labels)
            self.asked.append(name)
            found = self.records.get(name)
            answer = struct.pack(">2s5H", q[:2], 0x8180 if found is not None else 0x8183, 1, len(found or []), 0, 0) + question
            for priority, weight, port, host in found or []:
                data = struct.pack(">3H", priority, weight, port) + self.name(host)
                answer += struct.pack(">3HIH", 0xc00c, 33, 1, 60, len(data)) + data
            self.s.sendto(answer, who)

    def close(self):
        self.s.close()


class Client(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = lib.Folder()
        cls.feed = cls.folder.feed()
        cls.feed.user("ada", "admin")
        with open(os.path.join(cls.feed.dir, "entente.conf"), "a", encoding="utf-8") as f:
            f.write("max_content_length = 64k\n")
        cls.feed.start()
        cls.url = "https://127.0.0.1:%d" % cls.feed.port
        cls.ca = os.path.join(cls.feed.dir, "tls", "server.pem")
        cls.password = cls.folder.file("password", lib.Feed.PASSWORD)
        wrong = lib.run("taxii", "discover", cls.url, "--pin", "00" * 32, code=None)
        cls.pin = re.search(r"has pin ([0-9a-f]{64})", wrong.err)[1]
        cls.collections = 0
        cls.feed("collection", "add", "There from the start", "--root", "lab")

    @classmethod
    def tearDownClass(cls):
        cls.folder.close()

    def collection(self):
        """A collection of this test alone."""
        type(self).collections += 1
        alias = "c%d" % self.collections
        self.feed("collection", "add", alias, "--root", "lab", "--alias", alias)
        return alias

    def login(self):
        return "--user", "ada", "--password-file", self.password

    def taxii(self, what, *args, **kw):
        return lib.run("taxii", what, self.url, *args, "--ca", self.ca, *self.login(), **kw)

    def proxy(self, *args, **kw):
        p = Proxy(*args, **kw)
        self.addCleanup(p.close)
        return p

    # ---- push ----

    def ids(self, alias):
        return [o["id"] for o in self.taxii("manifest", "lab", alias, "--all", "--limit", "1000", "--json").json()["objects"]]

    def test_files_of_all_kinds_are_pushed(self):
        alias, o = self.collection(), [lib.campaign(i) for i in range(60)]
        lines = "".join(json.dumps(x) + "\n" for x in o[20:40]).encode()
        r = self.taxii("push", "lab", alias, self.folder.file("a.json", lib.bundle(o[:20])),
                       self.folder.file("b.jsonl.gz", gzip.compress(lines)), "-", "--json",
                       stdin=json.dumps({"objects": o[40:]}).encode())
        self.assertEqual(r.json(), {"failures": [], "taken": 60, "refused": 0, "unusable": 0, "pending": 0, "untold": 0,
                                    "envelopes": 1})
        self.assertEqual(self.ids(alias), [x["id"] for x in o])
        # again, with bundles as JSON lines: all of it is there
        r = self.taxii("push", "lab", alias, self.folder.file("c.jsonl", json.dumps(lib.bundle(o[:30])) + "\n"
                                                              + json.dumps(lib.bundle(o[30:])) + "\n"))
        self.assertRegex(r.out, r"taken: +60\nrefused: +0\n")
        self.assertEqual(len(self.ids(alias)), 60)

    def test_envelopes_keep_to_what_the_server_takes(self):
        alias, o = self.collection(), [lib.campaign(i, "x" * 1000) for i in range(100000, 100300)]
        o.append(lib.campaign(100300, "y" * 70000))
        r = self.taxii("push", "lab", alias, self.folder.file("large.json", lib.bundle(o)), "--json", code=1)
        self.assertEqual((r.json()["taken"], r.json()["refused"]), (300, 1))
        self.assertGreaterEqual(r.json()["envelopes"], 6)  # of 64 KiB
        self.assertEqual(r.json()["failures"][0]["id"], o[-1]["id"])
        self.assertIn("65536", r.json()["failures"][0]["message"])
        self.assertNotIn(" 413 ", self.feed.logs())
        r = self.taxii("push", "lab", alias, self.folder.file("few.json", lib.bundle(o[:10])), "--limit", "3", "--json")
        self.assertEqual(r.json()["envelopes"], 4)

    def test_each_refused_object_has_its_reason(self):
        alias = self.collection()
        bad = lib.campaign(200007, 7)
        r = self.taxii("push", "lab", alias, self.folder.file("bad.json", lib.bundle([lib.campaign(1), bad, lib.campaign(2)])),
                       code=1)
        self.assertRegex(r.out, r"REFUSED +VERSION +WHY\n%s +2018-12-01T00:00:00.000Z +.*name" % bad["id"])
        self.assertRegex(r.out, r"taken: +2\nrefused: +1\n")
        self.assertEqual(len(self.ids(alias)), 2)

    def test_what_is_no_object_stops_nothing_else(self):
        alias = self.collection()
        lines = "%s\n{oops\n{\"type\": \"x\"}\n%s\n" % (json.dumps(lib.campaign(1)), json.dumps(lib.campaign(2)))
        r = self.taxii("push", "lab", alias, self.folder.file("odd.jsonl", lines), code=2)
        self.assertIn("odd.jsonl:2:1: ", r.err)
        self.assertIn("odd.jsonl:3:1: it isn't a STIX object", r.err)
        self.assertRegex(r.out, r"taken: +2\nrefused: +0\nunusable: +2\n")
        self.assertEqual(len(self.ids(alias)), 2)
        r = self.taxii("push", "lab", alias, os.path.join(self.folder.path, "nothing.json"), code=2)
        self.assertIn("nothing.json", r.err)

    def test_nobody_and_nowhere(self):
        file = self.folder.file("one.json", lib.campaign(1))
        self.assertIn("401", lib.run("taxii", "push", self.url, "lab", "c", file, "--ca", self.ca, code=1).err)
        self.collection()
        self.assertIn("404", self.taxii("push", "lab", "nowhere", file, code=2).err)
        self.assertIn("404", self.taxii("push", "nowhere", "c", file, code=2).err)

    def test_after_an_interruption_it_is_repeated(self):
        alias, o = self.collection(), [lib.campaign(i) for i in range(3000)]
        file = self.folder.file("many.json", lib.bundle(o))
        args = ["taxii", "push", self.url, "lab", alias, file, "--ca", self.ca, *self.login(), "--limit", "5"]
        p = subprocess.Popen([lib.program(), *args], stdout=subprocess.DEVNULL)
        end = time.monotonic() + 20 * lib.SLOW
        while time.monotonic() < end and not self.ids(alias):
            time.sleep(0.05)
        p.send_signal(signal.SIGKILL)
        p.wait()
        before = self.ids(alias)
        self.assertTrue(0 < len(before) <= 3000)
        self.assertRegex(self.taxii("push", "lab", alias, file).out, r"taken: +3000\n")
        after = self.ids(alias)
        self.assertEqual(after[:len(before)], before)
        self.assertEqual(sorted(after), sorted(x["id"] for x in o))

    def test_an_envelope_whose_answer_was_lost_is_sent_again(self):
        posts = []

        class Cut(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.say(b'{"title":"r","versions":[],"max_content_length":100000}')

            def do_POST(self):
                posts.append(self.rfile.read(int(self.headers["Content-Length"])))
                if len(posts) > 1:
                    self.say(b'{"id":"1","status":"complete","total_count":1,"success_count":1,"failure_count":0,"pending_count":0}')
                self.close_connection = True

            def say(self, body):
                self.send_response(200)
                self.send_header("Content-Type", "application/taxii+json; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cut)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        url, file = "http://127.0.0.1:%d" % server.server_port, self.folder.file("one.json", lib.campaign(1))
        r = lib.run("taxii", "push", url, "r", "c", file)
        self.assertIn("sent again", r.err)
        self.assertEqual(posts[0], posts[1])
        self.assertRegex(r.out, r"taken: +1\n")
        del posts[:]
        lib.run("taxii", "push", url, "r", "c", file, "--retries", "0", code=4)
        self.assertEqual(len(posts), 1)

    # ---- status, delete, get ----

    def test_one_object_its_versions_and_its_end(self):
        alias, one = self.collection(), lib.campaign(300001)
        newer = dict(one, modified="2019-01-01T00:00:00.000Z")
        self.taxii("push", "lab", alias, self.folder.file("v.json", lib.bundle([one, newer])))
        got = self.taxii("get", "lab", alias, one["id"], "--match-version", "all", "--json").json()["objects"]
        self.assertEqual([g["modified"] for g in got], [one["modified"], newer["modified"]])
        self.taxii("delete", "lab", alias, one["id"], "--match-version", newer["modified"])
        self.assertEqual(self.taxii("versions", "lab", alias, one["id"], "--json").json()["versions"], [one["modified"]])
        self.assertIn("404", self.taxii("delete", "lab", alias, one["id"], "--match-spec-version", "2.0", code=2).err)
        self.assertIn("is deleted", self.taxii("delete", "lab", alias, one["id"], "--match-spec-version", "2.1").out)
        self.assertIn("404", self.taxii("get", "lab", alias, one["id"], code=2).err)

    def test_a_status_is_shown_and_says_whether_all_were_taken(self):
        alias = self.collection()
        for name, code in (("a campaign", 0), (7, 1)):
            body = json.dumps({"objects": [lib.campaign(400001, name)]}).encode()
            status = json.loads(self.feed.request("POST", "/lab/collections/%s/objects/" % alias, "ada", body)[2])
            r = self.taxii("status", "lab", status["id"], "--wait", "5", "--json", code=code)
            self.assertEqual(r.json(), status)
        r = self.taxii("status", "lab", status["id"], code=1)
        self.assertRegex(r.out, r"state: +complete\nobjects: +1\ntaken: +0\nrefused: +1\n")
        self.assertRegex(r.out, r"refused +%s " % lib.campaign(400001)["id"])

    def test_a_token_is_as_good_as_a_password(self):
        token = self.feed("user", "token", "ada", "--json").json()["token"]
        file = self.folder.file("token", token + "\n")
        lib.run("taxii", "collections", self.url, "lab", "--ca", self.ca, "--token-file", file)
        file = self.folder.file("token", "x" + token)
        self.assertIn("401", lib.run("taxii", "collections", self.url, "lab", "--ca", self.ca, "--token-file", file, code=1).err)

    # ---- proxies ----

    def far(self, host="feed.example"):
        """The same server by a name that only a proxy of ours knows."""
        return "https://%s:%d" % (host, self.feed.port)

    def discover(self, url, *args, **kw):
        return lib.run("taxii", "discover", url, *args, *self.login(), **kw)

    def test_requests_go_by_the_proxy_that_is_given(self):
        p = self.proxy()
        self.assertIn("/lab/", self.discover(self.far(), "--pin", self.pin, "--proxy", p.url).out)
        self.assertEqual([a[:2] for a in p.asked], [("CONNECT", "feed.example:%d" % self.feed.port)])
        self.assertNotIn("ization", p.asked[0][2])  # what is for the server the proxy doesn't see
        self.discover(self.url, "--ca", self.ca, "--proxy", "127.0.0.1:%d" % p.port)  # this machine, as it is asked for by name
        self.assertEqual(len(p.asked), 2)

    def test_requests_go_by_the_proxy_of_the_environment(self):
        for name in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            p = self.proxy()
            self.discover(self.far(), "--pin", self.pin, env={name: p.url})
            self.assertEqual(len(p.asked), 1, name)
            self.discover(self.url, "--pin", self.pin, env={name: p.url})  # never to this machine
            # without a proxy nobody knows that name, whatever the DNS here makes of it
            r = self.discover(self.far(), "--pin", self.pin, "--proxy", "", env={name: p.url}, code=None)
            self.assertNotEqual(r.code, 0)
            r = self.discover(self.far(), "--pin", self.pin, env={name: p.url, "NO_PROXY": "example"}, code=None)
            self.assertNotEqual(r.code, 0)
            self.assertEqual(len(p.asked), 1, name)

    def test_the_server_is_checked_behind_a_proxy(self):
        p = self.proxy()
        r = self.discover(self.far(), "--pin", "00" * 32, "--proxy", p.url, code=1)
        self.assertIn("nothing was sent", r.err)
        r = self.discover(self.far(), "--ca", self.ca, "--proxy", p.url, code=1)  # the certificate has another name
        self.assertIn("isn't trusted", r.err)
        self.discover("https://localhost:%d" % self.feed.port, "--ca", self.ca, "--proxy", p.url)

    def test_certificates_reach_the_server_behind_a_proxy(self):
        folder, p = lib.Folder(), self.proxy()
        self.addCleanup(folder.close)
        north, south, agreement = folder.pair()
        r = south("taxii", "collections", north.url.replace("127.0.0.1", "north.example"), agreement, "--peer", "North", "--proxy",
                  p.url)
        self.assertIn("outbound", r.out)
        self.assertEqual(p.asked[0][1], "north.example:%d" % north.port)

    def test_a_proxy_that_refuses_is_named(self):
        p = self.proxy(403)
        r = self.discover(self.far(), "--pin", self.pin, "--proxy", p.url.replace("//", "//ann:secret@"), code=4)
        self.assertIn("the proxy %s refuses to connect to it (status 403)" % p.url, r.err)
        self.assertNotIn("secret", r.err)
        p.close()
        r = self.discover(self.far(), "--pin", self.pin, "--proxy", p.url, code=4)
        self.assertIn("by the proxy %s: no connection" % p.url, r.err)
        r = self.discover(self.far(), "--pin", self.pin, "--proxy", "https://ann:secret@proxy.example", code=2)
        self.assertIn("http://", r.err)
        self.assertNotIn("secret", r.err)

    def test_a_proxy_may_want_a_password(self):
        p = self.proxy(password="ann:secret word")
        for url in (p.url, p.url.replace("//", "//ann:wrong@")):
            r = self.discover(self.far(), "--pin", self.pin, "--proxy", url, code=1)
            self.assertIn("the proxy %s wants a name and a password" % p.url, r.err)
            self.assertNotIn("wrong", r.err)
        self.discover(self.far(), "--pin", self.pin, env={"https_proxy": p.url.replace("//", "//ann:secret%20word@")})

    # ---- the DNS ----

    def names(self, *records):
        n = Names({"_taxii2._tcp.example.org": [(priority, weight, port or self.feed.port, host)
                                                for priority, weight, port, host in records] if records else None})
        self.addCleanup(n.close)
        return n

    def find(self, names, *args, domain="example.org", **kw):
        return self.discover(domain, "--dns", names.address, *args, **kw)

    def test_a_domain_leads_to_its_server(self):
        p, n = self.proxy(), self.names((0, 0, 0, "node.example.org"))
        r = self.find(n, "--pin", self.pin, "--proxy", p.url)
        self.assertIn("server:", r.out)
        self.assertIn(self.far("node.example.org"), r.out)
        self.assertIn("/lab/", r.out)
        self.assertEqual(n.asked, ["_taxii2._tcp.example.org"])
        r = self.find(n, "--pin", self.pin, "--proxy", p.url, "--json", domain="example.org.")
        self.assertEqual((r.json()["server"], r.json()["default"]), (self.far("node.example.org"), "/lab/"))

    def test_servers_are_tried_by_their_priority(self):
        p = self.proxy(unreachable=["first.example.org"])
        n = self.names((20, 0, 0, "third.example.org"), (10, 0, 0, "second.example.org"), (5, 9, 0, "first.example.org"))
        r = self.find(n, "--pin", self.pin, "--proxy", p.url, "--json")
        self.assertEqual(r.json()["server"], self.far("second.example.org"))
        self.assertIn("first.example.org", r.err)
        self.assertEqual([a[1].split(":")[0] for a in p.asked], ["first.example.org", "second.example.org"])

    def test_credentials_stay_in_the_domain(self):
        p = self.proxy()
        for host in ("evil.example", "notexample.org", "example.org.evil.example"):
            n = self.names((0, 0, 0, host))
            r = self.find(n, "--ca", self.ca, "--proxy", p.url, code=1)
            self.assertIn("isn't given your credentials", r.err)
        self.assertEqual(p.asked, [])
        self.find(n, "--pin", self.pin, "--proxy", p.url)  # the pin is proof

    def test_domains_without_a_server_are_said_so(self):
        self.assertIn("give a URL", self.find(self.names(), code=2).err)
        n = self.names((0, 0, 0, ""))
        self.assertIn("no such service", self.find(n, code=2).err)
        self.assertIn("isn't a domain", self.find(n, domain="example org", code=2).err)
        n.close()
        self.assertIn("name server", self.discover("example.org", "--dns", "example.net", code=2).err)


if __name__ == "__main__":
    unittest.main()
