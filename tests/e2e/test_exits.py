# SPDX-License-Identifier: Apache-2.0
"""What must not leave, tried on every road out of a node: TAXII with all its resources and filters, what entente's
nodes ask each other, sync, exported ledgers, logs, metrics; and whether anything there betrays that it is held."""
import contextlib
import glob
import itertools
import json
import os
import re
import sqlite3
import subprocess
import unittest

import lib

MARK = "marking-definition--"
HANDLING = "extension-definition--6d0f6a5e-7c0b-4a3c-9f35-2b8f5b1f7e64"
# Markings, and whether the agreement of these tests lets them pass.
MARKINGS = [
    ("94868c89-83c2-464b-929b-a1a8aa3c8487", True),   # TLP 2.0: clear, green, amber, amber+strict, red
    ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", True),
    ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", True),
    ("939a9414-2ddd-4d32-a0cd-375ea402b003", False),
    ("e828b379-4e03-4974-9ac4-e53a884c97c1", False),
    ("613f2e26-407d-48c7-9eca-b8e91df99dc9", True),   # TLP 1.0: white, green, amber, red
    ("34098fce-860f-48ae-8e50-ebd3cc5e41da", True),
    ("f88d31f6-486f-44da-b317-01333bde0b82", True),
    ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", False),
    ("bab4a63c-aed9-4b5f-a766-dfca5abac2bb", False),  # the right beginning, an invented end
    ("c43594d1-4b11-4c59-93ab-1c9b14d53ce9", True),   # PAP: green, red
    ("740d36e5-7714-4c30-961a-3ae632ceee0e", False),
    ("aaaaaaaa-0000-4000-8000-000000000000", True),   # handling: H0, H1, a statement that is agreed, one that isn't
    ("aaaaaaaa-0000-4000-8000-000000000001", False),
    ("aaaaaaaa-0000-4000-8000-000000000002", True),
    ("aaaaaaaa-0000-4000-8000-000000000003", False),
    ("aaaaaaaa-0000-4000-8000-000000000004", False),  # held nowhere
]
TLP = set(range(9))
TERMS = {"types": ["*"], "tlp_max": "amber", "handling": ["H0"], "pap_max": "green", "retention_days": 30,
         "markings": [MARK + MARKINGS[14][0]]}
GREEN, RED, PUBLIC = MARK + MARKINGS[1][0], MARK + MARKINGS[4][0], "campaign--2b9a3c52-9a3b-4c84-8a0f-000000ffffff"


def definitions():
    def one(i, **more):
        return dict({"type": "marking-definition", "spec_version": "2.1", "id": MARK + MARKINGS[i][0],
                     "created": "2018-12-01T00:00:00.000Z"}, **more)
    for i, code in ((12, "H0"), (13, "H1")):
        yield one(i, extensions={HANDLING: {"extension_type": "property-extension", "codes": [code]}})
    for i in (14, 15):
        yield one(i, definition_type="statement", definition={"statement": "statement %d" % i})


def secret(n, **more):
    """An object whose name stands nowhere else."""
    return lib.campaign(n, "zwxq%06xzwxq" % n, **more)


