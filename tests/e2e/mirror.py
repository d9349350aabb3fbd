# SPDX-License-Identifier: Apache-2.0
"""A TAXII 2.1 client from the standard alone, in nothing but Python's library: it mirrors collections into memory.

usage: mirror.py URL CAFILE USER PASSWORD

It knows no server in particular: discovery, API roots, collections, pages by "next", the media type, Basic.
"""
import base64
import http.client
import json
import ssl
import sys
import urllib.parse

MEDIA = "application/taxii+json;version=2.1"


class Client:
    def __init__(self, url, cafile, user, password):
        self.base = urllib.parse.urlsplit(url)
        self.context = ssl.create_default_context(cafile=cafile)
        self.headers = {"Accept": MEDIA,
                        "Authorization": "Basic " + base64.b64encode(("%s:%s" % (user, password)).encode()).decode()}
        self.connection = None
        self.requests = 0

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def get(self, url):
        """A resource, by a URL or a path; its headers come along."""
        at = urllib.parse.urlsplit(urllib.parse.urljoin(self.base.geturl(), url))
        if (at.scheme, at.netloc) != (self.base.scheme, self.base.netloc):
            raise ValueError("another server: " + url)
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(at.hostname, at.port or 443, context=self.context, timeout=60)
        self.connection.request("GET", at.path + ("?" + at.query if at.query else ""), headers=self.headers)
        r = self.connection.getresponse()
        body = r.read()
        self.requests += 1
        if r.status != 200:
            raise RuntimeError("%s: %d %s" % (url, r.status, body[:300]))
        if r.headers.get_content_type() != "application/taxii+json":
            raise RuntimeError("%s: %s" % (url, r.headers["Content-Type"]))
        return json.loads(body), r.headers

    def roots(self):
        return self.get("/taxii2/")[0].get("api_roots", [])

    def collections(self, root):
        return self.get(root.rstrip("/") + "/collections/")[0].get("collections", [])

    def objects(self, root, collection, added_after=None, limit=None):
        """Each object once, oldest first; added_after goes on from an earlier mirror."""
        query = {"match[version]": "all"}
        if added_after:
            query["added_after"] = added_after
        if limit:
            query["limit"] = str(limit)
        while True:
            page, headers = self.get("%s/collections/%s/objects/?%s" % (root.rstrip("/"), collection, urllib.parse.urlencode(query)))
            yield page.get("objects", []), headers.get("X-TAXII-Date-Added-Last")
            if not page.get("more"):
                return
            if query.get("next") == page["next"]:
                raise RuntimeError("the server makes no progress")
            query["next"] = page["next"]


def mirror(client, root, collection, into, added_after=None, limit=None):
    """Adds to the dict into, by id and version; returns the date to go on from, and how many came."""
    last, count = added_after, 0
    for objects, date in client.objects(root, collection, added_after, limit):
        for o in objects:
            into[o["id"], o.get("modified") or o.get("created")] = o
        count += len(objects)
        last = date or last
    return last, count


if __name__ == "__main__":
    c = Client(*sys.argv[1:5])
    for r in c.roots():
        for found in c.collections(r):
            if found["can_read"]:
                held = {}
                print(found["title"], "%d objects to %s" % mirror(c, r, found["id"], held)[::-1])
