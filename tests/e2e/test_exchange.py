# SPDX-License-Identifier: Apache-2.0
"""Two nodes, from init to outcome, as their users drive them."""
import contextlib
import json
import os
import re
import shutil
import sqlite3
import unittest

import lib


class Exchange(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def test_the_main_story(self):
        north, south, agreement = self.folder.pair()
        for name in sorted(os.listdir(os.path.join(lib.SOURCE, "examples"))):
            if name in ("attack-2001-09-11.json", "designation-al-qaeda.json", "tip.json"):
                north("import", os.path.join(lib.SOURCE, "examples", name))
        north("release", "--all", "--to", agreement)
        south("sync")
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))
        self.assertGreater(lib.digest(south, agreement, "inbound")[0], 10)
        receipts = north("receipts", agreement, "--json").json()["receipts"]
        self.assertTrue(receipts)
        # a question, its answer, the outcome
        south("ask", agreement, "Do you know this address?", "--priority", "immediate")
        north("sync")
        threads = north("inbox", "--json").json()["threads"]
        self.assertEqual(len(threads), 1 + self.tips(threads))
        thread = [t for t in threads if t["subject"].startswith("Do you")][0]["thread"]
        north("reply", thread, "Yes, since Monday.")
        south("sync")
        south("outcome", thread, "Stopped in time.", "--result", "attack-prevented")
        north("sync")
        state = [t for t in north("inbox", "--all", "--json").json()["threads"] if t["thread"] == thread][0]
        self.assertEqual(state["state"], "closed")
        for node in (north, south):
            node("ledger", "verify")

    @staticmethod
    def files(node):
        found = {}
        for name in os.listdir(node.dir):
            if not name.startswith("node.db") and os.path.isfile(node.path(name)):
                with open(node.path(name), "rb") as f:
                    found[name] = f.read()
        return found

    @staticmethod
    def tips(threads):
        return len([t for t in threads if not t["subject"].startswith("Do you")])

    def test_suspend_refuses_and_revive_goes_on(self):
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(30)])))
        north("release", "--all", "--to", agreement)
        south("sync", "--page", "10")
        before = lib.digest(south, agreement, "inbound")
        north("agreement", "suspend", agreement, "--reason", "the talks are paused")
        r = south("sync", code=3)
        self.assertIn("the talks are paused", r.out + r.err)
        status, headers, body = south.request(north, "GET", "/%s/collections/outbound/objects/" % agreement)
        self.assertEqual(status, 403)
        self.assertEqual(json.loads(body)["error_id"], "agreement-suspended")
        north("import", self.folder.file("b.json", lib.bundle([lib.campaign(i) for i in range(100, 110)])))
        north("release", "--all", "--to", agreement)
        self.assertEqual(lib.digest(south, agreement, "inbound"), before)
        north("agreement", "resume", agreement)
        south("sync", code=3)  # reviving takes both
        south("agreement", "resume", agreement)
        r = south("sync", "--json").json()
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))
        self.assertEqual(lib.digest(south, agreement, "inbound")[0], before[0] + 10)

    def test_restart_keeps_everything(self):
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(30)])))
        north("release", "--all", "--to", agreement)
        self.assertEqual(north.stop(), 0)
        self.assertEqual(south.stop(), 0)
        south_code = south("sync", code=4)
        self.assertIn("127.0.0.1", south_code.out + south_code.err)
        north.start()
        south("sync")
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))

    def test_received_bytes_are_sent_again_unchanged(self):
        north, south, agreement = self.folder.pair()
        text = ('{ "type":"campaign",\n  "spec_version" : "2.1", "id":"campaign--2b9a3c52-9a3b-4c84-8a0f-000000000077",'
                '"created":"2018-12-01T00:00:00.000Z","modified":"2018-12-01T00:00:00.123456789Z","name":"\\u0041\\/b",'
                '"x_custom":1.50,"x_more":{"b":1,"a":2} }')
        north("import", self.folder.file("a.json", text))
        north("release", "campaign--2b9a3c52-9a3b-4c84-8a0f-000000000077", "--to", agreement)
        south("sync")
        self.assertEqual(south("show", "campaign--2b9a3c52-9a3b-4c84-8a0f-000000000077", "--raw").out.strip("\n"), text)

    @staticmethod
    def copy(node, to):
        """The database as it stands, as a backup has it."""
        with contextlib.closing(sqlite3.connect(node.path("node.db"))) as db:
            with contextlib.closing(sqlite3.connect(to)) as copy:
                db.backup(copy)

    @staticmethod
    def restore(node, copy):
        for name in ("node.db", "node.db-wal", "node.db-shm"):
            if os.path.exists(node.path(name)):
                os.remove(node.path(name))
        shutil.copy(copy, node.path("node.db"))
        os.chmod(node.path("node.db"), 0o600)

    def test_a_sender_that_went_back_to_a_copy_can_go_on(self):
        """Its ledger is shorter than what was cosigned of it: the way back is named."""
        said, north, south, agreement, sent = self.gone_back(10)
        origin = re.search(r"--clear (\S+?)`", said).group(1)
        self.goes_on(north, south, agreement, sent, origin)

    def test_a_sender_that_went_back_and_sent_more_can_go_on(self):
        """Its ledger is longer again, and another: both histories are kept as evidence."""
        said, north, south, agreement, sent = self.gone_back(60)
        self.assertIn("ledger conflict", said)
        conflicts = south("ledger", "conflict", "--json", code=1).json()["conflicts"]
        self.goes_on(north, south, agreement, sent, conflicts[0]["origin"])

    def gone_back(self, more):
        north, south, agreement = self.folder.pair()
        backup = self.folder.file("backup.db", "")
        sent = [lib.campaign(i) for i in range(40 + more)]
        for part, name in ((sent[:20], "a"), (sent[20:40], "b"), (sent[40:], "c")):
            north("import", self.folder.file(name + ".json", lib.bundle(part)))
            if name == "c":
                north.stop()
                self.restore(north, backup)  # of before the second part
                north.start()
                north("import", self.folder.file("c2.json", lib.bundle(part)))
            north("release", "--all", "--to", agreement)
            r = south("sync", "--page", "7", code=None)
            if name == "a":
                self.copy(north, backup)
        # the second part is lost to North, the third is new under the same numbers
        self.assertNotEqual(r.code, 0)
        return r.out + r.err, north, south, agreement, sent

    def goes_on(self, north, south, agreement, sent, origin):
        south("ledger", "conflict", "--clear", origin)
        south("sync", "--page", "7")
        held = {o["id"] for o in south("list", "--type", "campaign", "--json").json()["objects"]}
        self.assertEqual(held, {o["id"] for o in sent})
        north("import", self.folder.file("d.json", lib.bundle([lib.campaign(999)])))
        north("release", "--all", "--to", agreement)
        last = south("sync", "--json").json()["syncs"][0]
        self.assertEqual(last["new"], 1)
        for node in (north, south):
            node("ledger", "verify")
        receipts = north("receipts", agreement, "--json").json()["receipts"]
        self.assertEqual(max(x["last"] for x in receipts), last["cursor"])

    def test_a_proof_of_warning_needs_nothing_but_the_file(self):
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(20)])))
        north("release", "--all", "--to", agreement)
        name, path = lib.campaign(7)["id"], self.folder.file("warning.proof", "")
        self.assertIn("receipted", north("prove", name, "-o", path, code=3).err)
        south("sync")
        self.assertIn(path, north("prove", name, "-o", path).out)
        self.assertEqual(north("prove", name).out, open(path).read())
        told = lib.run("--json", path, prog="entente-verify").json()["files"][0]
        self.assertEqual((told["result"], told["object"], told["agreement"]), ("holds", name, agreement))
        self.assertEqual((told["sender"]["name"], told["receiver"]["name"]), ("North", "South"))
        key = told["receiver"]["id"] + "=" + told["receiver"]["key"]
        self.assertIn("HOLDS", lib.run("--key", key, path, prog="entente-verify").out)
        other = told["receiver"]["id"] + "=" + told["sender"]["key"]
        self.assertIn("another key", lib.run("--key", other, path, prog="entente-verify", code=1).out)
        with open(path) as f:
            text = f.read()
        changed = self.folder.file("changed.proof", text.replace('"name":"a campaign"', '"name":"no campaign"'))
        self.assertIn("other bytes", lib.run(changed, prog="entente-verify", code=1).out)
        self.assertIn("edited", lib.run(self.folder.file("spaced.proof", text + "\n"), prog="entente-verify", code=2).out)
        self.assertIn("not sent", south("prove", name, "-o", path, code=2).err)
        # a ledger and a proof beside each other
        ledger = self.folder.file("ledger", "")
        north("ledger", "export", agreement, "-o", ledger)
        lib.run(ledger, path, prog="entente-verify")

    def test_what_contradicts_other_holdings_is_put_aside(self):
        north, south, agreement = self.folder.pair()
        south("import", self.folder.file("own.json", lib.bundle([lib.campaign(1, "South's secret")])))
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(1), lib.campaign(2)])))
        north("release", "--all", "--to", agreement)
        r = south("sync")
        self.assertIn("quarantine", r.err)
        self.assertEqual([x["refused"] for x in north("receipts", agreement, "--json").json()["receipts"]], [0])
        aside = south("quarantine", "--json").json()["quarantine"]
        self.assertEqual([x["object"]["id"] for x in aside], [lib.campaign(1)["id"]])
        self.assertIn("other content", aside[0]["why"])
        self.assertIn(aside[0]["sha256"][:16], south("quarantine").out)
        south("quarantine", "--drop", aside[0]["sha256"])
        self.assertIn("Nothing", south("quarantine").out)
        south("quarantine", "--drop", aside[0]["sha256"], code=2)

    def test_a_second_init_harms_nothing(self):
        north = self.folder.node("North")
        before = self.files(north)
        r = lib.run("init", north.dir, "--name", "Other", code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn(north.dir, r.err)
        self.assertEqual(before, self.files(north))
        north.start()

    def test_a_ledger_changed_from_outside_is_found(self):
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(1)])))
        north("release", "--all", "--to", agreement)
        south("sync")
        good, bad = self.folder.file("good", ""), self.folder.file("bad", "")
        north("ledger", "export", agreement, "-o", good)
        lib.run(good, prog="entente-verify")
        north.stop()
        db = sqlite3.connect(north.path("node.db"))
        table = [t for (t,) in db.execute("select name from sqlite_master where type = 'table'") if "log" in t and
                 any(c[1] == "entry" for c in db.execute("pragma table_info(%s)" % t))]
        self.assertTrue(table, "no table of log entries")
        entries = db.execute("select rowid, entry from %s" % table[0]).fetchall()
        rowid, entry = [e for e in entries if b'"kind":"release"' in bytes(e[1])][0]
        db.execute("update %s set entry = ? where rowid = ?" % table[0], (bytes(entry).replace(b"release", b"relaese"), rowid))
        db.commit()
        db.close()
        r = north("ledger", "verify", code=None)
        self.assertNotEqual(r.code, 0)
        north.start()
        north("ledger", "export", agreement, "-o", bad, code=None)
        if os.path.getsize(bad):
            lib.run(bad, prog="entente-verify", code=1)

    def test_what_is_accepted_is_what_was_read(self):
        north, south, agreement = self.folder.pair()
        for title in ("second", "third"):
            north("agreement", "propose", "--amend", agreement, "--title", title, "--with", "South", "--unmarked", "green")
        r = south("agreement", "accept", agreement, code=3)
        self.assertIn("--document", r.err)
        waiting = south("agreement", "show", agreement, "--json").json()["waiting"]
        self.assertEqual([w["version"] for w in waiting], [2, 2])
        titles = {}
        for w in waiting:
            read = south("agreement", "show", agreement, "--document", w["document"][:12], "--json").json()
            self.assertEqual(read["document"], w["document"])
            titles[read["title"]] = w["document"]
        self.assertEqual(sorted(titles), ["second", "third"])
        south("agreement", "accept", agreement, "--document", titles["second"])
        shown = south("agreement", "show", agreement, "--json").json()
        self.assertEqual((shown["title"], shown["document"]), ("second", titles["second"]))
        south("sync")
        self.assertEqual(north("agreement", "show", agreement, "--json").json()["title"], "second")

    def test_a_ledger_under_another_origin_is_not_witnessed(self):
        north, south, agreement = self.folder.pair()
        south("sync")
        north.stop()
        with open(north.path("entente.conf")) as f:
            text = f.read()
        self.assertIn("host", text)
        with open(north.path("entente.conf"), "w") as f:
            f.write(re.sub(r"(?m)^host\s*=.*$", "host = elsewhere.example", text))
        north.start()
        # its card says so first: nothing passes any more, and nothing is witnessed
        r = south("sync", code=3)
        self.assertIn("does not follow", r.err)
        self.assertIn("another party's or host's", r.err)
        self.assertEqual(south("peer", "list", "--json").json()["peers"][0]["state"], "stopped")

    def test_a_receipt_that_is_refused_does_not_hold_up_the_rest(self):
        north, south, agreement = self.folder.pair()
        party = north("peer", "show", "South", "--json").json()["party"]
        from_ = south("peer", "show", "North", "--json").json()["party"]
        self.assertNotEqual(party, from_)
        db = sqlite3.connect(south.path("node.db"))
        with db:
            db.execute("INSERT INTO doc (space, key, value) VALUES ('receipt-unsent', ?, ?)",
                       ("%s/%s/%020d" % (agreement, from_, 999), b'{"payload":"x"}'))
        db.close()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(5)])))
        north("release", "--all", "--to", agreement)
        r = south("sync")
        self.assertIn("refuse our receipt", r.err + south.logs())
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))
        south("sync")
        for node in (north, south):
            node("ledger", "verify")

    def test_real_bundles_arrive_whole(self):
        path = os.path.join(lib.DATA, "stix", "ics-attack.json")
        if not lib.DATA or not os.path.exists(path):
            self.skipTest("ics-attack.json is not here")
        north = self.folder.node("North").start()
        south = self.folder.node("South").start()
        lib.enrol(north, south)
        north("import", path)
        ids = [o["id"] for o in north("list", "--type", "marking-definition", "--json").json()["objects"]]
        agreement = lib.agree(north, south, *sum([["--marking", i] for i in ids], []))
        north("release", "--all", "--to", agreement)
        south("sync")
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))
        self.assertGreaterEqual(lib.digest(south, agreement, "inbound")[0], 1826)
        with open(path, "rb") as f:
            objects = {o["id"]: o for o in json.load(f)["objects"]}
        some = sorted(objects)[:: max(1, len(objects) // 20)]
        for i in some:
            self.assertEqual(json.loads(south("show", i, "--raw").out), objects[i])


if __name__ == "__main__":
    unittest.main()
