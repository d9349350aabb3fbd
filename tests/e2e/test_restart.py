# SPDX-License-Identifier: Apache-2.0
"""A node that hands its place over: no request fails, and what can't take over doesn't."""
import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
import unittest

import lib

HANDOVERS = int(os.environ.get("ENTENTE_HANDOVERS", "4"))


class Load:
    """Clients that keep their connections, come anew, read and write, and note what goes wrong."""

    def __init__(self, feed, readers, writers):
        self.feed, self.over, self.guard = feed, threading.Event(), threading.Lock()
        self.wrong, self.done, self.posted = [], 0, []
        self.threads = [threading.Thread(target=self.run, args=(self.read, n)) for n in range(readers)]
        self.threads += [threading.Thread(target=self.run, args=(self.write, n)) for n in range(writers)]

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for t in self.threads:
            t.join()

    def run(self, step, n):
        c, i = self.feed.connect(), 0
        while not self.over.is_set():
            try:
                step(c, n, i)
            except (http.client.HTTPException, OSError, AssertionError) as e:
                with self.guard:
                    self.wrong.append(repr(e))
                c.close()
            with self.guard:
                self.done += 1
            i += 1
            if n % 2 and i % 20 == 0:
                c.close()
        c.close()

    def ask(self, c, method, path, want, body=None):
        login = base64.b64encode(("boss:" + self.feed.PASSWORD).encode()).decode()
        c.request(method, path, body, {"Accept": lib.TAXII, "Content-Type": lib.TAXII, "Authorization": "Basic " + login})
        r = c.getresponse()
        data = r.read()
        assert r.status == want, (r.status, data)
        return data

    def read(self, c, n, i):
        self.ask(c, "GET", "/feed/collections/all/objects/?limit=5", 200)

    def write(self, c, n, i):
        o = lib.campaign(10000 * (n + 1) + i)
        self.ask(c, "POST", "/feed/collections/all/objects/", 202, json.dumps({"objects": [o]}).encode())
        with self.guard:
            self.posted.append(o["id"])


