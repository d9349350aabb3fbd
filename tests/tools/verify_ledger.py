#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A second verifier of exported ledgers and proofs of warning, written from docs/ledger.md alone.

    verify_ledger.py FILE ...      one JSON object a file: {"file":..., "holds":true, ...} or {"holds":false, "why":...}

Nothing but Python's standard library, Ed25519 included, so it shares no line and no library with entente-verify.  It is slow.
The exit status is 0 if all hold, 1 if one does not.
"""
import base64
import binascii
import hashlib
import json
import math
import re
import sys
import time

# ---- Ed25519 (RFC 8032, 5.1) ----

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


class Bad(Exception):
    """What doesn't hold, in words."""


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p = add(p, p)
        n >>= 1
    return q


def same_point(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def point(raw):
    """Decodes a point; None unless it is written in the one right way."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
NOTHING = (0, 1, 1, 0)


def ed25519(public, message, signature):
    """A signature that holds has one form: a point of small order, S of L or more, and bytes that stand for a smaller number do not."""
    if len(signature) != 64 or len(public) != 32:
        return False
    key, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L or same_point(multiply(8, key), NOTHING) or same_point(multiply(8, r), NOTHING):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return same_point(multiply(s, BASE), add(r, multiply(k, key)))


# ---- encodings ----

def unbase64(text, size=None):
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, AttributeError, ValueError):
        raise Bad("not base64: %.40r" % (text,)) from None
    if base64.b64encode(raw).decode() != text or size not in (None, len(raw)):
        raise Bad("not base64 of %s bytes: %.40r" % (size, text))
    return raw


def unhex(text, size):
    if not isinstance(text, str) or not re.fullmatch("[0-9a-f]{%d}" % (2 * size), text, re.A):
        raise Bad("not %d bytes in hex: %.40r" % (size, text))
    return bytes.fromhex(text)


def unique(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise Bad("a name stands twice in an object")
    return dict(pairs)


def check_values(v):
    stack = [v]
    while stack:
        v = stack.pop()
        if isinstance(v, str):
            v.encode()  # a lone surrogate fails here
        elif isinstance(v, int) and abs(v) > 2**53 - 1:
            raise Bad("a number beyond 2^53 - 1")
        elif isinstance(v, float) and not math.isfinite(v):
            raise Bad("a number that is none")
        elif isinstance(v, dict):
            stack += list(v) + list(v.values())
        elif isinstance(v, list):
            stack += v


def parse(text):
    try:
        v = json.loads(text, object_pairs_hook=unique)
        check_values(v)
    except (ValueError, RecursionError) as e:
        raise Bad("not JSON: %s" % e) from None
    return v


def number(x):
    """A double as ECMAScript writes it, which is what RFC 8785 asks for."""
    if x == 0:
        return "0"
    sign, x = ("-", -x) if x < 0 else ("", x)
    mantissa, _, exponent = ("%r" % x).partition("e")
    whole, _, part = mantissa.partition(".")
    digits, at = whole + part, len(whole) + int(exponent or 0)
    at -= len(digits) - len(digits.lstrip("0"))
    digits = digits.lstrip("0").rstrip("0")
    if len(digits) <= at <= 21:
        return sign + digits + "0" * (at - len(digits))
    if 0 < at <= 21:
        return sign + digits[:at] + "." + digits[at:]
    if -6 < at <= 0:
        return sign + "0." + "0" * -at + digits
    e = at - 1
    return sign + digits[0] + ("." + digits[1:] if digits[1:] else "") + "e" + ("+" if e > 0 else "-") + str(abs(e))


def canonical(v):
    """RFC 8785, as text."""
    if isinstance(v, dict):
        names = sorted(v, key=lambda s: s.encode("utf-16-be"))
        return "{" + ",".join(canonical(n) + ":" + canonical(v[n]) for n in names) + "}"
    if isinstance(v, list):
        return "[" + ",".join(canonical(x) for x in v) + "]"
    if isinstance(v, float):
        return number(v)
    return json.dumps(v, ensure_ascii=False)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# ---- trees ----

def leaf_hash(entry):
    return sha256(b"\0", entry)


def node_hash(left, right):
    return sha256(b"\1", left, right)


def root_of(leaves):
    stack = []  # (number of leaves, hash): the complete subtrees from the left
    for leaf in leaves:
        stack.append((1, leaf))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            (n, right), (_, left) = stack.pop(), stack.pop()
            stack.append((2 * n, node_hash(left, right)))
    if not stack:
        return sha256()
    value = stack.pop()[1]
    while stack:
        value = node_hash(stack.pop()[1], value)
    return value


def included(leaf, index, size, proof, root):
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size or len(leaf) != 32 or len(root) != 32:
        return False
    f, s, r = index, size - 1, leaf
    for p in proof:
        if s == 0:
            return False
        if f & 1 or f == s:
            r = node_hash(p, r)
            while not f & 1 and f:
                f, s = f >> 1, s >> 1
        else:
            r = node_hash(r, p)
        f, s = f >> 1, s >> 1
    return s == 0 and r == root


# ---- notes ----

DASH = "\u2014 "


def key_id(name, kind, key):
    return sha256(name.encode(), b"\n", bytes([kind]), key)[:4]


class Note:
    def __init__(self, text):
        if not isinstance(text, str) or "\n\n" not in text or not text.endswith("\n"):
            raise Bad("not a signed note")
        head, _, tail = text.partition("\n\n")
        self.text, self.lines = head + "\n", tail.split("\n")[:-1]
        body = head.split("\n")
        if len(body) != 3 or not re.fullmatch("0|[1-9][0-9]*", body[1], re.A) or not self.lines:
            raise Bad("not a checkpoint of three lines")
        self.origin, self.size, self.root = body[0], int(body[1]), unbase64(body[2], 32)
        for line in self.lines:
            if not line.startswith(DASH) or len(line[len(DASH):].split(" ")) != 2:
                raise Bad("not a signature line: %.60r" % line)

    def blobs(self, name, kind, key):
        for line in self.lines:
            who, text = line[len(DASH):].split(" ")
            if who != name:
                continue
            raw = unbase64(text)
            if raw[:4] == key_id(name, kind, key):
                yield raw[4:]

    def check(self, key):
        """The ledger's own signature."""
        held = 0
        for raw in self.blobs(self.origin, 1, key):
            if not ed25519(key, self.text.encode(), raw):
                raise Bad("checkpoint: the ledger's signature does not hold")
            held += 1
        if not held:
            raise Bad("checkpoint: not signed with the ledger's key")

    def signed_by(self, key):
        try:
            self.check(key)
        except Bad:
            return False
        return True

    def cosigned(self, name, key):
        """When name cosigned it; None if it did not."""
        times = []
        for raw in self.blobs(name, 4, key):
            if len(raw) != 72:
                raise Bad("checkpoint: a cosignature of %d bytes" % len(raw))
            seconds = int.from_bytes(raw[:8], "big")
            if seconds >= 2**63:
                raise Bad("checkpoint: cosigned at a time beyond reckoning")
            if not ed25519(key, ("cosignature/v1\ntime %d\n%s" % (seconds, self.text)).encode(), raw[8:]):
                raise Bad("checkpoint: the cosignature of %s does not hold" % name)
            times.append(seconds)
        return max(times) if times else None


# ---- exported ledgers ----

def verify_ledger(raw):
    lines = raw.split(b"\n")
    at = 0

    def field(prefix):
        nonlocal at
        line = lines[at].decode("utf-8") if at < len(lines) else ""
        if not line.startswith(prefix):
            raise Bad("line %d: %r should stand here" % (at + 1, prefix))
        at += 1
        return line[len(prefix):]

    if field("entente-ledger/1"):
        raise Bad("line 1: not an exported ledger")
    origin, key, witnesses = field("origin "), unbase64(field("key ledger "), 32), {}
    while at < len(lines) and lines[at].startswith(b"key witness "):
        name, _, text = field("key witness ").partition(" ")
        if unbase64(text, 32) in [key, *witnesses.values()]:
            raise Bad("line %d: this key stands in the file already" % at)
        witnesses[name] = unbase64(text, 32)
    count = field("entries ")
    if not re.fullmatch("0|[1-9][0-9]*", count, re.A) or len(witnesses) > 64:
        raise Bad("line %d: not a number of entries" % at)
    entries = lines[at:at + int(count)]
    rest = lines[at + int(count):]
    if len(entries) != int(count) or not rest or rest[0] or not all(0 < len(e) <= 65535 for e in entries):
        raise Bad("there are not %s entries and an empty line after them" % count)
    note = Note(b"\n".join(rest[1:]).decode("utf-8"))
    if note.origin != origin:
        raise Bad("the checkpoint is that of another ledger")
    note.check(key)
    if note.size != int(count) or note.root != root_of(leaf_hash(e) for e in entries):
        raise Bad("the signed root is not that of the entries")
    times = {name: note.cosigned(name, k) for name, k in witnesses.items()}
    return {"kind": "ledger", "origin": origin, "entries": int(count), "root": base64.b64encode(note.root).decode(),
            "cosigned": {n: t for n, t in times.items() if t is not None}, "backwards": backwards(entries)}


def backwards(entries):
    """How many entries are dated before the one in front of them."""
    n, last = 0, ""
    for e in entries:
        try:
            at = parse(e.decode("utf-8")).get("at", "")
        except (Bad, UnicodeDecodeError, AttributeError):
            continue
        n += bool(at and last and when(at) < when(last))
        last = at or last
    return n


# ---- envelopes ----

MEDIA = "application/vnd.entente.%s+json"


def when(text):
    """RFC 3339 in UTC as microseconds since 1970, close enough to compare."""
    m = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z", text if isinstance(text, str) else "", re.A)
    if not m:
        raise Bad("not a time: %.40r" % (text,))
    y, mo, d, h, mi, s = map(int, m.groups()[:6])
    if not (1 <= mo <= 12 and 1 <= d <= 31 and h < 24 and mi < 60 and s < 61):
        raise Bad("not a time: %r" % text)
    return ((((y * 13 + mo) * 32 + d) * 24 + h) * 60 + mi) * 61 + s, (m.group(7) or "").rstrip("0")


def check_signature(envelope, body, media, key, kind):
    """By that key, among the signatures of the envelope."""
    keyid = sha256(b"\1", key)[:16].hex()
    sig = [s["sig"] for s in envelope["signatures"] if s["keyid"] == keyid]
    if len(sig) != 1:
        raise Bad("%s: signed with another key" % kind)
    pae = b"DSSEv1 %d %s %d %s" % (len(media), media.encode(), len(body), body)
    if not ed25519(key, pae, unbase64(sig[0], 64)):
        raise Bad("%s: the signature does not hold" % kind)


def signed(envelope, kind, keys=None):
    """The body of an envelope under the key of its time; without keys, of a card, under the key that it names."""
    if not isinstance(envelope, dict) or set(envelope) != {"payload", "payloadType", "signatures"}:
        raise Bad("%s: not an envelope" % kind)
    signatures = envelope["signatures"]
    most = 1 if keys else 2
    if not isinstance(signatures, list) or not 1 <= len(signatures) <= most or any(set(s) != {"keyid", "sig"} for s in signatures):
        raise Bad("%s: not one signature" % kind)
    for s in signatures:
        unbase64(s["sig"], 64)
    if len({s["keyid"] for s in signatures}) != len(signatures):
        raise Bad("%s: two signatures of one key" % kind)
    body, media = unbase64(envelope["payload"]), MEDIA % kind
    if envelope["payloadType"] != media:
        raise Bad("%s: payloadType %r" % (kind, envelope["payloadType"]))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Bad("%s: not UTF-8" % kind) from None
    v = parse(text)
    at = when(v.get("at"))
    key = next((p.sign for p in keys if p.good(at)), None) if keys else unbase64(v["keys"]["sign"], 32)
    if key is None:
        raise Bad("%s: no key was good then" % kind)
    check_signature(envelope, body, media, key, kind)
    if canonical(v) != text:
        raise Bad("%s: not in canonical form" % kind)
    if v.get("v") != 1 or isinstance(v["v"], bool) or v.get("kind") != kind or not v.get("by"):
        raise Bad("%s: not of version 1 and this kind" % kind)
    when(v.get("at"))
    return v, sha256(body).hex()


# ---- proofs of warning ----

EXTENSION = "extension-definition--c9a637ee-c18e-49ff-8772-9a595e2f1b2a"
MEMBERS = {"entente_proof", "object", "sender", "receiver", "document", "sender_accepts", "receiver_accepts", "release", "salt",
           "receipt", "page", "receipt_entry", "checkpoint"}
FORMS = {1: MEMBERS, 2: MEMBERS | {"fields", "delivery", "messages", "sender_before", "receiver_before"}}
RANGE = ("first", "last", "count", "refused")


def natural(v, least=0):
    if not isinstance(v, int) or isinstance(v, bool) or v < least:
        raise Bad("not a number: %r" % (v,))
    return v


def seconds(n):
    """Seconds since 1970 in the form of when()."""
    return when(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(n)))


