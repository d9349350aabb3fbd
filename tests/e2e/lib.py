# SPDX-License-Identifier: Apache-2.0
"""Nodes as a test drives them: the installed programs, real sockets, a folder for each test."""
import base64
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

BIN = os.environ.get("ENTENTE_BIN", "")
SOURCE = os.environ.get("ENTENTE_SOURCE", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
DATA = os.environ.get("ENTENTE_DATA", "")
TAXII = "application/taxii+json;version=2.1"
SLOW = float(os.environ.get("ENTENTE_SLOW", "1"))  # sanitized programs get more time


def program(name="entente"):
    return os.path.join(BIN, name) if BIN else name


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Result:
    def __init__(self, args, code, out, err):
        self.args, self.code, self.out, self.err = args, code, out, err

    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return "%s -> %s\n%s%s" % (" ".join(self.args), self.code, self.out, self.err)


def run(*args, code=0, env=None, timeout=120, stdin=None, prog="entente"):
    """Runs a program; code: what its exit status must be (None: anything)."""
    full = dict(os.environ)
    full.update(env or {})
    p = subprocess.run([program(prog)] + [str(a) for a in args], capture_output=True, env=full, timeout=timeout * SLOW,
                       input=stdin)
    r = Result([prog] + [str(a) for a in args], p.returncode, p.stdout.decode("utf-8", "replace"),
               p.stderr.decode("utf-8", "replace"))
    if code is not None and r.code != code:
        raise AssertionError("exit status %s was expected: %r" % (code, r))
    if "ERROR: AddressSanitizer" in r.err or "runtime error:" in r.err or "WARNING: ThreadSanitizer" in r.err:
        raise AssertionError(repr(r))
    return r


class Node:
    def __init__(self, folder, name, port=None, init=True):
        self.name, self.dir, self.port = name, os.path.join(folder, name.lower()), port or free_port()
        self.url = "https://127.0.0.1:%d" % self.port
        self.process = None
        if init:
            run("init", self.dir, "--name", name, "--listen", "127.0.0.1:%d" % self.port)

    def __call__(self, *args, **kw):
        return run("--node", self.dir, *args, **kw)

    def start(self, env=None):
        full = dict(os.environ)
        full.update(env or {})
        self.log = open(os.path.join(self.dir, "..", self.name.lower() + ".log"), "ab")
        self.process = subprocess.Popen([program(), "--node", self.dir, "serve"], stdout=subprocess.PIPE,
                                        stderr=self.log, env=full)
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise AssertionError("%s did not start: %s" % (self.name, self.logs()[-2000:]))
        return self

    def kill(self, sig=signal.SIGKILL):
        if self.process:
            self.process.send_signal(sig)
            code = self.process.wait(60 * SLOW)
            self.process.stdout.close()
            self.log.close()
            self.process = None
            return code
        return None

    def stop(self):
        return self.kill(signal.SIGTERM)

    def logs(self):
        with open(os.path.join(self.dir, "..", self.name.lower() + ".log"), errors="replace") as f:
            return f.read()

    def path(self, name):
        return os.path.join(self.dir, name)

    def context(self, cert=True, other=None):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        c.check_hostname = False
        c.verify_mode = ssl.CERT_NONE
        if cert:
            c.load_cert_chain(self.path("tls.crt"), self.path("tls.key"))
        return c

    def request(self, to, method, path, body=None, headers=None, cert=True, timeout=30):
        """One request from this node's certificate to another node's server."""
        h = http.client.HTTPSConnection("127.0.0.1", to.port, context=self.context(cert), timeout=timeout * SLOW)
        try:
            h.request(method, path, body=body, headers=headers if headers is not None else {"Accept": TAXII})
            r = h.getresponse()
            data = r.read()
            return r.status, dict((k.lower(), v) for k, v in r.getheaders()), data
        finally:
            h.close()


def at(test, node, by, *args):
    """A command on a node whose clock is off by that much; skips the test where that can't be done."""
    if not shutil.which("faketime"):
        test.skipTest("faketime is not installed")
    if SLOW > 1:
        test.skipTest("a preloaded clock and a sanitizer do not go together")
    p = subprocess.run(["faketime", "-f", by, program(), "--node", node.dir, *args], capture_output=True, timeout=60)
    test.assertEqual(p.returncode, 0, p.stdout[:500] + p.stderr)
    return Result(list(args), p.returncode, p.stdout.decode(), p.stderr.decode())


def earlier(test, node, *args, by="-1h"):
    """The same with a clock that shows an earlier time."""
    return at(test, node, by, *args)


def now():
    """As timestamps are written."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def code_of(text):
    m = re.search(r"(\d{5} ){7}\d{5}", text)
    if not m:
        raise AssertionError("no code in: " + text)
    return m.group(0)


def enrol(a, b):
    """Each adds and confirms the other; both must be serving."""
    first = code_of(a("peer", "add", b.url).out)
    second = code_of(b("peer", "add", a.url).out)
    assert first == second, (first, second)
    a("peer", "confirm", b.name, "--code", second)
    b("peer", "confirm", a.name, "--code", first)


def agree(a, b, *more):
    """a proposes, b accepts; the agreement's id."""
    out = a("agreement", "propose", "--title", "A dialogue", "--with", b.name, "--unmarked", "green", *more, "--json")
    uuid = re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", out.json()["id"]).group(0)
    b("agreement", "accept", uuid)
    return uuid


def digest(node, agreement, direction):
    d = node("digest", agreement, "--json").json()[direction]
    return d["count"], d["digest"]


def campaign(n, name="a campaign", **more):
    o = {"type": "campaign", "spec_version": "2.1", "id": "campaign--2b9a3c52-9a3b-4c84-8a0f-%012x" % n,
         "created": "2018-12-01T00:00:00.000Z", "modified": "2018-12-01T00:00:00.000Z", "name": name}
    o.update(more)
    return o


def bundle(objects):
    return {"type": "bundle", "id": "bundle--2b9a3c52-9a3b-4c84-8a0f-000000000001", "objects": objects}


class Feed:
    """A standalone node, and callers of its TAXII server over TLS that is verified by DIR/tls/server.pem."""
    PASSWORD = "correct horse battery"

    def __init__(self, folder, name="Feed"):
        self.dir, self.port, self.process = os.path.join(folder, name.lower()), free_port(), None
        self.log, self.connections = os.path.join(folder, name.lower() + ".log"), {}
        run("init", self.dir, "--name", name, "--standalone")

    def __call__(self, *args, **kw):
        return run("-C", self.dir, *args, **kw)

    def user(self, name, role):
        self("user", "add", name, "--role", role, "--password-stdin", stdin=self.PASSWORD.encode())

    def start(self, *more):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([program(), "-C", self.dir, "serve", "--listen", "127.0.0.1:%d" % self.port]
                                            + [str(m) for m in more], stdout=subprocess.PIPE, stderr=log)
        if not self.process.stdout.readline():
            raise AssertionError(self.logs()[-2000:])
        return self

    def logs(self):
        with open(self.log, errors="replace") as f:
            return f.read()

    def stop(self):
        for c in self.connections.values():
            c.close()
        self.connections = {}
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60 * SLOW)
            self.process.stdout.close()
            self.process = None

    kill = stop

    def context(self):
        return ssl.create_default_context(cafile=os.path.join(self.dir, "tls", "server.pem"))

    def connect(self, timeout=60):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context(), timeout=timeout * SLOW)

    def request(self, method, path, user=None, body=None, headers=None):
        """One request on the connection of that user; headers of None are left out."""
        h = {"Accept": TAXII}
        if user:
            h["Authorization"] = "Basic " + base64.b64encode((user + ":" + self.PASSWORD).encode()).decode()
        if body is not None:
            h["Content-Type"] = TAXII
        h.update(headers or {})
        key = (user, threading.get_ident())
        c = self.connections.setdefault(key, self.connect())
        try:
            c.request(method, path, body=body, headers={k: v for k, v in h.items() if v is not None})
            r = c.getresponse()
            data = r.read()
        except (http.client.HTTPException, OSError):
            self.connections.pop(key).close()
            raise
        return r.status, dict((k.lower(), v) for k, v in r.getheaders()), data


class Folder:
    """A folder for one test, gone afterwards; nodes made in it are stopped."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="entente-e2e-")
        self.nodes = []

    def node(self, name, **kw):
        n = Node(self.path, name, **kw)
        self.nodes.append(n)
        return n

    def feed(self, name="Feed"):
        f = Feed(self.path, name)
        self.nodes.append(f)
        return f

    def pair(self, *terms):
        """Two nodes that serve, are enrolled and have an agreement in force."""
        a, b = self.node("North").start(), self.node("South").start()
        enrol(a, b)
        return a, b, agree(a, b, *terms)

    def file(self, name, content):
        path = os.path.join(self.path, name)
        if isinstance(content, (dict, list)):
            content = json.dumps(content)
        if isinstance(content, str):
            content = content.encode()
        with open(path, "wb") as f:
            f.write(content)
        return path

    def close(self):
        for n in self.nodes:
            if n.process:
                n.kill()
        shutil.rmtree(self.path, ignore_errors=True)
