# SPDX-License-Identifier: Apache-2.0
"""entente screen --pairs: one answer a line, across scripts, and what bad lines get."""
import json
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


if __name__ == "__main__":
    unittest.main()
