# SPDX-License-Identifier: Apache-2.0
"""What may leave, explained: rule by rule, with the clause of the agreement that decides."""
import json
import unittest

import lib

MARK = "marking-definition--"
GREEN = MARK + "bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
RED = MARK + "e828b379-4e03-4974-9ac4-e53a884c97c1"
PAP_AMBER = MARK + "60f8932b-e51e-4458-b265-a2e8be9a80ab"
HANDLING = "extension-definition--6d0f6a5e-7c0b-4a3c-9f35-2b8f5b1f7e64"
TERMS = {"types": ["*"], "tlp_max": "amber", "unmarked": "green"}


def handling(n, **members):
    """A marking definition that says how police and courts may handle what it marks."""
    return {"type": "marking-definition", "spec_version": "2.1", "id": MARK + "5b9a3c52-9a3b-4c84-8a0f-%012x" % n,
            "created": "2018-12-01T00:00:00.000Z", "name": "handling %d" % n,
            "extensions": {HANDLING: dict({"extension_type": "property-extension"}, **members)}}


class Gate(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def pair(self, **terms):
        """Two nodes with an agreement whose terms are those, for both."""
        north, south = self.folder.node("North").start(), self.folder.node("South").start()
        lib.enrol(north, south)
        path = self.folder.file("terms.json", {"North": dict(TERMS, **terms), "South": dict(TERMS, **terms)})
        return north, south, lib.agree(north, south, "--terms", path)

    def take(self, node, *objects):
        node("import", self.folder.file("in.json", lib.bundle(list(objects))))

    def explain(self, node, obj, *args, code=0):
        return node("explain", obj["id"], *args, "--json", code=code).json()["agreements"]

    def test_each_verdict_has_its_clause(self):
        north, _, agreement = self.pair()
        own = north("status", "--json").json()["party"]
        good, bad = lib.campaign(1, object_marking_refs=[GREEN]), lib.campaign(2, object_marking_refs=[RED])
        self.take(north, good, bad)
        one = self.explain(north, good, "--to", "South")
        self.assertEqual([a["agreement"] for a in one], [agreement])
        self.assertEqual(one[0]["result"], "pass")
        rules = {r["rule"]: r for r in one[0]["rules"]}
        self.assertEqual(len(rules), len(one[0]["rules"]))
        self.assertEqual(rules["type"]["clause"],
                         {"pointer": "/terms/%s/types" % own, "agreement": agreement, "version": 1})
        self.assertIsNone(rules["valid"]["clause"])
        two = self.explain(north, bad, "--to", agreement, code=1)[0]
        rules = {r["rule"]: r for r in two["rules"]}
        self.assertEqual((two["result"], rules["markings"]["result"]), ("deny", "deny"))
        self.assertEqual(rules["markings"]["clause"]["pointer"], "/terms/%s/tlp_max" % own)
        self.assertEqual([r for r in rules if rules[r]["result"] != "pass"], ["markings"])
        # as a person reads it, and the same in a dry run
        text = north("explain", bad["id"], code=1).out
        self.assertIn("TLP:red is above the ceiling of TLP:amber", text)
        self.assertIn("/terms/%s/tlp_max of version 1" % own, text)
        text = north("release", bad["id"], "--to", agreement, "--dry-run", code=1).out
        self.assertIn("/terms/%s/tlp_max of version 1" % own, text)
        run = north("release", bad["id"], "--to", agreement, "--dry-run", "--json", code=1).json()["objects"][0]
        self.assertEqual(run["rules"], two["rules"])

    def test_each_agreement_answers_by_itself(self):
        north, south, first = self.pair()
        second = lib.agree(north, south, "--tlp-max", "clear")
        obj = lib.campaign(1, object_marking_refs=[GREEN])
        self.take(north, obj)
        told = {a["agreement"]: a["result"] for a in self.explain(north, obj, code=1)}
        self.assertEqual(told, {first: "pass", second: "deny"})
        self.assertEqual([a["agreement"] for a in self.explain(north, obj, "--to", second, code=1)], [second])
        north("agreement", "suspend", first)
        told = self.explain(north, obj, "--to", first)[0]
        self.assertEqual((told["result"], told["state"]), ("queue", "suspended"))
        r = north("explain", obj["id"], "--to", "nobody", code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn("no agreement and no counterpart", r.err)
        r = north("explain", "campaign--2b9a3c52-9a3b-4c84-8a0f-00000000ffff", code=None)
        self.assertNotEqual(r.code, 0)

    def test_properties_are_named_and_what_an_extract_needs(self):
        north, _, agreement = self.pair()
        obj = lib.campaign(1, object_marking_refs=[GREEN], description="from a man in the house",
                           granular_markings=[{"marking_ref": RED, "selectors": ["description"]}])
        self.take(north, obj)
        told = self.explain(north, obj, code=1)[0]
        self.assertEqual([(p["selector"], p["rule"]) for p in told["properties"]], [("description", "granular")])
        self.assertTrue(told["properties"][0]["clause"]["pointer"].endswith("/tlp_max"))
        self.assertTrue(told["extract"])
        text = north("explain", obj["id"], code=1).out
        self.assertIn("without description: TLP:red on description", text)
        self.assertIn("an extract without that may go", text)

    def test_terms_of_the_gate_hold_on_both_sides(self):
        """Handling codes, PAP, purposes, required markings: released, read by the counterpart, and denied beyond."""
        north, south, agreement = self.pair(handling=["H0", "H1"], pap_max="green", purposes=["prevention of terrorism"])
        court, free = handling(1, codes=["H0"], not_in_court=True), handling(2, codes=["H3"])
        told = handling(3, releasable_to=[north("status", "--json").json()["party"]])
        fit = handling(4, purposes=["prevention of terrorism", "training"])
        self.take(north, court, free, told, fit,
                  lib.campaign(1, object_marking_refs=[GREEN, court["id"]]),
                  lib.campaign(2, object_marking_refs=[GREEN, free["id"]]),
                  lib.campaign(3, object_marking_refs=[GREEN, told["id"]]),
                  lib.campaign(4, object_marking_refs=[GREEN, PAP_AMBER]),
                  lib.campaign(5, object_marking_refs=[GREEN, fit["id"]]))
        run = north("release", "--all", "--type", "campaign", "--to", agreement, "--json", code=1).json()["objects"]
        against = [[r["rule"] for r in o["rules"] if r["result"] == "deny"] for o in run]
        self.assertEqual(against, [[], ["handling"], ["releasable"], ["pap"], []])
        south("sync")
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))
        held = {o["id"] for o in south("list", "--json").json()["objects"]}
        self.assertLessEqual({court["id"], fit["id"], lib.campaign(1)["id"], lib.campaign(5)["id"]}, held)
        self.assertFalse({free["id"], told["id"], lib.campaign(2)["id"]} & held)

    def test_a_day_has_its_quota(self):
        north, _, agreement = self.pair(quota_day=3)
        shown = north("agreement", "show", agreement, "--json").json()["gate"]
        self.assertEqual(shown, [{"party": n, "terms": {"quota_day": 3}} for n in ("North", "South")])
        self.assertIn("North sends it at most 3 objects a day", north("agreement", "show", agreement).out)
        self.take(north, *[lib.campaign(i, object_marking_refs=[GREEN]) for i in range(5)])
        for flags in (["--dry-run"], []):
            r = north("release", "--all", "--type", "campaign", "--to", agreement, "--json", *flags, code=1).json()
            self.assertEqual((r["released"], r["denied"]), (3, 2), flags)
        again = north("release", "--all", "--type", "campaign", "--to", agreement, "--json", code=1).json()
        self.assertEqual((again["released"], again["already"], again["denied"]), (0, 3, 2))
        denied = [o for o in again["objects"] if o["result"] == "deny"][0]
        self.assertEqual([r["rule"] for r in denied["rules"] if r["result"] == "deny"], ["quota"])

    def test_terms_that_make_no_sense_are_refused(self):
        north, south = self.folder.node("North").start(), self.folder.node("South").start()
        lib.enrol(north, south)
        for terms in ({"handling": ["H4"]}, {"handling": "H1"}, {"pap_max": "white"}, {"iep": "yes"}, {"quota_day": 0},
                      {"quota_day": -1}, {"expired": 1}, {"references": "maybe"}, {"purposes": [""]},
                      {"purposes": "all"}, {"required_markings": ["campaign--2b9a3c52-9a3b-4c84-8a0f-00000000ffff"]}):
            path = self.folder.file("t.json", {"North": dict(TERMS, **terms), "South": TERMS})
            r = north("agreement", "propose", "--title", "T", "--with", "South", "--terms", path, code=None)
            self.assertNotEqual(r.code, 0, json.dumps(terms))
            self.assertIn("agreement: ", r.err, json.dumps(terms))


if __name__ == "__main__":
    unittest.main()
