# SPDX-License-Identifier: Apache-2.0
"""TAXII 2.1 as an ordinary client meets it on a real node: a counterpart by its certificate, a local user by a password."""
import base64
import http.server
import json
import os
import socket
import ssl
import subprocess
import threading
import time
import unittest
import urllib.parse

import lib


class Taxii(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = lib.Folder()
        cls.north, cls.south, cls.agreement = cls.folder.pair()
        objects = [lib.campaign(i) for i in range(25)]
        objects += [lib.campaign(3, "newer", modified="2018-12-02T00:00:00.000Z")]
        objects += [{"type": "domain-name", "spec_version": "2.1", "value": "example.net",
                     "id": "domain-name--ecb120bf-2694-4902-a737-62b74539a41b"}]
        cls.north("import", cls.folder.file("a.json", lib.bundle(objects)))
        cls.north("release", *[o["id"] for o in objects[:25]], objects[-1]["id"], "--to", cls.agreement)
        password = cls.folder.file("password", "correct horse battery")
        cls.north("user", "add", "analyst", "--password-file", password, "--read")
        cls.north("user", "add", "keeper", "--password-file", password, "--read", "--write")
        cls.root = "/" + cls.agreement

    @classmethod
    def tearDownClass(cls):
        cls.folder.close()

    def get(self, path, status=200, user=None, method="GET", body=None, **headers):
        h = {"Accept": lib.TAXII}
        h.update({k.replace("_", "-"): v for k, v in headers.items()})
        if user:
            h["Authorization"] = "Basic " + base64.b64encode((user + ":correct horse battery").encode()).decode()
        got, heads, data = self.south.request(self.north, method, path, body, h, cert=not user)
        self.assertEqual(got, status, data)
        return heads, json.loads(data) if data else None

    def objects(self, query="", **kw):
        return self.get(self.root + "/collections/outbound/objects/" + query, **kw)

    def test_discovery_and_root(self):
        heads, d = self.get("/taxii2/")
        self.assertEqual(heads["content-type"], lib.TAXII)
        self.assertEqual(d["title"], "North")
        self.assertEqual(len(d["api_roots"]), 1)
        _, r = self.get(self.root + "/")
        self.assertIn(lib.TAXII, r["versions"])
        self.assertGreater(r["max_content_length"], 0)
        self.get(self.root)  # without the final slash too

    def test_nobody_is_asked_who_he_is(self):
        status, heads, data = self.south.request(self.north, "GET", "/taxii2/", cert=False)
        self.assertEqual(status, 401)
        self.assertIn("Basic", heads["www-authenticate"])
        self.assertEqual(heads["content-type"], lib.TAXII)
        self.assertEqual(json.loads(data)["http_status"], "401")

    def test_collections_and_rights(self):
        _, c = self.get(self.root + "/collections/")
        by = {x["alias"]: x for x in c["collections"]}
        self.assertEqual((by["outbound"]["can_read"], by["outbound"]["can_write"]), (True, False))
        self.assertEqual((by["inbound"]["can_read"], by["inbound"]["can_write"]), (False, True))
        _, one = self.get(self.root + "/collections/%s/" % by["outbound"]["id"])
        self.assertEqual(one["id"], by["outbound"]["id"])
        self.get(self.root + "/collections/inbound/objects/", 403)
        self.get(self.root + "/collections/outbound/objects/", 403, method="POST", body=b"{}", Content_Type=lib.TAXII)
        self.get(self.root + "/collections/nothing/objects/", 404)

    def test_pages_give_each_object_once(self):
        for limit in (1, 2, 7, 100):
            seen, query = [], "?limit=%d&match%%5Bversion%%5D=all" % limit
            while True:
                heads, page = self.objects(query)
                seen += [o["id"] for o in page.get("objects", [])]
                if not page.get("more"):
                    break
                self.assertEqual(len(page["objects"]), limit)
                self.assertRegex(heads["x-taxii-date-added-first"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
                query = "?limit=%d&next=%s" % (limit, urllib.parse.quote(page["next"], safe=""))
            self.assertEqual(len(seen), len(set(seen)))
            self.assertEqual(len(seen), 26)

    def test_added_after_is_exclusive(self):
        heads, page = self.objects("?limit=10")
        heads2, page2 = self.objects("?added_after=" + heads["x-taxii-date-added-last"])
        self.assertFalse({o["id"] for o in page["objects"]} & {o["id"] for o in page2["objects"]})
        self.assertEqual(len(page["objects"]) + len(page2["objects"]), 26)

    def test_filters_manifest_and_versions(self):
        _, p = self.objects("?match[type]=domain-name")
        self.assertEqual(len(p["objects"]), 1)
        one = p["objects"][0]["id"]
        _, p = self.objects("?match[id]=" + one)
        self.assertEqual(p["objects"][0]["value"], "example.net")
        _, m = self.get(self.root + "/collections/outbound/manifest/?match[id]=" + one)
        self.assertRegex(m["objects"][0]["version"], r"Z$")
        newest = lib.campaign(3)["id"]
        _, v = self.get(self.root + "/collections/outbound/objects/%s/versions/" % newest)
        self.assertEqual(v["versions"], ["2018-12-02T00:00:00.000Z"])
        self.get(self.root + "/collections/outbound/objects/%s/" % lib.campaign(999)["id"], 404)
        self.objects("?match[colour]=red", status=400)
        self.objects("?next=tampered", status=400)

    def test_media_types(self):
        self.get("/taxii2/", Accept="application/json")
        self.get("/taxii2/", Accept="*/*")
        self.get("/taxii2/", 406, Accept="application/vnd.oasis.taxii+json; version=2.0")
        self.get("/taxii2/", 405, method="DELETE")

    def test_post_says_what_came_of_each(self):
        bad = lib.campaign(501)
        del bad["name"]
        body = json.dumps({"objects": [lib.campaign(500), bad, lib.campaign(502)]}).encode()
        _, s = self.get(self.root + "/collections/inbound/objects/", 202, method="POST", body=body, Content_Type=lib.TAXII)
        self.assertEqual((s["total_count"], s["success_count"], s["failure_count"]), (3, 2, 1))
        self.assertEqual(s["failures"][0]["id"], bad["id"])
        _, again = self.get(self.root + "/status/%s/" % s["id"])
        self.assertEqual(again["success_count"], 2)
        # the same again is a success and changes nothing; other content under the same version is not
        _, s = self.get(self.root + "/collections/inbound/objects/", 202, method="POST",
                        body=json.dumps({"objects": [lib.campaign(500), lib.campaign(502, "other")]}).encode(),
                        Content_Type=lib.TAXII)
        self.assertEqual((s["success_count"], s["failure_count"]), (1, 1))
        for bad_body, status in ((b"{", 400), (b"[]", 422), (b'{"objects":[]}', 422)):
            got, _, data = self.south.request(self.north, "POST", self.root + "/collections/inbound/objects/", bad_body,
                                              {"Accept": lib.TAXII, "Content-Type": lib.TAXII})
            self.assertIn(got, (400, 422), data)
        self.get(self.root + "/collections/inbound/objects/", 415, method="POST", body=body, Content_Type="text/plain")
        _, held = self.get(self.root + "/collections/inbound/objects/", user="analyst")
        self.assertEqual(len([o for o in held["objects"] if o["id"] == lib.campaign(500)["id"]]), 1)

    def test_delete_needs_both_rights(self):
        body = json.dumps({"objects": [lib.campaign(600)]}).encode()
        self.get(self.root + "/collections/inbound/objects/", 202, method="POST", body=body, Content_Type=lib.TAXII)
        path = self.root + "/collections/inbound/objects/%s/" % lib.campaign(600)["id"]
        self.get(path, 403, method="DELETE")  # the counterpart: recall is the sender's act
        self.get(path, 403, method="DELETE", user="analyst")
        self.get(path, 200, method="DELETE", user="keeper")
        self.get(path, 404, method="DELETE", user="keeper")

    def test_too_large_is_refused_before_it_is_read(self):
        with socket.create_connection(("127.0.0.1", self.north.port)) as raw:
            with self.south.context().wrap_socket(raw) as s:
                s.settimeout(20)
                s.sendall(("POST %s/collections/inbound/objects/ HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 99999999999\r\n\r\n"
                           % (self.root, lib.TAXII)).encode())
                answer = s.recv(65536).decode()
        self.assertTrue(answer.startswith("HTTP/1.1 413"), answer)

    def test_wrong_password(self):
        status, _, _ = self.south.request(self.north, "GET", "/taxii2/", None,
                                          {"Authorization": "Basic " + base64.b64encode(b"analyst:wrong").decode()}, cert=False)
        self.assertEqual(status, 401)

    def test_curl_with_the_certificate(self):
        p = subprocess.run(["curl", "-sS", "--cert", self.south.path("tls.crt"), "--key", self.south.path("tls.key"),
                            "--cacert", self.north.path("tls.crt"), "-H", "Accept: " + lib.TAXII,
                            self.north.url + self.root + "/collections/outbound/objects/?limit=5"], capture_output=True)
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertEqual(len(json.loads(p.stdout)["objects"]), 5)

    def test_our_own_client(self):
        r = self.south("taxii", "collections", self.north.url, self.agreement, "--peer", "North", "--json")
        self.assertEqual(len(r.json()["collections"]), 2)
        r = self.south("taxii", "get", self.north.url, self.agreement, "outbound", "--peer", "North", "--json")
        self.assertEqual(len(r.json()["objects"]), 26)

    def test_manifest_and_versions_by_hand(self):
        at = (self.north.url, self.agreement, "outbound")
        manifest = self.south("taxii", "manifest", *at, "--peer", "North", "--limit", "7", "--all", "--json").json()
        objects = self.south("taxii", "get", *at, "--peer", "North", "--all", "--json").json()["objects"]
        self.assertEqual([x["id"] for x in manifest["objects"]], [x["id"] for x in objects])
        self.assertFalse(manifest["more"])
        self.assertTrue(all(x["date_added"] and x["media_type"] for x in manifest["objects"]))
        self.assertIn(objects[-1]["id"], self.south("taxii", "manifest", *at, "--peer", "North", "--all").out)
        name = lib.campaign(3)["id"]
        versions = self.south("taxii", "versions", *at, name, "--peer", "North", "--json").json()
        self.assertEqual(versions["versions"], ["2018-12-02T00:00:00.000Z"])
        self.assertIn("2018-12-02", self.south("taxii", "versions", *at, name, "--peer", "North").out)

    def test_a_busy_server_is_asked_again(self):
        asked = []

        class Busy(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(time.monotonic())
                busy = len(asked) < 3 or self.path != "/taxii2/"
                body = b"{}" if busy else b'{"title":"at last"}'
                self.send_response(503 if busy else 200)
                self.send_header("Content-Type", lib.TAXII)
                self.send_header("Content-Length", str(len(body)))
                if busy:
                    self.send_header("Retry-After", "2")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Busy)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        url = "http://127.0.0.1:%d" % server.server_port
        r = lib.run("taxii", "discover", url, "--json")
        self.assertEqual(r.json()["title"], "at last")
        self.assertEqual(r.err.count("asked again"), 2)
        self.assertGreaterEqual(asked[2] - asked[0], 4)
        del asked[:]
        self.assertIn("503", lib.run("taxii", "collections", url, "/root/", "--retries", "0", code=5).err)
        self.assertEqual(len(asked), 1)



if __name__ == "__main__":
    unittest.main()
