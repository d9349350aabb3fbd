# SPDX-License-Identifier: Apache-2.0
"""`entente preview`: the very bytes that a counterpart gets, and what is kept from it."""
import json
import unittest

import lib

RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"


class Preview(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.north, self.south, self.agreement = self.folder.pair()

    def hold(self, name, objects):
        self.north("import", self.folder.file(name, lib.bundle(objects)))

    def same_answer(self, path):
        """What the counterpart is given, and what the preview says it is given."""
        status, head, body = self.south.request(self.north, "GET", path)
        seen = self.north("preview", "--as", "South", "--get", path, "--json", code=None).json()
        self.assertEqual((seen["status"], seen["body"].encode()), (status, body), path)
        for line in seen["head"].strip().split("\r\n"):
            name, value = line.split(": ", 1)
            if name.lower() not in ("vary", "retry-after"):
                self.assertEqual(head.get(name.lower()), value, path)
        return status, body

    def test_every_answer_is_the_one_that_the_counterpart_gets(self):
        self.hold("a.json", [lib.campaign(i) for i in range(5)])
        self.north("release", "--all", "--to", self.agreement)
        root = "/%s/" % self.agreement
        status, body = self.same_answer(root + "collections/")
        outbound = [c for c in json.loads(body)["collections"] if c["can_read"]][0]["id"]
        for path, wanted in (("/taxii2/", 200), (root, 200), (root + "collections/%s/" % outbound, 200),
                             (root + "collections/%s/objects/?match[version]=all" % outbound, 200),
                             (root + "collections/%s/objects/?limit=2" % outbound, 200),
                             (root + "collections/%s/manifest/" % outbound, 200),
                             (root + "collections/00000000-0000-4000-8000-000000000000/objects/", 404),
                             ("/nothing/", 404), ("/.well-known/entente", 200)):
            self.assertEqual(self.same_answer(path)[0], wanted, path)
        objects = json.loads(self.same_answer(root + "collections/outbound/objects/")[1])["objects"]
        self.assertEqual(len([o for o in objects if o["type"] == "campaign"]), 5)
        plain = self.north("preview", "--as", "South", "--get", root + "collections/outbound/objects/").out
        self.assertEqual(json.loads(plain)["objects"], objects)
        self.north("agreement", "suspend", self.agreement, "--reason", "a check")
        status, body = self.same_answer(root + "collections/outbound/objects/")
        self.assertEqual((status, json.loads(body)["error_id"]), (403, "agreement-suspended"))

    def test_counts_and_the_rules_that_keep_things_back(self):
        self.hold("a.json", [lib.campaign(i) for i in range(4)])
        self.north("release", lib.campaign(0)["id"], lib.campaign(1)["id"], "--to", self.agreement)
        self.hold("b.json", [lib.campaign(9, object_marking_refs=[RED])])
        p = self.north("preview", "--as", "South", "--json").json()
        self.assertEqual((p["entries"], p["readable"], p["receipted"], p["refused_with"]), (2, 2, 0, None))
        own = p["own"] - p["on_channel"]  # the node's identity and what it was given at its start are its own, too
        self.assertEqual((p["on_channel"], p["would_go"] + p["kept_back"]), (2, own))
        kept = {r["rule"]: r for r in p["kept_back_by"]}
        self.assertEqual((kept["markings"]["objects"], kept["markings"]["example"]), (1, lib.campaign(9)["id"]))
        self.assertIn("TLP:red", kept["markings"]["reason"].replace("RED", "red"))
        each = self.north("preview", self.agreement, "--as", "South", "--all", "--json").json()["objects"]
        verdicts = {o["id"]: (o["verdict"], o["rule"]) for o in each}
        self.assertEqual(verdicts[lib.campaign(2)["id"]], ("would go", None))
        self.assertEqual(verdicts[lib.campaign(9)["id"]], ("kept back", "markings"))
        self.assertNotIn(lib.campaign(0)["id"], verdicts)
        self.south("sync")
        self.assertEqual(self.north("preview", "--as", "South", "--json").json()["receipted"], 2)
        self.north("agreement", "suspend", self.agreement)
        text = self.north("preview", "--as", "South").out
        self.assertIn("sees nothing now", text)
        after = self.north("preview", "--as", "South", "--json").json()
        self.assertEqual((after["readable"], after["refused_with"], after["would_go"]), (0, "agreement-suspended", p["would_go"]))

    def test_what_it_says_would_go_is_what_a_release_lets_go(self):
        self.hold("a.json", [lib.campaign(i) for i in range(3)] + [lib.campaign(7, object_marking_refs=[RED])])
        p = self.north("preview", "--as", "South", "--json").json()
        r = self.north("release", "--all", "--to", self.agreement, "--json", code=None).json()
        self.assertEqual((p["would_go"], p["kept_back"]), (r["released"], r["denied"]))

    def test_mistakes_say_what_to_do(self):
        self.assertIn("--as PEER", self.north("preview", code=2).err)
        self.assertIn("West", self.north("preview", "--as", "West", code=None).err)
        self.assertIn("begins with /", self.north("preview", "--as", "South", "--get", "taxii2", code=2).err)


if __name__ == "__main__":
    unittest.main()
