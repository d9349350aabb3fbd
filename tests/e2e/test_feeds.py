# SPDX-License-Identifier: Apache-2.0
"""taxii mirror and feeds: other people's collections into files and into a node, through kills, odd servers and bad objects."""
import json
import os
import random
import signal
import socket
import stat
import subprocess
import time
import unittest

import lib
import odd_server

OBJECTS = 3000
SEED = int(os.environ.get("ENTENTE_SEED", "20190201"))


def files(folder):
    """The objects of a mirror by their files' paths below it."""
    found = {}
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            if name.endswith(".json") and name != "mirror.json":
                with open(path, encoding="utf-8") as f:
                    found[os.path.relpath(path, folder)] = json.load(f)
    return found


def expected(objects):
    return {"%s/%s/%s.json" % (o["type"], o["id"], "".join(c for c in o["modified"] if c.isdigit())): o for o in objects}


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.password = self.folder.file("password", lib.Feed.PASSWORD + "\n")

    def wait(self, what, condition, seconds=30):
        end = time.time() + seconds * lib.SLOW
        while time.time() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.1)
        self.fail("not within %d s: %s" % (seconds, what))

    def server(self, objects, **kw):
        s = odd_server.Server(objects, **kw)
        self.addCleanup(s.close)
        return s

    def killed(self, args, rnd, rounds):
        """Runs a command and kills it at random moments, until it ends by itself or the rounds are over; how often."""
        for n in range(rounds):
            p = subprocess.Popen([lib.program()] + [str(a) for a in args], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                err = p.communicate(timeout=rnd.uniform(0.01, 0.12) * lib.SLOW)[1]
                self.assertEqual(p.returncode, 0, err)
                return n
            except subprocess.TimeoutExpired:
                p.kill()
                p.communicate()
        return rounds


class Source(Case):
    """A node that serves 3,000 objects to rita."""

    def setUp(self):
        super().setUp()
        self.objects = [lib.campaign(i) for i in range(OBJECTS)]
        self.source = self.folder.feed("Source")
        self.source.user("rita", "reader")
        self.source("collection", "add", "Large", "--root", "feeds", "--alias", "large", "--read", "rita")
        self.source("import", self.folder.file("all.json", {"objects": self.objects}), "--collection", "large")
        self.source.start()
        self.url = "https://127.0.0.1:%d" % self.source.port
        self.access = ["--user", "rita", "--password-file", self.password, "--ca", self.source.dir + "/tls/server.pem"]

    def node(self, name="Node"):
        n = self.folder.feed(name)
        n("collection", "add", "Mirror", "--root", "mine", "--alias", "mirror")
        return n

    def counts(self, node):
        return [c["objects"] for c in node("collection", "list", "--json").json()["collections"]]


class Mirror(Source):
    def test_into_files_through_kills(self):
        rnd, to = random.Random(SEED), os.path.join(self.folder.path, "files")
        args = ["taxii", "mirror", self.url, "/feeds/", "large", "--to", to, "--limit", "25"] + self.access
        kills = self.killed(args, rnd, 12)
        found = files(to)  # whole, whatever was killed
        for path, o in found.items():
            self.assertEqual(o, expected([o])[path])
        r = lib.run(*args, "--json").json()
        self.assertEqual(files(to), expected(self.objects))
        self.assertTrue(r["complete"])
        self.assertFalse(os.path.exists(os.path.join(to, ".new")))
        r = lib.run(*args, "--json").json()
        self.assertLessEqual((r["objects"], r["new"]), (1, 0))
        late = lib.campaign(1, "newer", modified="2019-01-01T00:00:00.000Z")
        self.source("import", self.folder.file("late.json", late), "--collection", "large")
        self.assertEqual(lib.run(*args, "--json").json()["new"], 1)
        self.assertEqual(files(to), expected(self.objects + [late]))
        print("killed %d times" % kills, end=" ")

    def test_into_holdings_through_kills(self):
        rnd, node = random.Random(SEED + 1), self.node()
        args = ["-C", node.dir, "taxii", "mirror", self.url, "/feeds/", "large", "--collection", "mirror", "--limit", "25"] + self.access
        kills = self.killed(args, rnd, 12)
        before = self.counts(node)[0]
        r = lib.run(*args, "--json").json()
        self.assertTrue(r["complete"])
        self.assertEqual(r["new"], OBJECTS - before)
        self.assertEqual(self.counts(node), [OBJECTS])
        self.assertLessEqual(lib.run(*args, "--json").json()["objects"], 1)
        self.assertEqual(self.counts(node), [OBJECTS])
        node("ledger", "verify")
        print("killed %d times" % kills, end=" ")

    def test_a_folder_is_a_mirror_before_it_holds_anything(self):
        s = self.server([lib.campaign(i) for i in range(30)], next="same", most=10)
        to = os.path.join(self.folder.path, "stuck")
        args = ["taxii", "mirror", s.url, "api", "c1", "--to", to]
        lib.run(*args, code=None)
        with open(os.path.join(to, "mirror.json"), encoding="utf-8") as f:
            self.assertNotIn("complete\":true", f.read())
        # as a kill inside of the first page leaves it: objects, and the mark at the start
        with open(os.path.join(to, "mirror.json"), encoding="utf-8") as f:
            start = {k: v for k, v in json.load(f).items() if k in ("url", "root", "collection", "match")}
        with open(os.path.join(to, "mirror.json"), "w", encoding="utf-8") as f:
            json.dump(start, f)
        s.ways = {}
        left = os.path.join(to, "mirror.json.new-4711")  # and one inside of a mark's writing
        with open(left, "w", encoding="utf-8") as f:
            f.write("{")
        self.assertTrue(lib.run(*args, "--json").json()["complete"])
        self.assertEqual(files(to), expected(s.objects))
        self.assertFalse(os.path.exists(left))
        os.mkdir(to + "-2")  # also before there was any mark
        os.rename(os.path.join(to, "mirror.json"), os.path.join(to + "-2", "mirror.json.new-4712"))
        self.assertTrue(lib.run(*args[:-1], to + "-2", "--json").json()["complete"])

    def test_a_folder_belongs_to_one_collection(self):
        to = os.path.join(self.folder.path, "files")
        args = ["taxii", "mirror", self.url, "/feeds/", "large", "--to", to] + self.access
        lib.run(*args)
        r = lib.run(*args, "--match-type", "campaign", code=None)
        self.assertIn("another collection or other filters", r.err)
        self.assertNotEqual(r.code, 0)
        busy = os.path.join(self.folder.path, "busy")
        os.mkdir(busy)
        with open(os.path.join(busy, "mine.txt"), "w", encoding="utf-8") as f:
            f.write("mine")
        r = lib.run("taxii", "mirror", self.url, "/feeds/", "large", "--to", busy, *self.access, code=None)
        self.assertIn("holds files and no mirror", r.err)

    def test_filters(self):
        to = os.path.join(self.folder.path, "one")
        one = self.objects[7]
        r = lib.run("taxii", "mirror", self.url, "/feeds/", "large", "--to", to, "--match-id", one["id"], *self.access, "--json").json()
        self.assertEqual((r["objects"], r["complete"]), (1, True))
        self.assertEqual(files(to), expected([one]))

    def test_get_all_goes_through_the_pages(self):
        r = lib.run("taxii", "get", self.url, "/feeds/", "large", "--all", "--limit", "700", *self.access, "--json").json()
        self.assertEqual(r["objects"], self.objects)
        self.assertFalse(r["more"])
        r = lib.run("taxii", "get", self.url, "/feeds/", "large", "--limit", "700", *self.access, "--json").json()
        self.assertEqual((len(r["objects"]), r["more"]), (700, True))


class Feeds(Source):
    def feed(self, node, name="large"):
        return next(f for f in node("feed", "list", "--json").json()["feeds"] if f["name"] == name)

    def add(self, node, name="large", *more):
        node("feed", "add", name, self.url, "/feeds/", "large", "--collection", "mirror", "--every", "1s", "--tlp", "amber",
             *self.access, *more)

    def test_a_running_node_keeps_up(self):
        node = self.node()
        self.add(node)
        self.assertEqual(self.feed(node)["state"], "not run yet")
        node.start()
        f = self.wait("the feed is complete", lambda: (lambda f: f["complete"] and f)(self.feed(node)))
        self.assertEqual((f["new"], f["refused"], f["failures"], f["last_error"]), (OBJECTS, 0, 0, None))
        self.assertEqual(self.counts(node), [OBJECTS])
        late = lib.campaign(1, "newer", modified="2019-01-01T00:00:00.000Z")
        self.source("import", self.folder.file("late.json", late), "--collection", "large")
        self.wait("the new version came", lambda: self.counts(node) == [OBJECTS + 1])
        status, _, text = node.request("GET", "/metrics")
        self.assertEqual(status, 200)
        self.assertIn('entente_feed_refused_total{feed="large"} 0\n', text.decode())
        self.assertIn('entente_feed_age_seconds{feed="large"} ', text.decode())
        seen = node("status", "--json").json()["feeds"][0]
        self.assertEqual((seen["feed"], seen["failures"]), ("large", 0))
        # the server is away: said, and pauses that double
        self.source.stop()
        f = self.wait("the failure is seen", lambda: (lambda f: f["failures"] > 1 and f)(self.feed(node)))
        self.assertEqual(f["state"], "failing")
        self.assertIn("127.0.0.1:%d" % self.source.port, f["last_error"])
        self.assertEqual(f["new"], OBJECTS + 1)
        self.source.start()
        late["name"], late["modified"] = "newest", "2019-02-01T00:00:00.000Z"
        self.source("import", self.folder.file("late.json", late), "--collection", "large")
        self.wait("it came back", lambda: self.feed(node)["failures"] == 0 and self.counts(node) == [OBJECTS + 2])
        node("ledger", "verify")

    def test_kills_of_the_node_lose_nothing(self):
        rnd, node = random.Random(SEED + 2), self.node()
        self.add(node, "large", "--limit", "10")
        for _ in range(6):
            node.start()
            time.sleep(rnd.uniform(2.0, 2.3))
            node.process.send_signal(signal.SIGKILL)
            node.process.wait()
            node.process.stdout.close()
            node.process = None
        r = node("feed", "run", "large", "--json").json()["runs"][0]
        self.assertTrue(r["complete"])
        self.assertEqual(self.counts(node), [OBJECTS])
        self.assertEqual(self.feed(node)["new"], OBJECTS)
        node("ledger", "verify")

    def test_a_wrong_password_is_said_and_kept_to_itself(self):
        node = self.node()
        wrong = self.folder.file("wrong", "not the password\n")
        node("feed", "add", "bad", self.url, "feeds", "large", "--user", "rita", "--password-file", wrong, "--ca",
             self.source.dir + "/tls/server.pem")
        self.add(node)
        r = node("feed", "run", "--json", code=None)
        self.assertNotEqual(r.code, 0)
        runs = {x["name"]: x for x in r.json()["runs"]}
        self.assertIn("401", runs["bad"]["problem"])
        self.assertEqual((runs["large"]["new"], runs["large"]["complete"]), (OBJECTS, True))
        bad = self.feed(node, "bad")
        self.assertEqual((bad["failures"], bad["state"]), (1, "failing"))
        said = node("feed", "list").out + node("feed", "show", "bad", "--json").out + node("feed", "show", "bad").out + r.out + r.err
        self.assertNotIn("not the password", said)
        for name in ("bad.secret", "large.secret"):
            path = os.path.join(node.dir, "feeds", name)
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        node("feed", "remove", "bad")
        self.assertFalse(os.path.exists(os.path.join(node.dir, "feeds", "bad.secret")))
        self.assertEqual([f["name"] for f in node("feed", "list", "--json").json()["feeds"]], ["large"])
        self.assertEqual(self.counts(node), [OBJECTS])

    def test_one_run_at_a_time(self):
        node = self.node()
        self.add(node, "large", "--limit", "2")
        first = subprocess.Popen([lib.program(), "-C", node.dir, "feed", "run", "large"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.wait("it has begun", lambda: self.feed(node)["new"] > 0)
        r = node("feed", "run", "large", code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn("another run of this feed is under way", r.err)
        first.kill()
        first.communicate()
        self.assertTrue(node("feed", "run", "large", "--json").json()["runs"][0]["complete"])
        self.assertEqual(self.counts(node), [OBJECTS])

    def test_what_can_not_be_a_feed_is_refused(self):
        node = self.node()
        self.add(node)
        for args, says in ((("large", self.url, "r", "c"), "there is a feed large already"),
                           (("a/b", self.url, "r", "c"), "a feed's name has"),
                           (("x", self.url + "/feeds/", "r", "c"), "has a path"),
                           (("x", self.url, "r", "c", "--every", "often"), "is not a duration"),
                           (("x", self.url, "r", "c", "--every", "0s"), "runs at most every"),
                           (("x", self.url, "r", "c", "--tlp", "blue"), "is not clear"),
                           (("x", self.url, "r", "c", "--collection", "none"), "there is no collection"),
                           (("x", self.url, "r", "c", "--pin", "12"), "64 hex digits"),
                           (("x", self.url, "r", "c", "--user", "u", "--token-file", self.password), "one of them"),
                           (("x", self.url, "r", "c", "--cert", self.password), "go together"),
                           (("x", "http://feeds.example", "r", "c", "--token-file", self.password), "this machine only"),
                           (("x", "http://127.evil.example", "r", "c", "--token-file", self.password), "this machine only")):
            r = node("feed", "add", *args, code=None)
            self.assertNotEqual(r.code, 0, args)
            self.assertIn(says, r.err)
        self.assertEqual(len(node("feed", "list", "--json").json()["feeds"]), 1)


class Odd(Case):
    """Servers of others."""

    def mirror(self, server, *more, code=0):
        to = os.path.join(self.folder.path, "odd-%d" % server.http.server_address[1])
        return to, lib.run("taxii", "mirror", server.url, "api", "c1", "--to", to, "--limit", "50", *more, "--json", code=code)

    def test_those_that_can_be_read(self):
        objects = [lib.campaign(i) for i in range(333)]
        for ways in ({}, {"dates": "none"}, {"dates": "back"}, {"next": "none"}, {"forgets": range(0, 100, 2)}, {"empty": True}, {"breaks": [3, 5]},
                     {"forgets": [3], "dates": "none"}, {"most": 40, "group": 500}):
            with self.subTest(**ways):
                s = self.server(objects, **ways)
                to, r = self.mirror(s)
                self.assertEqual(files(to), expected(objects))
                out = r.json()
                self.assertEqual((out["new"], out["refused"], out["complete"]), (333, 0, True))
                self.assertEqual(out["undated"], ways.get("dates") is not None)
                # later: one more, and of what is there nothing is written again
                s.objects.append(lib.campaign(5000))
                out = self.mirror(s)[1].json()
                self.assertEqual((out["new"], out["refused"], out["complete"]), (1, 0, True))

    def test_those_that_go_round_in_circles(self):
        objects = [lib.campaign(i) for i in range(333)]
        for ways, says in (({"next": "same"}, "next is the one that it was asked with"),
                           ({"next": "circle"}, "a page came twice"),
                           ({"next": "circle", "dates": "none"}, "a page came twice"),
                           ({"next": "none", "dates": "none"}, "no way to ask for the rest"),
                           ({"next": "none", "group": 500}, "doesn't go beyond the page before")):
            with self.subTest(**ways):
                s = self.server(objects, **ways)
                _, r = self.mirror(s, code=None)
                self.assertNotEqual(r.code, 0)
                self.assertIn(says, r.err)
                self.assertLess(s.requests, 20)

    def test_one_bad_object_is_reported_and_the_rest_comes(self):
        objects = [lib.campaign(i) for i in range(120)]
        objects[50] = dict(objects[50], modified="yesterday")
        objects[70] = {"type": "campaign"}
        objects[71] = "not an object"
        objects[110] = dict(objects[10], name="other content")
        s = self.server(objects)
        good = [o for i, o in enumerate(objects) if i not in (50, 70, 71, 110)]
        to, r = self.mirror(s, code=1)
        out = r.json()
        self.assertEqual((out["new"], out["refused"], out["complete"]), (116, 4, True))
        self.assertEqual(files(to), expected(good))
        self.assertIn(objects[50]["id"], [b["id"] for b in out["last_refused"]])
        node = self.folder.feed("Node")
        node("feed", "add", "odd", s.url, "api", "c1")
        r = node("feed", "run", "odd", "--json", code=1)
        run = r.json()["runs"][0]
        self.assertEqual((run["new"], run["refused"], run["complete"], run["problem"]), (116, 4, True, None))
        self.assertIn("modified", r.err)
        shown = node("feed", "show", "odd", "--json").json()
        self.assertEqual((shown["refused"], shown["complete"], shown["last_error"]), (4, True, None))
        why = {b["id"]: b["why"] for b in shown["last_refused"]}
        self.assertIn(objects[50]["id"], why)
        self.assertIn("other content", why[objects[110]["id"]])
        held = node("list", "--type", "campaign", "--json", "--source", "feed:odd").json()["objects"]
        self.assertEqual(len(held), 116)
        node("ledger", "verify")

    def test_a_silent_server_does_not_keep_the_node_from_stopping(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            s.listen(5)
            node = self.folder.feed("Node")
            node("feed", "add", "silent", "http://127.0.0.1:%d" % s.getsockname()[1], "api", "c1")
            node.start()
            s.settimeout(20 * lib.SLOW)
            c = s.accept()[0]
            begin = time.time()
            node.stop()
            self.assertLess(time.time() - begin, 8 * lib.SLOW)
            c.close()
            self.assertEqual(node("feed", "list", "--json").json()["feeds"][0]["failures"], 0)

    def test_a_server_of_taxii_20_is_read(self):
        objects = [lib.campaign(i) for i in range(333)]
        for o in objects:
            del o["spec_version"]
        s = self.server(objects, most=50, old=True)
        to, r = self.mirror(s, "--taxii", "2.0")
        self.assertEqual(files(to), expected(objects))
        self.assertEqual((r.json()["complete"], r.json()["undated"]), (True, False))
        s.objects.append(dict(lib.campaign(5000)))
        self.assertEqual(self.mirror(s, "--taxii", "2.0")[1].json()["new"], 1)
        r = lib.run("taxii", "discover", s.url, "--taxii", "2.0", "--json").json()
        self.assertEqual(r["api_roots"], [s.url + "/api/"])
        got = lib.run("taxii", "get", s.url, "api", "c1", "--taxii", "2.0", "--json").json()
        self.assertEqual((len(got["objects"]), got["more"]), (50, True))
        self.assertNotEqual(lib.run("taxii", "get", s.url, "api", "c1", code=None).code, 0)
        r = lib.run("taxii", "delete", s.url, "api", "c1", objects[0]["id"], "--taxii", "2.0", code=None)
        self.assertIn("only read", r.err)
        self.assertIn("is not 2.0 or 2.1", lib.run("taxii", "discover", s.url, "--taxii", "1.1", code=None).err)

    def test_who_calls_and_a_busy_server(self):
        objects = [lib.campaign(i) for i in range(20)]
        token = self.folder.file("token", "s3cret-t0ken\n")
        s = self.server(objects, token="s3cret-t0ken")
        s.busy = 1
        to, r = self.mirror(s, "--token-file", token)
        self.assertEqual(files(to), expected(objects))
        self.assertIn("asked again", r.err)
        node = self.folder.feed("Node")
        node("feed", "add", "t", s.url, "api", "c1", "--token-file", "-", stdin=b"s3cret-t0ken\n")
        self.assertEqual(node("feed", "run", "--json").json()["runs"][0]["new"], 20)
        self.assertNotIn("s3cret", node("feed", "show", "t").out + node("feed", "show", "t", "--json").out)


if __name__ == "__main__":
    unittest.main()
