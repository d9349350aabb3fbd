# SPDX-License-Identifier: Apache-2.0
"""entente stix diff, new-version, markings, graph, stats: what they say, and how they end."""
import gzip
import json
import os
import pty
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import lib

UUID = "00000000-0000-4000-8000-%012d"
RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
AMBER_1 = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"
AMBER_2 = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"


def thing(n, kind="tool", **more):
    return dict({"type": kind, "spec_version": "2.1", "id": "%s--%s" % (kind, UUID % n), "name": "thing %d" % n,
                 "created": "2020-01-01T00:00:00.000Z", "modified": "2020-01-01T00:00:00.000Z"}, **more)


def relation(n, a, b, kind="uses"):
    r = thing(n, "relationship", relationship_type=kind, source_ref=a["id"], target_ref=b["id"])
    del r["name"]
    return r


def bundle(*objects):
    return {"type": "bundle", "id": "bundle--" + UUID % 0, "objects": list(objects)}


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="entente-stix-")
        self.n = 0

    def tearDown(self):
        shutil.rmtree(self.dir)

    def file(self, content):
        self.n += 1
        path = os.path.join(self.dir, "%d.json" % self.n)
        if not isinstance(content, (str, bytes)):
            content = json.dumps(content)
        with open(path, "wb") as f:
            f.write(content.encode() if isinstance(content, str) else content)
        return path


class Packed(Case):
    def test_packed_files_are_read_as_plain_ones(self):
        text = json.dumps(bundle(thing(1), thing(2), relation(3, thing(1), thing(2)))).encode()
        packed = [gzip.compress(text)]
        if shutil.which("zstd"):
            packed.append(subprocess.run(["zstd", "-qc"], input=text, stdout=subprocess.PIPE, check=True).stdout)
        for command in ("stats", "graph", "markings"):
            plain = lib.run("stix", command, "--json", self.file(text)).json()
            for p in packed:
                self.assertEqual(lib.run("stix", command, "--json", self.file(p)).json(), plain)
        for p in packed:
            lib.run("stix", "diff", self.file(text), self.file(p))
            r = lib.run("stix", "stats", self.file(p[:-9]), code=2)
            self.assertIn(".json", r.err)


