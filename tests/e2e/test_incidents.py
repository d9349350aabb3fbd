# SPDX-License-Identifier: Apache-2.0
"""The register of attacks: entered, imported, claimed, shown, exported, counted. Rows are invented, but for the one of 2001."""
import csv
import io
import json
import random
import signal
import subprocess
import time
import unittest
import uuid
import xml.etree.ElementTree as ElementTree

import lib

SEPTEMBER = "Attacks of 11 September 2001"
HEADER = ["eventid", "iyear", "imonth", "iday", "country_txt", "region", "provstate", "city", "latitude", "longitude",
          "specificity", "vicinity", "summary", "success", "suicide", "attacktype1", "targtype1", "gname", "guncertain1",
          "claimed", "claimmode", "weaptype1", "nkill", "nkillter", "nwound", "nperps"]
ROWS = [
    ["202001020001", 2020, 1, 2, "Examplia", 8, "North", "Alphaville", 10.5, 20.25, 1, 0, 'A "device",\r\nin two lines', 1, 0, 3, 14,
     "Example Front", 0, 1, 7, 6, 3, 1, 12, -99],
    ["202000000002", 2020, 0, 0, "Examplia", 8, "", "Betatown", "", "", 5, -9, "", 0, 0, 2, 3, "Unknown", "", "", "", 5, 0, "", -9, ""],
    ["202103040003", 2021, 3, 4, "Otherland", 10, "West", "Gammaford", -5, 6, 1, 0, "Caf\u00e9 \u201cX\u201d", 1, 1, 3, 4,
     "Second Group", 1, 0, "", 6, "", "", "", ""],
]


def table(rows, header=HEADER):
    text = io.StringIO()
    csv.writer(text).writerows([header] + rows)
    return text.getvalue()


