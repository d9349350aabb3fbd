# SPDX-License-Identifier: Apache-2.0
"""Two verifiers, one in C and one in Python written from docs/ledger.md alone: they must be of one mind about every file."""
import base64
import copy
import json
import os
import random
import sys
import unittest

import lib

sys.path.insert(0, os.path.join(lib.SOURCE, "tests", "tools"))
import verify_ledger  # noqa: E402

SEEDS = os.path.join(lib.SOURCE, "fuzz", "corpus", "warning")
MANY = 400 if "ENTENTE_ALL_BITS" in os.environ else 60  # changed files, of each kind


def verdicts(folder, files):
    """What both say of each file, as a list of (ours, theirs, why)."""
    paths = []
    for i, raw in enumerate(files):
        paths.append(os.path.join(folder, "%d.file" % i))
        with open(paths[-1], "wb") as f:
            f.write(raw)
    found = lib.run("--json", *paths, prog="entente-verify", code=None).json()["files"]
    second = [verify_ledger.verify(raw) for raw in files]
    return [(f["result"] == "holds", s["holds"], "%s | %s" % (f.get("error"), s.get("why"))) for f, s in zip(found, second)]


def places(v, at=()):
    """The way to each value of a tree that has none below it, and to each member."""
    if isinstance(v, dict):
        for k in v:
            yield at + (k,)
            yield from places(v[k], at + (k,))
    elif isinstance(v, list):
        for i, x in enumerate(v):
            yield at + (i,)
            yield from places(x, at + (i,))


def changed(v, at):
    """The tree with another value at a place; canonical, so that it isn't refused for its form alone."""
    v = copy.deepcopy(v)
    to = v
    for k in at[:-1]:
        to = to[k]
    x = to[at[-1]]
    if isinstance(x, bool) or x is None:
        to[at[-1]] = not x
    elif isinstance(x, (int, float)):
        to[at[-1]] = x + 1
    elif isinstance(x, str):
        to[at[-1]] = x[:-1] + ("A" if x[-1:] != "A" else "B") if x else "x"
    else:
        del to[at[-1]]
    return verify_ledger.canonical(v).encode()