class Diff(Case):
    def diff(self, a, b, code, **kw):
        return lib.run("stix", "diff", self.file(a), self.file(b), code=code, **kw)

    def json(self, a, b, code):
        return lib.run("stix", "diff", "--json", self.file(a), self.file(b), code=code).json()

    def test_the_same(self):
        a = thing(1)
        self.assertIn("same", self.diff(a, a, 0).out)
        b = dict(reversed(list(a.items())), revoked=False)
        self.assertTrue(self.json(a, b, 0)["same"])
        self.assertTrue(self.json(bundle(thing(1), thing(2)), bundle(thing(2), thing(1)), 0)["same"])

    def test_a_new_version_property_by_property(self):
        a = thing(1, labels=["a", "b"], external_references=[{"source_name": "x", "external_id": "1"}])
        b = thing(1, modified="2020-01-01T00:00:00.0001Z", name="other", labels=["b", "c"], description="text",
                  external_references=[{"source_name": "x", "external_id": "2"}])
        r = self.diff(a, b, 1).out
        self.assertIn("new version", r)
        for line in ('/name: changed from "thing 1" to "other"', '/description: added "text"', '/labels/0: removed "a"',
                     '/labels/1: added "c"', '/external_references/0/external_id: changed from "1" to "2"'):
            self.assertIn(line, r)
        o = self.json(a, b, 1)["objects"][0]
        self.assertEqual((o["relation"], o["before"], o["after"]), ("newer", a["modified"], b["modified"]))
        self.assertIn({"change": "changed", "pointer": "/name", "before": "thing 1", "after": "other"}, o["differences"])
        self.assertEqual(self.json(b, a, 1)["objects"][0]["relation"], "older")

    def test_a_conflict_is_an_attack_and_is_not_resolved(self):
        a, b = thing(1), thing(1, name="forged")
        self.assertIn("attack", self.diff(a, b, 1).out)
        self.assertEqual(self.json(a, b, 1)["objects"][0]["relation"], "conflict")
        r = self.json(bundle(a, b), bundle(a, b), 1)
        self.assertEqual(r["conflicts"], 2)
        self.assertFalse(r["same"])

    def test_rules_that_a_version_breaks(self):
        a = thing(1, revoked=True)
        b = thing(1, created="2020-02-01T00:00:00.000Z", modified="2020-02-01T00:00:00.000Z",
                  created_by_ref="identity--" + UUID % 9)
        self.assertEqual(self.json(a, b, 1)["objects"][0]["broken"], ["created", "creator", "revoked"])

    def test_bundles_by_id(self):
        url = {"type": "url", "spec_version": "2.1", "id": "url--" + UUID % 4, "value": "http://a.example/"}
        a = bundle(thing(1), thing(2), thing(3), url)
        b = bundle(thing(3, modified="2021-01-01T00:00:00.000Z"), thing(5), thing(1), dict(url, value="http://b.example/"))
        found = {o["id"].split("--")[1][-1]: o["relation"] for o in self.json(a, b, 1)["objects"]}
        self.assertEqual(found, {"2": "removed", "3": "newer", "4": "changed", "5": "added"})

    def test_json_lines_and_standard_input(self):
        lines = "\n".join(json.dumps(thing(n)) for n in (1, 2)) + "\n"
        self.diff(lines, bundle(thing(1), thing(2)), 0)
        r = lib.run("stix", "diff", "-", self.file(thing(1)), code=1, stdin=lines.encode())
        self.assertIn("removed", r.out)

    def test_unusable_input(self):
        for bad in ("", "{", "7", "{}", '{"type":"tool"}', b"\xff", "[" * 200, json.dumps(thing(1)) * 2):
            self.diff(bad, thing(1), 2)
            self.diff(thing(1), bad, 2)
        r = lib.run("stix", "diff", "/nonexistent", self.file(thing(1)), code=2)
        self.assertIn("/nonexistent", r.err)
        lib.run("stix", "diff", self.dir, self.file(thing(1)), code=2)
        lib.run("stix", "diff", self.file(thing(1)), code=2)

    def test_a_value_of_a_megabyte_is_cut(self):
        r = self.diff(thing(1), thing(1, description="x" * 1000000), 1)
        self.assertLess(len(r.out), 1000)

    def test_terminal_commands_do_not_pass(self):
        r = self.diff(thing(1), thing(1, name="\x1b[31mred\x9b"), 1)
        self.assertNotIn("\x1b", r.out)


