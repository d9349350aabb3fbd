#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""test_count_tests.py - tools/count-tests on logs that are written here."""

import json
import os
import subprocess
import tempfile
import unittest

TOOL = os.path.join(os.environ["ENTENTE_SOURCE"], "tools", "count-tests")

CMOCKA = """[==========] Running 3 test(s).
[ RUN      ] reads
no newline here[       OK ] reads
[ RUN      ] needs_data
no data file vectors.json
[  SKIPPED ] needs_data
[ RUN      ] writes
[       OK ] writes
[==========] 3 test(s) run.
"""
CRASH = "[==========] Running 3 test(s).\n[ RUN      ] reads\n[       OK ] reads\n[ RUN      ] writes\n"
NEVER = "failed: json/write: a case that it didn't come to"
PYTHON = "FAIL: test_x (m.T.test_x)\nERROR: test_y (m.T.test_y)\nRan 7 tests in 0.010s\n\nFAILED (failures=1, errors=1, skipped=2)\n"
VERBOSE = "test_net (m.T.test_net) ... skipped 'no network'\ntest_x (m.T.test_x) ... ok\nRan 2 tests in 0.1s\n\nOK (skipped=1)\n"


def line(name, result="OK", stdout="", stderr=""):
    return {"name": "entente:" + name, "result": result, "stdout": stdout, "stderr": stderr}


class CountTests(unittest.TestCase):
    def count(self, *logs):
        with tempfile.TemporaryDirectory() as d:
            paths = []
            for i, log in enumerate(logs):
                paths.append(os.path.join(d, f"{i}.json"))
                with open(paths[-1], "w", encoding="utf-8") as f:
                    f.writelines(json.dumps(x) + "\n" for x in log)
            ran = subprocess.run([TOOL, *paths], stdout=subprocess.PIPE, text=True, check=False)
        lines = ran.stdout.splitlines()
        return lines[-1], lines[:-1], ran.returncode

    def test_counts_the_cases_of_a_cmocka_program_and_names_the_skipped(self):
        last, above, status = self.count([line("json / write", stdout=CMOCKA)])
        self.assertEqual(last, "2 passed, 0 failed, 1 skipped")
        self.assertEqual(above, ["skipped: json/write: needs_data: no data file vectors.json"])
        self.assertEqual(status, 0)

    def test_counts_cases_that_a_crash_kept_from_running_as_failed(self):
        last, above, status = self.count([line("json / write", "FAIL", stdout=CRASH)])
        self.assertEqual((last, above, status), ("1 passed, 2 failed", ["failed: json/write: writes", NEVER], 1))

    def test_counts_a_program_that_fails_after_its_last_case(self):
        last, above, status = self.count([line("json / json/write", "FAIL", stdout=CMOCKA)])
        self.assertEqual((last, status), ("2 passed, 1 failed, 1 skipped", 1))
        self.assertEqual(above[0], "failed: json/write: the program (fail, status None)")

    def test_counts_unittest_from_its_verdict(self):
        last, above, status = self.count([line("a / b", "FAIL", stderr=PYTHON)])
        self.assertEqual((last, status), ("3 passed, 2 failed, 2 skipped", 1))
        self.assertEqual(above[:3], ["failed: a/b: test_x", "failed: a/b: test_y", "skipped: a/b: a case: no reason given"])

    def test_names_what_unittest_skipped_where_it_is_verbose(self):
        last, above, _ = self.count([line("a / b", stderr=VERBOSE)])
        self.assertEqual((last, above), ("1 passed, 0 failed, 1 skipped", ["skipped: a/b: test_net: no network"]))

    def test_counts_a_program_without_a_runner_as_one_case(self):
        log = [line("fuzz / json", stdout="12 inputs\n"), line("fuzz / note", "TIMEOUT"), line("e2e / x", "SKIP", "no curl\n")]
        last, above, status = self.count(log)
        self.assertEqual((last, status), ("1 passed, 1 failed, 1 skipped", 1))
        self.assertIn("skipped: e2e/x: all of it: no curl", above)

    def test_counts_a_case_once_and_only_if_it_passed_in_each_log(self):
        good, bad = line("json / write", stdout=CMOCKA), line("json / write", "FAIL", stdout=CRASH)
        self.assertEqual(self.count([good], [good])[0], "2 passed, 0 failed, 1 skipped")
        self.assertEqual(self.count([good], [bad])[0], "1 passed, 2 failed, 1 skipped")

    def test_is_not_content_with_nothing(self):
        last, _, status = self.count([])
        self.assertEqual((last, status), ("0 passed, 0 failed", 1))


if __name__ == "__main__":
    unittest.main(verbosity=2)