class Roads:
    """Everything that a counterpart can get out of a node, as one text for each road."""

    def __init__(self, folder, node, other, agreement):
        self.folder, self.node, self.other, self.agreement = folder, node, other, agreement

    def get(self, path):
        status, headers, body = self.other.request(self.node, "GET", path)
        kept = {k: v for k, v in headers.items() if k not in ("date", "server")}
        return "%d %s %s" % (status, json.dumps(kept, sort_keys=True), body.decode("utf-8", "replace"))

    def collections(self):
        listed = json.loads(self.other.request(self.node, "GET", "/%s/collections/" % self.agreement)[2])
        return [c["id"] for c in listed.get("collections", [])] + ["outbound", "inbound"]

    def taxii(self):
        found = {p: self.get(p) for p in ("/taxii2/", "/%s/" % self.agreement, "/%s/collections/" % self.agreement)}
        for c in self.collections():
            base = "/%s/collections/%s/" % (self.agreement, c)
            for path in ("", "objects/", "objects/?match[version]=all", "objects/?match[type]=campaign", "manifest/",
                         "objects/?added_after=2000-01-01T00:00:00Z&limit=1", "manifest/?match[version]=all&limit=2"):
                found[base + path] = self.get(base + path)
            found[base + ", all pages"] = self.pages(base + "objects/?match[version]=all")
        return found

    def pages(self, path):
        text, more = "", ""
        while True:
            body = self.other.request(self.node, "GET", path + more)[2].decode("utf-8", "replace")
            text, page = text + body, json.loads(body)
            if not page.get("more"):
                return text
            more = "&next=" + page["next"]

    def nodes(self):
        """What entente's nodes ask each other."""
        base = "/entente/v1/agreements/%s/" % self.agreement
        found = {p: self.get(p) for p in ("/.well-known/entente", "/.well-known/entente/cards", base + "checkpoint?old=0",
                                          "/metrics", "/")}
        status, _, body = self.other.request(self.node, "POST", base + "statements", b'{"documents":[],"statements":[]}',
                                             {"Content-Type": "application/json"})
        found["statements"] = "%d %s" % (status, body.decode("utf-8", "replace"))
        return found

    def exports(self):
        """Files that are given to others, and the logs."""
        found = {"log": self.node.logs(), "their log": self.other.logs()}
        for name, args in (("ledger", ["ledger", "export", self.agreement]), ("digest", ["digest", self.agreement]),
                           ("receipts", ["receipts", self.agreement, "--json"])):
            r = self.node(*args, code=None)
            found[name] = r.out + r.err
        found.update(self.package())
        return found

    def package(self):
        path = os.path.join(self.folder.path, "package.out")
        self.node("package", "export", self.agreement, "--plain", "-o", path)
        _, header, content = open(path, "rb").read().split(b"\n", 2)
        text = header
        while content:
            n = int.from_bytes(content[:4], "little")
            text += subprocess.run(["zstd", "-dcq"], input=content[4:4 + n], capture_output=True, check=True).stdout
            content = content[4 + n:]
        return {"package": text.decode("utf-8", "replace")}

    def synced(self):
        self.other("sync", code=None)
        return {"holdings": self.other("list", "--json", "--all-versions").out}

    def all(self):
        found = {}
        for road in (self.taxii, self.nodes, self.exports, self.synced):
            found.update(road())
        return found