class NewVersion(Case):
    def next(self, o, *args, code=0):
        return lib.run("stix", "new-version", self.file(o), *args, code=code)

    def test_sets_unsets_and_is_later(self):
        a = thing(1, labels=["x"])
        b = self.next(a, "--set", 'name="b"', "--set", "confidence=5", "--unset", "labels").json()
        self.assertGreater(b["modified"], a["modified"])
        self.assertEqual(len(b["modified"]), len(a["modified"]))
        self.assertEqual({k: v for k, v in b.items() if k != "modified"},
                         {k: v for k, v in dict(a, name="b", confidence=5).items() if k not in ("modified", "labels")})
        r = lib.run("stix", "diff", "--json", self.file(a), self.file(b), code=1).json()["objects"][0]
        self.assertEqual((r["relation"], r["broken"]), ("newer", []))

    def test_one_later_where_the_clock_is_behind(self):
        a = thing(1, modified="2999-12-31T23:59:59.999999Z")
        self.assertEqual(self.next(a, "--set", 'name="b"').json()["modified"], "3000-01-01T00:00:00.000000Z")
        b = self.next(thing(1), "--set", 'name="b"', "--now", "2021-01-01T00:00:00.9999Z")
        self.assertEqual(b.json()["modified"], "2021-01-01T00:00:00.999Z")

    def test_revocation_is_final(self):
        b = self.next(thing(1), "--revoke").json()
        self.assertIs(b["revoked"], True)
        self.assertIn("final", self.next(b, "--set", 'name="c"', code=1).err)
        self.assertIn("final", self.next(b, "--set", "revoked=false", code=1).err)

    def test_refused(self):
        for args, code in ((("--set", 'id="tool--%s"' % (UUID % 2)), 1), (("--set", 'created_by_ref="identity--%s"' % (UUID % 2)), 1),
                           (("--unset", "created"), 1), (("--set", 'modified="2019-01-01T00:00:00.000Z"', "--revoke"), 1),
                           (("--set", "confidence=500"), 1), (("--unset", "name"), 1), ((), 2), (("--set", "name=b"), 2),
                           (("--set", "name"), 2), (("--set", 'name="thing 1"'), 2), (("--set", 'name="b"', "--now", "noon"), 2)):
            with self.subTest(args):
                r = self.next(thing(1), *args, code=code)
                self.assertEqual(r.out, "")
                self.assertNotEqual(r.err, "")
        self.next({"type": "url", "spec_version": "2.1", "id": "url--" + UUID % 4, "value": "a:b"}, "--set", 'value="a:c"', code=2)
        self.next(bundle(thing(1), thing(2)), "--revoke", code=2)


