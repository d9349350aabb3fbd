# SPDX-License-Identifier: Apache-2.0
"""A client that knows only the standard mirrors a large collection; ENTENTE_OBJECTS says how large."""
import json
import os
import time
import unittest

import lib
import mirror

OBJECTS = int(os.environ.get("ENTENTE_OBJECTS", "100000"))
BATCH = 100000


class Mirror(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = lib.Folder()
        cls.feed = cls.folder.feed()
        cls.feed.user("rita", "reader")
        cls.feed("collection", "add", "Large", "--root", "feeds", "--alias", "large", "--read", "rita")
        for first in range(0, OBJECTS, BATCH):
            path = cls.folder.file("batch.json", {"objects": [lib.campaign(i) for i in range(first, min(first + BATCH, OBJECTS))]})
            cls.feed("import", path, "--collection", "large", timeout=600)
        cls.feed.start()

    @classmethod
    def tearDownClass(cls):
        cls.folder.close()

    def test_mirrors_all_and_then_only_what_is_new(self):
        client = mirror.Client("https://127.0.0.1:%d" % self.feed.port, os.path.join(self.feed.dir, "tls", "server.pem"),
                               "rita", self.feed.PASSWORD)
        self.addCleanup(client.close)
        root = client.roots()[0]
        found = client.collections(root)
        self.assertEqual([c["title"] for c in found], ["Large"])
        held, begin = {}, time.time()
        last, count = mirror.mirror(client, root, found[0]["id"], held, limit=1000)
        print("%d objects in %.1f s, %d requests" % (count, time.time() - begin, client.requests))
        self.assertEqual((count, len(held)), (OBJECTS, OBJECTS))
        for n in (0, OBJECTS // 2, OBJECTS - 1):
            o = lib.campaign(n)
            self.assertEqual(held[o["id"], o["modified"]], o)
        self.assertEqual(mirror.mirror(client, root, found[0]["id"], held, last), (last, 0))
        fresh = lib.campaign(7, "newer", modified="2019-01-01T00:00:00.000Z")
        self.feed("import", self.folder.file("new.json", json.dumps(fresh)), "--collection", "large")
        _, count = mirror.mirror(client, root, found[0]["id"], held, last)
        self.assertEqual((count, len(held)), (1, OBJECTS + 1))
        self.assertEqual(held[fresh["id"], fresh["modified"]], fresh)


if __name__ == "__main__":
    unittest.main()
