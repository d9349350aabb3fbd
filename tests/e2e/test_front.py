# SPDX-License-Identifier: Apache-2.0
"""The server's front, whoever is behind it: logins, methods, codings, limits, certificates, sockets."""
import base64
import http.client
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


if __name__ == "__main__":
    unittest.main()
