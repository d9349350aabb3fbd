# SPDX-License-Identifier: Apache-2.0
"""Small TAXII 2.1 servers from the standard alone, in nothing but Python's library: one that keeps to it, and its ways astray.

ways: "dates" (GOOD, none, back), "next" (good, none, same, circle), "forgets" (which
next of its life it refuses), "empty" (pages in between), "breaks" (in the midst of which requests the line breaks), "user", "token", "old" (TAXII 2.0).
"""
import base64
import http.server
import json
import threading
import urllib.parse

MEDIA = "application/taxii+json;version=2.1"
START = 1577836800000000  # 2020-01-01T00:00:00Z


def text_of(us):
    s, rest = divmod(us, 1000000)
    days, s = divmod(s - START // 1000000, 86400)
    return "2020-01-%02dT%02d:%02d:%02d.%06dZ" % (1 + days, s // 3600, s // 60 % 60, s % 60, rest)


def us_of(text):
    date, _, rest = text.rstrip("Z").partition("T")
    h, m, s = rest.split(":")
    s, _, fraction = s.partition(".")
    return START + ((int(date[8:]) - 1) * 86400 + int(h) * 3600 + int(m) * 60 + int(s)) * 1000000 + int((fraction + "000000")[:6])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body, media=MEDIA, **headers):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(data)))
        for k, v in headers.items():
            self.send_header(k.replace("_", "-"), v)
        self.end_headers()
        self.wfile.write(data)

    def allowed(self):
        s, got = self.server.owner, self.headers.get("Authorization", "")
        if s.ways.get("user"):
            return got == "Basic " + base64.b64encode(s.ways["user"].encode()).decode()
        return not s.ways.get("token") or got == "Bearer " + s.ways["token"]

    def do_GET(self):
        s = self.server.owner
        with s.lock:
            s.requests += 1
            if s.busy:
                s.busy -= 1
                return self.answer(503, {"title": "busy", "http_status": "503"}, Retry_After="1")
            if s.requests in s.ways.get("breaks", ()):
                self.send_response(200)
                self.send_header("Content-Type", MEDIA)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b"{\"ob")
                self.close_connection = True
                return None
            if not self.allowed():
                return self.answer(401, {"title": "who are you?", "http_status": "401"}, WWW_Authenticate="Basic realm=\"x\"")
            at = urllib.parse.urlsplit(self.path)
            if s.ways.get("old"):
                return self.old(s, at.path, dict(urllib.parse.parse_qsl(at.query)))
            if at.path != "/api/collections/c1/objects/":
                return self.answer(404, {"title": "no such thing", "http_status": "404"})
            self.page(s, dict(urllib.parse.parse_qsl(at.query)))

    def old(self, s, path, query):
        """TAXII 2.0: other media types, a bundle, and parts as ranges of items."""
        taxii, stix = ("application/vnd.oasis.%s+json; version=2.0" % kind for kind in ("taxii", "stix"))
        objects = path == "/api/collections/c1/objects/"
        if self.headers.get("Accept") != (stix if objects else taxii):
            return self.answer(406, {"title": "not acceptable", "http_status": "406"}, taxii)
        if path == "/taxii/":
            return self.answer(200, {"title": "old", "api_roots": [s.url + "/api/"]}, taxii)
        if not objects:
            return self.answer(404, {"title": "no such thing", "http_status": "404"}, taxii)
        begin = 0
        if "added_after" in query:
            after = us_of(query["added_after"])
            begin = next((i for i in range(len(s.objects)) if s.date(i) > after), len(s.objects))
        end, all_there_are = min(begin + s.most, len(s.objects)), len(s.objects) - begin
        headers = {}
        if end > begin:
            headers = {"X_TAXII_Date_Added_First": text_of(s.date(begin)), "X_TAXII_Date_Added_Last": text_of(s.date(end - 1)),
                       "Content_Range": "items 0-%d/%d" % (end - begin - 1, all_there_are)}
        body = {"type": "bundle", "id": "bundle--2b9a3c52-9a3b-4c84-8a0f-000000000001", "spec_version": "2.0",
                "objects": s.objects[begin:end]}
        return self.answer(206 if end - begin < all_there_are else 200, body, stix, **headers)

    def page(self, s, query):
        ways, begin = s.ways, 0
        if "added_after" in query:
            after = us_of(query["added_after"])
            begin = next((i for i in range(len(s.objects)) if s.date(i) > after), len(s.objects))
        if "next" in query:
            s.nexts += 1
            if s.nexts in ways.get("forgets", ()):
                return self.answer(400, {"title": "that next has expired", "http_status": "400"})
            begin = int(query["next"].rpartition("-")[2])
        end = min(begin + min(int(query.get("limit", 100)), s.most), len(s.objects))
        if ways.get("empty") and s.requests % 3 == 0:
            end = begin
        more, body, headers = end < len(s.objects), {}, {}
        if end > begin:
            body["objects"] = s.objects[begin:end]
        if more:
            body["more"] = True
            to = end % (3 * s.most) if ways.get("next") == "circle" else end
            if ways.get("next") != "none":
                body["next"] = "n0-%d" % s.most if ways.get("next") == "same" else "n%d-%d" % (s.requests, to)
        if ways.get("dates") != "none" and end > begin:
            first, last = (begin, end - 1) if ways.get("dates") != "back" else (20000 - begin, 20001 - end)
            headers = {"X_TAXII_Date_Added_First": text_of(s.date(first)), "X_TAXII_Date_Added_Last": text_of(s.date(last))}
        self.answer(200, body, **headers)


class Server:
    def __init__(self, objects, most=100, **ways):
        self.objects, self.most, self.ways, self.lock = list(objects), most, ways, threading.Lock()
        self.requests = self.nexts = self.busy = 0
        self.first = len(self.objects)  # what is added behind them has a later date
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.owner = self
        self.http.handle_error = lambda *args: None  # clients are killed
        self.url = "http://127.0.0.1:%d" % self.http.server_address[1]
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def date(self, i):
        """Seven objects have one date, so that pages are cut inside of such a group."""
        return START + (i // self.ways.get("group", 7)) * 1000123 + 77 + (100000000 if i >= self.first else 0)

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()
