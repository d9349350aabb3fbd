# SPDX-License-Identifier: Apache-2.0
"""docs/threat-model.md names a test for each attack: each is there, under that name."""
import os
import re
import unittest

ROOT = os.environ.get("ENTENTE_SOURCE", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


class ThreatModel(unittest.TestCase):
    def test_every_test_that_it_names_exists(self):
        with open(os.path.join(ROOT, "docs", "threat-model.md"), encoding="utf-8") as f:
            page = f.read()
        named = re.findall(r"`(tests/[^`:]+): (\w+)`", page)
        self.assertGreater(len(named), 40)
        for path, name in named:
            with open(os.path.join(ROOT, path), encoding="utf-8") as f:
                text = f.read()
            defined = r"^%s\(void \*\*state\)" if path.endswith(".c") else r"^    def %s\(self\)"
            self.assertRegex(text, re.compile(defined % name, re.M), path)

    def test_every_attack_has_one(self):
        with open(os.path.join(ROOT, "docs", "threat-model.md"), encoding="utf-8") as f:
            rows = [line for line in f if line.startswith("| ") and not re.match(r"\| (it|he) tries to \|", line)]
        for row in rows:
            if not row.startswith("| ---"):
                self.assertIn("`tests/", row)


if __name__ == "__main__":
    unittest.main()
