# SPDX-License-Identifier: Apache-2.0
"""entente stix validate, canon, id and hash, as scripts call them."""
import gzip
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from lib import DATA, SLOW, program, run

U = "0e7a5c1d-3f4b-4b6e-9a51-0c7d1b9f2e%02x"
STAMP = "2024-01-01T00:00:00.000Z"


def identity(n, **more):
    o = {"type": "identity", "spec_version": "2.1", "id": "identity--" + U % n, "created": STAMP, "modified": STAMP,
         "name": "Example %d" % n, "identity_class": "organization"}
    o.update(more)
    return o


def bundle(*objects, **more):
    b = {"type": "bundle", "id": "bundle--" + U % 255, "objects": list(objects)}
    b.update(more)
    return b


def validate(text, *args, code=None, name="-"):
    """The lines of --json, and the exit status."""
    data = text if isinstance(text, bytes) else text.encode()
    r = run("stix", "validate", "--json", *args, name, stdin=data, code=code)
    return [json.loads(line) for line in r.out.splitlines()], r


def codes(line):
    return [f["code"] for f in line["findings"]]


class Forms(unittest.TestCase):
    """What holds the objects is told apart by itself."""

    def test_each_form_gives_the_same_lines(self):
        a, b = identity(1), identity(2, name=7)
        dump = json.dumps
        forms = {
            "bundle": dump(bundle(a, b)),
            "bundle set out": dump(bundle(a, b), indent=4),
            "objects first": '{"objects": %s, "id": "bundle--%s", "type": "bundle"}' % (dump([a, b]), U % 255),
            "envelope": dump({"more": False, "objects": [a, b]}),
            "list": dump([a, b]),
            "list, a line each": "[\n%s,\n%s\n]\n" % (dump(a), dump(b)),
            "lines": dump(a) + "\n" + dump(b) + "\n",
            "lines of DOS": dump(a) + "\r\n\r\n" + dump(b),
            "one behind the other": dump(a) + dump(b),
            "one behind the other, set out": dump(a, indent=1) + "\n" + dump(b, indent=1) + "\n",
            "with a byte order mark": "\ufeff" + dump(bundle(a, b)),
        }
        for name, text in forms.items():
            with self.subTest(name):
                lines, r = validate(text, code=1)
                self.assertEqual([(x["index"], x["id"], x["type"], x["valid"]) for x in lines],
                                 [(0, a["id"], "identity", True), (1, b["id"], "identity", False)])
                self.assertEqual(codes(lines[1]), ["value-type"])

    def test_one_object(self):
        lines, _ = validate(json.dumps(identity(1)), code=0)
        self.assertEqual(list(lines[0]), ["index", "id", "type", "valid", "findings"])
        self.assertEqual(lines, [{"index": 0, "id": identity(1)["id"], "type": "identity", "valid": True, "findings": []}])

    def test_a_property_named_objects_makes_no_bundle(self):
        o = identity(1, objects=[identity(2)])
        lines, _ = validate(json.dumps(o))
        self.assertEqual(len(lines), 1)
        self.assertEqual(lines[0]["type"], "identity")

    def test_a_bundle_says_what_is_wrong_with_itself_behind_its_members(self):
        lines, _ = validate(json.dumps(bundle(identity(1), id="bundle--1")), code=1)
        self.assertEqual([(x["index"], x["type"], x["valid"]) for x in lines], [(0, "identity", True), (1, "bundle", False)])
        self.assertEqual(lines[1]["findings"][0]["pointer"], "/id")
        for text in ('{"type":"bundle","id":"bundle--%s","objects":[]}' % (U % 1), '{"type":"bundle","objects":[%s]}'
                     % json.dumps(identity(1)), '{"type":"bundle","id":"bundle--%s","objects":{}}' % (U % 1)):
            lines, _ = validate(text, code=1)
            self.assertFalse(lines[-1]["valid"], text)
        lines, _ = validate('{"type":"bundle","id":"bundle--%s"}' % (U % 1), code=0)
        self.assertEqual(len(lines), 1)
        lines, _ = validate(json.dumps(bundle(identity(1), bundle(identity(2)))), code=1)
        self.assertIn("bundle-member", codes(lines[1]))

    def test_a_bundle_in_lines_is_one_object(self):
        text = json.dumps(identity(1)) + "\n" + json.dumps(bundle(identity(2), identity(3, name=1))) + "\n"
        lines, _ = validate(text, code=1)
        self.assertEqual([x["type"] for x in lines], ["identity", "bundle"])
        self.assertEqual([f["pointer"] for f in lines[1]["findings"]], ["/objects/1/name"])

    def test_the_same_twice(self):
        lines, _ = validate(json.dumps(bundle(identity(1), identity(2), identity(1))), code=0)
        self.assertEqual(codes(lines[-1]), ["duplicate-ids"])
        self.assertEqual(lines[-1]["type"], "bundle")

    def test_packed_files_and_folders(self):
        with tempfile.TemporaryDirectory() as d:
            text = json.dumps(bundle(*[identity(n) for n in range(9)])).encode()
            os.mkdir(os.path.join(d, "b"))
            with gzip.open(os.path.join(d, "b", "z.json.gz"), "wb") as f:
                f.write(text)
            with open(os.path.join(d, "a.json"), "wb") as f:
                f.write(text)
            with open(os.path.join(d, "c.jsonl"), "wb") as f:
                f.write(b'{"type":\n' + json.dumps(identity(1)).encode() + b"\n")
            with open(os.path.join(d, "readme.txt"), "w") as f:
                f.write("not looked at")
            n = 20
            if shutil.which("zstd"):
                subprocess.run(["zstd", "-q", os.path.join(d, "a.json"), "-o", os.path.join(d, "d.zst")], check=True)
                n += 9
            r = run("stix", "validate", "--json", d, code=1)
            lines = [json.loads(x) for x in r.out.splitlines()]
            self.assertEqual(len(lines), n)
            files = [os.path.relpath(x["file"], d) for x in lines]
            self.assertEqual(files, sorted(files))
            self.assertEqual([x["index"] for x in lines[:9]], list(range(9)))
            with open(os.path.join(d, "b", "z.json.gz"), "rb") as f:
                packed = f.read()
            lines, r = validate(packed, code=0)
            self.assertEqual(len(lines), 9)
            _, r = validate(packed[:-20], code=2)
            self.assertIn("too early", r.err)
            _, r = validate(packed[:40] + b"\xff\x00" * 9 + packed[58:], code=2)
            lines, r = validate(packed + packed, code=0)
            self.assertEqual([x["type"] for x in lines], ["bundle"] * 2)