class Exits(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def agree(self, a, b, **terms):
        both = dict(TERMS, **terms)
        return lib.agree(a, b, "--terms", self.folder.file("terms.json", {a.name: both, b.name: both}))

    def pair(self):
        north, south = self.folder.node("North").start(), self.folder.node("South").start()
        lib.enrol(north, south)
        return north, south, self.agree(north, south)

    def take(self, node, *objects):
        node("import", self.folder.file("in.json", lib.bundle(list(objects))))

    def release(self, node, agreement, *objects):
        """By every road that puts something on a channel; what is denied stays."""
        self.take(node, lib.campaign(0xffffff, "seen by all", object_marking_refs=[GREEN]))
        node("release", "--all", "--to", agreement, code=None)
        node("release", *[o["id"] for o in objects], "--to", agreement, code=None)
        for o in objects:
            node("release", o["id"], "--to", agreement, code=1)

    def hold(self, roads, hidden):
        """No road shows any of them; and the road is one, for what all may see is on it."""
        seen = roads.all()
        for road, text in seen.items():
            for o in hidden:
                self.assertNotIn(o["id"], text, road)
                self.assertNotIn(o["name"], text, road)
        for road in ("/%s/collections/outbound/objects/" % roads.agreement,
                     "/%s/collections/outbound/manifest/" % roads.agreement, "holdings"):
            self.assertTrue([r for r in seen if r.startswith(road) and PUBLIC in seen[r]], road)
        self.assertIn(PUBLIC, seen["package"])
        for o in hidden:  # and by its own address
            for tail in ("", "versions/", "?match[version]=all"):
                for c in roads.collections():
                    path = "/%s/collections/%s/objects/%s/%s" % (roads.agreement, c, "%s", tail)
                    told, unknown = roads.get(path % o["id"]), "campaign--2b9a3c52-9a3b-4c84-8a0f-00000000beef"
                    self.assertEqual(told.replace(o["id"], "ID"), roads.get(path % unknown).replace(unknown, "ID"))
        return seen

    def test_what_is_marked_so_leaves_by_no_road(self):
        north, south, agreement = self.pair()
        hidden = [
            secret(1),                                             # unmarked
            secret(2, object_marking_refs=[MARK + MARKINGS[16][0]]),  # an unknown marking
            secret(3, object_marking_refs=[GREEN, RED]),           # two, of which one forbids
            secret(4, object_marking_refs=[RED, GREEN]),
            secret(5, object_marking_refs=[GREEN],
                   granular_markings=[{"marking_ref": RED, "selectors": ["name"]}]),
            secret(6, object_marking_refs=[GREEN], created_by_ref="identity--2b9a3c52-9a3b-4c84-8a0f-000000000abc",
                   granular_markings=[{"marking_ref": MARK + MARKINGS[16][0], "selectors": ["created_by_ref"]}]),
        ]
        self.take(north, *hidden)
        self.release(north, agreement, *hidden)
        self.hold(Roads(self.folder, north, south, agreement), hidden)

    def test_what_came_from_another_leaves_by_no_road(self):
        """Received under another agreement, by one's own hand or past the day until which it may be kept."""
        north, south, agreement = self.pair()
        east = self.folder.node("East").start()
        lib.enrol(north, east)
        other = self.agree(east, north)                     # onward: never
        third = self.agree(east, north, onward="within-tlp")
        lent, old = secret(1, object_marking_refs=[GREEN]), secret(2, object_marking_refs=[GREEN])
        self.take(east, lent, old)
        east("release", lent["id"], "--to", other)
        east("release", old["id"], "--to", third)
        north("sync", code=None)
        self.assertIn(old["id"], north("list", "--json").out)
        # while it may be kept it could go on
        self.assertEqual(self.verdict(north, old, agreement), [])
        with contextlib.closing(sqlite3.connect(north.path("node.db"))) as db, db:
            db.execute("UPDATE object SET added = added - 40 * 86400 * 1000000")
        self.assertEqual(self.verdict(north, lent, agreement)[0], "originator")
        self.assertEqual(self.verdict(north, old, agreement), ["retention"])
        self.release(north, agreement, lent, old)
        self.hold(Roads(self.folder, north, south, agreement), [lent, old])

    @staticmethod
    def verdict(node, o, agreement):
        told = node("explain", o["id"], "--to", agreement, "--json", code=None).json()["agreements"][0]
        return [r["rule"] for r in told["rules"] if r["result"] == "deny"]

    def test_what_is_recalled_leaves_by_no_road(self):
        """Taken back before it was read: its content is on no road, and it is not released again."""
        north, south, agreement = self.pair()
        taken = secret(1, object_marking_refs=[GREEN])
        self.take(north, taken)
        north("release", taken["id"], "--to", agreement)
        north("recall", taken["id"], "--reason", "the source was wrong")
        self.assertIn("recall", self.verdict(north, taken, agreement))
        self.release(north, agreement, taken)
        roads = Roads(self.folder, north, south, agreement)
        seen = roads.all()
        for road, text in seen.items():
            self.assertNotIn(taken["name"], text, road)
        self.assertNotIn(taken["id"], seen["holdings"])
        self.assertIn(PUBLIC, seen["holdings"])

    def test_a_recall_of_what_never_left_and_a_rehearsal_tell_nothing(self):
        north, south, agreement = self.pair()
        self.take(north, lib.campaign(0xffffff, "seen by all", object_marking_refs=[GREEN]))
        north("release", PUBLIC, "--to", agreement)
        south("sync")
        north("agreement", "suspend", agreement)
        hidden = [secret(n, object_marking_refs=[RED]) for n in range(1, 4)]
        self.take(north, *hidden)
        north("release", *[o["id"] for o in hidden], "--to", agreement, code=1)
        north("recall", hidden[0]["id"], "--reason", "it never left", code=None)
        for node in (north, south):
            node("agreement", "rehearse", agreement, code=None)
        page = south("agreement", "rehearse", agreement, "--show", "--json").json()
        theirs = [p for p in page["parts"] if p["party"] == north("status", "--json").json()["party"]][0]
        self.assertEqual((theirs["waits"], theirs["kept_back"]), (0, 0))
        for road, text in Roads(self.folder, north, south, agreement).all().items():
            for o in hidden:
                self.assertNotIn(o["id"], text, road)
                self.assertNotIn(o["name"], text, road)

    def test_every_pair_of_markings_on_every_road(self):
        north, south, agreement = self.pair()
        self.take(north, *definitions())
        visible, hidden = [], []
        for n, (i, k) in enumerate(itertools.product(range(len(MARKINGS)), repeat=2)):
            a, b = MARK + MARKINGS[i][0], MARK + MARKINGS[k][0]
            both = MARKINGS[i][1] and MARKINGS[k][1]
            whole = {"object_marking_refs": [a, b] if a != b else [a]}
            part = {"object_marking_refs": [a], "granular_markings": [{"marking_ref": b, "selectors": ["name"]}]}
            (visible if both and {i, k} & TLP else hidden).append(secret(2 * n, **whole))
            (visible if both and i in TLP else hidden).append(secret(2 * n + 1, **part))
        self.take(north, *visible, *hidden)
        self.take(north, lib.campaign(0xffffff, "seen by all", object_marking_refs=[GREEN]))
        r = north("release", "--all", "--type", "campaign", "--to", agreement, "--json", code=1).json()
        self.assertEqual({o["id"] for o in r["objects"] if o["result"] == "pass"},
                         {o["id"] for o in visible} | {PUBLIC})
        roads = Roads(self.folder, north, south, agreement)
        seen = roads.all()
        for road, text in seen.items():
            betrayed = {o["id"] for o in hidden} & set(re.findall(r"campaign--[0-9a-f-]{36}", text))
            self.assertFalse(betrayed, road)
            self.assertFalse({o["name"] for o in hidden} & set(re.findall(r"zwxq[0-9a-f]{6}zwxq", text)), road)
        got = set(re.findall(r"campaign--[0-9a-f-]{36}", seen["holdings"]))
        self.assertEqual(got, {o["id"] for o in visible} | {PUBLIC})
        whole = seen["/%s/collections/outbound/, all pages" % agreement]
        self.assertEqual(set(re.findall(r"campaign--[0-9a-f-]{36}", whole)), got)

    def test_nothing_tells_that_something_is_held_back(self):
        """Every answer, count and error is the same before and after a hidden object was taken, refused and asked for."""
        north, south, agreement = self.pair()
        self.take(north, lib.campaign(0xffffff, "seen by all", object_marking_refs=[GREEN]))
        north("release", "--all", "--type", "campaign", "--to", agreement)
        south("sync")
        roads = Roads(self.folder, north, south, agreement)
        before, count = roads.taxii(), lib.digest(north, agreement, "outbound")
        hidden = [secret(n, object_marking_refs=[RED]) for n in range(1, 30)]
        self.take(north, *hidden)
        north("release", "--all", "--type", "campaign", "--to", agreement, code=1)
        self.assertEqual(roads.taxii(), before)
        self.assertEqual(lib.digest(north, agreement, "outbound"), count)
        # a page of one object ends where it ended
        pages = roads.pages("/%s/collections/outbound/objects/?limit=1" % agreement)
        self.assertEqual(pages.count('"spec_version"'), count[0])
        self.assertEqual(pages.count('"more":true') + pages.count('"more": true'), count[0] - 1)

    def test_who_posts_a_guess_learns_nothing(self):
        """A counterpart that posts an object with the id of one that is hidden gets the answer that any other gets."""
        north, south, agreement = self.pair()
        hidden = [secret(n, object_marking_refs=[RED]) for n in (1, 2, 3)]
        self.take(north, *hidden)
        later = {"modified": "2018-12-02T00:00:00.000Z"}
        for case, (held, guess) in enumerate((
                (hidden[0], dict(hidden[0], name="a guess", object_marking_refs=[GREEN], **later)),  # another version
                (hidden[1], dict(hidden[1], name="a guess", object_marking_refs=[GREEN])),           # the same one, other content
                (hidden[2], dict(hidden[2], object_marking_refs=[GREEN])))):                         # nearly guessed
            told = []
            for o in (guess, dict(guess, id="campaign--2b9a3c52-9a3b-4c84-8a0f-00000000be%02x" % case)):
                status, _, body = south.request(north, "POST", "/%s/collections/inbound/objects/" % agreement,
                                                json.dumps({"objects": [o]}), {"Content-Type": lib.TAXII, "Accept": lib.TAXII})
                self.assertEqual(status, 202)
                text = re.sub(r'"(id|request_timestamp)": ?"[^"]*"', r'"\1":""', body.decode())
                told.append(text.replace(o["id"], "ID"))
            self.assertEqual(told[0], told[1], held["id"])

    def test_who_defines_a_marking_learns_nothing(self):
        """Nor whether a marking is defined here, from what becomes of objects that bear it."""
        north, south, agreement = self.pair()
        first, second = ({"type": "marking-definition", "spec_version": "2.1", "id": MARK + "bbbbbbbb-0000-4000-8000-%012x" % n,
                          "created": "2018-12-01T00:00:00.000Z", "object_marking_refs": [GREEN],
                          "extensions": {HANDLING: {"extension_type": "property-extension", "codes": ["H0"]}}}
                         for n in (1, 2))
        self.take(north, first)

        def tell(o, name):
            status, _, body = south.request(north, "POST", "/%s/collections/inbound/objects/" % agreement,
                                            json.dumps({"objects": [o]}), {"Content-Type": lib.TAXII, "Accept": lib.TAXII})
            self.assertEqual(status, 202)
            text = re.sub(r'"(id|request_timestamp)": ?"[^"]*"', r'"\1":""', body.decode())
            return text.replace(o["id"], "ID").replace(name["id"], "MARK")

        for step in ("bare", "other content", "marked", "another day", "marked again"):
            told = []
            for n, d in ((0x51, first), (0x52, second)):
                o = secret(n + len(step) * 256, object_marking_refs=[GREEN, d["id"]])
                if step == "other content":
                    o = dict(d, extensions={HANDLING: {"extension_type": "property-extension", "codes": ["H0"],
                                                       "statement": "mine"}})
                elif step == "another day":
                    o = dict(d, created="2018-12-02T00:00:00.000Z")
                told.append(tell(o, d))
            self.assertEqual(told[0], told[1], step)
            taken = '"success_count":1' in told[0].replace(": ", ":")
            self.assertEqual(taken, step in ("other content", "marked", "marked again"), step)

    def test_logs_of_the_node_hold_no_content(self):
        north, _, agreement = self.pair()
        hidden = [secret(n, object_marking_refs=[RED]) for n in range(3)]
        self.take(north, *hidden)
        self.release(north, agreement, *hidden)
        for path in glob.glob(os.path.join(self.folder.path, "*.log")):
            with open(path, errors="replace") as f:
                text = f.read()
            for o in hidden:
                self.assertNotIn(o["name"], text)


if __name__ == "__main__":
    unittest.main()
