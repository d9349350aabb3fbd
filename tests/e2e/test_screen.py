# SPDX-License-Identifier: Apache-2.0
"""entente screen: pairs and lists, across scripts, and what bad lines get."""
import csv
import io
import json
import os
import tempfile
import unittest

import lib


def ask(query, *names, **more):
    return {"id": query, "query": query, "candidate": {"names": list(names)}, **more}


def screen(*questions, code=0):
    text = "\n".join(q if isinstance(q, str) else json.dumps(q, ensure_ascii=False) for q in questions)
    said = lib.run("screen", "--pairs", "-", "--json", code=code, stdin=text.encode())
    return [json.loads(line) for line in said.out.splitlines()], said


class Screen(unittest.TestCase):
    def test_one_person_in_four_spellings(self):
        spellings = ["Usama bin Ladin", "Осама бен Ладен", "أسامة بن لادن", "bin Laden, Osama"]
        answers, _ = screen(*(ask(s, "Usama bin Ladin") for s in spellings))
        self.assertEqual([a["id"] for a in answers], spellings)
        self.assertEqual([a["band"] for a in answers], ["exact", "strong", "strong", "strong"])
        for a in answers:
            self.assertEqual(set(a), {"id", "score", "band", "explanation"})
            self.assertIn('"usama"', a["explanation"])

    def test_a_shared_given_name_is_no_match(self):
        self.assertEqual(screen(ask("George Bush", "George Habash"))[0][0]["band"], "weak")

    def test_the_best_name_counts_and_empty_ones_do_not(self):
        answers, _ = screen(ask("Ivan Petrov", "", "Somebody Else", "Иван Петров"), ask("Ivan Petrov", ""), ask("", ""))
        self.assertGreater(answers[0]["score"], 0.85)
        self.assertEqual([a["score"] for a in answers[1:]], [0, 0])

    def test_a_birth_date_that_contradicts_lowers_the_band(self):
        same = ask("Ivan Petrov", "Ivan Petrov", dob="1957-01-01")
        same["candidate"]["dob"] = "1990"
        answer = screen(same)[0][0]
        self.assertEqual((answer["score"], answer["band"]), (1, "strong"))
        self.assertIn("birth dates contradict", answer["explanation"])
        same["candidate"]["dob"] = "0000-99-99"
        self.assertEqual(screen(same)[0][0]["band"], "exact")

    def test_bad_lines_are_named_and_the_others_answered(self):
        answers, said = screen(ask("a b", "a b"), "{", '{"query":"x"}', '{"query":"x","candidate":{"names":[3]}}', ask("c d", "c d"), code=2)
        self.assertEqual([a["id"] for a in answers], ["a b", "c d"])
        for line in ("line 2", "line 3", "line 4"):
            self.assertIn(line, said.err)

    def test_a_ten_megabyte_name(self):
        answers, _ = screen(ask("\u202eab \u200b" * 2000000, "ab"))
        self.assertLessEqual(answers[0]["score"], 1)


SPELLINGS = ["Usama bin Ladin", "Осама бен Ладен", "أسامة بن لادن", "bin Laden, Osama"]
LISTED = "BIN LADIN, Usama\nHABASH, George\nHalverstadt Islamic Bank\nWaverley Shipping Ltd\n"


