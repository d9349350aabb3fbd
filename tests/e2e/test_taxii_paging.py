# SPDX-License-Identifier: Apache-2.0
"""Readers that page while writers post: nothing is skipped and nothing comes twice; ENTENTE_SECONDS says for how long."""
import json
import os
import threading
import time
import unittest
import urllib.parse

import lib

SECONDS = float(os.environ.get("ENTENTE_SECONDS", "5"))
WRITERS, LIMIT = 3, 40
OBJECTS = "/feeds/collections/busy/objects/"


class Reader:
    """Pages until everything that was written has been seen; how() makes the next query from a page."""

    def __init__(self, test, name, how):
        self.test, self.name, self.how = test, name, how
        self.seen, self.twice, self.wrong, self.error = {}, [], [], None
        self.cut = None  # a date cut to milliseconds, by a reader that cuts
        self.thread = threading.Thread(target=self.run)

    def run(self):
        try:
            query, idle = {"limit": str(LIMIT)}, 0
            while not (self.test.done.is_set() and idle > 3):
                status, heads, data = self.test.feed.request("GET", self.path() + "?" + urllib.parse.urlencode(query), "rita")
                if status != 200:
                    raise AssertionError("%s: %d %s" % (self.name, status, data))
                page = json.loads(data)
                new = 0
                for o in page.get("objects", []):
                    if o["id"] in self.seen:
                        self.twice.append(o["id"])
                        if self.cut and o["date_added"][:-4] + "Z" != self.cut:
                            self.wrong.append((o["id"], o["date_added"], self.cut))
                    else:
                        new += 1
                    self.seen[o["id"]] = self.seen.get(o["id"], 0) + 1
                idle = 0 if new else idle + 1
                if not new:
                    time.sleep(0.02)
                query = self.how(self, query, page, heads)
        except Exception as e:  # told by the test
            self.error = e

    def path(self):
        """The manifest has each record's date, which the reader that cuts dates is held to."""
        return OBJECTS if self.how is not by_milliseconds else OBJECTS.replace("/objects/", "/manifest/")

    @staticmethod
    def last_date(heads):
        return heads.get("x-taxii-date-added-last")

    def after(self, query, heads):
        """From the last record of this page on, by its date."""
        date = self.last_date(heads) or query.get("added_after")
        return {"limit": str(LIMIT), **({"added_after": date} if date else {})}


def by_next(r, query, page, heads):
    if page.get("more"):
        return {"limit": str(LIMIT), "next": page["next"]}
    # at the end there is no next: go on from the last date
    if page.get("objects"):
        r.date = r.last_date(heads)
    return {"limit": str(LIMIT), **({"added_after": r.date} if getattr(r, "date", None) else {})}


def by_added_after(r, query, page, heads):
    return r.after(query, heads)


def by_both_in_turn(r, query, page, heads):
    r.turn = not getattr(r, "turn", False)
    if page.get("objects"):
        r.date = r.last_date(heads)
    if r.turn and page.get("more"):
        return {"limit": str(LIMIT), "next": page["next"]}
    return {"limit": str(LIMIT), **({"added_after": r.date} if getattr(r, "date", None) else {})}


def by_milliseconds(r, query, page, heads):
    """A client that cuts dates; what it repeats is in the last millisecond of what it had."""
    date = r.last_date(heads)
    if page.get("more"):
        return {"limit": str(LIMIT), "next": page["next"]}
    if not date:
        return {k: v for k, v in query.items() if k != "next"} if "added_after" in query else query
    r.cut = date[:-4] + "Z"
    return {"limit": str(LIMIT), "added_after": r.cut}


class Paging(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.feed = self.folder.feed()
        self.feed.user("rita", "reader")
        self.feed.user("walt", "writer")
        self.feed("collection", "add", "Busy", "--root", "feeds", "--alias", "busy")
        self.feed.start()
        self.done = threading.Event()
        self.errors = []

    def tearDown(self):
        self.folder.close()

    def write(self, writer, written):
        n, end = 0, time.time() + SECONDS
        try:
            while time.time() < end:
                objects = [lib.campaign((writer << 32) + n + i) for i in range(1 + n % 7)]
                status, _, data = self.feed.request("POST", OBJECTS, "walt", json.dumps({"objects": objects}).encode())
                if status != 202 or json.loads(data)["success_count"] != len(objects):
                    raise AssertionError(data)
                written.extend(o["id"] for o in objects)
                n += len(objects)
        except Exception as e:  # told by the test
            self.errors.append(e)

    def test_each_object_is_seen_once_by_readers_among_writers(self):
        written = [[] for _ in range(WRITERS)]
        writers = [threading.Thread(target=self.write, args=(i, w)) for i, w in enumerate(written)]
        readers = [Reader(self, f.__name__, f) for f in (by_next, by_added_after, by_both_in_turn, by_milliseconds)]
        for t in writers + [r.thread for r in readers]:
            t.start()
        for t in writers:
            t.join()
        self.done.set()
        for r in readers:
            r.thread.join()
        self.assertEqual(self.errors, [])
        everything = {i for w in written for i in w}
        self.assertGreater(len(everything), 50)
        print("%d objects in %.0f s" % (len(everything), SECONDS))
        for r in readers:
            self.assertIsNone(r.error, r.name)
            self.assertEqual(len(everything - set(r.seen)), 0, r.name)
            self.assertEqual(len(set(r.seen) - everything), 0, r.name)
            if r.how is not by_milliseconds:
                self.assertEqual(r.twice, [], r.name)
            self.assertEqual(r.wrong, [], r.name)


if __name__ == "__main__":
    unittest.main()
