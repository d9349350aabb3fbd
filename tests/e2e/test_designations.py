# SPDX-License-Identifier: Apache-2.0
"""entente designation: lists into the register, against an independent reading of the same files; acts by hand."""
import csv
import hashlib
import json
import os
import re
import shutil
import tempfile
import unicodedata
import unittest
import xml.etree.ElementTree as ET

import lib

LISTS = os.path.join(lib.DATA, "designations")
EXTENSION = "extension-definition--0378b046-b356-48d5-b6d6-615bc9f3a829"
ENHANCED = "{https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ENHANCED_XML}"
XML = "{https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML}"
FORMS = {"ltd", "ltd.", "llc", "inc", "inc.", "s.a.", "sa", "jsc", "limited", "l.l.c.", "co.", "gmbh", "s.a.l", "pjsc", "ag"}


# ---- an independent reading: (entries, names, weak names) ----

def says_something(s):
    return any(c.isalnum() for c in s or "")


def foreign(s):
    letters = [c for c in s if c.isalpha()]
    return sum("LATIN" not in unicodedata.name(c, "") for c in letters) * 2 > len(letters)


def un_aliases(s):
    m = re.fullmatch(r"([^(]+)\(([^()]*)\)", " ".join(s.split()))
    parts = [m[1]] + m[2].split(";") if m and foreign(m[1]) and not foreign(m[2]) else s.split(";")
    return sum(says_something(p) for p in parts)


def un(path):
    entries = names = weak = 0
    for entry in (e for part in ET.parse(path).getroot() for e in part):
        entries += 1
        names += 1 + says_something(entry.findtext("NAME_ORIGINAL_SCRIPT"))
        for alias in entry.findall("INDIVIDUAL_ALIAS") + entry.findall("ENTITY_ALIAS"):
            n = un_aliases(alias.findtext("ALIAS_NAME") or "")
            names += n
            weak += n * (alias.findtext("QUALITY") == "Low")
    return entries, names, weak


def table(path, **how):
    with open(path, encoding="utf-8-sig", newline="") as f:
        return [r for r in csv.reader(f, **how) if r and r != ["\x1a"]]


def ofac_csv(main, alt, comments):
    rest = {}
    for number, text in table(comments):
        rest[number] = rest.get(number, "") + text
    rows = table(main)
    weak = sum(len(re.findall(r"(?:^|;) *(?:alt\. )?[afn]\.k\.a\. '", r[11] + rest.get(r[0], ""))) for r in rows)
    return len(rows), len(rows) + len(table(alt)) + weak, weak


def ofac_aliases(alt):
    rows = table(alt)
    return len({r[0] for r in rows}), len(rows), 0


def ofac_xml(path):
    root = ET.parse(path).getroot()
    aliases = list(root.iter(XML + "aka"))
    entries = len(list(root.iter(XML + "sdnEntry")))
    return entries, entries + len(aliases), sum(a.findtext(XML + "category") == "weak" for a in aliases)


def ofac_enhanced(path):
    root = ET.parse(path).getroot()
    names = weak = 0
    for name in (n for names in root.iter(ENHANCED + "names") for n in names):
        n = len(list(name.iter(ENHANCED + "formattedFullName")))
        names += n
        weak += n * (name.findtext(ENHANCED + "isLowQuality") == "true")
    return len(list(root.iter(ENHANCED + "entity"))), names, weak


def joined(s, primary):
    parts, n = [], 0
    for piece in re.split("([;,])", s or "")[::2]:
        parts.append(piece.strip())
    kept = []
    separators = [""] + re.split("([;,])", s or "")[1::2]
    for part, before in zip(parts, separators):
        if kept and before == "," and part.lower() in FORMS:
            kept[-1] += ", " + part
        else:
            kept.append(part)
    for part in kept:
        part = re.sub(r"^(Belarusian|Belarussian|Russian|Ukrainian)\s*:", "", part).strip()
        n += says_something(part) and part != primary
    return n


def canada(path):
    records = ET.parse(path).getroot().findall("record")
    names = 0
    for r in records:
        parts = [" ".join((r.findtext(t) or "").split()) for t in ("LastName", "GivenName")]
        primary = ", ".join(p for p in parts if p) or r.findtext("EntityOrShip")
        names += 1 + joined(" ".join((r.findtext("Aliases") or "").split()), primary)
    return len(records), names, 0