class Places(unittest.TestCase):
    def test_line_and_column_are_those_of_the_value(self):
        text = '\n{\n "type": "bundle", "id": "bundle--%s",\n "objects": [\n  %s,\n  {"type": "identity",\n' \
               '   "spec_version": "2.1", "id": "identity--%s",\n   "created": "%s", "modified": "%s",\n' \
               '   "name": "x", "labels": ["a",\n    17],\n   "confidence"\n :\n  200}]}' \
               % (U % 9, json.dumps(identity(1)), U % 2, STAMP, STAMP)
        lines, _ = validate(text, code=1)
        found = {f["pointer"]: (f["line"], f["column"]) for f in lines[1]["findings"]}
        self.assertEqual(found, {"/labels/1": (10, 5), "/confidence": (13, 3)})
        r = run("stix", "validate", "-", stdin=text.encode(), code=1)
        self.assertIn("-:13:3: error: identity--%s /confidence: " % (U % 2), r.out)
        self.assertRegex(r.out, r"value-type +error +1\n")

    def test_the_end_of_a_bundle_has_its_own_place(self):
        text = '{"type":"bundle","objects":[\n%s\n],\n "id":\n  7}' % json.dumps(identity(1))
        lines, _ = validate(text, code=1)
        self.assertEqual([(f["pointer"], f["line"], f["column"]) for f in lines[1]["findings"]], [("/id", 5, 3)])


