# SPDX-License-Identifier: Apache-2.0
"""Five nodes under one agreement: each reads each, one suspends, one joins, one leaves."""
import unittest

import lib

NAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm")


class Parties(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.nodes = [self.folder.node(n).start() for n in NAMES]
        for i, a in enumerate(self.nodes):
            for b in self.nodes[i + 1:]:
                lib.enrol(a, b)
        self.numbers = 0

    def propose(self, parties, *more):
        out = parties[0]("agreement", "propose", "--title", "Five", "--unmarked", "green",
                         *[x for n in parties[1:] for x in ("--with", n.name)], *more, "--json")
        return out.json()["id"]

    @staticmethod
    def sync(nodes, code=None):
        for _ in range(2):
            for n in nodes:
                n("sync", code=code)

    def release(self, node, agreement):
        """A new object on a node's channel; its id."""
        self.numbers += 1
        o = lib.campaign(self.numbers)
        node("import", self.folder.file("%d.json" % self.numbers, lib.bundle([o])))
        node("release", o["id"], "--to", agreement)
        return o["id"]

    def holders(self, oid):
        return [n.name for n in self.nodes if n("show", oid, code=None).code == 0]

    @staticmethod
    def states(nodes, agreement):
        return [n("agreement", "show", agreement, "--json").json()["state"] for n in nodes]

    def agree(self, parties, *more):
        agreement = self.propose(parties, *more)
        for n in parties[1:]:
            n("agreement", "accept", agreement)
        for n in parties:
            n("sync", code=None)
        self.assertEqual(self.states(parties, agreement), ["in force"] * len(parties))
        return agreement

    def test_each_reads_each_and_one_can_pause(self):
        agreement = self.agree(self.nodes)
        sent = [self.release(n, agreement) for n in self.nodes]
        for n in self.nodes:
            n("sync")
        for oid in sent:
            self.assertEqual(self.holders(oid), list(NAMES))
        cedar = self.nodes[2]
        cedar("agreement", "suspend", agreement, "--reason", "an election")
        self.sync(self.nodes)
        self.assertEqual(self.states(self.nodes, agreement), ["suspended"] * 5)
        first, second = self.release(self.nodes[0], agreement), self.release(cedar, agreement)
        self.sync(self.nodes)
        self.assertEqual(self.holders(first), [n for n in NAMES if n != "Cedar"])
        self.assertEqual(self.holders(second), ["Cedar"])
        for n in self.nodes:
            n("agreement", "resume", agreement)
        self.sync(self.nodes, code=0)
        self.assertEqual((self.holders(first), self.holders(second)), (list(NAMES), list(NAMES)))

    def test_one_leaves_and_the_others_go_on(self):
        agreement = self.agree(self.nodes)
        elm, rest = self.nodes[4], self.nodes[:4]
        elm("agreement", "leave", agreement, "--reason", "a new mandate")
        self.assertEqual(self.states(self.nodes, agreement), ["in force"] * 4 + ["terminated"])
        sent = self.release(rest[0], agreement)
        self.sync(rest)
        self.assertEqual(self.holders(sent), list(NAMES[:4]))
        status, _, _ = elm.request(rest[0], "GET", "/%s/collections/outbound/objects/" % agreement)
        self.assertIn(status, (403, 404))
        # the next version is theirs alone
        self.propose(rest, "--amend", agreement)
        for n in rest[1:]:
            n("agreement", "accept", agreement)
        self.sync(rest, code=0)
        shown = [n("agreement", "show", agreement, "--json").json() for n in rest]
        self.assertEqual([(s["state"], s["version"], len(s["parties"])) for s in shown], [("in force", 2, 4)] * 4)

    def test_one_joins_by_a_version_that_all_accept(self):
        parties, elm = self.nodes[:4], self.nodes[4]
        agreement = self.agree(parties, "--accession")
        early = self.release(parties[0], agreement)
        self.sync(parties, code=0)
        self.propose(self.nodes, "--accession", "--amend", agreement)
        for n in self.nodes[1:4]:
            n("agreement", "accept", agreement)
        self.sync(parties)
        self.assertEqual([n("agreement", "show", agreement, "--json").json()["version"] for n in parties], [1] * 4)
        elm("agreement", "accept", agreement)
        self.sync(self.nodes)
        shown = [n("agreement", "show", agreement, "--json").json() for n in self.nodes]
        self.assertEqual([(s["state"], s["version"], len(s["parties"])) for s in shown], [("in force", 2, 5)] * 5)
        late = self.release(parties[0], agreement)
        theirs = self.release(elm, agreement)
        self.sync(self.nodes, code=0)
        self.assertEqual((self.holders(late), self.holders(theirs)), (list(NAMES), list(NAMES)))
        self.assertEqual(self.holders(early), list(NAMES[:4]))  # what was sent before stays between those


if __name__ == "__main__":
    unittest.main()
