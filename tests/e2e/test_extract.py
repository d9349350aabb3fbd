# SPDX-License-Identifier: Apache-2.0
"""Copies with less in them: what goes, what is made coarser, and that nothing leads back."""
import json
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
        r = self.north("release", made["relationships"][0], "--to", self.agreement, "--json", code=1).json()
        self.assertEqual(r["denied"], 1)
        self.south("sync")
        everything = self.south("list", "--json").out + self.south("show", made["id"]).out
        self.assertIn(made["id"], everything)
        for secret in (self.object["id"], "harbour", "Operation", made["relationships"][0]):
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

    # ---- of several ----

    def several(self, *more):
        made = []
        for i, (first, last, names) in enumerate((("2018-03-04", "2018-04-01", ["one", "two"]), ("2017-12-31", "2018-02-02", ["two"]),
                                                  ("2018-05-05", "2018-09-09", ["three"]))):
            made.append(lib.campaign(10 + i, name="number %d" % i, first_seen=first + "T01:02:03Z", last_seen=last + "T00:00:00.5Z",
                                     aliases=names, objective="money", object_marking_refs=[RED if i == 1 else GREEN]))
        self.north("import", self.folder.file("s.json", lib.bundle(made)))
        return [o["id"] for o in made]

    def of_several(self, rules, ids, *more, code=0):
        return self.north("extract", *ids, "--rules", self.folder.file("rules.json", rules), "--json", *more, code=code)

    AGGREGATE = {"aggregate": {"first_seen": "min", "last_seen": "max", "aliases": "union"}, "replace": {"name": "three campaigns"},
                 "time": {"first_seen": "month"}, "at_least": 3}

    def test_several_objects_become_one(self):
        ids = self.several()
        rules = dict(self.AGGREGATE, aggregate=dict(self.AGGREGATE["aggregate"], name="min"))
        self.assertIn("of timestamps or of numbers", self.of_several(rules, ids, code=2).err)
        rules = dict(self.AGGREGATE)
        del rules["replace"]
        self.assertIn("name", self.of_several(rules, ids, code=1).err)  # not alike, so it isn't there, and STIX wants one
        rules["aggregate"] = dict(self.AGGREGATE["aggregate"], objective="union")
        self.assertIn("of lists", self.of_several(rules, ids, code=2).err)
        rules = dict(self.AGGREGATE, aggregate={"first_seen": "median"})
        self.assertIn("min, max, union or sum", self.of_several(rules, ids, code=2).err)

    def test_what_all_have_alike_and_what_is_aggregated_goes(self):
        ids = self.several()
        rules = {k: v for k, v in self.AGGREGATE.items() if k != "replace"}
        same = [json.loads(self.north("show", i, "--raw").out) for i in ids]
        for o in same:
            o["id"], o["name"] = o["id"].replace("8a0f", "8a1f"), "a campaign"
        self.north("import", self.folder.file("t.json", lib.bundle(same)))
        ids = [o["id"] for o in same]
        made = self.of_several(rules, ids).json()
        copy = made["object"]
        self.assertEqual((copy["first_seen"], copy["last_seen"], copy["aliases"], copy["objective"], copy["name"]),
                         ("2017-12-01T00:00:00Z", "2018-09-09T00:00:00.5Z", ["one", "three", "two"], "money", "a campaign"))
        self.assertEqual(set(copy["object_marking_refs"]), {RED, GREEN})  # no less guarded than any of them
        self.assertEqual(len(made["relationships"]), 3)
        before = {p["property"]: p["before"] for p in made["properties"]}
        self.assertEqual(before["aliases"], [["one", "two"], ["two"], ["three"]])
        self.assertEqual(self.north("release", copy["id"], "--to", self.agreement, "--json", code=1).json()["denied"], 1)
        green = self.of_several(dict(rules, marking="green"), ids).json()["object"]
        self.north("release", green["id"], "--to", self.agreement)
        self.south("sync")
        everything = self.south("list", "--json").out + self.south("show", green["id"]).out
        self.assertIn(green["id"], everything)
        for i in ids:
            self.assertNotIn(i, everything)
        self.assertIn("at_least 3", self.of_several(rules, ids[:2], code=2).err)
        self.assertIn("there twice", self.of_several({}, [ids[0], ids[0]], code=2).err)
        self.assertIn("of one type", self.of_several({}, [ids[0], self.place["id"]], code=1).err)

    # ---- the proof ----

    def test_a_part_that_is_unchanged_proves_it(self):
        made = self.extract({"drop": ["description", "last_seen"], "marking": "green", "proof": True}).json()
        copy = made["object"]
        self.north("release", copy["id"], "--to", self.agreement)
        self.south("sync")
        got = self.folder.file("copy.json", self.south("show", copy["id"], "--raw").out)
        r = lib.run("extract", "verify", got, "--json").json()
        self.assertEqual(r["unchanged"], ["aliases", "first_seen", "name", "spec_version", "type"])
        self.assertEqual((r["hidden"], r["opened"]), (len(self.object) - 5, False))
        opening = self.north("extract", "show", copy["id"], "--json").json()
        self.assertEqual(opening["original"], self.object["id"])
        original = self.folder.file("original.json", self.north("show", self.object["id"], "--raw").out)
        self.assertTrue(lib.run("extract", "verify", got, "--original", original, "--secret", opening["secret"], "--json").json()["opened"])
        # a value that was changed, a property that was put in its place, another original, another secret
        for change in ({"name": "another"}, {"aliases": ["one"]}, {"first_seen": "2018-03-04T05:06:08Z"}, {"type": "intrusion-set"}):
            forged = dict(json.loads(self.south("show", copy["id"], "--raw").out), **change)
            self.assertIn("changed", lib.run("extract", "verify", self.folder.file("f.json", forged), code=1).err)
        other = dict(json.loads(self.north("show", self.object["id"], "--raw").out), description="told by nobody")
        for o, s in ((other, opening["secret"]), (self.object, "0" * 64)):
            lib.run("extract", "verify", got, "--original", self.folder.file("o.json", o), "--secret", s, code=1)
        for name in ("harbour", opening["secret"], self.object["id"]):
            self.assertNotIn(name, self.south("show", copy["id"]).out)
        # nothing that was replaced is said to be unchanged
        made = self.extract({"replace": {"name": "x"}, "time": {"first_seen": "day"}, "proof": True}).json()["object"]
        proof = [v for v in made["extensions"].values() if "root" in v][0]
        self.assertFalse({"name", "first_seen", "id", "created"} & set(proof["unchanged"]))
        lib.run("extract", "verify", self.folder.file("m.json", made))

    def test_proofs_that_are_none(self):
        copy = self.extract({"drop": ["description"], "proof": True}).json()["object"]
        key = [k for k, v in copy["extensions"].items() if "root" in v][0]
        good = copy["extensions"][key]
        for bad in (dict(good, unchanged=good["unchanged"][::-1]), dict(good, unchanged=good["unchanged"] + good["unchanged"][-1:]),
                    dict(good, unchanged=["nothing"]), dict(good, unchanged=[]), dict(good, fields=good["fields"][1:]), dict(good, fields=[]),
                    dict(good, fields=good["fields"] + ["00"]), dict(good, root="00"), dict(good, unchanged=good["unchanged"][1:]), {}):
            forged = dict(copy, extensions={key: bad})
            r = lib.run("extract", "verify", self.folder.file("f.json", forged), code=None)
            self.assertIn(r.code, (1, 2), bad)
        self.assertIn("no proof", lib.run("extract", "verify", self.folder.file("f.json", self.object), code=None).err)
        self.assertIn("of several", self.of_several({"proof": True}, self.several(), code=2).err)


if __name__ == "__main__":
    unittest.main()