class Handover(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.feed = self.folder.feed()
        self.feed.user("boss", "admin")
        self.feed("collection", "add", "Feed", "--root", "feed", "--alias", "all")
        self.feed("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(50)])),
                  "--collection", "all")

    def tearDown(self):
        try:
            os.kill(self.pid(), signal.SIGKILL)
        except (OSError, ValueError):
            pass
        self.folder.close()

    def pid(self):
        with open(os.path.join(self.feed.dir, "serve.pid")) as f:
            return int(f.readline())

    def until(self, what):
        deadline = time.monotonic() + 60 * lib.SLOW
        while not what():
            self.assertLess(time.monotonic(), deadline, self.feed.logs()[-3000:])
            time.sleep(0.02)

    def hand_over(self):
        before = self.pid()
        os.kill(before, signal.SIGUSR2)
        self.until(lambda: "handed over to process" in self.feed.logs() and self.pid() != before)
        return before, self.pid()

    def gone(self, pid):
        if pid == self.feed.process.pid:
            return self.feed.process.poll() is not None
        try:
            os.kill(pid, 0)
            with open("/proc/%d/stat" % pid) as f:
                return f.read().rsplit(")", 1)[1].split()[0] == "Z"
        except OSError:
            return True

    def test_no_request_fails(self):
        self.feed.start()
        old = []
        with Load(self.feed, 6, 2) as load:
            for _ in range(HANDOVERS):
                done = load.done
                self.until(lambda: load.done > done + 50)
                old.append(self.hand_over()[0])
                self.until(lambda: self.gone(old[-1]))
            done = load.done
            self.until(lambda: load.done > done + 50)
        self.assertEqual(load.wrong, [])
        self.assertEqual(len(set(old)), HANDOVERS)
        seen, path = set(), "/feed/collections/all/manifest/?limit=1000"
        url = path
        while True:
            page = json.loads(self.feed.request("GET", url, "boss")[2])
            seen |= {o["id"] for o in page["objects"]}
            if not page.get("more"):
                break
            url = path + "&next=" + page["next"]
        self.assertEqual(seen - {lib.campaign(i)["id"] for i in range(50)}, set(load.posted))
        r = self.feed("serve", "--listen", "127.0.0.1:0", code=None)
        self.assertIn("served already, by process %d" % self.pid(), r.err)
        last = self.pid()
        os.kill(last, signal.SIGTERM)
        self.until(lambda: self.gone(last))
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", self.feed.port), 5).close()

    def test_no_request_over_http_2_fails(self):
        """curl takes up its connections again where it can."""
        self.feed.start()
        url = "https://127.0.0.1:%d/feed/collections/all/objects/?limit=[1-40]" % self.feed.port
        over, wrong, done = threading.Event(), [], []

        def run():
            while not over.is_set():
                p = subprocess.run(["curl", "-sS", "--http2", "--cacert", os.path.join(self.feed.dir, "tls", "server.pem"), "-u",
                                    "boss:" + self.feed.PASSWORD, "-o", "/dev/null", "-w", "%{http_version} %{http_code}\n", url],
                                   capture_output=True, text=True)
                lines = p.stdout.split("\n")[:-1]
                done.extend(lines)
                wrong.extend([line for line in lines if line != "2 200"] + ([p.stderr] if p.returncode or len(lines) != 40 else []))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for t in threads:
            t.start()
        try:
            for _ in range(2):
                before = len(done)
                self.until(lambda: len(done) > before + 200)
                old, _ = self.hand_over()
                self.until(lambda: self.gone(old))
        finally:
            over.set()
            for t in threads:
                t.join()
        self.assertEqual(wrong, [])

    def test_who_is_silent_is_let_go(self):
        """A connection on which nothing comes ends some seconds later, and with it the old process."""
        self.feed.start()
        c = self.feed.connect()
        c.request("GET", "/healthz")
        self.assertEqual(c.getresponse().read(), b"ok\n")
        late = self.feed.connect()
        late.connect()
        old, _ = self.hand_over()
        while True:  # it retires a moment after it has said so
            c.request("GET", "/healthz")
            r = c.getresponse()
            self.assertEqual(r.read(), b"ok\n")
            if r.getheader("Connection") == "close":  # the old process's last answer to it
                break
        self.assertFalse(self.gone(old))
        self.until(lambda: self.gone(old))
        self.assertEqual(late.sock.recv(1), b"")
        late.close()

    def test_what_does_not_start_takes_nothing_over(self):
        self.feed.start()
        with open(self.feed.dir + "/entente.conf", "a") as f:
            f.write("\ncolour = green\n")
        os.kill(self.pid(), signal.SIGUSR2)
        self.until(lambda: "this process goes on" in self.feed.logs())
        self.assertEqual(self.pid(), self.feed.process.pid)
        self.assertEqual(self.feed.request("GET", "/healthz")[0], 200)
        self.assertIn("colour", self.feed.logs())  # the other one has said why
        with open(self.feed.dir + "/entente.conf") as f:
            text = f.read()
        with open(self.feed.dir + "/entente.conf", "w") as f:
            f.write(text.replace("colour = green\n", ""))
        self.hand_over()
        self.assertEqual(self.feed.request("GET", "/healthz")[0], 200)

    def test_a_unix_socket_and_who_watches_over_the_node(self):
        path, watcher = os.path.join(self.folder.path, "http.sock"), os.path.join(self.folder.path, "notify.sock")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.bind(watcher)
            s.settimeout(60 * lib.SLOW)
            os.environ["NOTIFY_SOCKET"] = watcher
            try:
                self.feed.start("--listen-plain", "unix:" + path)
            finally:
                del os.environ["NOTIFY_SOCKET"]
            self.assertEqual(s.recv(100), b"READY=1")
            old, new = self.hand_over()
            self.assertEqual({s.recv(100), s.recv(100)}, {b"READY=1", b"MAINPID=%d" % new})
        self.until(lambda: self.gone(old))
        p = subprocess.run(["curl", "-sS", "--unix-socket", path, "http://localhost/healthz"], capture_output=True)
        self.assertEqual(p.stdout, b"ok\n")
        os.kill(new, signal.SIGTERM)
        self.until(lambda: not os.path.exists(path))

    def test_a_stray_variable_is_no_handover(self):
        for text in ("lock 77\nready 78\n", "lock 0\nready 1\n", "listener a 3\n", "x", "listener " + "9" * 5000):
            r = self.feed("serve", "--listen", "127.0.0.1:0", code=None, env={"ENTENTE_HANDOVER": text}, timeout=20)
            self.assertNotEqual(r.code, 0)
            self.assertIn("ENTENTE_HANDOVER", r.err)


if __name__ == "__main__":
    unittest.main()
