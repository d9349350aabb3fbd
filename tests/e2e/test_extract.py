# SPDX-License-Identifier: Apache-2.0
"""Copies with less in them: what goes, what is made coarser, and that nothing leads back."""
import unittest

import lib

GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"


class Extract(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.north, self.south, self.agreement = self.folder.pair()
        self.object = lib.campaign(1, name="Operation Name", description="told by the man in the harbour",
                                   first_seen="2018-03-04T05:06:07Z", last_seen="2018-05-06T07:08:09Z", aliases=["one", "two"],
                                   object_marking_refs=[RED], granular_markings=[{"marking_ref": RED, "selectors": ["description"]}])
        self.place = {"type": "location", "spec_version": "2.1", "id": "location--2b9a3c52-9a3b-4c84-8a0f-000000000001",
                      "created": "2018-12-01T00:00:00.000Z", "modified": "2018-12-01T00:00:00.000Z", "latitude": 48.20849,
                      "longitude": 16.37208}
        self.north("import", self.folder.file("o.json", lib.bundle([self.object, self.place])))

    def extract(self, rules, *more, id=None, code=0):
        return self.north("extract", id or self.object["id"], "--rules", self.folder.file("rules.json", rules), "--json", *more,
                          code=code)

    RULES = {"drop": ["description", "aliases"], "time": {"first_seen": "month", "last_seen": "hour"},
             "replace": {"name": "a group in the region"}, "marking": "green"}

    def test_what_is_left_is_what_the_rules_say(self):
        made = self.extract(self.RULES).json()
        copy = made["object"]
        self.assertNotEqual(copy["id"], self.object["id"])
        self.assertEqual((copy["name"], copy["first_seen"], copy["last_seen"], copy["object_marking_refs"]),
                         ("a group in the region", "2018-03-01T00:00:00Z", "2018-05-06T07:00:00Z", [GREEN]))
        for gone in ("description", "aliases", "granular_markings"):
            self.assertNotIn(gone, copy)
        what = {p["property"]: p["what"] for p in made["properties"]}
        self.assertEqual((what["description"], what["name"], what["type"], what["granular_markings"]), ("dropped", "changed", "kept", "dropped"))
        coarse = self.extract({"place": {"latitude": 1, "longitude": 0}}, id=self.place["id"]).json()["object"]
        self.assertEqual((coarse["latitude"], coarse["longitude"]), (48.2, 16))
        only = self.extract({"keep": ["name"]}).json()["object"]
        self.assertEqual(set(only), {"type", "spec_version", "id", "created", "modified", "created_by_ref", "name", "object_marking_refs"}
                         & set(only))
        self.assertNotIn("first_seen", only)

    def test_it_leaves_and_nothing_of_it_leads_back(self):
        r = self.north("release", self.object["id"], "--to", self.agreement, code=1)
        made = self.extract(self.RULES).json()
        self.north("release", made["id"], "--to", self.agreement)
        r = self.north("release", made["relationship"], "--to", self.agreement, "--json", code=1).json()
        self.assertEqual(r["denied"], 1)
        self.south("sync")
        everything = self.south("list", "--json").out + self.south("show", made["id"]).out
        self.assertIn(made["id"], everything)
        for secret in (self.object["id"], "harbour", "Operation", made["relationship"]):
            self.assertNotIn(secret, everything)

    def test_a_dry_run_keeps_nothing(self):
        before = self.north("list", "--json").out
        self.extract(self.RULES, "--dry-run")
        self.assertEqual(self.north("list", "--json").out, before)

    def test_rules_that_cannot_be_followed(self):
        for rules, why in (({"drop": ["nothing"]}, "has no property"), ({"drop": ["id"]}, "not theirs to change"),
                           ({"drop": ["type"]}, "not theirs to change"), ({"blur": []}, "there is no rule"),
                           ({"time": {"name": "day"}}, "no timestamp"), ({"time": {"first_seen": "week"}}, "year, month"),
                           ({"drop": ["name"], "keep": ["name"]}, "not both"), ({"marking": "pink"}, "no TLP level"),
                           ({"place": {"name": 1}}, "decimal places"), ({"drop": ["name"]}, "name")):
            r = self.extract(rules, code=None)
            self.assertIn(r.code, (1, 2), rules)
            self.assertIn(why, r.err, rules)


if __name__ == "__main__":
    unittest.main()
