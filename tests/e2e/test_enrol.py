# SPDX-License-Identifier: Apache-2.0
"""Enrolment as two people do it: invitations, the code as digits and words, and what goes wrong."""
import base64
import json
import os
import re
import subprocess
import unittest

import lib


class Enrol(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def invitation(self, node, *more):
        path = self.folder.file("invitation-%d" % len(os.listdir(self.folder.path)), "")
        node("peer", "invite", "-o", path, *more)
        return path

    @staticmethod
    def peers(node):
        return {p["name"]: p["confirmed"] for p in node("peer", "list", "--json").json()["peers"]}

    def code(self, node, peer):
        return node("peer", "code", peer, "--json").json()

    def test_one_file_is_enough_where_the_network_permits(self):
        north, south = self.folder.node("North").start(), self.folder.node("South")
        told = south("peer", "accept", self.invitation(north), "--json").json()
        self.assertTrue(told["delivered"])
        self.assertEqual((self.peers(north), self.peers(south)), ({"South": False}, {"North": False}))
        here, there = self.code(north, "South"), self.code(south, "North")
        self.assertEqual((here["code"], here["words"]), (there["code"], there["words"]))
        self.assertEqual(len(here["words"].split()), 16)
        self.assertIn(here["words"], north("peer", "code", "South", "--words").out)
        north("peer", "verify", "South", "--code", there["code"].replace(" ", "-"))
        south("peer", "verify", "North", stdin=(there["words"].upper() + "\n").encode())
        self.assertEqual((self.peers(north), self.peers(south)), ({"South": True}, {"North": True}))
        south.start()
        agreement = lib.agree(north, south)
        south("sync")
        self.assertTrue(agreement)
        acts = [e["what"] for e in north("audit", "list", "--json").json()["entries"]]
        self.assertIn("peer-invite", acts)
        added = [e for e in north("audit", "list", "--what", "peer-add", "--json").json()["entries"]]
        self.assertEqual(len(added), 1)

    def test_an_answer_goes_back_by_the_same_road_where_it_does_not(self):
        north, south = self.folder.node("North"), self.folder.node("South")
        reply = self.folder.file("reply", "")
        said = south("peer", "accept", self.invitation(north), "-o", reply).out
        self.assertIn("could not be brought", said)
        self.assertEqual(self.peers(north), {})
        with open(reply, "rb") as f:  # by mail, quoted and with other line ends
            text = b"\r\n".join(b"> " + line for line in f.read().split(b"\n"))
        told = north("peer", "accept", "-", "--json", stdin=text).json()
        self.assertTrue(told["delivered"])
        self.assertEqual(self.code(north, "South")["code"], self.code(south, "North")["code"])

    def test_bad_invitations_are_refused_and_told_apart(self):
        north, south = self.folder.node("North").start(), self.folder.node("South").start()
        with open(self.invitation(north)) as f:
            good = f.read()
        marks = good.split("-----")
        body = base64.b64decode(marks[2])
        cases = [
            (good[:len(good) // 2], "cut short"),
            ("hello", "no invitation"),
            (good.replace(marks[2], marks[2][:100] + marks[2][105:]), "damaged"),
            (good.replace(marks[2], "\n" + base64.b64encode(body.replace(b"payload", b"qayload", 1)).decode() + "\n"), "changed"),
        ]
        for n in (0, 1, 2):  # letters inside the signed body and the signature
            at = [body.index(b'"payload":"') + 40, body.index(b'"sig":"') + 20, body.index(b'"payload":"') + 400][n]
            bad = body[:at] + (b"A" if body[at:at + 1] != b"A" else b"B") + body[at + 1:]
            cases.append((good.replace(marks[2], "\n" + base64.b64encode(bad).decode() + "\n"), "changed"))
        for text, why in cases:
            r = south("peer", "accept", "-", stdin=text.encode(), code=None)
            self.assertNotEqual(r.code, 0)
            self.assertIn(why, r.err)
        with open(self.invitation(north, "--for", "elsewhere.example")) as f:
            self.assertIn("is for elsewhere.example", south("peer", "accept", "-", stdin=f.read().encode(), code=None).err)
        self.assertIn("of this node itself", north("peer", "accept", "-", stdin=good.encode(), code=2).err)
        self.assertEqual((self.peers(north), self.peers(south)), ({}, {}))
        host = south("status", "--json").json()["host"]
        south("peer", "accept", self.invitation(north, "--for", host))
        self.assertEqual((self.peers(north), self.peers(south)), ({"South": False}, {"North": False}))

    @unittest.skipUnless(os.path.exists("/usr/bin/faketime"), "needs faketime")
    def test_an_expired_invitation_is_refused(self):
        north, south = self.folder.node("North").start(), self.folder.node("South")
        path = self.invitation(north, "--days", "1")
        r = subprocess.run(["faketime", "+3 days", lib.program(), "--node", south.dir, "peer", "accept", path], capture_output=True)
        self.assertIn("expired", r.stderr.decode())

    def test_an_invitation_serves_once_and_nobody_without_one_leaves_a_card(self):
        north, south, west = self.folder.node("North").start(), self.folder.node("South"), self.folder.node("West")
        path = self.invitation(north)
        south("peer", "accept", path)
        self.assertFalse(west("peer", "accept", path, "--json").json()["delivered"])
        self.assertEqual(self.peers(north), {"South": False})
        card = west("peer", "card").out.strip()
        headers = {"Content-Type": "application/json", "Accept": "*/*"}
        body = json.dumps({"card": card, "token": "00" * 16})
        self.assertEqual(west.request(north, "POST", "/entente/v1/enrolment", body, headers)[0], 401)
        with open(self.invitation(north, "--for", "another.example")) as f:
            text = f.read()
        self.assertEqual(west.request(north, "POST", "/entente/v1/enrolment", body, headers)[0], 404)
        self.assertEqual(west.request(north, "POST", "/entente/v1/enrolment", body, headers, cert=False)[0], 401)
        # with a token, but another's card
        envelope = json.loads(base64.b64decode(text.split("-----")[2]))
        token = json.loads(base64.b64decode(envelope["payload"]))["token"]
        body = json.dumps({"card": south("peer", "card").out.strip(), "token": token})
        self.assertEqual(west.request(north, "POST", "/entente/v1/enrolment", body, headers)[0], 422)
        self.assertEqual(self.peers(north), {"South": False})

    def test_nothing_is_exchanged_before_both_have_verified(self):
        north, south = self.folder.node("North").start(), self.folder.node("South").start()
        south("peer", "accept", self.invitation(north))
        for node, other in ((north, "South"), (south, "North")):
            r = node("agreement", "propose", "--title", "T", "--with", other, "--unmarked", "green", code=None)
            self.assertNotEqual(r.code, 0)
        code = self.code(north, "South")["code"]
        wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
        self.assertIn("not the code", north("peer", "verify", "South", "--code", wrong, code=None).err)
        self.assertIn("40 digits", north("peer", "verify", "South", "--code", code[:20], code=None).err)
        words = self.code(north, "South")["words"].split()
        words[2], words[3] = words[3], words[2]
        self.assertIn("word", north("peer", "verify", "South", "--code", " ".join(words), code=None).err)
        self.assertEqual(self.peers(north), {"South": False})
        north("peer", "verify", "South", "--code", code)
        # one side alone: the other one's certificate is a stranger's there
        north("agreement", "propose", "--title", "T", "--with", "South", "--unmarked", "green")
        self.assertEqual(south("agreement", "list", "--json").json()["agreements"], [])
        for path in ("/entente/v1/agreements/7b0f4d9f-4d3a-4d3e-8c5b-0c7a1d9f2e11/statements", "/entente/v1/witness/add-checkpoint"):
            self.assertEqual(north.request(south, "POST", path, "{}", {"Content-Type": "application/json"})[0], 401)
        self.assertEqual(north.request(south, "GET", "/taxii2/")[0], 401)
        south("peer", "confirm", "North", "--code", code)
        north("sync", code=None)
        self.assertEqual(len(south("agreement", "list", "--json").json()["agreements"]), 1)


if __name__ == "__main__":
    unittest.main()
