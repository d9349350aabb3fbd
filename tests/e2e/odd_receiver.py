# SPDX-License-Identifier: Apache-2.0
"""A counterpart that reads what it is sent and receipts it as it likes: a node's keys, without the node; and a line that loses receipts.

Written from docs/exchange.md in nothing but Python's library: derived keys, Ed25519 (RFC 8032), DSSE envelopes, Merkle roots.
"""
import base64
import hashlib
import http.client
import http.server
import json
import re
import ssl
import threading

import lib

P = 2 ** 255 - 19
L = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P
RECEIPT = "application/vnd.entente.receipt+json"


def x_of(y):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return x if x % 2 == 0 else P - x


BASE = (x_of(BASE_Y), BASE_Y, 1, x_of(BASE_Y) * BASE_Y % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q


def pack(p):
    z = pow(p[2], P - 2, P)
    return (p[1] * z % P | (p[0] * z % P & 1) << 255).to_bytes(32, "little")


def number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def sign(secret, message):
    h = hashlib.sha512(secret).digest()
    a = int.from_bytes(h[:32], "little") & (2 ** 254 - 8) | 2 ** 254
    public = pack(times(a, BASE))
    r = number(h[32:], message) % L
    point = pack(times(r, BASE))
    return public, point + ((r + number(point, public, message) * a) % L).to_bytes(32, "little")


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()


class Receiver:
    """Speaks with another node in the name of `node`, whose own programs know nothing of it."""

    def __init__(self, node, other, agreement):
        self.node, self.other, self.agreement = node, other, agreement
        self.me = other("peer", "show", node.name, "--json").json()["party"]
        with open(node.path("node.seed"), "rb") as f:
            seed = f.read()
        self.secret = hashlib.blake2b(b"", digest_size=32, key=seed, salt=(1).to_bytes(16, "little"),
                                      person=b"entente1" + bytes(8)).digest()

    def page(self, limit=100):
        """What the other node serves: its objects, and the numbers of the first and the last."""
        status, headers, body = self.node.request(
            self.other, "GET", "/%s/collections/outbound/objects/?limit=%d&match[version]=all" % (self.agreement, limit))
        assert status == 200, (status, body)
        first, last = headers["entente-sequence"].split("-")
        return json.loads(body)["objects"], int(first), int(last)

    def channel(self):
        status, _, body = self.node.request(self.other, "GET", "/%s/collections/outbound/" % self.agreement)
        assert status == 200, (status, body)
        return json.loads(body)["id"]

    def receipt(self, objects, first, last, **wrong):
        body = {"v": 1, "kind": "receipt", "by": self.me, "at": "2026-01-01T00:00:00.000Z", "agreement": self.agreement,
                "channel": self.channel(), "first": first, "last": last, "count": len(objects), "refused": 0,
                "root": root([leaf(hashlib.sha256(canonical(o)).digest()) for o in objects]).hex()}
        body.update(wrong)
        body = canonical(body)
        public, signature = sign(self.secret, b"DSSEv1 %d %s %d %s" % (len(RECEIPT), RECEIPT.encode(), len(body), body))
        return canonical({"payload": base64.b64encode(body).decode(), "payloadType": RECEIPT, "signatures": [
            {"keyid": hashlib.sha256(b"\1" + public).hexdigest()[:32], "sig": base64.b64encode(signature).decode()}]})

    def bring(self, envelope):
        status, _, body = self.node.request(self.other, "POST", "/entente/v1/agreements/%s/receipts" % self.agreement, envelope,
                                            {"Content-Type": "application/json"})
        return status, json.loads(body)


class Line:
    """Stands between a node and one that it fetches from, with the keys of both: receipts get through, or they don't."""

    def __init__(self, node, other):
        self.node, self.other, self.hidden, self.broken, self.tried = node, other, lib.free_port(), False, 0
        other.stop()
        with open(other.path("entente.conf")) as f:
            text = f.read()
        with open(other.path("entente.conf"), "w") as f:
            f.write(re.sub(r"(?m)^listen\s*=.*$", "listen = 127.0.0.1:%d" % self.hidden, text))
        other.start()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", other.port), self.handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(other.path("tls.crt"), other.path("tls.key"))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def pass_on(self, method, path, headers, body):
        """Status, headers and body of the answer."""
        if path.endswith("/receipts"):
            self.tried += 1
            if self.broken:
                return 500, {}, b"{}"
        c = http.client.HTTPSConnection("127.0.0.1", self.hidden, context=self.node.context(), timeout=30 * lib.SLOW)
        try:
            c.request(method, path, body=body, headers={k: v for k, v in headers.items() if k.lower() not in ("host", "connection")})
            r = c.getresponse()
            return r.status, dict(r.getheaders()), r.read()
        finally:
            c.close()

    def handler(self):
        line = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, headers, data = line.pass_on(self.command, self.path, dict(self.headers), body or None)
                self.send_response(status)
                for k, v in headers.items():
                    if k.lower() not in ("content-length", "connection", "date", "transfer-encoding"):
                        self.send_header(k, v)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = answer

        return Handler
