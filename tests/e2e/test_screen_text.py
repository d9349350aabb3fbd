# SPDX-License-Identifier: Apache-2.0
"""entente screen --text: who is named where, which notices are missing, and that putting them in ends."""
import gzip
import json
import os
import pathlib
import random
import tempfile
import unittest

import lib

REPORT = """WASHINGTON, September 11. /AGENCY/. Nineteen terrorists from the group al-Qaeda{} hijacked four planes.
On February 14, 2003, a court declared al-Qaeda to be a terrorist organization, which is outlawed in Russia.
"""
RULES = {"jurisdiction": "XX", "countries": ["Xland"], "wordings": ["{ban} in {country}"], "proposed": {"en": "banned in Xland"}}


def screen(text, *options, code=0):
    raw = text if isinstance(text, bytes) else text.encode()
    return lib.run("screen", "--text", "-", *options, code=code, stdin=raw)


def entries(text, *options, code=0):
    return json.loads(screen(text, "--json", *options, code=code).out)["entries"]


class ScreenText(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, content):
        path = pathlib.Path(self.folder.name, name)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def test_a_report_with_its_notice(self):
        (entry,) = entries(REPORT.format(" (banned in Russia)"), "--jurisdiction", "RU")
        self.assertEqual((entry["status"], entry["count"]), ("found", 2))
        self.assertEqual(entry["notice"]["text"], "banned in Russia")
        self.assertEqual(entry["designations"][0]["authority"], "Supreme Court of the Russian Federation")
        raw = REPORT.format(" (banned in Russia)").encode()
        for m in entry["mentions"]:
            self.assertEqual(raw[m["from"]:m["to"]].decode(), m["text"])

    def test_a_report_without_it_is_flagged_once_at_the_first_mention(self):
        (entry,) = entries(REPORT.format(""), "--jurisdiction", "RU", code=1)
        self.assertEqual((entry["status"], entry["proposed"]), ("missing", "al-Qaeda (banned in Russia)"))
        said = screen(REPORT.format(""), "--jurisdiction", "RU", code=1)
        self.assertIn("1 notice is missing", said.out)
        self.assertEqual(screen(REPORT.format(""), "--jurisdiction", "RU", "--annotate").out, REPORT.format(" (banned in Russia)"))

    def test_the_missions_report(self):
        path = pathlib.Path(os.environ.get("ENTENTE_DATA") or "", "wire", "report.txt")
        if not path.is_file():
            self.skipTest("no data file wire/report.txt")
        text = path.read_text()
        self.assertEqual([e["status"] for e in entries(text, "--jurisdiction", "RU")], ["found"])
        bare = text.replace(" (banned in Russia)", "")
        self.assertEqual([e["status"] for e in entries(bare, "--jurisdiction", "RU", code=1)], ["missing"])
        self.assertEqual(screen(bare, "--jurisdiction", "RU", "--annotate").out, text)

    def test_another_jurisdiction_and_a_lifted_designation(self):
        (entry,) = entries("al-Qaeda (banned in Kazakhstan)", "--jurisdiction", "RU", code=1)
        self.assertEqual((entry["status"], entry["notice"]["text"]), ("wrong-jurisdiction", "banned in Kazakhstan"))
        taliban = "The Taliban said so."
        self.assertEqual(entries(taliban, "--jurisdiction", "RU", "--date", "2026-01-01")[0]["status"], "lifted")
        self.assertEqual(entries(taliban, "--jurisdiction", "RU", "--date", "2020-01-01", code=1)[0]["status"], "missing")
        self.assertEqual(entries(taliban, "--jurisdiction", "RU", "--date", "2001-01-01")[0]["status"], "lifted")

    def test_lists_of_names_and_packed_texts(self):
        names = self.file("names.txt", "Zorvan Front\nДругая группа\n")
        text = self.file("text.gz", gzip.compress("The Zorvan Front met.\nZorvan Front again.\n".encode()))
        said = lib.run("screen", "--text", text, "--list", names, "--json")
        (entry,) = json.loads(said.out)["entries"]
        self.assertEqual([(m["line"], m["from"]) for m in entry["mentions"]], [(1, 4), (2, 22)])
        self.assertEqual(entry["status"], "")
        self.assertEqual(entries("Zorvan Front", "--list", names, "--jurisdiction", "BY", code=1)[0]["proposed"],
                         "Zorvan Front (banned in Belarus)")

    def test_rules_of_ones_own(self):
        names = self.file("names.txt", "Zorvan Front\n")
        for where, text, expected in (
                ("first", "Zorvan Front, Zorvan Front.", "Zorvan Front (banned in Xland), Zorvan Front."),
                ("each", "Zorvan Front. Zorvan Front.", "Zorvan Front (banned in Xland). Zorvan Front (banned in Xland)."),
                ("footer", "Zorvan Front.", "Zorvan Front.\nZorvan Front (banned in Xland)\n")):
            rules = self.file("rules.json", json.dumps({**RULES, "where": where, "distance": 0}))
            options = ("--list", names, "--rules", rules, "--annotate")
            once = screen(text, *options).out
            self.assertEqual(once, expected)
            self.assertEqual(screen(once, *options).out, once)

    def test_putting_notices_in_ends(self):
        names = self.file("names.txt", "Zorvan Front\nBlue Star\nIS\nThe Base\nФронт Примера\nUnity\n")
        roll = random.Random(7)
        words = ["Zorvan Front", "Blue Star", "IS", "The Base", "Фронта Примера", "Unity", "and", ",", ".", "\n", "\n\n", "*", "(", ")", '"', "«", "»",
                 "group", "terrorist", "banned in Xland", "both", "'s", "* banned in Xland\n", "see", "x@y.org", "\u200b", "in"]
        for where in ("first", "each", "footer"):
            rules = self.file("rules.json", json.dumps({**RULES, "where": where, "distance": roll.choice([0, 20, 120])}))
            options = ("--list", names, "--rules", rules, "--annotate")
            for _ in range(12):
                text = " ".join(roll.choices(words, k=roll.randrange(2, 60)))
                once = screen(text, *options).out
                self.assertEqual(screen(once, *options).out, once, text)
                entries(once, *options[:-1])

    def test_what_bad_input_gets(self):
        self.assertIn("--list", screen("x", code=2).err)
        self.assertIn("--rules", screen("x", "--jurisdiction", "QQ", code=2).err)
        self.assertIn("whose notices", screen("x", "--list", "-", "--annotate", code=2).err)
        bad = self.file("bad.json", "{")
        self.assertIn(bad, screen("x", "--rules", bad, code=2).err)
        names = self.file("names.txt", "Zorvan Front\n")
        self.assertEqual(entries(b"\xff\xfeZorvan Front\x00\xc3", "--list", names)[0]["count"], 1)
        self.assertEqual(entries("", "--list", names), [])
        self.assertEqual(entries("Zorvan " * 200000, "--list", names), [])


if __name__ == "__main__":
    unittest.main()
