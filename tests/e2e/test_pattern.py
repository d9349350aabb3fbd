# SPDX-License-Identifier: Apache-2.0
"""entente pattern check, match, fmt, explain: one answer a line, and how they end."""
import json
import unittest

import lib


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def observed(value, at="2026-01-01T00:00:00Z"):
    return {"type": "bundle", "objects": [
        {"type": "observed-data", "first_observed": at, "last_observed": at, "number_observed": 1, "object_refs": ["a--1"]},
        {"type": "a", "id": "a--1", "n": value}]}


class Pattern(unittest.TestCase):
    def test_check_says_where_and_why(self):
        self.assertEqual(lines(lib.run("pattern", "check", "--json", "[a:b = 1]").out), [{"index": 0, "valid": True}])
        bad = lines(lib.run("pattern", "check", "--json", "[a:b = ]", code=1).out)[0]
        self.assertEqual((bad["index"], bad["valid"], bad["position"]), (0, False, 7))
        self.assertIn("expected a value", bad["message"])
        self.assertTrue(lib.run("pattern", "check", "[a:b = ]", code=1).out.endswith("\n[a:b = ]\n       ^\n"))
        self.assertEqual(lib.run("pattern", "check", "[EXISTS a:b]").out, "valid\n")
        lib.run("pattern", "check", "--stix", "2.0", "[EXISTS a:b]", code=1)

    def test_check_answers_each_line_of_a_file(self):
        said = lib.run("pattern", "check", "--json", "--jsonl", "-", code=2, stdin=b'{"pattern":"[a:b=1]"}\r\n\n{"pattern":3}\nx\n'
                       b'{"pattern":"[a:b=\'\\u0000\'"}')
        self.assertEqual([(a["index"], a["valid"]) for a in lines(said.out)], [(0, True), (1, False), (2, False), (3, False)])

    def test_match_answers_each_line_of_a_file(self):
        cases = [("[a:n = 1]", [observed(1)]), ("[a:n = 2]", [observed(1)]), ("[a:n", [observed(1)]), ("[a:n = 1]", "x"),
                 ("[a:n > t'2026-01-01T00:00:00Z']", [observed("x")]), ("[a:n MATCHES '(']", [])]
        text = "\n".join(json.dumps({"pattern": p, "observed_data": o}) for p, o in cases)
        said = lines(lib.run("pattern", "match", "--json", "--jsonl", "-", code=1, stdin=text.encode()).out)
        self.assertEqual([a["matched"] for a in said], [True, False, None, None, None, None])
        self.assertEqual([("message" in a, a["index"]) for a in said], [(i > 1, i) for i in range(6)])
        self.assertIn("0: matched by a--1\n1: not matched\n2: not evaluated: line 1",
                      lib.run("pattern", "match", "--jsonl", "-", code=1, stdin=text.encode()).out)
        lib.run("pattern", "match", "--jsonl", "-", code=0, stdin=text.split("\n")[1].encode())
        lib.run("pattern", "match", "--jsonl", "/nonexistent", code=2)

    def test_usage(self):
        for words in (["check"], ["match"], ["check", "--jsonl", "-", "[a:b=1]"], ["check", "--stix", "3", "[a:b=1]"], ["fmt"]):
            lib.run("pattern", *words, code=2)

    def test_fmt_and_explain(self):
        text = lib.run("pattern", "fmt", "[ ( a:b==1 ) ]  // one").out
        self.assertEqual(text, "[a:b = 1]\n")
        self.assertEqual(lib.run("pattern", "fmt", text).out, text)
        self.assertEqual(lib.run("pattern", "explain", text).out, "an observation with an object of type a: b is 1\n")
        lib.run("pattern", "fmt", "[", code=2)


if __name__ == "__main__":
    unittest.main()
