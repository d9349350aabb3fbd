# SPDX-License-Identifier: Apache-2.0
"""Keys: their change, their loss, their passphrase, and what stays valid when they go."""
import json
import os
import shutil
import sys
import time
import unittest

import lib

sys.path.insert(0, os.path.join(lib.SOURCE, "tests", "tools"))
import verify_ledger  # noqa: E402


class Keys(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def rotate(self, node, *more, **kw):
        """Of a node that serves: stopped meanwhile."""
        node.stop()
        r = node("key", "rotate", *more, **kw)
        node.start()
        return r

    def send(self, north, agreement, n):
        north("import", self.folder.file("%d.json" % n, lib.bundle([lib.campaign(n)])))
        north("release", "--all", "--to", agreement)

    def confirm(self, at, who):
        """The code is the same on both sides, and the one that who's owner reads out is typed."""
        code = lib.code_of(who("peer", "code", at.name).out)
        self.assertEqual(code, lib.code_of(at("peer", "code", who.name).out))
        at("peer", "confirm", who.name, "--code", code)

    @staticmethod
    def bytes(node, name):
        with open(node.path(name), "rb") as f:
            return f.read()

    def state(self, at, who):
        return [p["state"] for p in at("peer", "list", "--json").json()["peers"] if p["name"] == who.name][0]

    def test_nothing_passes_until_a_person_confirms_the_new_key(self):
        north, south, agreement = self.folder.pair()
        self.send(north, agreement, 1)
        south("sync")
        north("sync")
        old = north("key", "show", "--json").json()["keyid"]
        self.rotate(north)
        new = north("key", "show", "--json").json()["keyid"]
        self.assertNotEqual(old, new)
        self.send(north, agreement, 2)
        r = south("sync", code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn("keys", r.err + r.out)
        self.assertEqual(self.state(south, north), "keys changed")
        # nor does anything on any other road
        self.assertNotEqual(north("sync", code=None).code, 0)
        status, _, _ = south.request(north, "GET", "/%s/collections/outbound/objects/" % agreement)
        self.assertEqual(status, 200)  # South may still read what North gives it
        status, _, _ = north.request(south, "GET", "/%s/collections/outbound/objects/" % agreement)
        self.assertIn(status, (401, 403, 404))
        south("peer", "confirm", "North", "--code", "1" * 40, code=1)
        self.confirm(south, north)
        self.assertEqual(self.state(south, north), "confirmed")
        south("sync")
        north("sync")
        south("sync")
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))
        history = south("key", "history", "North", "--json").json()["keys"]
        self.assertEqual([k["keyid"] for k in history], [old, new])
        self.assertEqual(history[0]["until"], history[1]["from"])
        for node in (north, south):
            node("ledger", "verify")
        # what was signed before is proved with the keys of its time, what came after with the new ones
        for n in (1, 2):
            path = self.folder.path + "/%d.proof" % n
            north("prove", lib.campaign(n)["id"], "-o", path)
            lib.run(path, prog="entente-verify")
            with open(path, "rb") as f:
                raw = f.read()
            self.assertTrue(verify_ledger.verify(raw)["holds"], verify_ledger.verify(raw))
        # no card may be left out or changed
        v = json.loads(raw)
        for change in (lambda v: v.pop("sender_before"), lambda v: v["sender_before"].append(v["sender"]),
                       lambda v: v.update(sender=v["sender_before"][0]), lambda v: v["sender"]["signatures"].pop()):
            other = json.loads(raw)
            change(other)
            other = verify_ledger.canonical(other).encode()
            path = self.folder.file("changed.proof", other)
            self.assertEqual(lib.run(path, prog="entente-verify", code=None).code == 0, verify_ledger.verify(other)["holds"])
            self.assertFalse(verify_ledger.verify(other)["holds"])
        self.assertIn("sender_before", v)

    def test_both_sides_change_and_change_again(self):
        north, south, agreement = self.folder.pair()
        for n in range(2):
            for who, at in ((north, south), (south, north)):
                self.rotate(who)
                self.assertNotEqual(at("sync", code=None).code, 0)
                self.confirm(at, who)
                at("sync")
                who("sync")
            self.send(north, agreement, n)
            south("sync")
            north("sync")
        self.assertEqual(len(north("key", "history", "--json").json()["keys"]), 3)
        self.assertEqual(lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound"))
        south("agreement", "suspend", agreement, "--reason", "signed with the third key")
        north("sync", code=None)
        self.assertEqual(north("agreement", "list", "--json").json()["agreements"][0]["state"], "suspended")

    def test_a_lost_key_is_given_up_with_its_successor_alone(self):
        north, south, agreement = self.folder.pair()
        self.send(north, agreement, 1)
        south("sync")
        north("sync")
        south("sync")
        safe = self.folder.path + "/safe.seed"
        shutil.move(north.path("next.seed"), safe)
        stolen = self.folder.path + "/stolen.seed"
        shutil.copy(north.path("node.seed"), stolen)
        r = self.rotate(north, "--revoke-from", "2019-01-01", code=2)
        self.assertIn("timestamp", r.err)
        north.stop()
        r = north("key", "rotate", code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn("--seed", r.err)
        time.sleep(1.1)  # behind what was signed in this second
        north("key", "rotate", "--seed", safe, "--revoke-from", lib.now())
        north.start()
        self.assertNotEqual(south("sync", code=None).code, 0)
        self.confirm(south, north)
        south("sync")
        history = south("key", "history", "North", "--json").json()["keys"]
        self.assertEqual([k["revoked"] for k in history], [True, False])
        # a proof of what was said before the loss
        path = self.folder.path + "/w.proof"
        north("prove", lib.campaign(1)["id"], "-o", path)
        lib.run(path, prog="entente-verify")

    def test_a_key_that_was_not_announced_is_no_successor(self):
        north, south, agreement = self.folder.pair()
        other = self.folder.node("Other")
        north.stop()
        r = north("key", "rotate", "--seed", other.path("node.seed"), code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn("announced", r.err)
        # somebody puts another seed there by hand
        shutil.copy(other.path("node.seed"), north.path("node.seed"))
        r = north("list", code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn("seed", r.err)
        del south, agreement

    def test_it_is_not_changed_while_the_node_signs(self):
        north, _, _ = self.folder.pair()
        r = north("key", "rotate", code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn("served already", r.err)

    def test_a_change_left_half_done_is_finished(self):
        north, south, _ = self.folder.pair()
        north.stop()
        before = {n: self.bytes(north, n) for n in ("node.seed", "next.seed")}
        north("key", "rotate")
        coming = self.bytes(north, "next.seed")
        keyid = north("key", "show", "--json").json()["keyid"]
        # the crash came before the first file was in place
        for name, raw in before.items():
            with open(north.path(name), "wb") as f:
                f.write(raw)
        with open(os.open(north.path("coming.seed"), os.O_CREAT | os.O_WRONLY, 0o600), "wb") as f:
            f.write(coming)
        self.assertEqual(north("key", "show", "--json").json()["keyid"], keyid)
        self.assertFalse(os.path.exists(north.path("coming.seed")))
        self.assertEqual(self.bytes(north, "next.seed"), coming)
        # and before the second
        os.rename(north.path("next.seed"), north.path("coming.seed"))
        self.assertEqual(north("key", "show", "--json").json()["keyid"], keyid)
        self.assertEqual(self.bytes(north, "next.seed"), coming)
        # and before the database took the card: the change didn't happen
        with open(os.open(north.path("coming.seed"), os.O_CREAT | os.O_WRONLY, 0o600), "wb") as f:
            f.write(b"x" * 32)
        self.assertEqual(north("key", "show", "--json").json()["keyid"], keyid)
        self.assertFalse(os.path.exists(north.path("coming.seed")))
        north("key", "rotate")
        del south

    def test_passphrase(self):
        secret = self.folder.file("secret", "correct horse\n")
        wrong = self.folder.file("wrong", "battery staple\n")
        north = self.folder.node("North")
        north("key", "passphrase", "--passphrase-file", secret)
        with open(north.path("node.seed"), "rb") as f:
            self.assertTrue(f.read().startswith(b"entente-seed/1\n"))
        r = north("list", code=None)
        self.assertNotEqual(r.code, 0)
        self.assertIn("passphrase", r.err)
        r = north("list", code=None, env={"ENTENTE_PASSPHRASE_FILE": wrong})
        self.assertIn("not its passphrase", r.err)
        with open(north.path("entente.conf"), "a") as f:
            f.write("passphrase_file = %s\n" % secret)
        self.assertTrue(north("key", "show", "--json").json()["passphrase"])
        north.start()
        north.stop()
        north("key", "rotate")
        with open(north.path("node.seed"), "rb") as f:
            self.assertTrue(f.read().startswith(b"entente-seed/1\n"))
        north("key", "passphrase", "--remove")
        self.assertFalse(north("key", "show", "--json").json()["passphrase"])
        damaged = bytearray(self.bytes(north, "node.seed"))
        north("key", "passphrase", "--passphrase-file", secret)
        sealed = self.bytes(north, "node.seed")
        for at in range(0, len(sealed), 7):
            damaged = bytearray(sealed)
            damaged[at] ^= 1
            with open(north.path("node.seed"), "wb") as f:
                f.write(damaged)
            self.assertNotEqual(north("list", code=None).code, 0, at)

    def test_the_certificate_is_renewed_with_its_key(self):
        north, south, _ = self.folder.pair()
        before = north("key", "show", "--json").json()
        north("key", "certificate", "--renew", "--days", "20")
        after = north("key", "show", "--json").json()
        self.assertEqual(before["tls_pin"], after["tls_pin"])
        self.assertLess(after["certificate_ends"], before["certificate_ends"])
        self.assertIn("certificate", north("status").out)
        north.stop()
        north.start()
        south("sync")
        self.assertIn("certificate ends", north.logs())


if __name__ == "__main__":
    unittest.main()