def flat(path):
    rows = table(path)[1:]
    names = sum(1 + (joined(" ".join(r[1].split()), " ".join(r[0].split())) if r[5] == "Europe" else 0) for r in rows)
    return len(rows), names, 0


def denied(path):
    rows = table(path, delimiter="\t")[1:]
    return len(rows), len(rows), 0


def in_lists(*names):
    return [os.path.join(LISTS, n) for n in names]


SDN = in_lists("ofac-sdn-2021-07/sdn.csv", "ofac-sdn-2021-07/alt.csv", "ofac-sdn-2021-07/sdn_comments.csv")
CONS = in_lists("ofac-cons/cons_prim.csv", "ofac-cons/cons_alt.csv", "ofac-cons/cons_comments.csv")
# file, list, the independent reading of the files; each list once
REAL = [
    ("un/un-2026-02-27.xml", "un-sc", un, in_lists("un/un-2026-02-27.xml")),
    ("ofac-sdn-2021-07/sdn.csv", "us-ofac-sdn", ofac_csv, SDN),
    ("ofac-2026-06/alt-2026-06.csv", "us-ofac-aliases", ofac_aliases, in_lists("ofac-2026-06/alt-2026-06.csv")),
    ("ofac-cons/cons_prim.csv", "us-ofac-cons", ofac_csv, CONS),
    ("ofac-cons/bis-dpl.txt", "us-bis-dpl", denied, in_lists("ofac-cons/bis-dpl.txt")),
    ("canada/sema-2025.xml", "ca-sema", canada, in_lists("canada/sema-2025.xml")),
    ("derived/eu-names-2025-05.csv", "eu-names", flat, in_lists("derived/eu-names-2025-05.csv")),
    ("derived/au-names-2025-05.csv", "au-names", flat, in_lists("derived/au-names-2025-05.csv")),
]
OTHERS = [
    ("un/un-2018-10-29.xml", "un-sc", un, in_lists("un/un-2018-10-29.xml")),
    ("un/un-2025-04-19.xml", "un-sc", un, in_lists("un/un-2025-04-19.xml")),
    ("ofac-cons/consolidated-2025-03-28.xml", "us-ofac-cons", ofac_xml, in_lists("ofac-cons/consolidated-2025-03-28.xml")),
    ("ofac-enhanced/enhanced-irgc-2024-08-28.xml", "us-ofac-sdn", ofac_enhanced,
     in_lists("ofac-enhanced/enhanced-irgc-2024-08-28.xml")),
]

PEOPLE = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-01-01T00:00:00Z"><INDIVIDUALS>%s</INDIVIDUALS></CONSOLIDATED_LIST>"""
PERSON = ("<INDIVIDUAL><FIRST_NAME>%s</FIRST_NAME><REFERENCE_NUMBER>%s</REFERENCE_NUMBER><LISTED_ON>2020-01-02</LISTED_ON>"
          "<COMMENTS1>%s</COMMENTS1></INDIVIDUAL>\n")


def people(folder, name, list_of, date="2026-01-01"):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write((PEOPLE % "".join(PERSON % p for p in list_of)).replace("2026-01-01", date))
    return path


class Base(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="entente-designations-")
        self.addCleanup(shutil.rmtree, self.folder)

    def node(self, name="North"):
        return lib.Node(self.folder, name)

    def state(self, node):
        """Everything that an import could have changed."""
        return node("designation", "list", "--json").out, node("ledger", "list", "--json").out

    def taken(self, node, path, *more):
        return node("designation", "import", path, "--json", *more).json()

    def counts(self, report):
        return tuple(report[k] for k in ("new", "changed", "lifted", "relisted", "same"))


