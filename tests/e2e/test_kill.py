# SPDX-License-Identifier: Apache-2.0
"""kill -9 of either node at random moments during import, release and sync: nothing lost, nothing twice."""
import json
import os
import random
import signal
import subprocess
import time
import unittest

import lib

ROUNDS = int(os.environ.get("ENTENTE_ROUNDS", "12"))
SEED = int(os.environ.get("ENTENTE_SEED", "20190201"))


class Kill(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)

    def work(self, *args):
        """Starts a command of a node in the background."""
        return subprocess.Popen([lib.program()] + [str(a) for a in args], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def test_kills_at_random_moments(self):
        rnd = random.Random(SEED)
        north, south, agreement = self.folder.pair()
        made = 0
        killed = {"import": 0, "release": 0, "sync": 0, "north": 0, "south": 0}
        for number in range(ROUNDS):
            objects = [lib.campaign(made + i, "round %d" % number) for i in range(rnd.randint(20, 300))]
            made += len(objects)
            path = self.folder.file("round.json", lib.bundle(objects))
            jobs = [("import", [north, "import", path]), ("release", [north, "release", "--all", "--to", agreement]),
                    ("sync", [south, "sync", agreement, "--page", str(rnd.choice([7, 50, 100]))])]
            for name, (node, *args) in jobs:
                self.one(rnd, name, node, args, killed, north, south)
            # what was cut short is done again by hand of nobody: the same commands, as a user would
            north("import", path)
            north("release", "--all", "--to", agreement)
            for node in (north, south):
                if not node.process:
                    node.start()
        south("sync", agreement)
        sent, arrived = lib.digest(north, agreement, "outbound"), lib.digest(south, agreement, "inbound")
        self.assertEqual(sent, arrived)
        self.assertGreaterEqual(sent[0], made)
        held = [o["id"] for o in south("list", "--type", "campaign", "--all-versions", "--json").json()["objects"]]
        self.assertEqual(len(held), made)
        self.assertEqual(len(set(held)), made)
        for node in (north, south):
            node("ledger", "verify")
        missing = [r for r in south("receipts", agreement, "--json").json()["receipts"] if r.get("unsent")]
        self.assertEqual(missing, [])
        out = self.folder.file("south.ledger", "")
        south("ledger", "export", agreement, "-o", out)
        lib.run(out, prog="entente-verify")
        print("\nkilled: %s; %d objects in %d rounds" % (json.dumps(killed), made, ROUNDS), end=" ")
        self.assertGreater(sum(killed.values()), 0)

    def one(self, rnd, name, node, args, killed, north, south):
        """One command, during which the command itself or a serving node may be killed."""
        p = self.work("--node", node.dir, *args)
        time.sleep(rnd.random() * 0.06 * lib.SLOW)
        what = rnd.choice([name, name, name, "north", "south", "nothing"])
        if what == name and p.poll() is None:
            p.send_signal(signal.SIGKILL)
            killed[name] += 1
        elif what in ("north", "south"):
            victim = north if what == "north" else south
            if victim.process:
                victim.kill()
                killed[what] += 1
                victim.start()
        p.wait(120 * lib.SLOW)


if __name__ == "__main__":
    unittest.main()
