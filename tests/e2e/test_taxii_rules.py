# SPDX-License-Identifier: Apache-2.0
"""TAXII 2.1, rule by rule, as the standard has it: a standalone node, real TLS, users with passwords and tokens.

The number behind a name is the section of TAXII 2.1 (OASIS Standard, 10 June 2021).
"""
import base64
import gzip
import http.client
import json
import os
import re
import signal
import subprocess
import time
import unittest
import urllib.parse
import uuid

import lib

STAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
T1, T2, T3 = ("2018-12-0%dT00:00:00.000Z" % d for d in (1, 2, 3))


def one(n, modified=T1, **more):
    return lib.campaign(n, modified=modified, **more)


def marking(n):
    return {"type": "marking-definition", "spec_version": "2.1", "id": "marking-definition--2b9a3c52-9a3b-4c84-8a0f-%012x" % n,
            "created": T1, "definition_type": "statement", "definition": {"statement": "free to all %d" % n}}


def domain(name):
    space = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
    return {"type": "domain-name", "spec_version": "2.1", "value": name,
            "id": "domain-name--" + str(uuid.uuid5(space, json.dumps({"value": name}, separators=(",", ":"))))}


class Rules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = lib.Folder()
        cls.feed = f = cls.folder.feed()
        for name, role in (("rita", "reader"), ("walt", "writer"), ("ada", "admin"), ("eve", "reader"), ("olaf", "writer")):
            f.user(name, role)
        cls.ids = {}
        for alias, more in (("main", ("--read", "rita,walt", "--write", "walt")), ("drop", ("--write", "olaf", "--read", "walt")),
                            ("secret", ("--read", "ada")), ("pages", ("--read", "rita", "--write", "ada")),
                            ("described", ("--read", "*", "--description", "words", "--media-type", "application/stix+json;version=2.1"))):
            r = f("collection", "add", "The " + alias, "--root", "api1", "--alias", alias, *more, "--json")
            cls.ids[alias] = r.json()["id"]
        f("collection", "add", "Second root", "--root", "api2", "--id", "11111111-1111-4111-8111-111111111111")
        cls.first, cls.second, cls.last = one(1), one(1, T2, description="second"), one(1, T3)
        cls.sco, cls.mark = domain("example.net"), marking(7)
        # the middle version comes last: arrival isn't age
        f("import", cls.folder.file("a.json", lib.bundle([cls.first, cls.last, one(2), cls.sco, cls.mark])), "--collection", "main")
        f("import", cls.folder.file("b.json", lib.bundle([cls.second])), "--collection", "main")
        f("import", cls.folder.file("c.json", lib.bundle([one(1000 + i) for i in range(20)])), "--collection", "pages")
        f.start()

    @classmethod
    def tearDownClass(cls):
        cls.folder.close()

    def ask(self, path, status=200, user="rita", method="GET", body=None, **headers):
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        got, heads, data = self.feed.request(method, path, user, body, headers)
        self.assertEqual(got, status, (method, path, data))
        if path.startswith(("/api", "/taxii2")):
            self.assertEqual(heads["content-type"], lib.TAXII)
        value = json.loads(data) if data else None
        if status >= 400 and method != "HEAD":
            self.assertTrue(value["title"])
            self.assertEqual(value["http_status"], str(status))
        return heads, value

    def main(self, tail="", status=200, **kw):
        return self.ask("/api1/collections/main/" + tail, status, **kw)

    def pages(self, query="", **kw):
        return self.ask("/api1/collections/pages/objects/?" + query, **kw)

    def post(self, objects, coll="main", user="walt", status=202, **kw):
        body = objects if isinstance(objects, bytes) else {"objects": objects}
        return self.ask("/api1/collections/%s/objects/" % coll, status, user, "POST", body, **kw)[1]

    # ---- discovery, API roots, collections

    def test_discovery_lists_the_api_roots_4_1(self):
        _, d = self.ask("/taxii2/")
        self.assertEqual(d["title"], "Feed")
        self.assertLessEqual({"/api1/", "/api2/"}, set(d["api_roots"]))
        self.assertEqual(d["default"], "/api1/")

    def test_api_root_information_4_2(self):
        _, r = self.ask("/api1/")
        self.assertTrue(r["title"])
        self.assertIn("application/taxii+json;version=2.1", r["versions"])
        self.assertIsInstance(r["max_content_length"], int)
        self.assertGreater(r["max_content_length"], 0)
        self.ask("/nothing/", 404)

    def test_every_path_without_its_last_slash(self):
        for path in ("/taxii2", "/api1", "/api1/collections", "/api1/collections/main", "/api1/collections/main/objects",
                     "/api1/collections/main/manifest", "/api1/collections/main/objects/" + self.sco["id"],
                     "/api1/collections/main/objects/%s/versions" % self.sco["id"]):
            self.assertEqual(self.ask(path)[1], self.ask(path + "/")[1], path)

    def test_collections_are_listed_with_the_callers_rights_5_1(self):
        _, c = self.ask("/api1/collections/")
        by = {x["alias"]: x for x in c["collections"]}
        self.assertEqual(set(by), {"main", "pages", "described"})
        self.assertEqual((by["main"]["can_read"], by["main"]["can_write"]), (True, False))
        self.assertEqual(by["main"]["media_types"], ["application/stix+json;version=2.1"])
        self.assertEqual(by["described"]["description"], "words")
        _, c = self.ask("/api1/collections/", user="walt")
        by = {x["alias"]: x for x in c["collections"]}
        self.assertEqual((by["main"]["can_read"], by["main"]["can_write"]), (True, True))
        _, c = self.ask("/api1/collections/", user="ada")
        self.assertEqual(len(c["collections"]), 5)

    def test_a_listing_of_nothing_has_no_empty_list(self):
        self.feed("collection", "add", "Hidden", "--root", "api3", "--read", "ada")
        self.assertEqual(self.ask("/api3/collections/")[1], {})

    def test_a_collection_by_its_alias_5_2(self):
        _, by_alias = self.ask("/api1/collections/main/")
        _, by_id = self.ask("/api1/collections/%s/" % self.ids["main"])
        self.assertEqual(by_alias, by_id)
        self.assertEqual(self.main("objects/")[1], self.ask("/api1/collections/%s/objects/" % self.ids["main"])[1])

    def test_roles_where_a_collection_has_no_lists(self):
        path = "/api2/collections/11111111-1111-4111-8111-111111111111/"
        for user, rights in (("rita", (True, False)), ("walt", (True, True)), ("ada", (True, True))):
            _, c = self.ask(path, user=user)
            self.assertEqual((c["can_read"], c["can_write"]), rights)

    # ---- who is calling, and what it may

    def test_no_credentials_is_401_with_a_challenge(self):
        for path in ("/taxii2/", "/api1/", "/api1/collections/secret/", "/nothing/at/all/"):
            heads, _ = self.ask(path, 401, user=None)
            self.assertIn("Basic", heads["www-authenticate"])
        self.ask("/taxii2/", 401, user=None, Authorization="Basic !!!")
        self.ask("/taxii2/", 401, user="stranger")
        self.ask("/taxii2/", 401, user=None, Authorization="Bearer ent_" + 64 * "0")

    def test_a_bearer_token_until_it_is_revoked(self):
        token = self.feed("user", "token", "rita").out.strip()
        self.main("objects/", user=None, Authorization="Bearer " + token)
        self.post([one(50)], user=None, status=403, Authorization="bearer " + token)
        listed = self.feed("user", "tokens", "rita", "--json").json()["tokens"]
        self.assertEqual(len(listed), 1)
        self.assertNotIn(token, json.dumps(listed))
        self.feed("user", "revoke", listed[0]["id"][:12])
        self.main("objects/", 401, user=None, Authorization="Bearer " + token)

    def test_a_client_certificate_of_a_user(self):
        cert, key = (os.path.join(self.folder.path, "sensor." + end) for end in ("pem", "key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                        key, "-out", cert, "-days", "1", "-subj", "/CN=sensor"], check=True, capture_output=True)

        def ask():
            context = self.feed.context()
            context.load_cert_chain(cert, key)
            c = http.client.HTTPSConnection("127.0.0.1", self.feed.port, context=context, timeout=30)
            c.request("GET", "/api1/collections/main/objects/", headers={"Accept": lib.TAXII})
            r = c.getresponse()
            body = r.read()
            c.close()
            return r.status, body

        self.assertEqual(ask()[0], 401)
        pin = self.feed("user", "certificate", "rita", cert, "--label", "a sensor", "--json").json()["pin"]
        self.assertEqual(ask()[0], 200)
        listed = [t for t in self.feed("user", "tokens", "rita", "--json").json()["tokens"] if t["kind"] == "certificate"]
        self.assertEqual([(t["id"], t["label"]) for t in listed], [(pin, "a sensor")])
        self.assertIn("already", self.feed("user", "certificate", "walt", cert, code=None).err)
        self.feed("user", "revoke", pin[:16])
        self.assertEqual(ask()[0], 401)

    def test_read_only_is_403_on_write_5_5(self):
        self.post([one(60)], user="rita", status=403)
        self.main("objects/%s/" % one(2)["id"], 403, method="DELETE")

    def test_write_only_is_403_on_read_5_4(self):
        for tail in ("objects/", "manifest/", "objects/%s/" % one(1)["id"], "objects/%s/versions/" % one(1)["id"]):
            self.ask("/api1/collections/drop/" + tail, 403, user="olaf")
        self.post([one(61)], "drop", "olaf")
        self.ask("/api1/collections/drop/objects/%s/" % one(61)["id"], 403, user="olaf", method="DELETE")

    def test_a_collection_not_to_be_known_is_404_and_like_one_that_is_not_there(self):
        for tail in ("", "objects/", "manifest/", "objects/%s/" % one(1)["id"]):
            bodies = []
            for name in ("secret", self.ids["secret"], "nothing", str(uuid.uuid4())):
                bodies.append(self.ask("/api1/collections/%s/%s" % (name, tail), 404, user="eve")[1])
            self.assertTrue(all(b == bodies[0] for b in bodies))
        self.post([one(62)], "secret", "eve", 404)
        self.ask("/api1/collections/secret/objects/%s/" % one(1)["id"], 404, user="eve", method="DELETE")
        # and under the other API root
        self.ask("/api2/collections/main/", 404)

    # ---- media types

    def test_accept_1_6_8_1(self):
        for accept in (None, "*/*", "application/*", "application/json", "application/taxii+json", "application/taxii+json; version=2.1",
                       "APPLICATION/TAXII+JSON;VERSION=2.1", 'application/taxii+json;version="2.1"',
                       "text/html, application/taxii+json;version=2.1;q=0.5"):
            self.ask("/taxii2/", Accept=accept)
        for accept in ("text/html", "application/vnd.oasis.taxii+json; version=2.0", "application/taxii+json;version=2.0",
                       "application/taxii+json;version=2.1;q=0"):
            self.ask("/taxii2/", 406, Accept=accept)

    def test_content_type_of_a_post(self):
        for kind in ("application/taxii+json", "application/taxii+json; version=2.1"):
            self.post([one(63)], Content_Type=kind)
        for kind in (None, "text/plain", "application/json", "application/taxii+json;version=2.0"):
            self.post([one(63)], status=415, Content_Type=kind)

    # ---- objects: order, headers, added_after

    def test_ascending_by_date_added_with_headers_3_2(self):
        heads, page = self.main("objects/?match[version]=all")
        _, m = self.main("manifest/?match[version]=all")
        dates = [o["date_added"] for o in m["objects"]]
        self.assertEqual(dates, sorted(set(dates)))
        self.assertEqual([o["id"] for o in m["objects"]], [o["id"] for o in page["objects"]])
        self.assertEqual(heads["x-taxii-date-added-first"], dates[0])
        self.assertEqual(heads["x-taxii-date-added-last"], dates[-1])
        for d in dates:
            self.assertRegex(d, STAMP)
        for tail in ("manifest/", "objects/%s/" % one(1)["id"], "objects/%s/versions/" % one(1)["id"]):
            heads, _ = self.main(tail)
            self.assertRegex(heads["x-taxii-date-added-first"], STAMP)
            self.assertRegex(heads["x-taxii-date-added-last"], STAMP)

    def test_added_after_is_exclusive_3_4(self):
        heads, page = self.pages("limit=5")
        _, rest = self.pages("added_after=" + heads["x-taxii-date-added-last"])
        self.assertEqual(len(page["objects"]) + len(rest["objects"]), 20)
        self.assertFalse({o["id"] for o in page["objects"]} & {o["id"] for o in rest["objects"]})

    def test_added_after_takes_fewer_digits_and_no_offset(self):
        for stamp in ("2018-01-01T00:00:00Z", "2018-01-01T00:00:00.1Z", "2018-01-01T00:00:00.123456Z"):
            self.pages("added_after=" + stamp)
        for stamp in ("2018-01-01T00:00:00", "2018-01-01", "2018-01-01T00:00:00%2B00:00", "yesterday", ""):
            self.pages("added_after=" + stamp, status=400)

    def test_an_empty_page_is_an_empty_envelope_without_date_headers(self):
        heads, page = self.pages("added_after=2100-01-01T00:00:00Z")
        self.assertIn(page, ({}, {"more": False}))
        self.assertNotIn("x-taxii-date-added-first", heads)

    def test_objects_come_back_as_they_were_sent(self):
        _, page = self.main("objects/?match[id]=" + self.last["id"])
        self.assertEqual(page["objects"], [self.last])

    # ---- match

    def test_last_is_the_greatest_modified_not_the_latest_arrival_3_4_1(self):
        path = "objects/?match[id]=%s&match[version]=" % self.first["id"]
        for which, want in (("last", [self.last]), ("first", [self.first]), ("all", [self.first, self.last, self.second]),
                            ("first,last", [self.first, self.last]), (T2, [self.second]), ("2018-12-02T00:00:00Z", [self.second]),
                            (T2 + ",first", [self.first, self.second]), ("2001-01-01T00:00:00Z", None)):
            _, page = self.main(path + which)
            self.assertEqual(page.get("objects"), want, which)
        self.assertEqual(self.main("objects/?match[id]=" + self.first["id"])[1]["objects"], [self.last])

    def test_all_with_another_version_is_400(self):
        for which in ("all,last", "first,all", "all," + T1, "newest", "", "last,last"):
            self.main("objects/?match[version]=" + which, 400)

    def test_or_within_a_filter_and_and_between_them(self):
        a, b = one(1)["id"], one(2)["id"]
        ids = lambda q: [o["id"] for o in self.main("objects/?" + q)[1].get("objects", [])]
        self.assertEqual(set(ids("match[id]=%s,%s" % (a, b))), {a, b})
        self.assertEqual(set(ids("match%%5Bid%%5D=%s%%2C%s" % (a, b))), {a, b})
        self.assertLessEqual({self.sco["id"], self.mark["id"]}, set(ids("match[type]=domain-name,marking-definition")))
        self.assertEqual({i.split("--")[0] for i in ids("match[type]=domain-name,marking-definition")},
                         {"domain-name", "marking-definition"})
        self.assertEqual(ids("match[id]=%s&match[type]=domain-name" % a), [])
        self.assertEqual(ids("match[id]=%s&match[type]=campaign" % a), [a])

    def test_spec_version_filter(self):
        self.assertGreater(len(self.main("objects/?match[spec_version]=2.1")[1]["objects"]), 0)
        self.assertEqual(self.main("objects/?match[spec_version]=2.0")[1], {})
        self.assertGreater(len(self.main("objects/?match[spec_version]=2.0,2.1")[1]["objects"]), 0)

    def test_unknown_match_fields_are_400_and_unknown_parameters_ignored(self):
        self.main("objects/?match[colour]=red", 400)
        self.main("objects/?colour=red")
        self.main("objects/%s/?match[type]=campaign" % one(1)["id"], 400)

    def test_a_repeated_parameter_is_400(self):
        self.main("objects/?limit=1&limit=2", 400)
        self.main("objects/?match[type]=campaign&match[type]=campaign", 400)

    def test_the_version_of_what_has_no_modified(self):
        _, m = self.main("manifest/?match[id]=" + self.sco["id"])
        version = m["objects"][0]["version"]
        self.assertEqual(version, m["objects"][0]["date_added"])
        _, page = self.main("objects/?match[id]=%s&match[version]=%s" % (self.sco["id"], version))
        self.assertEqual(page["objects"], [self.sco])
        _, v = self.main("objects/%s/versions/" % self.mark["id"])
        self.assertEqual(v["versions"], [T1])

    # ---- paging

    def test_limit(self):
        for bad in ("0", "-1", "x", "1.5", ""):
            self.pages("limit=" + bad, status=400)
        self.assertEqual(len(self.pages("limit=99999999")[1]["objects"]), 20)
        self.assertEqual(len(self.pages("limit=3")[1]["objects"]), 3)

    def test_no_more_on_an_exact_fit(self):
        _, page = self.pages("limit=20")
        self.assertFalse(page.get("more", False))
        self.assertNotIn("next", page)

    def test_next_carries_the_query_on_every_resource_3_5(self):
        for tail, key in (("objects/", "objects"), ("manifest/", "objects"), ("objects/%s/" % one(1)["id"], "objects"),
                          ("objects/%s/versions/" % one(1)["id"], "versions")):
            query, seen = "?limit=1" + ("" if "versions" in tail else "&match[version]=all"), 0
            while query:
                _, page = self.main(tail + query)
                self.assertEqual(len(page[key]), 1)
                seen += 1
                self.assertEqual(page.get("more", False), "next" in page)
                query = page.get("more") and "?next=" + urllib.parse.quote(page["next"], safe="")
            self.assertEqual(seen, 3 if "campaign" in tail else len(self.main(tail + "?match[version]=all")[1][key]), tail)

    def test_next_is_repeatable_and_survives_a_restart(self):
        _, page = self.pages("limit=7")
        query = "limit=7&next=" + urllib.parse.quote(page["next"], safe="")
        again = self.pages(query)[1]
        self.assertEqual(self.pages(query)[1], again)
        self.feed.stop()
        self.feed.start()
        self.assertEqual(self.pages(query)[1], again)

    def test_a_tampered_next_is_400(self):
        _, page = self.pages("limit=7")
        cursor = page["next"]
        for bad in (cursor[:-1], "A" + cursor[1:] if cursor[0] != "A" else "B" + cursor[1:], "x", cursor[::-1], "%00"):
            self.pages("next=" + bad, status=400)
        self.main("objects/?next=" + cursor, 400)  # of another collection
        self.pages("match[type]=indicator&next=" + cursor, status=400)  # of another query

    def test_deleted_records_do_not_come_back_by_an_old_cursor(self):
        made = [one(3000 + i) for i in range(4)]
        self.post(made, "pages", "ada")
        _, page = self.pages("match[id]=%s&limit=1" % ",".join(o["id"] for o in made))
        self.ask("/api1/collections/pages/objects/%s/" % made[2]["id"], user="ada", method="DELETE")
        _, rest = self.pages("next=" + page["next"])
        self.assertEqual([o["id"] for o in rest["objects"]], [made[1]["id"]])
        self.assertTrue(rest["more"])
        _, rest = self.pages("next=" + rest["next"])
        self.assertEqual([o["id"] for o in rest["objects"]], [made[3]["id"]])
        for o in made[:2] + made[3:]:
            self.ask("/api1/collections/pages/objects/%s/" % o["id"], user="ada", method="DELETE")

    # ---- manifest, object, versions

    def test_manifest_5_3(self):
        _, m = self.main("manifest/?match[id]=" + one(1)["id"])
        entry = m["objects"][0]
        self.assertEqual((entry["id"], entry["version"], entry["media_type"]),
                         (one(1)["id"], T3, "application/stix+json;version=2.1"))

    def test_an_object_5_6(self):
        self.assertEqual(self.main("objects/%s/" % one(1)["id"])[1]["objects"], [self.last])
        self.assertEqual(len(self.main("objects/%s/?match[version]=all" % one(1)["id"])[1]["objects"]), 3)
        self.main("objects/%s/" % one(999)["id"], 404)
        self.main("objects/nonsense/", 404)

    def test_versions_5_8(self):
        self.assertEqual(self.main("objects/%s/versions/" % one(1)["id"])[1]["versions"], [T1, T3, T2])
        self.main("objects/%s/versions/" % one(999)["id"], 404)

    # ---- adding

    def test_each_object_is_taken_or_refused_by_itself_5_5(self):
        bad = one(71)
        del bad["name"]
        s = self.post([one(70), bad, {"type": "campaign"}, domain("a.example.org")])
        uuid.UUID(s["id"])
        self.assertEqual(s["status"], "complete")
        self.assertRegex(s["request_timestamp"], STAMP)
        self.assertEqual((s["total_count"], s["success_count"], s["failure_count"], s["pending_count"]), (4, 2, 2, 0))
        self.assertEqual([d["id"] for d in s["successes"]], [one(70)["id"], domain("a.example.org")["id"]])
        self.assertEqual(s["failures"][0]["id"], bad["id"])
        self.assertTrue(all(d["message"] for d in s["failures"]))
        self.assertEqual(s["successes"][0]["version"], T1)
        self.assertRegex(s["successes"][1]["version"], STAMP)
        _, again = self.ask("/api1/status/%s/" % s["id"], user="walt")
        self.assertEqual(again, s)
        self.ask("/api1/status/%s/" % s["id"], 404, user="rita")
        self.ask("/api2/status/%s/" % s["id"], 404, user="walt")
        self.ask("/api1/status/%s/" % uuid.uuid4(), 404, user="walt")
        # and is there at once
        self.main("objects/%s/" % one(70)["id"])
        self.main("objects/%s/" % bad["id"], 404)

    def test_a_success_has_no_list_of_failures(self):
        s = self.post([one(72)])
        self.assertNotIn("failures", s)
        self.assertNotIn("pendings", s)

    def test_an_exact_duplicate_is_a_success_and_keeps_its_date(self):
        self.post([one(73)])
        _, before = self.main("manifest/?match[id]=" + one(73)["id"])
        s = self.post([one(73), one(73)])
        self.assertEqual((s["total_count"], s["success_count"]), (2, 2))
        self.assertEqual(self.main("manifest/?match[id]=" + one(73)["id"])[1], before)

    def test_the_same_version_with_other_content_is_a_failure(self):
        self.post([one(74)])
        s = self.post([one(74, name="other")])
        self.assertEqual((s["success_count"], s["failure_count"]), (0, 1))
        self.assertEqual(self.main("objects/%s/" % one(74)["id"])[1]["objects"], [one(74)])

    def test_an_invalid_envelope_stores_nothing(self):
        before = self.main("manifest/?match[version]=all&limit=1000")[1]
        for body, status in ((b"", 400), (b"{", 400), (b'{"objects":[' + json.dumps(one(75)).encode(), 400), (b"[]", 422),
                             (b"{}", 422), (b'{"objects":[]}', 422), (b'{"objects":{}}', 422), (b'{"objects":[1]}', 422),
                             (b'{"objects":[' + b"[" * 100 + b"]" * 100 + b"]}", 422), (b"\xff\xfe", 400)):
            self.post(body, status=status)
        self.assertEqual(self.main("manifest/?match[version]=all&limit=1000")[1], before)

    def test_max_content_length_is_enforced_before_the_body_is_read(self):
        most = self.ask("/api1/")[1]["max_content_length"]
        c = self.feed.connect()
        c.putrequest("POST", "/api1/collections/main/objects/")
        c.putheader("Authorization", "Basic " + base64.b64encode(("walt:" + self.feed.PASSWORD).encode()).decode())
        c.putheader("Content-Type", lib.TAXII)
        c.putheader("Content-Length", str(most + 1))
        c.endheaders()
        r = c.getresponse()
        self.assertEqual(r.status, 413)
        self.assertIn(str(most), r.read().decode())
        c.close()

    def test_a_chunked_body(self):
        body = iter([b'{"objects":[', json.dumps(one(76)).encode(), b"]}"])
        status, _, data = self.feed.request("POST", "/api1/collections/main/objects/", "walt", body)
        self.assertEqual((status, json.loads(data)["success_count"]), (202, 1))

    def test_a_gzip_body(self):
        body = gzip.compress(json.dumps({"objects": [one(77)]}).encode())
        self.assertEqual(self.post(body, Content_Encoding="gzip")["success_count"], 1)

    # ---- deleting

    def test_delete_takes_every_version_5_7(self):
        self.post([one(80), one(80, T2)])
        path = "objects/%s/" % one(80)["id"]
        self.main(path, user="walt", method="DELETE")
        self.main(path, 404)
        self.main(path + "versions/", 404)
        self.main(path, 404, user="walt", method="DELETE")
        self.post([one(80)])  # and it may come again
        self.main(path)

    def test_delete_of_some_versions(self):
        self.post([one(81), one(81, T2), one(81, T3)])
        path = "objects/%s/" % one(81)["id"]
        self.main(path + "?match[version]=last", user="walt", method="DELETE")
        self.assertEqual(self.main(path + "versions/")[1]["versions"], [T1, T2])
        self.main(path + "?match[version]=" + T3, 404, user="walt", method="DELETE")
        self.main(path + "?match[version]=" + T1, user="walt", method="DELETE")
        self.assertEqual(self.main(path + "versions/")[1]["versions"], [T2])
        self.main(path + "?match[spec_version]=2.0", 404, user="walt", method="DELETE")
        self.main(path + "?match[spec_version]=2.1", user="walt", method="DELETE")
        self.main(path, 404)

    # ---- methods

    def test_head_is_get_without_a_body(self):
        for path in ("/taxii2/", "/api1/collections/main/objects/", "/nothing/x/y/z/"):
            code, heads, data = self.feed.request("HEAD", path, "rita")
            got, want, _ = self.feed.request("GET", path, "rita")
            self.assertEqual((code, data), (got, b""))
            self.assertEqual(heads["content-length"], want["content-length"])

    def test_options_and_405_name_the_methods(self):
        for method, status in (("OPTIONS", 200), ("PUT", 405), ("PATCH", 405)):
            code, heads, _ = self.feed.request(method, "/api1/collections/main/objects/", "rita")
            if method != "OPTIONS" and code == 501:
                continue
            self.assertEqual(code, status)
            self.assertEqual(set(heads["allow"].split(", ")), {"GET", "HEAD", "POST", "OPTIONS"})
        self.ask("/taxii2/", 405, method="DELETE")

    def test_path_tricks_are_404_or_400(self):
        for path in ("/api1/../taxii2/", "/api1/%2e%2e/taxii2/", "/api1/collections/main%00/", "/api1/collections/%6dain%2fobjects/",
                     "//api1/", "/api1//collections/", "/API1/", "/api1/collections/main/objects/%ff/"):
            code, _, _ = self.feed.request("GET", path, "rita")
            self.assertIn(code, (400, 404), path)

    # ---- administration

    def test_settings_are_read_anew_on_a_signal(self):
        with open(os.path.join(self.feed.dir, "entente.conf"), "a") as f:
            f.write("\nlog_level = debug\nwindow = 7\n")
        self.feed.process.send_signal(signal.SIGHUP)
        for _ in range(200):
            if "log_level is debug" in self.feed.logs():
                break
            time.sleep(0.05)
        self.ask("/taxii2/")
        for line in ("log_level is debug", "window has changed, which takes a restart",
                     'event="access" method="GET" path="/taxii2/" status=200 '):
            self.assertTrue(line in self.feed.logs(), line)

    def test_metrics(self):
        code, heads, text = self.feed.request("GET", "/metrics", None)
        self.assertEqual(code, 200)
        self.assertRegex(text.decode(), r'entente_http_requests_total\{route="[a-z]+",status="\d+"\} [1-9]')
        self.assertIn('entente_collection_objects{id="%s"' % self.ids["main"], text.decode())

    def test_rights_change_while_it_is_served(self):
        self.feed("collection", "add", "Changing", "--root", "api4", "--alias", "c", "--read", "ada")
        self.ask("/api4/collections/c/", 404)
        self.feed("collection", "set", "api4/c", "--read", "rita", "--title", "Changed")
        self.assertEqual(self.ask("/api4/collections/c/")[1]["title"], "Changed")
        self.feed("collection", "remove", "api4/c")
        self.ask("/api4/collections/c/", 404)
        self.ask("/api4/", 404)

    def test_import_is_all_or_nothing_unless_told_otherwise(self):
        bad = one(91)
        del bad["name"]
        path = self.folder.file("bad.json", lib.bundle([one(90), bad]))
        self.feed("import", path, "--collection", "main", code=1)
        self.main("objects/%s/" % one(90)["id"], 404)
        r = self.feed("import", path, "--collection", self.ids["main"], "--skip-invalid", "--json", code=1)
        self.assertEqual(r.json()["files"][0]["added"], 1)
        self.main("objects/%s/" % one(90)["id"])
        self.feed("import", path, "--collection", "nothing", code=None)


class Plain(unittest.TestCase):
    def test_plain_http_is_for_loopback_alone(self):
        folder = lib.Folder()
        try:
            f = folder.feed()
            r = f("serve", "--listen", "127.0.0.1:%d" % f.port, "--listen-plain", "0.0.0.0:%d" % lib.free_port(), code=None)
            self.assertNotEqual(r.code, 0)
            self.assertIn("loopback", r.err)
            f.user("rita", "reader")
            port = lib.free_port()
            f.start("--listen-plain", "127.0.0.1:%d" % port)
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            c.request("GET", "/taxii2/")
            self.assertEqual(c.getresponse().status, 401)
            c.close()
        finally:
            folder.close()


if __name__ == "__main__":
    unittest.main()
