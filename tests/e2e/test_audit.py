# SPDX-License-Identifier: Apache-2.0
"""Who did what and when on a node: the internal ledger, as its users see it."""
import contextlib
import json
import os
import pwd
import sqlite3
import unittest

import lib

RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
ME = "account:" + pwd.getpwuid(os.geteuid()).pw_name


def person(n, **more):
    o = {"type": "identity", "spec_version": "2.1", "id": "identity--2b9a3c52-9a3b-4c84-8a0f-%012x" % n,
         "created": "2018-12-01T00:00:00.000Z", "modified": "2018-12-01T00:00:00.000Z", "name": "Jane Roe",
         "identity_class": "individual"}
    o.update(more)
    return o


class Audit(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    @staticmethod
    def entries(node, *more):
        return node("audit", "list", *more, "--json").json()["entries"]

    def test_what_commands_do_and_export_is_noted_with_who_did_it(self):
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(1)])))
        north("release", "--all", "--to", agreement)
        south("sync")
        north("prove", lib.campaign(1)["id"])
        north("ledger", "export", agreement)
        north("user", "add", "desk", "--password-stdin", stdin=b"correct horse battery")
        north("ask", agreement, "Do you know this address?")
        seen = [(e["what"], (e["who"] or "").split("(")[0]) for e in self.entries(north)]
        for what in ("peer-add", "peer-confirm", "propose", "import", "release", "prove", "ledger export", "user-add",
                     "request"):
            self.assertIn((what, ME), seen)
        self.assertIn(("accept", ME), [(e["what"], (e["who"] or "").split("(")[0]) for e in self.entries(south)])
        self.assertEqual([e["what"] for e in self.entries(north, "--what", "prove")], ["prove"])
        found = self.entries(north, "--object", lib.campaign(1)["id"])
        self.assertEqual([e["what"] for e in found], ["prove"])
        self.assertEqual(self.entries(north, "--since", "2100-01-01"), [])
        self.assertEqual(self.entries(north, "--who", "nobody-of-that-name"), [])
        self.assertNotIn(lib.campaign(1)["id"], north("audit", "export").out)

    def test_reads_of_red_and_of_persons_are_noted_and_others_are_not(self):
        feed = self.folder.feed()
        feed.user("desk", "reader")
        made = feed("collection", "add", "Reports", "--root", "reports", "--alias", "all", "--json").json()
        objects = [lib.campaign(1), lib.campaign(2, object_marking_refs=[RED]), person(3)]
        plain = feed("collection", "add", "Plain", "--root", "reports", "--alias", "plain", "--json").json()
        feed("import", "--collection", made["id"], self.folder.file("a.json", lib.bundle(objects)))
        feed("import", "--collection", plain["id"], self.folder.file("b.json", lib.bundle([lib.campaign(4)])))
        feed.start()
        before = len(self.entries(feed))
        for path in ("/reports/collections/plain/objects/", "/reports/collections/all/manifest/",
                     "/reports/collections/all/objects/?match[type]=campaign&match[id]=" + objects[0]["id"]):
            self.assertEqual(feed.request("GET", path, "desk")[0], 200)
        self.assertEqual(len(self.entries(feed)), before)
        for coding in (None, "gzip", None):  # what was answered before isn't answered from a cache
            status, headers, body = feed.request("GET", "/reports/collections/all/objects/", "desk",
                                                 headers={"Accept-Encoding": coding})
            self.assertEqual(status, 200)
            if not coding:
                self.assertEqual(len(json.loads(body)["objects"]), 3)
        reads = self.entries(feed, "--what", "read")
        self.assertEqual([(e["who"], e["detail"]["of"], e["detail"]["red"], e["detail"]["personal"], len(e["detail"]["objects"]))
                          for e in reads], [("user:desk", made["id"], 1, 1, 2)] * 3)
        self.assertEqual(len(self.entries(feed, "--object", objects[2]["id"], "--who", "desk")), 3)
        self.assertEqual(self.entries(feed, "--object", objects[0]["id"]), [])
        # on the machine itself
        feed("show", objects[0]["id"])
        feed("show", objects[1]["id"])
        feed("list", "--type", "identity")
        mine = self.entries(feed, "--what", "read", "--who", "account:")
        self.assertEqual([e["detail"]["of"] for e in mine], ["show", "list"])
        feed("audit", "verify")

    def test_what_users_write_is_noted(self):
        feed = self.folder.feed()
        feed.user("desk", "writer")
        feed("collection", "add", "Reports", "--root", "reports", "--alias", "all")
        feed.start()
        body = json.dumps({"objects": [lib.campaign(1)]})
        self.assertEqual(feed.request("POST", "/reports/collections/all/objects/", "desk", body)[0], 202)
        path = "/reports/collections/all/objects/%s/" % lib.campaign(1)["id"]
        self.assertEqual(feed.request("DELETE", path, "desk")[0], 200)
        acts = [e["what"] for e in self.entries(feed, "--who", "user:desk")]
        self.assertEqual(acts, ["collection-post", "delete"])

    def test_an_entry_that_was_rewritten_is_found(self):
        feed = self.folder.feed()
        feed.user("desk", "reader")
        earlier, later = self.folder.file("earlier", ""), self.folder.file("later", "")
        feed("audit", "export", "-o", earlier)
        feed("audit", "verify")
        with contextlib.closing(sqlite3.connect(os.path.join(feed.dir, "node.db"))) as db:
            tables = [r[0] for r in db.execute("select name from sqlite_master where type = 'table'")]
            changed = 0
            for table in tables:
                for column in [r[1] for r in db.execute("pragma table_info(%s)" % table)]:
                    changed += db.execute("update %s set %s = cast(replace(cast(%s as text), 'user-add', 'user-odd') as blob) "
                                          "where cast(%s as text) like '%%\"user-add\"%%'" % ((table,) + (column,) * 3)).rowcount
            db.commit()
        self.assertEqual(changed, 1)
        told = feed("audit", "verify", "--json", code=1).json()
        self.assertFalse(told["holds"])
        self.assertIn("changed", told["problem"])
        feed("audit", "export", "-o", later)
        self.assertIn("at least one was changed", lib.run(later, prog="entente-verify", code=1).out)
        lib.run(earlier, prog="entente-verify")


if __name__ == "__main__":
    unittest.main()