class Lists(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory(prefix="entente-e2e-")
        self.list = self.file("list.txt", LISTED)

    def tearDown(self):
        self.dir.cleanup()

    def file(self, name, text):
        path = os.path.join(self.dir.name, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def json(self, *args, code=0, stdin=None):
        said = lib.run("screen", *args, "--json", code=code, stdin=stdin)
        return [json.loads(line) for line in said.out.splitlines()], said

    def test_names_of_a_file_against_a_list(self):
        names = self.file("names.txt", "\n".join(SPELLINGS + ["George Bush", "Anna Schmidt"]))
        answers, _ = self.json("--list", self.list, "--names", names)
        self.assertEqual([a["query"] for a in answers], SPELLINGS + ["George Bush", "Anna Schmidt"])
        for a in answers[:4]:
            self.assertEqual((a["result"], a["hits"][0]["name"]), ("probable", "BIN LADIN, Usama"))
            self.assertEqual(set(a["hits"][0]), {"list", "ref", "name", "kind", "strength", "score", "band", "explanation"})
        self.assertEqual([a["result"] for a in answers[4:]], ["clear", "clear"])

    def test_threads_answer_in_order(self):
        names = self.file("names.txt", "\n".join("%s %d" % (SPELLINGS[i % 4], i) for i in range(5000)))
        one, _ = self.json("--list", self.list, "--names", names)
        four, _ = self.json("--list", self.list, "--names", names, "-j", "4")
        self.assertEqual(one, four)
        self.assertEqual([a["line"] for a in one], list(range(1, 5001)))

    def test_csv_in_and_out(self):
        table = self.file("in.csv", 'id,name,dob,type\n7,"bin Laden, Osama",1957,person\n8,=Anna Schmidt,,\n')
        said = lib.run("screen", "--list", self.list, "--csv", table)
        rows = list(csv.DictReader(io.StringIO(said.out)))
        self.assertEqual([(r["id"], r["result"]) for r in rows], [("7", "probable"), ("8", "clear")])
        self.assertEqual(rows[0]["listed_name"], "BIN LADIN, Usama")
        self.assertEqual(rows[1]["name"], "'=Anna Schmidt")  # no formula

    def test_for_people(self):
        said = lib.run("screen", "Osama bin Laden", "Anna Schmidt", "--list", self.list)
        self.assertIn("Osama bin Laden: probable\n", said.out)
        self.assertIn("BIN LADIN, Usama", said.out)
        self.assertIn("Anna Schmidt: clear\n", said.out)

    def test_the_kind_and_the_band_narrow_it(self):
        answers, _ = self.json("Halverstadt Islamic Bank", "--list", self.list, "--type", "organisation")
        self.assertEqual(answers[0]["result"], "probable")
        answers, _ = self.json("Osama Ladin", "Usama bin Ladin", "--list", self.list, "--band", "exact")
        self.assertEqual([a["result"] for a in answers], ["clear", "probable"])

    def test_several_lists_behind_one_option(self):
        more = self.file("more.txt", "Anna Schmidt\n")
        names = self.file("names.txt", "Anna Schmidt\n")
        answers, _ = self.json("--list", self.list, more, "--names", names)
        self.assertEqual(answers[0]["result"], "probable")

    def test_what_cannot_be_used(self):
        for args in (["Anna"], ["--list", self.list], ["Anna", "--list", self.list, "--type", "horse"],
                     ["Anna", "--list", self.list, "--band", "weak"], ["Anna", "--list", self.list + "x"],
                     ["--list", self.list, "--csv", self.file("bad.csv", "who\nAnna\n")],
                     ["--list", self.list, "--pairs", self.list]):
            self.assertTrue(lib.run("screen", *args, code=2).err, args)

    def test_names_that_say_nothing_are_named(self):
        names = self.file("names.txt", "Usama bin Ladin\n\u200b\u202e--\nAnna Schmidt\n")
        answers, said = self.json("--list", self.list, "--names", names, code=2)
        self.assertEqual([a["line"] for a in answers], [1, 3])
        self.assertIn("line 2", said.err)

    def test_a_ten_megabyte_name_in_a_file(self):
        names = self.file("names.txt", "\u202eab \u200b" * 1500000 + "\nUsama bin Ladin\n")
        answers, _ = self.json("--list", self.list, "--names", names)
        self.assertEqual([a["result"] for a in answers], ["clear", "probable"])

    def test_a_real_list(self):
        folder = os.path.join(os.environ.get("ENTENTE_DATA", ""), "designations", "ofac-sdn-2021-07", "sdn.csv")
        if not os.path.exists(folder):
            self.skipTest("no designations/ofac-sdn-2021-07")
        answers, _ = self.json(*SPELLINGS, "George Bush", "--list", folder)
        for a in answers[:4]:
            self.assertEqual(a["result"], "probable")
            self.assertIn("6365", [h["ref"] for h in a["hits"]])
        self.assertNotEqual(answers[4]["result"], "probable")


if __name__ == "__main__":
    unittest.main()
