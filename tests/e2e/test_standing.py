# SPDX-License-Identifier: Apache-2.0
"""A sync with nothing new is one request; whatever is new, on either side and of any kind, is found."""
import hashlib
import json
import unittest

import lib
import test_exchange


class Standing(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def requests(self, to, act):
        """The paths that an act asks a node for."""
        before = len(to.logs())
        act()
        lines = [x for x in to.logs()[before:].splitlines() if 'event="access"' in x]
        return [x.split('path="')[1].split('"')[0] for x in lines]

    def settle(self, *nodes):
        for _ in range(3):
            for n in nodes:
                n("sync")

    def is_idle(self, north, south):
        for asker, asked in ((south, north), (north, south)):
            paths = self.requests(asked, lambda asker=asker: asker("sync"))
            self.assertEqual(len(paths), 1, paths)
            self.assertIn("/standing?is=", paths[0])

    def release(self, node, agreement, n):
        node("import", self.folder.file("%d.json" % n, lib.bundle([lib.campaign(n)])))
        node("release", lib.campaign(n)["id"], "--to", agreement)

    def test_each_kind_of_news_is_found_and_then_it_is_quiet_again(self):
        north, south, agreement = self.folder.pair()
        self.release(north, agreement, 1)
        self.settle(south, north)
        self.is_idle(north, south)
        listed = lambda n: {x["id"] for x in n("list", "--type", "campaign", "--json").json()["objects"]}
        tips = lambda n: len(n("inbox", "--all", "--json").json()["threads"])
        acts = [
            ("an object of the one who is asked", lambda: self.release(north, agreement, 2),
             lambda: lib.campaign(2)["id"] in listed(south)),
            ("an object of the one who asks", lambda: self.release(south, agreement, 3), lambda: True),
            ("a message", lambda: north("tip", agreement, "Look at the harbour."), lambda: tips(south) == 1),
            ("a recall", lambda: north("recall", lib.campaign(2)["id"], "--reason", "wrong", "--no-send"),
             lambda: lib.campaign(2)["id"] not in listed(south)),
            ("a suspension that is over again", lambda: self.suspended(north, south, agreement), lambda: True),
        ]
        for what, act, seen in acts:
            with self.subTest(what):
                act()
                paths = self.requests(north, lambda: south("sync"))
                self.assertGreater(len(paths), 1, what)
                self.assertTrue(seen(), what)
                self.settle(north, south)
                self.is_idle(north, south)
        for a, b in ((north, south), (south, north)):
            self.assertEqual(lib.digest(a, agreement, "outbound"), lib.digest(b, agreement, "inbound"))

    def suspended(self, north, south, agreement):
        north("agreement", "suspend", agreement, "--reason", "a pause", "--no-send")
        # the one who suspended does not even ask, the other hears it
        south("sync", code=3)
        self.assertIn("suspended", south("agreement", "show", agreement).out)
        south("agreement", "resume", agreement)
        north("agreement", "resume", agreement, "--no-send")

    def test_new_keys_are_heard_of_at_once(self):
        north, south, agreement = self.folder.pair()
        self.settle(south, north)
        self.is_idle(north, south)
        north.stop()
        north("key", "rotate")
        north.start()
        self.assertIn("by right: nothing passes", south("sync", code=3).err)

    def test_an_old_copy_is_not_taken_for_quiet(self):
        north, south, agreement = self.folder.pair()
        self.release(north, agreement, 1)
        self.settle(south, north)
        backup = self.folder.file("backup.db", "")
        test_exchange.Exchange.copy(north, backup)
        self.release(north, agreement, 2)
        self.settle(south, north)
        self.is_idle(north, south)
        north.stop()
        test_exchange.Exchange.restore(north, backup)
        north.start()
        self.assertIn("old copy", south("sync", code=4).err)

    def test_the_endpoint_tells_parties_alone_and_yes_or_no_alone(self):
        north, south, agreement = self.folder.pair()
        self.settle(south, north)
        path = "/entente/v1/agreements/%s/standing?is=" % agreement
        wrong = hashlib.sha256(b"").hexdigest()
        status, _, body = south.request(north, "GET", path + wrong)
        self.assertEqual((status, json.loads(body)), (200, {"news": True}))
        for bad in ("", "x", wrong.upper(), wrong + "0"):
            self.assertEqual(south.request(north, "GET", path + bad)[0], 400)
        self.assertEqual(south.request(north, "GET", path[:-4])[0], 400)
        self.assertIn(south.request(north, "GET", path + wrong, cert=False)[0], (401, 403))
        west = self.folder.node("West").start()
        self.assertIn(west.request(north, "GET", path + wrong)[0], (401, 403))
        lib.enrol(north, west)
        self.assertEqual(west.request(north, "GET", path + wrong)[0], 404)
        self.assertEqual(south.request(north, "POST", path + wrong)[0], 405)

    def test_once_an_hour_they_talk_all_the_same(self):
        north, south, agreement = self.folder.pair()
        self.settle(south, north)
        self.is_idle(north, south)
        later = self.requests(north, lambda: lib.at(self, south, "+50m", "sync"))
        self.assertEqual(len(later), 1)
        later = self.requests(north, lambda: lib.at(self, south, "+61m", "sync"))
        self.assertGreater(len(later), 4)


if __name__ == "__main__":
    unittest.main()