class Lists(Base):
    def need(self, files):
        for f in files:
            if not lib.DATA or not os.path.exists(f):
                self.skipTest("no data file " + f)

    def test_each_real_list_counts_as_an_independent_reading_does_and_a_second_import_changes_nothing(self):
        node = self.node()
        for name, list_id, count, files in REAL:
            with self.subTest(name):
                self.need(files)
                want = count(*files)
                first = self.taken(node, os.path.join(LISTS, name))
                self.assertEqual((first["list"], first["entries"], first["names"], first["weak_names"]), (list_id, *want))
                self.assertEqual(self.counts(first), (want[0], 0, 0, 0, 0))
                with open(files[0], "rb") as f:
                    self.assertEqual(first["sha256"], hashlib.sha256(f.read()).hexdigest())
                before = self.state(node)
                second = self.taken(node, os.path.join(LISTS, name))
                self.assertEqual(self.counts(second), (0, 0, 0, 0, want[0]))
                self.assertEqual(second["changes"], [])
                self.assertEqual(self.state(node), before)
        listed = json.loads(self.state(node)[0])["designations"]
        for name, list_id, count, files in REAL:
            if all(os.path.exists(f) for f in files):
                self.assertEqual(sum(d["list"] == list_id for d in listed), count(*files)[0], list_id)
        node("ledger", "verify")

    def test_other_versions_and_formats_count_alike(self):
        for name, list_id, count, files in OTHERS:
            with self.subTest(name):
                self.need(files)
                r = self.taken(self.node("N" + str(len(os.listdir(self.folder)))), os.path.join(LISTS, name))
                self.assertEqual((r["list"], r["entries"], r["names"], r["weak_names"]), (list_id, *count(*files)))

    def test_an_edited_copy_of_the_un_list_shows_exactly_the_edits(self):
        path = os.path.join(LISTS, "un/un-2026-02-27.xml")
        self.need([path])
        node = self.node()
        self.taken(node, path)
        tree = ET.parse(path)
        people = tree.getroot().find("INDIVIDUALS")
        gone, renamed, aliased, born = people[5], people[6], people[7], people[8]
        refs = [p.findtext("REFERENCE_NUMBER").strip() for p in (gone, renamed, aliased, born)]
        renamed.find("FIRST_NAME").text = "EXAMPLE"
        alias = ET.SubElement(aliased, "INDIVIDUAL_ALIAS")
        ET.SubElement(alias, "QUALITY").text = "Low"
        ET.SubElement(alias, "ALIAS_NAME").text = "The Example"
        birth = ET.SubElement(born, "INDIVIDUAL_DATE_OF_BIRTH")
        ET.SubElement(birth, "YEAR").text = "1901"
        ET.SubElement(born, "LAST_DAY_UPDATED").append(ET.fromstring("<VALUE>2026-02-28</VALUE>"))
        born.remove(born.findall("LAST_DAY_UPDATED")[0])
        people.remove(gone)
        people.append(ET.fromstring(PERSON % ("NEW EXAMPLE", "QDi.999", "new")))
        tree.getroot().set("dateGenerated", "2026-03-01T00:00:00Z")
        edited = os.path.join(self.folder, "edited.xml")
        tree.write(edited, encoding="utf-8", xml_declaration=True)
        want = {(refs[0], "lifted"): [], (refs[1], "changed"): ["names"], (refs[2], "changed"): ["names"],
                (refs[3], "changed"): ["births", "updated_on"], ("QDi.999", "new"): []}

        def said(report):
            return {(c["reference"], c["what"]): sorted(p["property"] for p in c["changes"]) for c in report["changes"]}

        self.assertEqual(said(lib.run("designation", "diff", path, edited, "--json", code=1).json()), want)
        self.assertEqual(said(self.taken(node, edited, "--dry-run")), want)
        report = self.taken(node, edited)
        self.assertEqual(said(report), want)
        self.assertEqual(self.counts(report), (1, 3, 1, 0, 999))
        lifted = node("designation", "list", "--lifted", "--json").json()["designations"]
        self.assertEqual([(d["reference"], d["lifted_on"]) for d in lifted], [(refs[0], "2026-03-01")])
        self.assertEqual(self.counts(self.taken(node, edited)), (0, 0, 0, 0, 1003))
        lib.run("designation", "diff", edited, edited)

    def test_an_edited_copy_of_ofacs_csv_shows_exactly_the_edits(self):
        self.need(SDN)
        source = os.path.dirname(SDN[0])
        copy = os.path.join(self.folder, "copy")
        shutil.copytree(source, copy)
        os.chmod(copy, 0o700)
        for f in os.listdir(copy):
            os.chmod(os.path.join(copy, f), 0o600)
        path = os.path.join(copy, "alt.csv")
        with open(path, "rb") as f:
            text = f.read()
        with open(path, "wb") as f:
            f.write(text.replace(b'"AVIA IMPORT"', b'"AVIA EXPORT"'))
        report = lib.run("designation", "diff", source, copy, "--json", code=1).json()
        self.assertEqual([(c["reference"], c["what"], [p["property"] for p in c["changes"]]) for c in report["changes"]],
                         [("173", "changed", ["names"])])

    def test_a_broken_list_changes_nothing(self):
        damaged = os.path.join(LISTS, "damaged/un-2025-08-16-truncated-code-units.xml")
        whole = os.path.join(LISTS, "un/un-2026-02-27.xml")
        self.need([damaged, whole])
        node = self.node()
        self.taken(node, whole)
        before = self.state(node)
        self.assertIn(".xml: line 53: ", node("designation", "import", damaged, code=None).err)
        with open(whole, "rb") as f:
            text = f.read()
        cut = os.path.join(self.folder, "cut.xml")
        for n in (1, 100, len(text) // 2, len(text) - 5):
            with open(cut, "wb") as f:
                f.write(text[:n])
            r = node("designation", "import", cut, code=None)
            self.assertNotIn(r.code, (0, 1))
            self.assertIn("cut.xml", r.err)
        self.assertEqual(self.state(node), before)


class Register(Base):
    def test_entries_come_change_go_and_come_again(self):
        node = self.node()
        one = people(self.folder, "1.xml", [("ANN", "QDi.1", "a"), ("BOB", "QDi.2", "b")])
        two = people(self.folder, "2.xml", [("ANN", "QDi.1", "c"), ("CAT", "QDi.3", "c")], "2026-02-01")
        three = people(self.folder, "3.xml", [("ANN", "QDi.1", "c"), ("BOB", "QDi.2", "b")], "2026-03-01")
        self.assertEqual(self.counts(self.taken(node, one)), (2, 0, 0, 0, 0))
        r = self.taken(node, two)
        self.assertEqual(self.counts(r), (1, 1, 1, 0, 0))
        self.assertEqual(r["changes"][0]["changes"], [{"property": "remarks", "was": "a", "is": "c"}])
        bob = node("designation", "show", "QDi.2", "--json").json()["objects"][0]
        d = bob["extensions"][EXTENSION]["designations"][0]
        self.assertEqual((d["lifted_on"], d["in_force_from"]), ("2026-02-01", "2020-01-02"))
        self.assertIn("2026-02-01", d["lifting_instrument"])
        r = self.taken(node, three)
        self.assertEqual(self.counts(r), (0, 0, 1, 1, 1))
        bob = node("designation", "show", "BOB", "--json").json()["objects"][0]
        self.assertNotIn("lifted_on", bob["extensions"][EXTENSION]["designations"][0])
        with open(three, "rb") as f:
            self.assertEqual(bob["extensions"][EXTENSION]["designations"][0]["source"]["sha256"],
                             hashlib.sha256(f.read()).hexdigest())
        acts = [e for e in node("ledger", "show", "internal", "--json").json()["entries"]]
        self.assertEqual(sum("list-import" in json.dumps(e) for e in acts), 3)
        node("stix", "validate", "-", stdin=json.dumps(bob).encode())

    def test_an_older_list_is_refused_and_so_is_one_that_lifts_most(self):
        node = self.node()
        many = [("P%d" % i, "QDi.%d" % i, "x") for i in range(60)]
        self.taken(node, people(self.folder, "1.xml", many))
        before = self.state(node)
        old = people(self.folder, "0.xml", many, "2025-01-01")
        self.assertIn("--older", node("designation", "import", old, code=None).err)
        cut = people(self.folder, "2.xml", many[:20], "2026-02-01")
        self.assertIn("40 of 60 entries would be lifted", node("designation", "import", cut, code=None).err)
        self.assertEqual(self.counts(self.taken(node, cut, "--partial")), (0, 0, 0, 0, 20))
        self.assertEqual(self.state(node), before)
        self.assertEqual(self.counts(self.taken(node, cut, "--lift-many")), (0, 0, 40, 0, 20))
        self.assertEqual(self.counts(self.taken(node, old, "--older")), (0, 0, 0, 40, 20))

    def test_an_act_by_hand_stands_beside_anothers(self):
        node = self.node()
        word = ("designation", "add", "Example Front", "--authority", "Supreme Court of Exampleland", "--jurisdiction", "DE",
                "--authority-kind", "court", "--effect", "outlawed", "--decided", "2003-02-14", "--case-number", "GKPI 1/03",
                "--notice", "en=banned in Exampleland", "--alias", "The Front", "--as", "intrusion-set")
        front = node(*word, "--json").json()["id"]
        self.assertTrue(front.startswith("intrusion-set--"))
        other = ("designation", "add", "EXAMPLE FRONT", "--authority", "Council of Elsewhere", "--jurisdiction", "UN",
                 "--effect", "asset-freeze", "--effect", "travel-ban", "--in-force", "2004-01-01", "--to", front)
        node(*other)
        self.assertIn("already", node(*other, code=None).err)
        shown = node("designation", "show", front).out
        self.assertLess(shown.index("Supreme Court of Exampleland"), shown.index("Council of Elsewhere"))
        self.assertIn("which", node("designation", "lift", front, "--on", "2010-01-01", code=None).err)
        node("designation", "lift", front, "--on", "2010-01-01", "--authority", "Council of Elsewhere", "--instrument", "Decision 5")
        listed = node("designation", "list", "--json").json()["designations"]
        self.assertEqual([(d["jurisdiction"], d["lifted_on"]) for d in listed], [("DE", None), ("UN", "2010-01-01")])
        again = node("designation", "lift", front, "--on", "2011-01-01", "--authority", "Council of Elsewhere", code=None)
        self.assertIn("2010-01-01 already", again.err)
        shown = node("designation", "show", front, "--json").json()["objects"][0]
        node("stix", "validate", "-", stdin=json.dumps(shown).encode())

    def test_what_is_missing_or_wrong_is_said(self):
        node = self.node()
        base = ["designation", "add", "X", "--authority", "A", "--jurisdiction", "DE", "--effect", "outlawed", "--decided"]
        for words, why in [
            (base[:3], "--authority is needed"),
            (base[:-1], "since when"),
            (base + ["2003-13-01"], "decided_on"),
            (base + ["2003-01-01", "--notice", "banned"], "LANG=TEXT"),
            (base + ["2003-01-01", "--document", "5"], "TYPE=NUMBER"),
            (base + ["2003-01-01", "--as", "malware"], "--as"),
            (base + ["2003-01-01", "--tlp", "blue"], "TLP"),
            (base + ["2003-01-01", "--effect", "exile"], "effects"),
            (["designation", "lift", "identity--00000000-0000-4000-8000-000000000000", "--on", "2003-01-01"], "not held"),
            (["designation", "show", "Nobody"], "Nobody"),
            (["designation", "import", os.path.join(self.folder, "none.xml")], "none.xml"),
            (["designation", "import", self.folder], "neither sdn.csv nor"),
        ]:
            r = node(*words, code=None)
            self.assertNotEqual(r.code, 0, words)
            self.assertIn(why, r.err)
        names = os.path.join(self.folder, "names.txt")
        with open(names, "w") as f:
            f.write("Ann Example\n")
        self.assertIn("no authority", node("designation", "import", names, code=None).err)
        self.assertEqual(node("designation", "list", "--json").json()["designations"], [])

    def test_a_designation_crosses_to_a_counterpart(self):
        north, south = self.node().start(), lib.Node(self.folder, "South").start()
        self.addCleanup(north.kill)
        self.addCleanup(south.kill)
        lib.enrol(north, south)
        agreement = lib.agree(north, south)
        front = north("designation", "add", "Example Front", "--authority", "Ministry of Examples", "--jurisdiction", "DE",
                      "--effect", "outlawed", "--published", "2020-01-01", "--json").json()["id"]
        north("release", front, "--to", agreement)
        south("sync")
        listed = south("designation", "list", "--json").json()["designations"]
        self.assertEqual([(d["id"], d["authority"]) for d in listed], [(front, "Ministry of Examples")])
        hit = json.loads(south("screen", "The EXAMPLE Front", "--json").out)["hits"][0]
        self.assertEqual((hit["list"], hit["band"] in ("strong", "exact")), ("Ministry of Examples", True))
        r = south("designation", "lift", front, "--on", "2021-01-01", code=None)
        self.assertIn("not this node's own", r.err)


class Screening(Base):
    def screened(self, node, *words):
        out = node("screen", *words, "--json").out
        return {a["query"]: a for a in map(json.loads, out.splitlines())}

    def states(self, node):
        return {r["name"]: r["state"] for r in node("screening", "list", "--json").json()["screenings"]}

    def test_what_is_found_is_kept_decided_and_screened_again(self):
        node = self.node()
        self.taken(node, people(self.folder, "1.xml", [("ALBERT EXAMPLE", "QDi.1", "a")]))
        found = self.screened(node, "Albert Example", "Zacharias Unlisted")
        self.assertEqual({k: v["result"] for k, v in found.items()}, {"Albert Example": "probable", "Zacharias Unlisted": "clear"})
        self.assertEqual([(h["list"], h["ref"]) for h in found["Albert Example"]["hits"]], [("un-sc", "QDi.1")])
        self.assertEqual(self.states(node), {"Albert Example": "open", "Zacharias Unlisted": "clear"})
        albert = found["Albert Example"]["id"]
        self.assertIn("--reason", node("screening", "decide", albert, "clear", code=None).err)
        node("screening", "decide", albert[:6], "clear", "--reason", "born fifty years later", "--by", "Officer 7")
        self.assertIn("Officer 7", node("screening", "show", albert).out)
        self.assertIn("screening-decision", node("ledger", "show", "internal", "--json").out)
        self.assertEqual(node("screen", "--again", "--json").json()["screened"], 0)
        # the list changes: nobody new of that name; then the one who was clear; then again the first
        self.taken(node, people(self.folder, "2.xml", [("ALBERT EXAMPLE", "QDi.1", "changed")], "2026-02-01"))
        again = node("screen", "--again", "--json").json()
        self.assertEqual((again["screened"], again["more_hits"], again["changed"]), (2, 0, []))
        self.assertEqual(self.states(node), {"Albert Example": "cleared", "Zacharias Unlisted": "clear"})
        self.taken(node, people(self.folder, "3.xml", [("ALBERT EXAMPLE", "QDi.1", "changed"), ("ZACHARIAS UNLISTED", "QDi.2", ""),
                                                       ("EXAMPLE ALBERT", "QDi.3", "another")], "2026-03-01"))
        again = node("screen", "--again", "--json", code=1).json()
        self.assertEqual(sorted((c["name"], c["news"]) for c in again["changed"]),
                         [("Albert Example", "more"), ("Zacharias Unlisted", "more")])
        self.assertEqual(self.states(node), {"Albert Example": "open", "Zacharias Unlisted": "open"})
        node("screening", "decide", albert, "hit", "--reason", "the passport agrees")
        self.assertEqual(self.states(node)["Albert Example"], "hit")
        # who is lifted is found no more
        self.taken(node, people(self.folder, "4.xml", [("ALBERT EXAMPLE", "QDi.1", "changed")], "2026-04-01"))
        node("screen", "--again")
        self.assertEqual(self.states(node), {"Albert Example": "hit", "Zacharias Unlisted": "clear"})

    def test_what_is_not_to_be_kept_is_not(self):
        node = self.node()
        self.taken(node, people(self.folder, "1.xml", [("ALBERT EXAMPLE", "QDi.1", "a")]))
        self.assertEqual(self.screened(node, "Albert Example", "--no-keep")["Albert Example"]["result"], "probable")
        self.assertEqual(self.states(node), {})
        names = os.path.join(self.folder, "names.txt")
        with open(names, "w") as f:
            f.write("Albert Example\n" * 2 + "".join("Nobody %s\n" % (chr(ord("a") + i) * 3) for i in range(26)))
        self.assertEqual(len(node("screen", "--names", names, "--json").out.splitlines()), 28)
        self.assertEqual(len(self.states(node)), 27)
        albert = [r["id"] for r in node("screening", "list", "--state", "open", "--json").json()["screenings"]]
        self.assertEqual(node("screening", "forget", albert[0], "--json").json()["forgotten"], 1)
        self.assertEqual(node("screening", "forget", "--before", "2001-01-01", "--json").json()["forgotten"], 0)
        self.assertEqual(node("screening", "forget", "--before", "2999-01-01", "--json").json()["forgotten"], 26)
        self.assertEqual(self.states(node), {})

    def test_the_person_is_found_in_every_script(self):
        path = os.path.join(LISTS, "ofac-sdn-2021-07/sdn.csv")
        if not lib.DATA or not os.path.exists(path):
            self.skipTest("no data file " + path)
        node = self.node()
        self.taken(node, path)
        spellings = ["Usama bin Ladin", "\u041e\u0441\u0430\u043c\u0430 \u0431\u0435\u043d \u041b\u0430\u0434\u0435\u043d",
                     "\u0623\u0633\u0627\u0645\u0629 \u0628\u0646 \u0644\u0627\u062f\u0646", "bin Laden, Osama"]
        found = self.screened(node, *spellings, "George Bush")
        for s in spellings:
            self.assertIn(("6365", True), [(h["ref"], h["band"] in ("strong", "exact")) for h in found[s]["hits"]], s)
        self.assertNotEqual(found["George Bush"]["result"], "probable")


if __name__ == "__main__":
    unittest.main()