GOOD = json.dumps(identity(1))
A = '{"type":"identity","spec_version":"2.1","id":"identity--%s","created":"%s","modified":"%s","name":"x"' % (U % 3, STAMP, STAMP)
BAD = {  # text, code, (line, column), lines, exit status
    "nul": (b'{"a":"x\0y"}', "json-string", (1, 8), 1, 2),
    "nul alone": (b"\0", "json-syntax", (1, 1), 1, 2),
    "high half": ('[%s,%s,\n"a":"\\ud800"}]' % (GOOD, A), "json-surrogate", (2, 6), 2, 1),
    "low half": ('[%s,%s,\n"a":"\\udc00x"}]' % (GOOD, A), "json-surrogate", (2, 6), 2, 1),
    "name twice": ('[%s,\n %s,"name":"y"}]' % (GOOD, A), "json-duplicate", (2, 2), 2, 1),
    "cut utf-8": (('[%s,' % GOOD + A).encode() + b',\n"a":"\xe2\x82"}]', "json-utf8", (2, 6), 2, 1),
    "2^53 + 1": ('%s,\n"a":9007199254740993}' % A, "json-number", (2, 5), 1, 1),
    "huge": ('%s,"a":\n1e999}' % A, "json-number", (2, 1), 1, 1),
    "digits": ('%s,"a":\n%s}' % (A, "9" * 100000), "json-number", (2, 1), 1, 1),
    "deep list": ('%s,"a":\n%s1%s}' % (A, "[" * 100000, "]" * 100000), "json-depth", (2, 64), 1, 1),
    "deep object": ('%s,"a":\n%s1%s}' % (A, '{"a":' * 100000, "}" * 100000), "json-depth", (2, 1 + 63 * 5), 1, 1),
    "never closed": ("[" * 100000, "json-truncated", (1, 2), 1, 2),
    "truncated bundle": ('{"type":"bundle","objects":[%s,\n {"type":' % GOOD, "json-truncated", (2, 2), 2, 1),
    "truncated list": ("[%s\n," % GOOD, "json-truncated", (2, 2), 2, 1),
    "no comma": ("[%s\n %s]" % (GOOD, GOOD), "json-garbage", (2, 2), 3, 1),
    "comma at the end": ("[%s,\n]" % GOOD, "json-garbage", (2, 1), 2, 1),
    "garbage behind": ("[%s]\nwhat is this" % GOOD, "json-syntax", (2, 1), 2, 1),
    "no json": ("hello\n", "json-syntax", (1, 1), 1, 2),
    "a line of several": (GOOD + "\n{]\n" + GOOD, "json-syntax", (2, 2), 3, 1),
    "an open string": ('[{"a":"b\n},\n%s]' % GOOD, "json-string", (1, 9), 2, 1),
    "number": ("42", "not-an-object", (1, 1), 1, 1),
    "words": ('["x", null, 1.5]', "not-an-object", (1, 2), 3, 1),
    "empty object": ("{}", "required-property", (1, 1), 1, 1),
}


