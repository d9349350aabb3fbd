# SPDX-License-Identifier: Apache-2.0
"""Indicators and logs with planted hits, the same ones every time: as a module, or
`sensor.py FOLDER MEGABYTES [INDICATORS]`, which writes indicators.jsonl, eve.json and planted.json."""
import datetime
import hashlib
import json
import os
import random
import sys

SEED = 20260301
BEGIN = datetime.datetime(2026, 3, 1, 12, 0, 0)
WORDS = ("alpha", "brook", "cedar", "delta", "ember", "fjord", "grove", "haven", "isle", "jade", "knoll", "larch")


def indicator(n, pattern, **more):
    o = {"type": "indicator", "spec_version": "2.1", "id": "indicator--7a1f0c3e-52b4-4c7d-9e11-%012x" % n,
         "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": "indicator %d" % n,
         "pattern": pattern, "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z"}
    o.update(more)
    return o


def bad_address(n):
    """In 100.64.0.0/10, where no line of the noise is."""
    return "100.%d.%d.%d" % (64 + n // 65536 % 64, n // 256 % 256, n % 256)


def bad_name(n):
    return "c%d.%s.bad.example" % (n, WORDS[n % len(WORDS)])


def bad_hash(n):
    return hashlib.sha256(b"bad %d" % n).hexdigest()


def indicators(count):
    """Mixed: addresses, networks, domains, URLs, hashes, 5 % regular expressions, 1 % about time."""
    for n in range(count):
        k = n % 100
        if k < 30:
            p = "[ipv4-addr:value = '%s']" % bad_address(n)
        elif k < 35:
            p = "[ipv4-addr:value ISSUBSET '100.%d.%d.0/28']" % (64 + n // 65536 % 64, n // 256 % 256)
            p = p.replace("100.", "101.")
        elif k < 60:
            p = "[domain-name:value = '%s']" % bad_name(n)
        elif k < 74:
            p = "[url:value = 'http://%s/gate.php?n=%d']" % (bad_name(n), n)
        elif k < 94:
            p = "[file:hashes.'SHA-256' = '%s']" % bad_hash(n)
        elif k < 99:
            p = "[domain-name:value MATCHES '^x%d-[0-9a-f]{8}\\\\.evil\\\\.example$']" % n
        else:
            p = "[domain-name:value = '%s'] FOLLOWEDBY [file:hashes.'SHA-256' = '%s'] WITHIN 600 SECONDS" % (
                bad_name(n), bad_hash(n))
        yield indicator(n, p)


def stamp(t):
    return t.strftime("%Y-%m-%dT%H:%M:%S.%f") + "+0000"


def noise(r, t, flow):
    src = "10.%d.%d.%d" % (r.randrange(256), r.randrange(256), r.randrange(1, 255))
    dst = "198.%d.%d.%d" % (r.randrange(18, 20), r.randrange(256), r.randrange(1, 255))
    base = {"timestamp": stamp(t), "flow_id": flow, "in_iface": "eth0", "event_type": "", "src_ip": src,
            "src_port": r.randrange(1024, 65536), "dest_ip": dst, "dest_port": 443, "proto": "TCP"}
    k = r.randrange(10)
    name = "%s-%d.%s.example" % (r.choice(WORDS), r.randrange(100000), r.choice(WORDS))
    if k < 4:
        base.update(event_type="dns", proto="UDP", dest_port=53,
                    dns={"version": 2, "type": "query", "id": flow & 0xffff, "rrname": name, "rrtype": "A", "tx_id": 0})
    elif k < 6:
        base.update(event_type="http", dest_port=80,
                    http={"hostname": name, "url": "/%s/%d?q=%d" % (r.choice(WORDS), flow, r.randrange(10 ** 6)),
                          "http_user_agent": "Mozilla/5.0 (X11; Linux x86_64)", "http_method": "GET",
                          "protocol": "HTTP/1.1", "status": 200, "length": r.randrange(100000)})
    elif k < 8:
        base.update(event_type="tls",
                    tls={"subject": "CN=" + name, "issuerdn": "C=XX, O=Some CA, CN=Some CA R3",
                         "serial": "%032X" % r.getrandbits(128), "fingerprint": "%040x" % r.getrandbits(160),
                         "sni": name, "version": "TLS 1.3"})
    elif k < 9:
        base.update(event_type="flow", app_proto="tls",
                    flow={"pkts_toserver": r.randrange(100), "pkts_toclient": r.randrange(100),
                          "bytes_toserver": r.randrange(10 ** 6), "bytes_toclient": r.randrange(10 ** 6),
                          "start": stamp(t), "end": stamp(t), "age": 0, "state": "closed", "reason": "timeout"})
    else:
        base.update(event_type="fileinfo", app_proto="http",
                    fileinfo={"filename": "/%s.bin" % r.choice(WORDS), "gaps": False, "state": "CLOSED",
                              "sha256": "%064x" % r.getrandbits(256), "stored": False, "size": r.randrange(10 ** 6)})
    return base


def planted(n, t, flow):
    """The lines that make indicator n hit, once; None where it is left alone."""
    base = {"timestamp": stamp(t), "flow_id": flow, "event_type": "dns", "src_ip": "10.9.9.9", "dest_ip": "198.18.0.1",
            "proto": "UDP"}
    k = n % 100
    if k < 30:
        return [dict(base, event_type="alert", dest_ip=bad_address(n), alert={"signature_id": 1})]
    if k < 35:
        return None
    if k < 60:
        return [dict(base, dns={"type": "query", "rrname": bad_name(n)})]
    if k < 74:
        return [dict(base, event_type="http", http={"hostname": bad_name(n), "url": "/gate.php?n=%d" % n})]
    file = dict(base, event_type="fileinfo", fileinfo={"filename": "a", "sha256": bad_hash(n)})
    if k < 94:
        return [file]
    if k < 99:
        return [dict(base, dns={"type": "query", "rrname": "x%d-0a1b2c3d.evil.example" % n})]
    return [dict(base, dns={"type": "query", "rrname": bad_name(n)}), file]


def eve(size, count, every=5000):
    """Lines of about size bytes in all, and of which indicator each planted one is (None: noise; for two lines, the
    second)."""
    r = random.Random(SEED)
    t, flow, done = BEGIN, 1, 0
    while done < size:
        t += datetime.timedelta(microseconds=r.randrange(2000))
        flow += 1
        lines, n = [noise(r, t, flow)], None
        if flow % every == 0:
            n = r.randrange(count)
            lines = planted(n, t, flow)
            if not lines:
                continue
        for i, line in enumerate(lines):
            text = json.dumps(line, separators=(",", ":"))
            done += len(text) + 1
            yield text, n if i + 1 == len(lines) else None


def write(folder, size, count, every=5000):
    """The planted indicators' ids, one for each hit, in their order."""
    with open(os.path.join(folder, "indicators.jsonl"), "w") as f:
        for i in indicators(count):
            f.write(json.dumps(i) + "\n")
    hits, lines = [], 0
    with open(os.path.join(folder, "eve.json"), "w") as f:
        for text, n in eve(size, count, every):
            f.write(text + "\n")
            lines += 1
            if n is not None:
                hits.append("indicator--7a1f0c3e-52b4-4c7d-9e11-%012x" % n)
    return hits, lines


if __name__ == "__main__":
    found, total = write(sys.argv[1], int(sys.argv[2]) << 20, int(sys.argv[3]) if len(sys.argv) > 3 else 100000)
    with open(os.path.join(sys.argv[1], "planted.json"), "w") as out:
        json.dump(found, out)
    print("%d lines, %d planted hits" % (total, len(found)))