class Period:
    """The keys of a card, and from when until when they were good; None: open."""

    def __init__(self, card, start):
        self.sign, self.ledger, self.witness = (unbase64(card["keys"][k], 32) for k in ("sign", "ledger", "witness"))
        self.start, self.end = start, None

    def good(self, at):
        return (self.start is None or at >= self.start) and (self.end is None or at < self.end)


class Party:
    def __init__(self, envelope, before):
        if before is not None and (not isinstance(before, list) or not 1 <= len(before) <= 63):
            raise Bad("cards: not a list")
        self.periods, last, digest = [], None, None
        for e in (before or []) + [envelope]:
            card, known = signed(e, "card")
            if "next" in card:
                unhex(card["next"], 32)
            if last is None:
                self.periods.append(Period(card, None))
            else:
                self.follow(e, last, digest, card)
            last, digest = card, known
        self.id, self.host, self.name = last["by"], last["host"], last["identity"]["name"]

    def follow(self, envelope, last, digest, card):
        old, at = self.periods[-1], when(card["at"])
        if (card["by"], card["host"]) != (last["by"], last["host"]) or card.get("previous") != digest or at < when(last["at"]):
            raise Bad("card: it does not follow the one before it")
        revoked = when(card["revoked_from"]) if "revoked_from" in card else None
        if card["keys"]["sign"] == last["keys"]["sign"]:
            if revoked or any(card["keys"][k] != last["keys"][k] for k in ("ledger", "witness")):
                raise Bad("card: a key without its successor")
            return
        new = Period(card, at)
        if sha256(new.sign).hex() != last.get("next"):
            raise Bad("card: not the key that was announced")
        if revoked is None:
            check_signature(envelope, unbase64(envelope["payload"]), envelope["payloadType"], old.sign, "card")
        old.end = min(at, revoked) if revoked is not None else at
        self.periods.append(new)

    def had(self, key, at):
        return any(p.sign == key and p.good(at) for p in self.periods)