class Markings(Case):
    def markings(self, *objects, code=0):
        return lib.run("stix", "markings", "--json", self.file(bundle(*objects)), code=code).json()["objects"]

    def test_object_and_granular_together(self):
        o = self.markings(thing(1, object_marking_refs=[AMBER_1], labels=["a", "b"], granular_markings=[
            {"marking_ref": RED, "selectors": ["labels.[1]"]}]))[0]
        self.assertEqual((o["tlp"], o["whole"]), ("amber", "red"))
        self.assertEqual(o["properties"]["name"], "amber")
        self.assertEqual(o["properties"]["labels"], "red")
        self.assertEqual([p["pointer"] for p in o["parts"]], ["/labels/1"])
        self.assertEqual(o["markings"], [{"id": AMBER_1, "name": "TLP:AMBER", "tlp_2_id": AMBER_2}])

    def test_text_is_a_tree_without_colours_in_a_pipe(self):
        f = self.file(thing(1, x_list=[{"a": 1}], granular_markings=[{"marking_ref": RED, "selectors": ["x_list.[0].a"]},
                                                                     {"marking_ref": AMBER_1, "selectors": ["x_list"]}]))
        r = lib.run("stix", "markings", f)
        self.assertIn("\n  x_list: TLP:AMBER; as a whole TLP:RED\n    0/a: TLP:RED\n  everything else: no TLP\n", r.out)
        self.assertNotIn("\x1b", r.out)

    def on_terminal(self, path, **env):
        """What the command writes to a terminal."""
        parent, child = pty.openpty()
        p = subprocess.Popen([lib.program(), "stix", "markings", path], stdout=child, stdin=subprocess.DEVNULL,
                             env=dict({k: v for k, v in os.environ.items() if k != "NO_COLOR"}, TERM="xterm", **env))
        os.close(child)
        out = b""
        try:
            while True:
                piece = os.read(parent, 65536)
                if not piece:
                    break
                out += piece
        except OSError:
            pass  # that is how the end looks like here
        os.close(parent)
        self.assertEqual(p.wait(60 * lib.SLOW), 0)
        return out.decode()

    def test_colours_on_a_terminal_only_add_to_the_words(self):
        f = self.file(thing(1, object_marking_refs=[RED]))
        coloured = self.on_terminal(f)
        self.assertRegex(coloured, "\x1b\\[[0-9;]*mTLP:RED\x1b\\[0m")
        plain = re.sub("\x1b\\[[0-9;]*m", "", coloured)
        self.assertEqual(plain.replace("\r\n", "\n"), lib.run("stix", "markings", f).out)
        self.assertNotIn("\x1b", self.on_terminal(f, NO_COLOR="1"))

    def test_a_forged_tlp_definition_is_refused(self):
        forged = {"type": "marking-definition", "spec_version": "2.1", "id": RED, "created": "2022-10-01T00:00:00.000Z",
                  "name": "TLP:CLEAR"}
        r = lib.run("stix", "markings", self.file(bundle(forged, thing(1, object_marking_refs=[RED]))), code=1)
        self.assertIn("forgery", r.err)
        self.assertIn("TLP:RED", r.out)

    def test_one_id_with_two_definitions_is_refused(self):
        def mark(text):
            return {"type": "marking-definition", "spec_version": "2.1", "id": "marking-definition--" + UUID % 7,
                    "created": "2020-01-01T00:00:00.000Z", "definition_type": "statement", "definition": {"statement": text}}

        one = thing(1, object_marking_refs=[mark("")["id"]])
        self.assertIn("Copyright", lib.run("stix", "markings", self.file(bundle(mark("Copyright"), one))).out)
        r = lib.run("stix", "markings", self.file(bundle(mark("Copyright"), one)), self.file(mark("None")), code=1)
        self.assertIn("other content", r.err)

    def test_unreadable_and_lost_markings(self):
        o = self.markings(thing(1, object_marking_refs=[7]), code=1)[0]
        self.assertTrue(o["unreadable"])
        o = self.markings(thing(1, granular_markings=[{"marking_ref": RED, "selectors": ["nothing"]}]))[0]
        self.assertEqual((o["tlp"], o["unresolved_selectors"]), ("red", 1))

    def test_a_million_selectors_take_seconds(self):
        n = 1000000
        f = self.file(thing(1, x_wide={"k%d" % i: 1 for i in range(1000)}, granular_markings=[
            {"marking_ref": RED, "selectors": ["x_wide.k%d" % (i % 2000) for i in range(n)]}]))
        began = time.monotonic()
        r = lib.run("stix", "markings", f)
        self.assertLess(time.monotonic() - began, 20 * lib.SLOW)
        self.assertIn("%d selectors find nothing" % (n // 2), r.out)

    def test_unusable_input(self):
        lib.run("stix", "markings", self.file("{"), code=2)
        lib.run("stix", "markings", self.file(bundle(7)), code=2)
        lib.run("stix", "markings", "/nonexistent", code=2)


class Graph(Case):
    def graph(self, *objects, code=0):
        return lib.run("stix", "graph", "--json", self.file(bundle(*objects)), code=code).json()

    def test_nodes_edges_and_what_is_wrong(self):
        a, b, c = thing(1), thing(2, created_by_ref="identity--" + UUID % 8), thing(3)
        s = {"type": "sighting", "spec_version": "2.1", "id": "sighting--" + UUID % 6, "created": a["created"],
             "modified": a["modified"], "sighting_of_ref": a["id"]}
        g = self.graph(a, b, c, s, relation(4, a, b), relation(5, b, a))
        self.assertEqual({n["id"] for n in g["nodes"]}, {a["id"], b["id"], c["id"], s["id"], "identity--" + UUID % 8})
        self.assertEqual(sorted((e["kind"], e["label"]) for e in g["edges"]),
                         [("reference", "created_by_ref"), ("relationship", "uses"), ("relationship", "uses"),
                          ("sighting", "sighting_of_ref")])
        self.assertEqual(g["dangling"], ["identity--" + UUID % 8])
        self.assertEqual(g["orphans"], [c["id"]])
        self.assertEqual([sorted(x) for x in g["cycles"]], [[a["id"], b["id"]]])
        with self.subTest("several files are one graph"):
            r = lib.run("stix", "graph", "--format", "json", self.file(relation(4, a, b)), self.file(bundle(a, b))).json()
            self.assertEqual(r["dangling"], ["identity--" + UUID % 8])

    def test_a_relationship_that_is_referred_to_is_a_node(self):
        r = relation(4, thing(1), thing(2))
        note = thing(3, "note", content="c", object_refs=[r["id"]])
        self.assertIn(r["id"], {n["id"] for n in self.graph(r, note)["nodes"]})

    def test_dot(self):
        a, b = thing(1, name='quote " back \\ line\nend \x1b[0m'), thing(2)
        out = lib.run("stix", "graph", self.file(bundle(a, b, relation(4, a, b)))).out
        self.assertTrue(out.startswith("digraph stix {\n"))
        self.assertTrue(out.endswith("}\n"))
        self.assertIn('quote \\" back \\\\ line end', out)
        self.assertNotIn("\x1b", out)
        self.assertIn('n1 -> n2 [label="uses"];', out)
        # each line is a whole statement: what a name holds can't end its string
        for line in out.splitlines()[3:-1]:
            self.assertRegex(line, r'^\tn\d+( -> n\d+)? \[(\w+=("([^"\\]|\\.)*"|\w+)(, )?)+\];$')

    def test_text(self):
        a = thing(1)
        r = lib.run("stix", "graph", "--format", "text", self.file(bundle(a, relation(4, a, thing(2))))).out
        self.assertIn("1 referred to and not there\n  tool--%s, in relationship--%s (uses)" % (UUID % 2, UUID % 4), r)

    def test_unusable_objects_are_named_and_the_rest_is_drawn(self):
        g = self.graph(thing(1), 7, {"type": "tool"}, code=2)
        self.assertEqual(len(g["nodes"]), 1)
        lib.run("stix", "graph", self.file("{"), code=2)
        lib.run("stix", "graph", "--format", "png", self.file(thing(1)), code=2)


class Stats(Case):
    def test_counts(self):
        me = thing(9, "identity")
        a = thing(1, created_by_ref=me["id"], object_marking_refs=[AMBER_1])
        newer = dict(a, modified="2021-05-05T00:00:00.000Z", revoked=True)
        s = lib.run("stix", "stats", "--json", self.file(bundle(me, a, newer, a, dict(a, name="forged"), relation(4, a, me)))).json()
        self.assertEqual((s["objects"], s["ids"], s["versions"], s["copies"], s["conflicts"], s["revoked"]), (6, 3, 4, 1, 1, 1))
        self.assertEqual({t["type"]: t["count"] for t in s["types"]}, {"identity": 1, "tool": 1, "relationship": 1})
        self.assertEqual(s["creators"], [{"id": me["id"], "name": "thing 9", "count": 1}])
        self.assertEqual({t["tlp"]: t["count"] for t in s["tlp"]}, {"amber": 1, "none": 2})
        self.assertEqual(s["modified"], {"first": "2020-01-01T00:00:00.000Z", "last": "2021-05-05T00:00:00.000Z"})
        self.assertEqual(s["most_referred"][0], {"id": me["id"], "in": 2, "out": 0})
        self.assertEqual((s["dangling"], s["orphans"], s["cycles"]), (0, 0, 0))
        text = lib.run("stix", "stats", self.file(bundle(me, a))).out
        self.assertRegex(text, r"tool +1")

    def test_published_data(self):
        path = os.path.join(lib.DATA, "stix", "ics-attack.json")
        if not os.path.exists(path):
            self.skipTest("no " + path)
        s = lib.run("stix", "stats", "--json", path).json()
        self.assertEqual((s["objects"], s["conflicts"], s["dangling"], s["unusable"]), (1826, 0, 0, 0))
        self.assertIn("same", lib.run("stix", "diff", path, path).out)


if __name__ == "__main__":
    unittest.main()