class Verifiers(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.addCleanup(self.folder.close)
        self.random = random.Random(5)

    def of_one_mind(self, files):
        held = 0
        for i, (ours, theirs, why) in enumerate(verdicts(self.folder.path, files)):
            self.assertEqual(ours, theirs, "%d: %s\n%.3000s" % (i, why, files[i]))
            held += ours
        return held

    @staticmethod
    def seed(name):
        with open(os.path.join(SEEDS, name), "rb") as f:
            return f.read()

    def test_what_a_node_makes_holds_for_both(self):
        north, south, agreement = self.folder.pair()
        north("import", os.path.join(lib.SOURCE, "examples", "tip.json"))
        north("release", "--all", "--to", agreement)
        south("sync")
        warning = north("list", "--type", "indicator", "--json").json()["objects"][0]["id"]
        south("ask", agreement, "Since when?", "--about", warning)
        north("sync")
        thread = [t["thread"] for t in north("inbox", "--json").json()["threads"] if t["subject"] == "Since when?"][0]
        north("reply", thread, "Since Monday.")
        south("sync")
        south("outcome", thread, "Stopped.", "--result", "disruption")
        for _ in range(2):
            north("sync")
            south("sync")
        files = [self.folder.path + "/" + name for name in ("n.ledger", "s.ledger", "i.ledger", "w.proof", "r.proof")]
        north("ledger", "export", agreement, "-o", files[0])
        south("ledger", "export", agreement, "-o", files[1])
        south("ledger", "export", "internal", "-o", files[2])
        north("prove", warning, "-o", files[3])
        north("prove", warning, "--redact", "name", "--redact", "pattern", "-o", files[4])
        raw = []
        for path in files:
            with open(path, "rb") as f:
                raw.append(f.read())
        self.assertEqual(self.of_one_mind(raw), len(raw))
        told = lib.run("--json", *files, prog="entente-verify").json()["files"]
        for ours, theirs in zip(told, map(verify_ledger.verify, raw)):
            for name in {"entries", "root", "origin", "object", "number", "backwards"} & set(theirs):
                self.assertEqual(ours[name], theirs[name], name)
        second = verify_ledger.verify(raw[3])
        self.assertEqual((told[3]["stored"], told[3]["answered"], told[3]["outcome"], len(told[3]["messages"])),
                         (second["stored"], second["answered"], second["outcome"], second["messages"]))
        self.assertEqual((told[4]["hidden"], second["messages"]), (2, 3))
        self.assertNotIn(b"Domain used to prepare", raw[4])

    def test_seeds_of_all_forms(self):
        self.assertEqual(self.of_one_mind([self.seed(n) for n in ("whole", "redacted", "salted", "no-salt", "empty", "newer")]), 3)

    def test_a_changed_value_holds_for_neither(self):
        for name in ("whole", "redacted", "salted"):
            v = json.loads(self.seed(name))
            ways = sorted(places(v), key=str)
            ways = self.random.sample(ways, min(MANY, len(ways)))
            held = self.of_one_mind([changed(v, at) for at in ways])
            # what was said last, and what the receiver's ledger shows, may be left out
            left_out = [at for at in ways if at in (("delivery",), ("messages",)) or at[:1] == ("messages",) and len(at) == 2]
            self.assertLessEqual(held, len(left_out), name)

    def test_a_changed_body_holds_for_neither(self):
        """Inside what is signed: the signature no longer fits."""
        files = []
        for name in ("whole", "salted"):
            v = json.loads(self.seed(name))
            for member in ("sender", "receiver", "document", "sender_accepts", "receiver_accepts", "receipt"):
                body = json.loads(base64.b64decode(v[member]["payload"]))
                for at in self.random.sample(sorted(places(body), key=str), 4):
                    w = copy.deepcopy(v)
                    w[member]["payload"] = base64.b64encode(changed(body, at)).decode()
                    files.append(verify_ledger.canonical(w).encode())
        self.assertEqual(self.of_one_mind(files), 0)

    def test_a_flipped_bit_holds_for_neither(self):
        for name in ("whole", "redacted", "salted"):
            raw = self.seed(name)
            files = []
            for bit in self.random.sample(range(8 * len(raw)), MANY):
                one = bytearray(raw)
                one[bit // 8] ^= 1 << bit % 8
                files.append(bytes(one))
            files += [raw + b"\n", raw[:-1], raw.replace(b'"index":', b'"index": ', 1)]
            self.assertEqual(self.of_one_mind(files), 0)

    def test_a_changed_ledger_holds_for_neither(self):
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(i) for i in range(5)])))
        north("release", "--all", "--to", agreement)
        south("sync")
        north("sync")
        path = self.folder.path + "/l"
        north("ledger", "export", agreement, "-o", path)
        with open(path, "rb") as f:
            raw = f.read()
        lines = raw.split(b"\n")
        first = next(i for i, line in enumerate(lines) if line.startswith(b"{"))
        attacks = {
            "dropped": lines[:first + 1] + lines[first + 2:],
            "reordered": lines[:first] + [lines[first + 1], lines[first]] + lines[first + 2:],
            "rewritten": lines[:first] + [lines[first].replace(b'"v', b'"w').replace(b"20", b"19", 1)] + lines[first + 1:],
            "repeated": lines[:first + 1] + lines[first:],
            "back-dated": lines[:first + 3] + [lines[first + 3].replace(b'"at":"2', b'"at":"1')] + lines[first + 4:],
        }
        for name, changed_lines in attacks.items():
            self.assertEqual(self.of_one_mind([b"\n".join(changed_lines)]), 0, name)
        files = []
        for bit in self.random.sample(range(8 * len(raw)), 4 * MANY):
            one = bytearray(raw)
            one[bit // 8] ^= 1 << bit % 8
            files.append(bytes(one))
        self.of_one_mind(files)

    def test_time_that_runs_backwards_is_flagged_by_both(self):
        north, south, agreement = self.folder.pair()
        north("import", self.folder.file("a.json", lib.bundle([lib.campaign(0)])))
        north("release", "--all", "--to", agreement)
        north("import", self.folder.file("b.json", lib.bundle([lib.campaign(1)])))
        lib.earlier(self, north, "release", "--all", "--to", agreement)
        path = self.folder.path + "/l"
        north("ledger", "export", agreement, "-o", path)
        with open(path, "rb") as f:
            second = verify_ledger.verify(f.read())
        told = lib.run("--json", path, prog="entente-verify").json()["files"][0]
        self.assertEqual((told["backwards"], second["backwards"]), (1, 1))
        self.assertIn("FLAGGED: time runs backwards", lib.run(path, prog="entente-verify").out)
        self.assertIn("time runs backwards", north("ledger", "verify").out)


@unittest.skipUnless(os.path.isdir(os.path.join(lib.DATA, "vectors")), "no ../shared/data/vectors")
class Vectors(unittest.TestCase):
    """The second verifier's own primitives, by the official vectors."""

    @staticmethod
    def load(name):
        with open(os.path.join(lib.DATA, "vectors", name), encoding="utf-8") as f:
            return json.load(f)

    def test_ed25519(self):
        for group in self.load("rfc8032/wycheproof-ed25519.json")["testGroups"]:
            key = bytes.fromhex(group.get("publicKey", group.get("key"))["pk"])
            for t in group["tests"]:
                held = verify_ledger.ed25519(key, bytes.fromhex(t["msg"]), bytes.fromhex(t["sig"]))
                self.assertEqual(held, t["result"] == "valid", t)

    def test_inclusion(self):
        for t in self.load("rfc6962/inclusion.json")["cases"]:
            held = verify_ledger.included(base64.b64decode(t["leafHash"] or ""), t["leafIdx"], t["treeSize"],
                                          [base64.b64decode(p) for p in t["proof"] or []], base64.b64decode(t["root"] or ""))
            self.assertEqual(held, not t["wantErr"], t)

    def test_trees(self):
        v = self.load("rfc6962/tree8.json")
        leaves = [verify_ledger.leaf_hash(bytes.fromhex(h)) for h in v["leaf_inputs_hex"]]
        for n, root in enumerate(v["root_by_size_hex"]):
            self.assertEqual(verify_ledger.root_of(leaves[:n]).hex(), root)

    def test_canonical_json(self):
        for t in self.load("rfc8785/jcs.json")["cases"]:
            self.assertEqual(verify_ledger.canonical(json.loads(t["input"])).encode(), bytes.fromhex(t["output_hex"]), t["name"])


if __name__ == "__main__":
    unittest.main()
