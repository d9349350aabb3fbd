# SPDX-License-Identifier: Apache-2.0
"""`entente watch`: planted hits are found and no other, through rotation and through kill -9."""
import json
import os
import random
import signal
import subprocess
import time
import unittest

import lib
import sensor

MB = int(os.environ.get("ENTENTE_MEGABYTES", "10"))
ROUNDS = int(os.environ.get("ENTENTE_ROUNDS", "6"))
INDICATORS = int(os.environ.get("ENTENTE_INDICATORS", "5000"))


def line(n, name, kind="dns"):
    """A line of EVE, n seconds after noon."""
    return json.dumps({"timestamp": "2026-03-01T12:%02d:%02d.000000+0000" % (n // 60, n % 60), "event_type": kind,
                       "src_ip": "10.0.0.1", "dns": {"rrname": name}}) + "\n"


def name_indicator(n, name, **more):
    return sensor.indicator(n, "[domain-name:value = '%s']" % name, **more)


class Watch(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def path(self, name):
        return os.path.join(self.folder.path, name)

    def write(self, name, text, mode="w"):
        with open(self.path(name), mode) as f:
            f.write(text)
        return self.path(name)

    def indicators(self, *objects):
        return self.write("indicators.json", json.dumps(lib.bundle(list(objects))))

    def watch(self, *args, **kw):
        """The hits, and the summary."""
        lines = [json.loads(x) for x in lib.run("watch", "--json", *args, **kw).out.splitlines()]
        return lines[:-1], lines[-1]["summary"]

    def hits(self, name="hits.jsonl"):
        with open(self.path(name)) as f:
            return [json.loads(x) for x in f]

    def wait(self, what, seconds=20):
        end = time.monotonic() + seconds * lib.SLOW
        while not what():
            self.assertLess(time.monotonic(), end, "it took too long")
            time.sleep(0.05)

    def spawn(self, *args, node=None):
        with open(self.path("watch.log"), "ab") as log:
            p = subprocess.Popen([lib.program()] + (["-C", node.dir] if node else []) + ["watch"] + [str(a) for a in args],
                                 stdout=log, stderr=log)
        self.addCleanup(lambda: p.poll() is None and (p.kill(), p.wait()))
        return p

    def end(self, p, sig=signal.SIGTERM):
        p.send_signal(sig)
        return p.wait(60 * lib.SLOW)

    # ---- what is found ----

    def test_planted_hits_are_found_and_no_other(self):
        planted, lines = sensor.write(self.folder.path, MB << 20, INDICATORS, 500)
        hits, total = self.watch("--indicators", self.path("indicators.jsonl"), self.path("eve.json"))
        self.assertEqual([h["indicator"] for h in hits], planted)
        self.assertEqual(total["observations"], lines)
        self.assertEqual(total["hits"], len(planted))
        self.assertEqual((total["broken_lines"], total["not_evaluated"], total["dropped"]), (0, 0, 0))
        self.assertGreater(total["ignored_fields"], 0)

    def test_a_hit_says_what_when_and_why(self):
        i = self.indicators(name_indicator(1, "a.example"))
        hits, total = self.watch("-i", i, self.write("eve.json", line(1, "b.example") + line(2, "A.Example.")))
        self.assertEqual(len(hits), 1)
        self.assertEqual(hits[0]["time"], "2026-03-01T12:00:02.000000Z")
        self.assertEqual(hits[0]["why"], ["domain-name:value = 'a.example'"])
        self.assertEqual(hits[0]["observations"][0]["line"], 2)
        self.assertEqual(hits[0]["objects"][hits[0]["observations"][0]["object"]],
                         {"type": "domain-name", "value": "a.example"})

    def test_every_format_is_told_by_itself(self):
        i = self.indicators(name_indicator(1, "a.example"))
        zeek = ("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n"
                "#fields\tts\tquery\n#types\ttime\tstring\n1772366400.000000\ta.example\n")
        stix = lib.bundle([{"type": "domain-name", "id": "domain-name--1", "value": "a.example"},
                           {"type": "observed-data", "first_observed": "2026-03-01T12:00:00Z", "number_observed": 1,
                            "last_observed": "2026-03-01T12:00:00Z", "object_refs": ["domain-name--1"]}])
        for text, more in ((line(1, "a.example"), ()), (zeek, ()), (json.dumps(stix) + "\n", ()),
                           (json.dumps(stix, indent=2), ()), ('{"ts":1772366400,"query":"a.example"}\n', ()),
                           ("when,who\n2026-03-01T12:00:00Z,a.example\n",
                            ("--map", self.write("map", "when time\nwho domain-name:value\n")))):
            hits, total = self.watch("-i", i, *more, stdin=text.encode())
            self.assertEqual(len(hits), 1, text)
        r = lib.run("watch", "-i", i, stdin=b"Mar 1 12:00:00 host sshd: x\n", code=2)
        self.assertIn("format", r.err)

    def test_validity_confidence_and_decay(self):
        day = "2026-03-0%dT00:00:00Z"
        i = self.indicators(
            name_indicator(1, "a.example", valid_from=day % 1, valid_until="2026-03-01T12:00:10Z"),
            name_indicator(2, "b.example", revoked=True),
            name_indicator(3, "c.example", confidence=20),
            name_indicator(4, "d.example", confidence=80, valid_from="2026-02-10T00:00:00Z"),
            name_indicator(5, "e.example"),
            name_indicator(5, "f.example", modified="2026-01-02T00:00:00.000Z"),
            name_indicator(6, "g.example", valid_from=day % 2),
            sensor.indicator(7, "alert tcp any any", pattern_type="snort"),
            sensor.indicator(8, "[domain-name:value = "))
        log = self.write("eve.json", "".join(line(n, x + ".example") for n, x in enumerate("abcdefg")) + line(10, "a.example"))
        hits, total = self.watch("-i", i, log)
        self.assertEqual([h["indicator"][-1] for h in hits], ["1", "3", "4", "5"])
        self.assertEqual((total["revoked"], total["other_languages"], total["unusable"]), (1, 1, 1))
        self.assertEqual(total["outside_validity"], 2)
        hits, total = self.watch("-i", i, log, "--min-confidence", "50")
        self.assertEqual([h["indicator"][-1] for h in hits], ["1", "4", "5"])
        # in 40 days from 80 to nothing: below 50 after 15
        hits, total = self.watch("-i", i, log, "--min-confidence", "50", "--decay", "40")
        self.assertEqual([h["indicator"][-1] for h in hits], ["1"])
        hits, total = self.watch("-i", i, log, "--min-confidence", "50", "--decay", "400")
        self.assertEqual([h["indicator"][-1] for h in hits], ["1", "4", "5"])

    # ---- noise ----

    def test_what_is_allowed_makes_no_hit(self):
        i = self.indicators(name_indicator(1, "a.example"), name_indicator(2, "www.b.example"),
                            sensor.indicator(3, "[ipv4-addr:value = '192.0.2.7']"),
                            sensor.indicator(4, "[network-traffic:dst_ref.value = '198.51.100.1']"),
                            name_indicator(5, "c.example"))
        allow = self.write("allow", "# ours\na.example\n*.b.example\n192.0.2.0/24\n10.0.0.0/8\n198.51.100.1\n")
        text = line(1, "a.example") + line(2, "www.b.example") + line(3, "c.example")
        text += json.dumps({"timestamp": "2026-03-01T12:00:00Z", "event_type": "alert", "src_ip": "192.0.2.7",
                            "dest_ip": "198.51.100.1", "proto": "TCP"}) + "\n"
        hits, total = self.watch("-i", i, "--allow", allow, self.write("eve.json", text))
        self.assertEqual([h["indicator"][-1] for h in hits], ["5"])
        self.assertEqual(total["allowed"], 4)
        self.assertEqual(len(self.watch("-i", i, self.path("eve.json"))[0]), 5)

    def test_a_noisy_indicator_is_muted_and_told_once(self):
        i = self.indicators(name_indicator(1, "noise.example"), name_indicator(2, "rare.example"))
        text = "".join(line(n % 3000, "noise.example" if n % 2 else "x%d.example" % n) for n in range(5000))
        log = self.write("eve.json", text + line(3000, "rare.example"))
        hits, total = self.watch("-i", i, log)
        self.assertEqual(len([h for h in hits if h["indicator"].endswith("1")]), 101)
        self.assertEqual([h["hits"] for h in hits if h.get("muted")], [100])
        self.assertEqual(total["muted"], 1)
        self.assertEqual(hits[-1]["indicator"][-1], "2")
        self.assertEqual(len(self.watch("-i", i, "--mute-share", "100", log)[0]), 2501)

    def test_broken_lines_are_counted_and_named(self):
        i = self.indicators(name_indicator(1, "a.example"))
        text = line(1, "a.example") + "{\"event_type\":\n" + "\0\xff\n" + "{" * 70000 + "\n" + "x" * (5 << 20) + "\n" + line(9, "a.example")
        with open(self.path("eve.json"), "wb") as f:
            f.write(text.encode("latin-1"))
        hits, total = self.watch("-i", i, self.path("eve.json"))
        self.assertEqual([h["observations"][0]["line"] for h in hits], [1, 6])
        self.assertEqual(total["broken_lines"], 4)
        self.assertEqual([b["line"] for b in total["logs"][0]["broken"]], [2, 3, 4, 5])

    def test_clocks_may_jump(self):
        i = self.indicators(name_indicator(1, "a.example"))
        text = line(1, "a.example") + line(2, "a.example").replace("2026", "1999") + line(3, "a.example").replace("2026", "2099")
        hits, total = self.watch("-i", i, stdin=(text + line(4, "a.example")).encode())
        self.assertEqual(total["hits"] + total["outside_validity"], 4)
        self.assertEqual(total["clock_jumps"], 2)

    def test_standard_input_tells_at_once_and_can_be_ended(self):
        i = self.indicators(name_indicator(1, "a.example"))
        p = subprocess.Popen([lib.program(), "watch", "-i", i], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        self.addCleanup(lambda: p.poll() is None and (p.kill(), p.wait()))
        for n in range(3):
            p.stdin.write(line(n, "a.example").encode())
            p.stdin.flush()
            self.assertEqual(json.loads(p.stdout.readline())["observations"][0]["line"], n + 1)
        p.send_signal(signal.SIGINT)
        self.assertEqual(p.wait(30 * lib.SLOW), 0)
        self.assertIn(b"3 hits", p.stderr.read())
        for f in (p.stdin, p.stdout, p.stderr):
            f.close()

    # ---- going on ----

    def follow(self, *more, node=None):
        return self.spawn("-i", self.path("indicators.json"), "--follow", "--state", self.path("state"), "--hits",
                          self.path("hits.jsonl"), *more, self.path("eve.json"), node=node)

    def begun(self, *args, **kw):
        """As follow(), and it has taken up the state of the one before."""
        def written():
            return os.path.exists(self.path("state")) and os.stat(self.path("state")).st_mtime_ns
        before = written()
        p = self.spawn(*args, **kw) if args else self.follow(**kw)
        self.wait(lambda: written() != before, 60)
        return p

    def count(self):
        return len(self.hits()) if os.path.exists(self.path("hits.jsonl")) else 0

    def test_rotation_by_rename_and_by_truncation(self):
        self.indicators(name_indicator(1, "a.example"))
        self.write("eve.json", line(1, "a.example"))
        p = self.follow()
        self.wait(lambda: self.count() == 1)
        with open(self.path("eve.json"), "a") as old:
            old.write(line(2, "a.example"))
            old.flush()
            os.rename(self.path("eve.json"), self.path("eve.json.1"))
            old.write(line(3, "a.example"))  # the sensor has it open yet
            old.flush()
            self.write("eve.json", line(4, "b.example") + line(5, "a.example"))
        self.wait(lambda: self.count() == 4)
        self.write("eve.json", line(6, "a.example"))  # in place, and shorter
        self.wait(lambda: self.count() == 5)
        r = lib.run("watch", "-i", self.path("indicators.json"), "--hits", self.path("hits.jsonl"), self.path("eve.json"),
                    code=None)
        self.assertIn("another watch", r.err)
        self.write("eve.json", line(7, "a.example")[:30], "a")  # a line in two parts
        time.sleep(0.5)
        self.write("eve.json", line(7, "a.example")[30:], "a")
        self.wait(lambda: self.count() == 6)
        self.assertEqual(self.end(p), 0)
        # while nobody was there: more, and another rotation
        self.write("eve.json", line(8, "a.example"), "a")
        os.rename(self.path("eve.json"), self.path("eve.json.2"))
        self.write("eve.json", line(9, "a.example"))
        p = self.follow()
        self.wait(lambda: self.count() == 8)
        self.assertEqual(self.end(p), 0)
        self.assertEqual([h["time"][17:19] for h in self.hits()], ["01", "02", "03", "05", "06", "07", "08", "09"])

    def test_kill_loses_and_repeats_nothing(self):
        planted, lines = sensor.write(self.folder.path, MB << 20, INDICATORS, 100)
        os.rename(self.path("eve.json"), self.path("whole.json"))
        os.rename(self.path("indicators.jsonl"), self.path("indicators.json"))
        with open(self.path("whole.json"), "rb") as f:
            whole = f.read()
        r, at, rounds = random.Random(7), 0, 0
        open(self.path("eve.json"), "wb").close()
        while at < len(whole) or rounds < ROUNDS:
            # mostly it gets so far as to do something
            p = self.begun() if r.random() < 0.7 else self.follow()
            for _ in range(r.randrange(1, 6)):
                to = min(len(whole), at + r.randrange(1, len(whole) // (3 * ROUNDS)))
                with open(self.path("eve.json"), "ab") as f:
                    f.write(whole[at:to])
                at = to
                time.sleep(r.random() * 0.4 * lib.SLOW)
            self.end(p, signal.SIGKILL)
            rounds += 1
        p = self.begun()
        self.wait(lambda: self.count() >= len(planted), 20 + MB)
        self.assertEqual(self.end(p), 0)
        self.assertEqual([h["indicator"] for h in self.hits()], planted)
        self.assertEqual([h["observations"][-1]["line"] for h in self.hits()],
                         sorted(h["observations"][-1]["line"] for h in self.hits()))

    def test_what_began_before_a_kill_is_finished_after_it(self):
        """A pattern about time: its first half was seen by a run that is gone; what it used up stays used up."""
        self.indicators(sensor.indicator(
            1, "[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example'] WITHIN 60 SECONDS"))
        self.write("eve.json", line(1, "a.example") + line(2, "b.example") + line(3, "a.example") + line(4, "x.example"))
        p = self.follow()
        self.wait(lambda: self.count() == 1 and self.at_end())
        self.end(p, signal.SIGKILL)
        self.write("eve.json", line(5, "b.example") + line(6, "b.example"), "a")
        p = self.begun()
        self.wait(self.at_end)
        self.assertEqual(self.end(p), 0)
        self.assertEqual([[o["line"] for o in h["observations"]] for h in self.hits()], [[1, 2], [3, 5]])

    def at_end(self):
        with open(self.path("state")) as f:
            return json.load(f)["inputs"][0]["offset"] == os.path.getsize(self.path("eve.json"))

    def test_a_state_of_something_else_is_refused(self):
        self.indicators(name_indicator(1, "a.example"))
        self.write("eve.json", line(1, "a.example"))
        self.write("state", "{}")
        r = lib.run("watch", "-i", self.path("indicators.json"), "--state", self.path("state"), "--hits",
                    self.path("hits.jsonl"), self.path("eve.json"), code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn("state", r.err)
        r = lib.run("watch", "-i", self.path("indicators.json"), "--state", self.path("s"), self.path("eve.json"), code=2)
        self.assertIn("--hits", r.err)

    # ---- to the other node ----

    def test_a_sighting_reaches_the_other_node(self):
        north, south, agreement = self.folder.pair()
        green = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
        north("import", self.folder.file("tip.json", lib.bundle([
            name_indicator(1, "a.example", object_marking_refs=[green]), name_indicator(2, "b.example")])))
        north("release", "--all", "--type", "indicator", "--to", agreement)
        south("sync")
        log = self.write("eve.json", line(1, "a.example") + line(2, "c.example") + line(5, "a.example"))
        r = south("watch", "--to", agreement, "--json", log)
        total = json.loads(r.out.splitlines()[-1])["summary"]
        self.assertEqual((total["hits"], total["sightings"], total["released"]), (2, 1, 1), r)
        north("sync")
        seen = north("list", "--type", "sighting", "--json").json()["objects"]
        self.assertEqual(len(seen), 1)
        s = json.loads(north("show", seen[0]["id"], "--raw").out)
        self.assertEqual(s["sighting_of_ref"], name_indicator(1, "")["id"])
        self.assertEqual((s["count"], s["first_seen"], s["last_seen"]),
                         (2, "2026-03-01T12:00:01.000000Z", "2026-03-01T12:00:05.000000Z"))
        self.assertEqual(s["object_marking_refs"], [green])
        self.assertNotIn("observed_data_refs", s)

    def test_sightings_survive_a_kill_too(self):
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("tip.json", lib.bundle([name_indicator(1, "a.example")])))
        north("release", "--all", "--type", "indicator", "--to", agreement)
        south("sync")
        self.write("eve.json", "")
        args = ("--follow", "--state", self.path("state"), "--hits", self.path("hits.jsonl"), "--to", agreement,
                "--every", "1", self.path("eve.json"))
        r, sent = random.Random(3), 0
        for _ in range(ROUNDS):
            p = self.spawn(*args, node=south)
            for _ in range(3):
                self.write("eve.json", "".join(line(sent + i, "a.example") for i in range(5)), "a")
                sent += 5
                time.sleep(r.random() * 0.8 * lib.SLOW)
            self.end(p, signal.SIGKILL)
        p = self.begun(*args, node=south)
        self.wait(lambda: self.count() >= sent)
        self.assertEqual(self.end(p), 0)
        self.assertEqual(self.count(), sent)
        north("sync")
        seen = north("list", "--type", "sighting", "--json").json()["objects"]
        self.assertEqual(sum(json.loads(north("show", s["id"], "--raw").out)["count"] for s in seen), sent)


if __name__ == "__main__":
    unittest.main()