class Incidents(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.node = self.folder.node("Home")

    def file(self, name, text, encoding="utf-8"):
        path = self.folder.file(name, "")
        with open(path, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    def incidents(self):
        return self.node("incident", "list", "--json").json()["incidents"]

    def september(self):
        return self.node(
            "incident", "add", "--name", SEPTEMBER, "--date", "2001-09-11", "--time", "08:46", "--zone", "America/New_York",
            "--attack-type", "4", "--weapon-type", "vehicle", "--country", "United States", "--region", "1", "--city", "New York",
            "--group", "al-Qaeda", "--claim", "killed=2997;source=TASS;date=2021-09-11", "--claim", "countries=90;source=TASS",
            "--claim", "killed=2977;perpetrators=excluded;source=Casualties of the attacks", "--claim", "injured=>6000;source=TASS",
            "--json").json()

    def test_conflicting_claims_stand_side_by_side(self):
        made = self.september()
        self.assertEqual(len(made["objects"]), 3)
        before = self.node("incident", "claims", SEPTEMBER, "--json").json()
        self.node("incident", "claim", made["id"], "killed=2989;source=A newspaper;as-of=2002-09-11")
        self.node("incident", "claim", made["id"], "killed=2996;perpetrators=included;source=Casualties of the attacks")
        after = self.node("incident", "claims", made["id"], "--json").json()
        self.assertGreater(after["version"], before["version"])
        killed = [(c["value"], c["perpetrators"]) for c in after["claims"] if c["quantity"] == "killed"]
        self.assertEqual(killed, [(2997, "not said"), (2977, "excluded"), (2989, "not said"), (2996, "included")])
        self.assertEqual(after["conflicts"], [{"quantity": "killed", "low": 2977, "high": 2997, "open": False, "claims": 4}])
        self.assertIn("killed: 4 claims, from 2,977 to 2,997.", self.node("incident", "claims", SEPTEMBER).out)
        self.assertIn("more than 6,000", self.node("incident", "show", SEPTEMBER).out)
        again = self.node("incident", "claim", made["id"], "killed=2989;source=A newspaper;as-of=2002-09-11", code=None)
        self.assertNotEqual(again.code, 0)
        self.assertIn("already", again.err)

    def test_what_is_entered_is_valid_and_has_determination(self):
        for phase, determination in (("plotted", "suspected"), ("attempted", "failed-attempt"), ("executed", "confirmed"),
                                     ("thwarted", "blocked")):
            made = self.node("incident", "add", "--phase", phase, "--date", "2019-12", "--at", "59.9,-30.3", "--json").json()
            said = json.dumps(self.node("incident", "show", made["id"], "--json").json()["object"])
            self.assertIn('"determination": "%s"' % determination, said)
            lib.run("stix", "validate", "-", stdin=said.encode())

    def test_wrong_options_are_refused(self):
        for says, *wrong in (
                ("--date", "--date", "2001-02-29"), ("--date", "--date", "11.9.2001"), ("--time", "--time", "24:00", "--date", "2001"),
                ("--zone", "--date", "2001", "--zone", "Z"), ("4 hijacking", "--attack-type", "10"), ("--at", "--at", "91,0"),
                ("--at", "--at", "nan,0"), ("no figure", "--claim", "killed=-1;source=A"), ("no figure", "--claim", "killed=10000000001;source=A"),
                ("no figure", "--claim", "killed=5-3;source=A"), ("has a source", "--claim", "killed=5"), ("control", "--name", "a\x1bb"),
                ("before", "--date", "2001-09-11", "--end-date", "2001-09-10"), ("--group", "--uncertain"),
                ("as-of", "--claim", "killed=5;source=A;as-of=2001-13"), ("--tlp", "--tlp", "blue"), ("--group", "--group", "")):
            self.assertIn(says, self.node("incident", "add", *wrong, code=2).err)
        self.assertEqual(self.incidents(), [])

    def test_absent_is_not_zero(self):
        self.node("incident", "add", "--name", "none", "--claim", "killed=0;source=A", "--date", "2020")
        self.node("incident", "add", "--name", "unknown", "--date", "2020")
        killed = {i["name"]: i["killed"] for i in self.incidents()}
        self.assertEqual(killed, {"none": "0", "unknown": None})
        row = self.node("incident", "stats", "--json").json()["rows"][0]
        self.assertEqual((row["killed_low"], row["killed_high"], row["killed_unknown"]), (0, 0, 1))

    def test_a_table_comes_in_and_goes_out_the_same(self):
        path = self.file("t.csv", table([r[:] for r in ROWS]))
        said = self.node("incident", "import", path, "--json").json()
        self.assertEqual((said["rows"], said["new"], said["losses"]), (3, 3, []))
        out = list(csv.DictReader(io.StringIO(self.node("incident", "export").out, newline="")))
        unknown = ("", "-9", "-99", "0", "Unknown")
        for row in ROWS:
            there = [o for o in out if o["eventid"] == row[0]][0]
            for name, value in zip(HEADER, row):
                if there[name] != str(value):
                    self.assertTrue(str(value) in unknown and there[name] in unknown and "0" not in (there[name], str(value)),
                                    (name, value, there[name]))
        first = self.node("incident", "export").out
        held = len(self.node("list", "--all-versions", "--json").json()["objects"])
        exported = self.file("out.csv", first)
        for name in (path, exported):
            said = self.node("incident", "import", name, "--json").json()
            self.assertEqual((said["new"], said["changed"], said["same"]), (0, 0, 3))
        self.assertEqual(len(self.node("list", "--all-versions", "--json").json()["objects"]), held)
        other = self.folder.node("Other")
        other("incident", "import", exported)
        self.assertEqual(other("incident", "export").out, first)

    def test_a_changed_row_is_a_version_and_leaves_other_claims(self):
        self.node("incident", "import", self.file("t.csv", table(ROWS)))
        self.node("incident", "claim", ROWS[0][0], "killed=5;source=A newspaper")
        changed = [r[:] for r in ROWS]
        changed[0][HEADER.index("nkill")] = 4
        said = self.node("incident", "import", self.file("t.csv", table(changed)), "--json").json()
        self.assertEqual((said["new"], said["changed"], said["same"]), (0, 1, 2))
        claims = self.node("incident", "claims", ROWS[0][0], "--json").json()["claims"]
        self.assertEqual(sorted((c["value"], c["source"]) for c in claims if c["quantity"] == "killed"),
                         [(4, "Global Terrorism Database"), (5, "A newspaper")])
        exported = self.node("incident", "export")
        self.assertIn("1 figures are blank, since their claims differ", exported.err)

    def test_a_broken_table_stores_nothing(self):
        for number, (text, says) in enumerate((
                (table(ROWS) + "202104040004,2021,2,30" + "," * 22 + "\r\n", "line 6, column iday"),
                (table(ROWS) + '202104040004,2021,"', "line 6"),
                (table(ROWS + [ROWS[0]]), "there twice"),
                (table(ROWS).encode("windows-1252"), "is the table in Windows-1252?"),
                (table(ROWS).replace("eventid", "event"), "no column eventid"),
                (b"", "empty"), (b"\x00\x01", "NUL"))):
            said = self.node("incident", "import", self.file("%d.csv" % number, text), code=None)
            self.assertNotEqual(said.code, 0)
            self.assertIn(says, said.err)
            self.assertIn("nothing is stored", said.err)
            self.assertEqual(self.node("list", "--type", "incident", "--json").json()["objects"], [])

    def test_windows_1252_is_asked_for_by_name(self):
        self.node("incident", "import", self.file("t.csv", table(ROWS), "windows-1252"), "--encoding", "windows-1252")
        shown = self.node("incident", "show", ROWS[2][0]).out
        self.assertIn("Caf\u00e9 \u201cX\u201d", shown)
        self.node("incident", "import", self.file("t.csv", table(ROWS)), "--encoding", "latin-9", code=2)

    def test_losses_are_told_with_their_lines(self):
        text = table([r + ["why", "-9"] for r in ROWS], HEADER + ["motive", "ransom"])
        said = self.node("incident", "import", self.file("t.csv", text), "--dry-run", "--json").json()
        self.assertEqual(said["losses"], [{"column": "motive", "values": 3, "first_line": 2, "reason": "is not part of the record"}])
        self.assertEqual(self.incidents(), [])

    def test_links_lead_to_tips_and_threads(self):
        made = self.september()
        thread = str(uuid.uuid4())
        self.node("incident", "link", made["id"], thread)
        self.node("incident", "link", made["id"], "note--" + str(uuid.uuid4()), "--role", "outcome")
        self.assertIn("tip: " + thread, self.node("incident", "show", made["id"]).out)
        self.node("incident", "link", made["id"], "somewhere", code=2)

    def test_pictures_are_valid_and_say_what_they_show(self):
        self.september()
        self.node("incident", "import", self.file("t.csv", table(ROWS)))
        self.node("incident", "add", "--country", "A & <B> \u200f", "--date", "2020", "--group", "\"x\" & y")
        for by in ("year", "place", "region", "type", "target", "weapon", "phase", "group"):
            path = self.folder.file("%s.svg" % by, "")
            said = self.node("incident", "stats", "--by", by, "--svg", path, "--json").json()
            root = ElementTree.parse(path).getroot()
            space = "{http://www.w3.org/2000/svg}"
            self.assertEqual(root.find(space + "title").text, "Incidents by " + by)
            text = " ".join(root.itertext())
            for row in said["rows"]:
                self.assertIn("%s: %d." % (row["key"], row["incidents"]), root.find(space + "desc").text)
                self.assertIn(row["key"][:32], text)
        year = {r["key"]: r for r in self.node("incident", "stats", "--json").json()["rows"]}
        self.assertEqual((year["2001"]["killed_low"], year["2001"]["killed_high"]), (2977, 2997))
        self.assertTrue(year["2001"]["injured_open"])
        self.node("incident", "stats", "--by", "colour", code=2)

    def test_kill_during_import_leaves_all_or_nothing(self):
        rnd = random.Random(20010911)
        rows = [["2019%08d" % n, 2019, 1, 1, "Examplia", 8, "", "Town %d" % (n % 50)] + [""] * (len(HEADER) - 8)
                for n in range(1500)]
        path = self.file("many.csv", table(rows))
        killed = 0
        for _ in range(4):
            job = subprocess.Popen([lib.program(), "--node", self.node.dir, "incident", "import", path],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rnd.uniform(0.05, 0.4) * lib.SLOW)
            job.send_signal(signal.SIGKILL)
            killed += job.wait() != 0
            self.assertIn(len(self.node("list", "--type", "incident", "--json").json()["objects"]), (0, len(rows)))
        self.node("incident", "import", path)
        self.assertEqual(len(self.node("list", "--type", "incident", "--json").json()["objects"]), len(rows))

    def test_an_attack_is_released_and_shown_on_the_other_side(self):
        north, south, agreement = self.folder.pair()
        made = north("incident", "add", "--name", "Blast at the depot", "--date", "2026-03-04", "--country", "Examplia",
                     "--claim", "killed=3;source=Ministry", "--claim", "killed=4;source=Hospital", "--json").json()
        north("release", "--all", "--to", agreement)
        south("sync", agreement)
        claims = south("incident", "claims", made["id"], "--json").json()
        self.assertEqual([(c["value"], c["source"]) for c in claims["claims"]], [(3, "Ministry"), (4, "Hospital")])
        refused = south("incident", "claim", made["id"], "killed=5;source=South", code=None)
        self.assertNotEqual(refused.code, 0)
        self.assertIn("not this node's own", refused.err)


if __name__ == "__main__":
    unittest.main()
