# SPDX-License-Identifier: Apache-2.0
"""docs/map.md names files and functions: each must be there."""
import os
import re
import unittest

ROOT = os.environ.get("ENTENTE_SOURCE", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


class Map(unittest.TestCase):
    def rows(self):
        with open(os.path.join(ROOT, "docs", "map.md"), encoding="utf-8") as f:
            return f.read()

    def test_each_function_is_in_its_file(self):
        rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", self.rows(), re.M)
        self.assertGreater(len(rows), 20)
        for path, name in rows:
            with self.subTest(path=path, function=name):
                with open(os.path.join(ROOT, path), encoding="utf-8") as f:
                    self.assertRegex(f.read(), r"(?m)^%s\(" % re.escape(name))

    def test_each_file_is_there(self):
        for path in re.findall(r"`((?:src|tools)/[^`]+)`", self.rows()):
            with self.subTest(path=path):
                self.assertTrue(os.path.exists(os.path.join(ROOT, path)), path)


if __name__ == "__main__":
    unittest.main()
