#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_examples.py - holds examples/ and docs/extensions/ against their schemas, against STIX and against each other."""

import copy
import json
import os
import pathlib
import re
import unittest
import uuid

try:
    import jsonschema
except ImportError:  # Debian: python3-jsonschema
    jsonschema = None

ROOT = pathlib.Path(os.environ.get("ENTENTE_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
EXTENSIONS = ROOT / "docs" / "extensions"
EXAMPLES = ROOT / "examples"

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP = {
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
}
SCO_NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
SCO_BY_VALUE = {"domain-name", "ipv4-addr", "ipv6-addr", "email-addr", "url", "mac-addr"}
UNVERSIONED = SCO_BY_VALUE | {"marking-definition"}
REQUIRED = {
    "campaign": {"name"},
    "extension-definition": {"created_by_ref", "name", "schema", "version", "extension_types"},
    "identity": {"name"},
    "incident": {"name"},
    "indicator": {"pattern", "pattern_type", "valid_from"},
    "intrusion-set": {"name"},
    "location": {"country"},
    "note": {"content", "object_refs"},
    "relationship": {"relationship_type", "source_ref", "target_ref"},
    "report": {"name", "published", "object_refs"},
}
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DOCUMENTATION = re.compile(
    r"([a-z0-9-]+\.)*example(\.(com|net|org))?|(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}|2001:db8:[0-9a-f:]*")
EXTENDS = {
    "message": {"note"},
    "attack-record": {"incident"},
    "designation": {"identity", "intrusion-set", "threat-actor"},
    "handling": {"marking-definition"},
    "extract": {"attack-pattern", "campaign", "course-of-action", "grouping", "identity", "incident", "indicator", "infrastructure",
                "intrusion-set", "location", "malware", "malware-analysis", "note", "observed-data", "opinion", "report", "threat-actor",
                "tool", "vulnerability"},
}


def no_duplicates(pairs):
    keys = [k for k, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key stands twice: {keys}")
    return dict(pairs)


def load(path):
    return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=no_duplicates)


def definitions():
    """The name and the extension-definition of each extension."""
    return {n: load(EXTENSIONS / (n + ".json")) for n in EXTENDS}


def schemas():
    """The schema of each extension by the extension's id."""
    return {d["id"]: load(EXTENSIONS / (n + ".schema.json")) for n, d in definitions().items()}


def objects():
    """Every object of every example, with the name of its file."""
    for path in sorted(EXAMPLES.glob("*.json")):
        for o in load(path)["objects"]:
            yield path.name, o


def references(value):
    """Every id that a property ending in _ref or _refs, or a message's in_reply_to, holds at any depth."""
    if isinstance(value, list):
        for v in value:
            yield from references(v)
    elif isinstance(value, dict):
        for k, v in value.items():
            if k.endswith("_ref") or k == "in_reply_to":
                yield v
            elif k.endswith("_refs"):
                yield from v
            else:
                yield from references(v)


def value_of(file, name):
    """The value of extension `name` in the first object of an example that has it."""
    ext = definitions()[name]["id"]
    for where, o in objects():
        if where == file and ext in o.get("extensions", {}):
            return copy.deepcopy(o["extensions"][ext])
    raise AssertionError(f"{file} has no {name}")


class Extensions(unittest.TestCase):
    def test_every_schema_has_its_definition(self):
        found = {p.name.removesuffix(".schema.json") for p in EXTENSIONS.glob("*.schema.json")}
        self.assertEqual(found, set(EXTENDS))

    def test_definitions_are_stix(self):
        me = load(EXTENSIONS / "identity.json")
        for name, d in definitions().items():
            with self.subTest(name):
                self.assertEqual(d["type"], "extension-definition")
                self.assertEqual(uuid.UUID(d["id"].split("--")[1]).version, 4)
                self.assertLessEqual(REQUIRED["extension-definition"], d.keys())
                self.assertEqual(d["created_by_ref"], me["id"])
                self.assertEqual(d["extension_types"], ["property-extension"])
                self.assertRegex(d["version"], r"^\d+\.\d+\.\d+$")
                self.assertGreaterEqual(d["modified"], d["created"])
                self.assertLessEqual(set(d["object_marking_refs"]), TLP.keys())

    def test_definitions_hold_the_schema_of_their_file(self):
        by_id = schemas()
        for name, d in definitions().items():
            with self.subTest(name):
                self.assertEqual(json.loads(d["schema"]), by_id[d["id"]], "run docs/extensions/embed.py")
                self.assertEqual(by_id[d["id"]]["properties"]["extension_type"], {"const": "property-extension"})
                self.assertTrue(by_id[d["id"]]["title"].endswith("version " + d["version"]))

    def test_readme_names_each_id(self):
        text = (EXTENSIONS / "README.md").read_text(encoding="utf-8")
        for name, d in definitions().items():
            self.assertRegex(text, rf"\| {name} \|.*`{d['id']}` \| {re.escape(d['version'])} \|")
        self.assertIn(load(EXTENSIONS / "identity.json")["id"], text)

    @unittest.skipUnless(jsonschema, "python3-jsonschema is not installed")
    def test_schemas_are_draft_2020_12(self):
        for ext, schema in schemas().items():
            with self.subTest(ext):
                self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
                jsonschema.Draft202012Validator.check_schema(schema)


class Examples(unittest.TestCase):
    def test_files_are_bundles(self):
        paths = sorted(EXAMPLES.glob("*.json"))
        self.assertTrue(paths)
        for path in paths:
            with self.subTest(path.name):
                b = load(path)
                self.assertEqual(set(b), {"type", "id", "objects"})
                self.assertEqual(uuid.UUID(b["id"].removeprefix("bundle--")).version, 4)
                ids = [o["id"] for o in b["objects"]]
                self.assertEqual(len(ids), len(set(ids)))

    def test_objects_have_what_stix_requires(self):
        for where, o in objects():
            with self.subTest(file=where, id=o["id"]):
                prefix, _, number = o["id"].partition("--")
                self.assertEqual(prefix, o["type"])
                self.assertEqual(o["spec_version"], "2.1")
                self.assertEqual(number, str(uuid.UUID(number)))
                if o["type"] not in UNVERSIONED:
                    self.assertRegex(o["created"], TIMESTAMP)
                    self.assertRegex(o["modified"], TIMESTAMP)
                    self.assertGreaterEqual(o["modified"], o["created"])
                    self.assertEqual(uuid.UUID(number).version, 4)
                    self.assertLessEqual(REQUIRED[o["type"]], o.keys())
                if "valid_until" in o:
                    self.assertGreater(o["valid_until"], o["valid_from"])

    def test_observables_have_their_deterministic_id(self):
        seen = 0
        for where, o in objects():
            if o["type"] in SCO_BY_VALUE:
                name = json.dumps({"value": o["value"]}, separators=(",", ":"))
                self.assertEqual(o["id"], f"{o['type']}--{uuid.uuid5(SCO_NAMESPACE, name)}", where)
                seen += 1
        self.assertGreater(seen, 0)

    def test_observables_and_patterns_name_only_reserved_hosts(self):
        for where, o in objects():
            hosts = [o["value"]] if o["type"] in SCO_BY_VALUE else re.findall(r"= '([^']*)'", o.get("pattern", ""))
            for h in hosts:
                self.assertRegex(h, rf"^({DOCUMENTATION.pattern})$", where)

    def test_references_resolve(self):
        known = {o["id"] for _, o in objects()}
        for where, o in objects():
            for ref in references(o):
                with self.subTest(file=where, id=o["id"]):
                    self.assertIn(ref, known)

    def test_authors_and_markings_travel_in_the_same_bundle(self):
        for path in sorted(EXAMPLES.glob("*.json")):
            here = load(path)["objects"]
            ids = {o["id"] for o in here}
            for o in here:
                with self.subTest(file=path.name, id=o["id"]):
                    self.assertLessEqual(set(o.get("object_marking_refs", [])), ids)
                    self.assertIn(o.get("created_by_ref", o["id"]), ids)
            used = {m for o in here for m in o.get("object_marking_refs", [])}
            self.assertEqual(used, {i for i in ids if i.startswith("marking-definition--")}, path.name)

    def test_an_object_that_stands_twice_is_the_same(self):
        seen = {}
        for where, o in objects():
            self.assertEqual(seen.setdefault(o["id"], o), o, where)
        me = load(EXTENSIONS / "identity.json")
        self.assertEqual(seen[me["id"]], me)

    def test_every_object_is_marked_with_tlp_2(self):
        for where, o in objects():
            with self.subTest(file=where, id=o["id"]):
                if o["type"] == "marking-definition" and o["id"] in TLP:
                    level = TLP[o["id"]]
                    self.assertEqual(o, {
                        "type": "marking-definition",
                        "spec_version": "2.1",
                        "id": o["id"],
                        "created": "2022-10-01T00:00:00.000Z",
                        "name": "TLP:" + level.upper(),
                        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": level}},
                    })
                else:
                    self.assertIn(o["object_marking_refs"][0], TLP)
                    self.assertFalse(set(o["object_marking_refs"][1:]) & TLP.keys())

    def test_extensions_stand_on_the_types_they_extend(self):
        types = {d["id"]: EXTENDS[n] for n, d in definitions().items()}
        used = set()
        for where, o in objects():
            for ext in o.get("extensions", {}):
                if ext != TLP_EXTENSION:
                    self.assertIn(o["type"], types[ext], where)
                    used.add(ext)
        self.assertEqual(used, set(types), "each extension has an example")

    def test_messages_are_one_thread(self):
        ext = definitions()["message"]["id"]
        notes = {o["id"]: o for _, o in objects() if o["type"] == "note"}
        self.assertEqual(len({o["extensions"][ext]["thread"] for o in notes.values()}), 1)
        self.assertEqual({o["extensions"][ext]["kind"] for o in notes.values()}, {"tip", "request", "reply", "outcome"})
        for o in notes.values():
            answered = o["extensions"][ext].get("in_reply_to")
            if answered:
                self.assertLess(notes[answered]["created"], o["created"])
                self.assertIn(answered, o["object_refs"])

    @unittest.skipUnless(jsonschema, "python3-jsonschema is not installed")
    def test_extensions_fit_their_schema(self):
        by_id = schemas()
        for where, o in objects():
            for ext, value in o.get("extensions", {}).items():
                if ext != TLP_EXTENSION:
                    with self.subTest(file=where, id=o["id"]):
                        jsonschema.Draft202012Validator(by_id[ext]).validate(value)


def put(path, value):
    """A change: set the value at path, a list of keys and indexes."""
    def change(v):
        for k in path[:-1]:
            v = v[k]
        v[path[-1]] = value
    return change


def drop(path):
    """A change: remove what is at path."""
    def change(v):
        for k in path[:-1]:
            v = v[k]
        del v[path[-1]]
    return change


NOTE = "note--d0b57d5e-7fb0-4b42-8678-f14f898f8867"
# What is changed in which example's extension; the schema must refuse each.
REFUSED = [
    ("tip.json", "message", put(["extension_type"], "toplevel-property-extension")),
    ("tip.json", "message", drop(["extension_type"])),
    ("tip.json", "message", drop(["thread"])),
    ("tip.json", "message", drop(["kind"])),
    ("tip.json", "message", put(["thread"], "first")),
    ("tip.json", "message", put(["thread"], NOTE)),
    ("tip.json", "message", put(["kind"], "order")),
    ("tip.json", "message", put(["priority"], "urgent")),
    ("tip.json", "message", put(["due"], "2026-10-12")),
    ("tip.json", "message", put(["due"], "2026-10-12T12:00:00+02:00")),
    ("tip.json", "message", put(["result"], "arrest")),
    ("tip.json", "message", put(["date"], "2026-10-12")),
    ("tip.json", "message", put(["colour"], "red")),
    ("reply.json", "message", put(["in_reply_to"], NOTE.replace("note", "report"))),
    ("outcome.json", "message", drop(["result"])),
    ("outcome.json", "message", drop(["date"])),
    ("outcome.json", "message", put(["result"], "success")),
    ("outcome.json", "message", put(["date"], "16 October 2026")),
    ("outcome.json", "message", put(["incident_ref"], NOTE)),
    ("outcome.json", "message", put(["kind"], "remark")),
    ("attack-2001-09-11.json", "attack-record", drop(["phase"])),
    ("attack-2001-09-11.json", "attack-record", put(["phase"], "planned")),
    ("attack-2001-09-11.json", "attack-record", put(["date"], "2001-13-11")),
    ("attack-2001-09-11.json", "attack-record", put(["attack_types"], [])),
    ("attack-2001-09-11.json", "attack-record", put(["attack_types"], ["Hijacking"])),
    ("attack-2001-09-11.json", "attack-record", put(["target_types"], ["military", "military"])),
    ("attack-2001-09-11.json", "attack-record", put(["weapon_types", 0], "vehicles")),
    ("attack-2001-09-11.json", "attack-record", put(["places", 0, "location_ref"], NOTE)),
    ("attack-2001-09-11.json", "attack-record", drop(["places", 0, "role"])),
    ("attack-2001-09-11.json", "attack-record", put(["perpetrators", 0, "actor_ref"], NOTE)),
    ("attack-2001-09-11.json", "attack-record", put(["perpetrators", 0, "count"], -1)),
    ("attack-2001-09-11.json", "attack-record", drop(["claims", 0, "source"])),
    ("attack-2001-09-11.json", "attack-record", drop(["claims", 0, "source", "name"])),
    ("attack-2001-09-11.json", "attack-record", put(["claims", 0, "value"], "2,997")),
    ("attack-2001-09-11.json", "attack-record", put(["claims", 0, "value"], -9)),
    ("attack-2001-09-11.json", "attack-record", put(["claims", 0, "value"], 2.5)),
    ("attack-2001-09-11.json", "attack-record", put(["claims", 0, "bound"], "less")),
    ("attack-2001-09-11.json", "attack-record", put(["claims", 0, "confidence"], 101)),
    ("attack-2001-09-11.json", "attack-record", put(["claims", 0, "includes_perpetrators"], "yes")),
    ("handling.json", "handling", put(["codes"], ["H4"])),
    ("handling.json", "handling", put(["codes"], [])),
    ("handling.json", "handling", put(["not_in_court"], "yes")),
    ("handling.json", "handling", put(["releasable_to"], [NOTE])),
    ("handling.json", "handling", put(["purposes"], [""])),
    ("handling.json", "handling", put(["colour"], "red")),
    ("extract.json", "extract", put(["unchanged"], [])),
    ("extract.json", "extract", put(["fields"], ["00"])),
    ("extract.json", "extract", put(["root"], "x")),
    ("extract.json", "extract", put(["secret"], "x")),
    ("designation-al-qaeda.json", "designation", put(["designations"], [])),
    ("designation-al-qaeda.json", "designation", drop(["designations", 0, "authority"])),
    ("designation-al-qaeda.json", "designation", drop(["designations", 0, "source"])),
    ("designation-al-qaeda.json", "designation", drop(["designations", 0, "decided_on"])),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "authority_kind"], "judge")),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "jurisdiction"], "RUS")),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "effects"], [])),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "effects", 0], "forbidden")),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "decided_on"], "14.02.2003")),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "notice"], "banned")),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "notice"], {"not a tag": "banned"})),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "lifting_instrument"], "ruling")),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "list"], "A list")),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "first_seen_on"], "2026")),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "entry"], {"kind": "organisation"})),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "entry"], {"kind": "group", "names": [{"name": "x", "quality": "weak"}]})),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "entry"], {"kind": "unknown", "names": [{"name": "x", "quality": "low"}]})),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "entry"], {"kind": "unknown", "names": [{"name": "", "quality": "weak"}]})),
    ("designation-al-qaeda.json", "designation", put(["designations", 0, "entry"],
                                                     {"kind": "person", "names": [{"name": "x", "quality": "primary"}], "births": [{"certainty": "exact", "date": "1.1.1970"}]})),
]


@unittest.skipUnless(jsonschema, "python3-jsonschema is not installed")
class Refused(unittest.TestCase):
    def test_schema_refuses_a_spoilt_example(self):
        by_name = {n: schemas()[d["id"]] for n, d in definitions().items()}
        for row, (file, name, change) in enumerate(REFUSED):
            with self.subTest(row=row, file=file, extension=name):
                value = value_of(file, name)
                check = jsonschema.Draft202012Validator(by_name[name])
                self.assertTrue(check.is_valid(value))
                change(value)
                self.assertFalse(check.is_valid(value), value)


if __name__ == "__main__":
    unittest.main()
