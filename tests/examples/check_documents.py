#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_documents.py - holds the documents against the tree: layers, folders, version, links."""

import os
import pathlib
import re
import unittest

ROOT = pathlib.Path(os.environ.get("ENTENTE_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
DOCUMENTS = [p for p in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*.md"))]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def layers():
    """Each folder of tools/layers.txt with the folders that it may include."""
    rows = {}
    for line in read("tools/layers.txt").splitlines():
        name, colon, below = line.partition("#")[0].partition(":")
        if colon and not name.startswith("<"):
            rows[name.strip()] = below.split()
    return rows


def section(text, title):
    """The text under a heading of the second level."""
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


class Architecture(unittest.TestCase):
    def setUp(self):
        self.text = read("docs/architecture.md")

    def test_table_of_layers_is_layers_txt(self):
        told = {}
        for row in re.findall(r"^\| (`[^|]*`) \| ([^|]*)\|$", section(self.text, "Layers"), re.M):
            for name in re.findall(r"`(\w+)`", row[0]):
                told[name] = row[1].replace(",", " ").split()
        self.assertEqual(told, layers())

    def test_every_folder_of_src_has_its_row(self):
        told = set(re.findall(r"^\| `src/(\w+)` \|", section(self.text, "Folders"), re.M))
        self.assertEqual(told, {p.name for p in (ROOT / "src").iterdir() if p.is_dir()})


class Documents(unittest.TestCase):
    def test_changelog_knows_the_version(self):
        version = re.search(r"version: '([^']+)'", read("meson.build")).group(1)
        self.assertIn(f"\n## [{version}]", read("CHANGELOG.md"))

    def test_links_lead_somewhere(self):
        for path in DOCUMENTS:
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
                if not re.match(r"[a-z]+:", target):
                    with self.subTest(document=path.name, link=target):
                        self.assertTrue((path.parent / target).exists())


if __name__ == "__main__":
    unittest.main()
