# SPDX-License-Identifier: Apache-2.0
"""entente intake: a news text as a bundle, as a document with ranges, as lines for people, and into a node."""
import json
import os
import tempfile
import unittest

import lib

TEXT = """Blast in Halverstadt

HALVERSTADT, May 3, 2022 (Reuters) - A bomb killed at least 12 people on Tuesday, police said.

\u201cWe won\u2019t forget,\u201d Interior Minister Jonas Albrecht said. \u201cNever.\u201d

On 5 May 2010 the High Court of Germany declared the Grey Hand (banned in Germany) a terrorist organisation.
"""


def texts():
    folder = os.path.join(lib.SOURCE, "tests", "intake", "texts")
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".txt")]


class Intake(unittest.TestCase):
    def document(self, text, *words):
        return json.loads(lib.run("intake", "-", "--json", *words, stdin=text.encode()).out)

    def test_ranges_are_characters(self):
        for path in texts():
            with open(path, encoding="utf-8", newline="") as f:
                text = f.read()
            document = self.document(text)
            self.assertEqual(document["source"]["characters"], len(text))
            for item in document["items"]:
                for part in (item, item.get("speaker"), item.get("verb"), item.get("notice")):
                    if part and "range" in part:
                        self.assertEqual(text[slice(*part["range"])], part["text"])

    def test_items_point_to_objects_of_the_bundle(self):
        document = self.document(TEXT)
        ids = {o["id"]: o for o in document["bundle"]["objects"]}
        quotation = [i for i in document["items"] if i["kind"] == "quotation"]
        self.assertEqual([q["speaker"]["name"] for q in quotation], ["Jonas Albrecht"] * 2)
        self.assertEqual([(q["verb"]["text"], q["carried"]) for q in quotation], [("said", False), ("said", True)])
        self.assertEqual(ids[quotation[0]["speaker"]["ref"]]["name"], "Jonas Albrecht")
        figure = [i for i in document["items"] if i["kind"] == "figure"][0]
        self.assertEqual((figure["quantity"], figure["value"], figure["bound"]), ("killed", 12, "at-least"))
        self.assertEqual(figure["source"], {"name": "Reuters", "speaker": "police"})
        self.assertEqual(ids[figure["incident"]]["name"], "Attack of 2022-05-03")
        act = [i for i in document["items"] if i["kind"] == "designation"][0]
        self.assertEqual((act["date"], act["effects"], act["jurisdiction"]), ("2010-05-05", ["outlawed"], "DE"))
        self.assertEqual(ids[act["entity"]["ref"]]["type"], "intrusion-set")
        self.assertEqual(document["source"]["headline"], "Blast in Halverstadt")

    def test_every_bundle_is_valid_and_the_same_again(self):
        for path in texts():
            bundle = lib.run("intake", path).out
            self.assertEqual(bundle, lib.run("intake", path).out)
            said = json.loads(lib.run("stix", "validate", "--enforce-refs", "--json", "-", stdin=bundle.encode()).out.splitlines()[-1])
            self.assertNotIn("error", json.dumps(said.get("findings", [])))

    def test_review_names_line_and_column(self):
        said = lib.run("intake", "-", "--review", stdin=TEXT.encode()).out
        self.assertRegex(said, r"(?m)^3:1 +dateline ")
        self.assertRegex(said, r"(?m)^5:2 +quotation +We won\u2019t forget, <- Jonas Albrecht")
        self.assertIn("Nothing was found", lib.run("intake", "-", "--review", stdin=b"").out)

    def test_options_say_what_the_text_leaves_out(self):
        document = self.document("ROME, May 3 - \"We go there,\" Jane Doe said.", "--date", "2015", "--source", "Northwire")
        self.assertEqual((document["source"]["date"], document["source"]["agency"]), ("2015-05-03", "Northwire"))
        for wrong in ("15", "2015-13-01", "2015-1-1", "x", "2015-05-03-01"):
            lib.run("intake", "-", "--date", wrong, code=2, stdin=b"")

    def test_bad_input(self):
        said = lib.run("intake", "-", code=2, stdin=b"abc\nab\xff").err
        self.assertIn("line 2, column 3: byte 7 (0xff) is not UTF-8", said)
        lib.run("intake", "/nonexistent", code=2)
        lib.run("intake", "-", "--collection", "x", code=2, stdin=b"")
        for text in ('"' * 300000, "said " * 300000, "a" * 3000000, "\u200b\u202e" * 300000, '"a ' * 300000, "x\n" * 300000):
            self.document(text)

    def test_stores_only_when_asked(self):
        with tempfile.TemporaryDirectory() as folder:
            node = os.path.join(folder, "node")
            lib.run("init", node, "--name", "North")
            held = json.loads(lib.run("-C", node, "list", "--json").out)["objects"]
            lib.run("-C", node, "intake", "-", stdin=TEXT.encode())
            self.assertEqual(json.loads(lib.run("-C", node, "list", "--json").out)["objects"], held)
            stored = json.loads(lib.run("-C", node, "intake", "-", "--store", "--json", stdin=TEXT.encode()).out)["stored"]
            self.assertEqual(stored["objects"], stored["new"])
            again = json.loads(lib.run("-C", node, "intake", "-", "--store", "--json", stdin=TEXT.encode()).out)["stored"]
            self.assertEqual((again["new"], again["same"]), (0, stored["objects"]))
            now = json.loads(lib.run("-C", node, "list", "--json").out)["objects"]
            self.assertEqual(len(now), stored["objects"] + len(held))


if __name__ == "__main__":
    unittest.main()