class BadInput(unittest.TestCase):
    def test_each_is_a_finding_with_a_place(self):
        for name, (text, code, place, n, status) in BAD.items():
            with self.subTest(name):
                began = time.monotonic()
                lines, r = validate(text)
                self.assertLess(time.monotonic() - began, 10 * SLOW)
                self.assertEqual(r.code, status, r)
                self.assertEqual(len(lines), n, r.out[:1000])
                found = [(f["code"], (f["line"], f["column"])) for x in lines for f in x["findings"]]
                self.assertIn((code, place), found)
                self.assertTrue(all(f["message"] and len(f["message"]) < 500 for x in lines for f in x["findings"]))
                self.assertTrue(all(x["valid"] == (x["id"] == identity(1)["id"]) for x in lines if x["id"]))

    def test_nothing_is_unusable(self):
        for text in (b"", b" \n\t", b"\xef\xbb\xbf"):
            self.assertEqual(validate(text)[1].code, 2)
        self.assertEqual(run("stix", "validate", "/nonexistent/file.json", code=None).code, 2)
        with tempfile.TemporaryDirectory() as d:
            self.assertEqual(run("stix", "validate", d, code=None).code, 2)

    def test_large_things_take_no_time(self):
        many = '%s,"granular_markings":[{"marking_ref":"marking-definition--%s","selectors":[%s]}]}'
        texts = {
            "type": '{"type":"%s","id":"x--%s"}' % ("a" * 1000000 + "!", U % 1),
            "id": '{"type":"identity","id":"identity--%s"}' % ("a-" * 1000000),
            "selectors": many % (A, U % 7, ",".join(['"name"'] * 1000000)),
            "wrong selectors": many % (A, U % 7, ",".join('"labels.[%d]"' % i for i in range(100000))),
            "members": "%s,%s}" % (A, ",".join('"x_a%d":1' % i for i in range(200000))),
            "lists": '%s,"x_abc":[%s]}' % (A, ",".join(["[]"] * 500000)),
            "lines": "{}\n" * 10000,
            "commas": "[" + "," * 1000000 + "]",
            "quotes": '["' + '"' * 100000,
            "backslashes": '{"a":"' + "\\" * 1000000 + '"}',
        }
        for name, text in texts.items():
            with self.subTest(name):
                began = time.monotonic()
                _, r = validate(text)
                self.assertIn(r.code, (0, 1, 2))
                self.assertLess(time.monotonic() - began, 10 * SLOW)

    def test_an_object_beyond_the_limit_is_left_out(self):
        big = '{"type":"x-big","id":"x-big--%s","a":"%s"}' % (U % 1, "x" * (65 << 20))
        lines, r = validate("[%s,\n%s,\n%s]" % (GOOD, big, GOOD), code=1)
        self.assertEqual([x["valid"] for x in lines], [True, False, True])
        self.assertEqual([(f["code"], f["line"], f["column"]) for f in lines[1]["findings"]], [("json-too-large", 2, 1)])