class Proof:
    def __init__(self, raw):
        text = raw.decode("utf-8")
        self.v = v = parse(text)
        self.form = v.get("entente_proof") if isinstance(v, dict) else None
        if not isinstance(self.form, int) or isinstance(self.form, bool) or self.form not in FORMS:
            raise Bad("not a proof of warning of form 1 or 2")
        if not set(v) <= FORMS[self.form] or canonical(v) != text:
            raise Bad("a member that no such proof has, or not in canonical form")
        self.sender = Party(v["sender"], v.get("sender_before"))
        self.receiver = Party(v["receiver"], v.get("receiver_before"))
        if self.sender.id == self.receiver.id:
            raise Bad("sender and receiver are the same")
        self.agreement()
        self.note = self.ledger(v["checkpoint"], self.sender, self.receiver)
        self.release()
        self.receipt()
        self.messages()

    def agreement(self):
        v = self.v
        by = parse(unbase64(v["document"]["payload"]).decode("utf-8"))["by"]
        document, digest = signed(v["document"], "agreement", (self.receiver if by == self.receiver.id else self.sender).periods)
        self.id = document["id"]
        keys = {p["id"]: p["key"] for p in reversed(document["parties"])}
        for party, member in ((self.sender, "sender_accepts"), (self.receiver, "receiver_accepts")):
            if not party.had(unbase64(keys.get(party.id, ""), 32), when(document["at"])):
                raise Bad("document: not a party with that key")
            s, _ = signed(v[member], "statement", party.periods)
            if (s["by"], s["agreement"], s["document"]) != (party.id, self.id, digest) or s["act"] not in ("accept", "propose"):
                raise Bad("%s: it does not accept this document" % member)

    def ledger(self, text, by, other):
        """A note of by's ledger that the other one cosigned, and nobody else signed."""
        if not isinstance(text, str) or text.count("\n") != 6:
            raise Bad("checkpoint: not a note with two signatures")
        note = Note(text)
        found = [(p, t) for p in other.periods for t in [note.cosigned(other.host + "/entente", p.witness)] if t is not None]
        # a cosignature's time is in whole seconds
        if not found or not any(p.good(seconds(t)) or p.good((seconds(t)[0], "999999")) for p, t in found):
            raise Bad("checkpoint: not cosigned, or with a key outside its period")
        if not any(note.signed_by(p.ledger) and (p.end is None or seconds(found[-1][1]) < (p.end[0], "")) for p in by.periods):
            raise Bad("checkpoint: not signed by its ledger's owner, or with a key outside its period")
        if note.origin != "%s/entente/%s" % (by.host, self.id):
            raise Bad("checkpoint: of another ledger")
        return note

    def entry(self, v, note, kind, members=frozenset(("entry", "index", "proof"))):
        if not isinstance(v, dict) or set(v) != members or not isinstance(v["proof"], list) or not v["entry"]:
            raise Bad("%s: not an entry with its proof" % kind)
        text = v["entry"]
        if not included(leaf_hash(text.encode()), natural(v["index"]), note.size, [unbase64(p, 32) for p in v["proof"]], note.root):
            raise Bad("%s: this entry does not stand in the ledger" % kind)
        e = parse(text)
        if e.get("kind") != kind:
            raise Bad("%s: the entry is none" % kind)
        when(e.get("at"))
        return e

    def fits(self, entry, obj, salt):
        digest = sha256(canonical(obj).encode())
        stands = sha256(unhex(salt, 16), obj["id"].encode(), digest) if salt is not None else digest
        if entry.get("salted" if salt is not None else "sha256") != stands.hex() or entry.get("to") != self.id:
            raise Bad("release: the entry is about another object, or under another agreement")
        return digest

    def release(self):
        v, obj = self.v, self.v["object"]
        entry = self.entry(v["release"], self.note, "release")
        self.seq, self.hidden = natural(entry.get("seq"), 1), 0
        if self.form != (2 if "fields" in entry else 1):
            raise Bad("release: downgraded, or of another form than its entry")
        if not obj.get("id"):
            raise Bad("the object is none")
        if "fields" in v:
            self.shown(entry, obj)
        else:
            self.digest = self.fits(entry, obj, v.get("salt"))

    def shown(self, entry, obj):
        names, leaves = sorted(obj, key=str.encode), []
        if not isinstance(self.v["fields"], list):
            raise Bad("fields: not a list")
        for x in self.v["fields"]:
            if isinstance(x, str) and len(x) == 64:
                leaves.append(unhex(x, 32))
                self.hidden += 1
            elif names:
                n = names.pop(0)
                leaves.append(leaf_hash(unhex(x, 16) + (canonical(n) + ":" + canonical(obj[n])).encode()))
            else:
                raise Bad("fields: a salt without a property")
        if names or not self.hidden or "salt" in self.v or "page" in self.v:
            raise Bad("fields: a property without a salt, or nothing is kept back, or it is betrayed")
        if entry.get("fields") != root_of(leaves).hex() or entry.get("to") != self.id:
            raise Bad("release: the entry is about another object")

    def receipt(self):
        v = self.v
        receipt, digest = signed(v["receipt"], "receipt", self.receiver.periods)
        first, last, count, refused = (natural(receipt.get(k)) for k in RANGE)
        if receipt["by"] != self.receiver.id or receipt["agreement"] != self.id or not first <= self.seq <= last:
            raise Bad("receipt: not for this number under this agreement")
        if self.hidden:
            if refused or count != last - first + 1:
                raise Bad("receipt: for a page of which not all was taken")
        else:
            page = v["page"]
            if set(page) != {"index", "proof"} or not included(
                    leaf_hash(self.digest), natural(page["index"]), count, [unbase64(p, 32) for p in page["proof"]],
                    unhex(receipt["root"], 32)):
                raise Bad("receipt: the object is not among what was receipted")
        self.stored = None
        if "delivery" in v:
            note = self.ledger(v["delivery"].get("checkpoint"), self.receiver, self.sender)
            e = self.entry(v["delivery"], note, "delivery", {"entry", "index", "proof", "checkpoint"})
            if e.get("from") != self.sender.id or any(e.get(k) != receipt[k] for k in (*RANGE, "root")):
                raise Bad("delivery: about another page")
            self.stored = e["at"]
        if self.entry(v["receipt_entry"], self.note, "receipt").get("sha256") != digest:
            raise Bad("receipt_entry: about another receipt")

    def messages(self):
        self.answer = self.outcome = None
        listed = self.v.get("messages", [])
        if "messages" in self.v and (not isinstance(listed, list) or not 1 <= len(listed) <= 32):
            raise Bad("messages: not a list of 1 to 32")
        obj, threads, ids, last = self.v["object"], set(), set(), None
        own = obj.get("extensions", {}).get(EXTENSION, {}).get("thread")
        for m in listed:
            note, ext = m["object"], m["object"]["extensions"][EXTENSION]
            if set(m) - {"salt"} != {"object", "release"} or not ext.get("thread") or not ext.get("kind"):
                raise Bad("messages: not a message with its entry")
            by, other = (self.sender, self.receiver) if note["created_by_ref"] == self.sender.id else (self.receiver, self.sender)
            if note["created_by_ref"] != by.id:
                raise Bad("messages: by neither of the two")
            ledger = self.ledger(m["release"].get("checkpoint"), by, other)
            entry = self.entry(m["release"], ledger, "release", {"entry", "index", "proof", "checkpoint"})
            self.fits(entry, note, m.get("salt"))
            if (last is not None and when(entry["at"]) < last) or note["id"] in ids:
                raise Bad("messages: older than the one before, or twice")
            last = when(entry["at"])
            ids.add(note["id"])
            if obj["id"] in note.get("object_refs", []):
                threads.add(ext["thread"])
            if by is self.receiver and ext["kind"] != "request" and not self.answer:
                self.answer = entry["at"]
            if ext["kind"] == "outcome":
                self.outcome = entry["at"]
        if any(m["object"]["extensions"][EXTENSION]["thread"] not in threads | {own} for m in listed):
            raise Bad("messages: one is in no thread about the object")


def verify_proof(raw):
    p = Proof(raw)
    return {"kind": "proof", "object": p.v["object"]["id"], "sender": p.sender.id, "receiver": p.receiver.id, "number": p.seq,
            "hidden": p.hidden, "messages": len(p.v.get("messages", [])), "stored": p.stored, "answered": p.answer,
            "outcome": p.outcome}


def verify(raw):
    """A dict with "holds"; whatever is wrong with the bytes is a reason."""
    try:
        found = (verify_ledger if raw.startswith(b"entente-ledger/") else verify_proof)(raw)
    except Bad as e:
        return {"holds": False, "why": str(e)}
    except (KeyError, TypeError, AttributeError, IndexError, UnicodeDecodeError, UnicodeEncodeError, RecursionError) as e:
        return {"holds": False, "why": "something is missing or of another kind: %s" % e}
    return {"holds": True, **found}


def main(paths):
    held = True
    for path in paths:
        with open(path, "rb") as f:
            found = verify(f.read())
        held &= found["holds"]
        print(json.dumps({"file": path, **found}))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