class Options(unittest.TestCase):
    text = json.dumps(bundle(identity(1, identity_class="spaceship", x_foo_bar="baz")))

    def test_select_ignore_promote_and_strict(self):
        cases = [
            ([], ["extensions-use", "identity-class"], 0), (["--strict"], ["extensions-use", "identity-class"], 1),
            (["--ignore", "401"], ["identity-class"], 0), (["--ignore", "401,213"], [], 0),
            (["--ignore", "401", "--ignore", "identity-class", "--strict"], [], 0),
            (["--select", "213"], ["identity-class"], 0), (["--promote", "all-vocabs"], ["extensions-use", "identity-class"], 1),
            (["--strict-properties"], None, 1),
        ]
        for args, wanted, status in cases:
            with self.subTest(" ".join(args)):
                lines, _ = validate(self.text, *args, code=status)
                if wanted is not None:
                    self.assertEqual(sorted(codes(lines[0])), wanted)
        self.assertEqual(validate(self.text, "--ignore", "nonsense")[1].code, 2)
        self.assertEqual(validate(self.text, "--jobs", "0")[1].code, 2)
        self.assertEqual(validate(self.text, "--format", "sarif")[1].code, 2)

    def test_references_of_a_bundle(self):
        text = json.dumps(bundle(identity(1, created_by_ref="identity--" + U % 99)))
        lines, _ = validate(text, "--enforce-refs", code=1)
        self.assertEqual(codes(lines[-1]), ["unresolved-reference"])
        self.assertEqual(lines[-1]["findings"][0]["pointer"], "/objects/0/created_by_ref")
        validate(text, code=0)

    def test_several_processors_print_the_same(self):
        text = "\n".join(json.dumps(identity(n % 250, name=n % 7 or "x", labels=["a" * n])) for n in range(3000))
        one = run("stix", "validate", "--json", "-", stdin=text.encode(), code=1).out
        for jobs in ("2", "3", "8"):
            self.assertEqual(run("stix", "validate", "--json", "-j", jobs, "-", stdin=text.encode(), code=1).out, one)
        self.assertEqual([json.loads(x)["index"] for x in one.splitlines()], list(range(3000)))

    def test_sarif(self):
        for text, n in ((self.text, 2), (json.dumps(identity(1)), 0), ("[%s,7]" % GOOD, 1)):
            r = run("stix", "validate", "--format", "sarif", "-", stdin=text.encode(), code=None)
            log = json.loads(r.out)
            self.assertEqual(log["version"], "2.1.0")
            only, = log["runs"]
            rules = only["tool"]["driver"]["rules"]
            self.assertEqual(only["tool"]["driver"]["name"], "entente")
            self.assertEqual(len(rules), len({x["id"] for x in rules}))
            self.assertTrue(all(x["help"]["text"] and x["shortDescription"]["text"] for x in rules))
            self.assertEqual(len(only["results"]), n)
            for x in only["results"]:
                self.assertEqual(rules[x["ruleIndex"]]["id"], x["ruleId"])
                self.assertIn(x["level"], ("error", "warning", "note"))
                self.assertTrue(x["message"]["text"])
                where = x["locations"][0]["physicalLocation"]
                self.assertTrue(where["artifactLocation"]["uri"])
                self.assertGreaterEqual(min(where["region"]["startLine"], where["region"]["startColumn"]), 1)

    def test_columns_are_characters(self):
        text = '{"a":"\u00e9\u4e2d\U0001f600", "type":"identity","spec_version":"2.1","id":7}'
        found = [json.loads(x) for x in run("stix", "validate", "--json", "-", stdin=text.encode(), code=1).out.splitlines()]
        wrong = [f for f in found[0]["findings"] if f["pointer"] == "/id"]
        self.assertEqual({f["column"] for f in wrong}, {text.index("7}") + 1})
        log = json.loads(run("stix", "validate", "--format", "sarif", "-", stdin=text.encode(), code=1).out)["runs"][0]
        self.assertEqual(log["columnKind"], "unicodeCodePoints")
        regions = [x["locations"][0]["physicalLocation"]["region"] for x in log["results"] if x["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "/id"]
        self.assertEqual({x["startColumn"] for x in regions}, {text.index("7}") + 1})

    def test_nothing_printed_drives_a_terminal(self):
        r = run("stix", "validate", "-", stdin=json.dumps(identity(1, **{"x\x1b[31m\u202e": 1})).encode(), code=1)
        self.assertNotIn("\x1b", r.out)
        self.assertNotIn("\u202e", r.out)


# A small process between: the peak of a child counts what its parent held when it forked.
MEASURE = ("import resource, subprocess, sys; rc = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL); "
           "print(rc, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")


class Memory(unittest.TestCase):
    @unittest.skipIf(SLOW != 1, "sanitizers have memory of their own")
    def test_a_long_stream_takes_little(self):
        one = json.dumps(identity(1, description="x" * 1500)).encode() + b","
        p = subprocess.Popen([sys.executable, "-c", MEASURE, program(), "stix", "validate", "--json", "-j", "2", "-"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        p.stdin.write(b'{"type":"bundle","objects":[')
        for _ in range(200):
            p.stdin.write(one * 300)
        p.stdin.write(one[:-1] + b'],"id":"bundle--%s"}' % (U % 1).encode())
        out, _ = p.communicate()
        status, peak = map(int, out.split())
        self.assertEqual(status, 0)
        self.assertLess(peak, 64 * 1024)


class Canon(unittest.TestCase):
    def canon(self, text, code=0):
        return run("stix", "canon", "-", stdin=text if isinstance(text, bytes) else text.encode(), code=code)

    def test_nothing_but_the_form(self):
        self.assertEqual(self.canon(' {"b" : [1.0, 1e2, -0],\n"a":"\\u00e9\\/"}\n').out, '{"a":"é/","b":[1,100,0]}')
        self.assertEqual(self.canon("1e21").out, "1e+21")
        self.assertEqual(self.canon("[" * 1000 + "]" * 1000).out, "[" * 1000 + "]" * 1000)

    def test_bad_json_is_unusable(self):
        for text in ("", "{", "{} {}", '{"a":1,"a":2}', '"\\ud800"', b'"\xff"', "NaN", "01", "9007199254740993", "1e400",
                     "[" * 100000, "\0"):
            r = self.canon(text, code=2)
            self.assertEqual(r.out, "")
            self.assertIn("line 1", r.err)

    def test_the_published_vectors(self):
        path = os.path.join(DATA, "conformance", "stix", "jcs.jsonl")
        if not os.path.exists(path):
            self.skipTest("no " + path)
        numbers = []
        with open(path, encoding="utf-8") as f:
            for line in f:
                case = json.loads(line)
                if "ieee754" in case:
                    value, = struct.unpack(">d", bytes.fromhex(case["ieee754"]))
                    numbers.append((repr(value), case["output"]))
                elif case["kind"] == "reject":
                    self.canon(case["input"], code=2)
                else:
                    self.assertEqual(self.canon(case["input"]).out, case["output"])
        wanted = "[%s]" % ",".join(x for _, x in numbers)
        self.assertEqual(self.canon("[%s]" % ",".join(x for x, _ in numbers)).out, wanted)
        self.assertEqual(self.canon(wanted).out, wanted)


class Names(unittest.TestCase):
    def test_hashes_are_those_of_the_canonical_form(self):
        a = identity(1)
        form = json.dumps(a, sort_keys=True, separators=(",", ":")).encode()
        wanted = hashlib.sha256(form).hexdigest() + "  " + a["id"] + "\n"
        for text in (json.dumps(a), json.dumps(bundle(a), indent=2), json.dumps([a])):
            self.assertEqual(run("stix", "hash", "-", stdin=text.encode()).out, wanted)
        r = run("stix", "hash", "--json", "-", stdin=json.dumps(a).encode())
        self.assertEqual(r.json(), {"index": 0, "id": a["id"], "sha256": wanted[:64]})
        self.assertEqual(run("stix", "hash", "-", stdin=b"{}").out, hashlib.sha256(b"{}").hexdigest() + "  -\n")
        r = run("stix", "hash", "-", stdin=json.dumps([a, 7, a]).encode(), code=2)
        self.assertEqual(r.out, wanted * 2)

    def test_ids_of_observables(self):
        address = {"type": "ipv4-addr", "id": "ipv4-addr--" + U % 1, "value": "198.51.100.7"}
        text = json.dumps(bundle(identity(1), address, {"type": "process", "id": "process--" + U % 2, "pid": 1}))
        r = run("stix", "id", "-", stdin=text.encode())
        self.assertEqual(r.out, "ipv4-addr--%s\n-\n" % r.out[11:47])
        r = run("stix", "id", "--json", "-", stdin=text.encode())
        self.assertEqual([json.loads(x)["index"] for x in r.out.splitlines()], [1, 2])
        self.assertEqual(run("stix", "id", "-", stdin=b"{", code=2).out, "")

    def test_the_published_ids(self):
        path = os.path.join(DATA, "conformance", "stix", "sco-ids.jsonl")
        if not os.path.exists(path):
            self.skipTest("no " + path)
        with open(path, encoding="utf-8") as f:
            cases = [json.loads(line) for line in f if line.strip()]
        text = "".join(json.dumps(c["object"]) + "\n" for c in cases)
        r = run("stix", "id", "-", stdin=text.encode())
        self.assertEqual(r.out.split(), [c["expected_id"] for c in cases])


if __name__ == "__main__":
    unittest.main()
