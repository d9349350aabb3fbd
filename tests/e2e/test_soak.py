# SPDX-License-Identifier: Apache-2.0
"""Requests of all kinds, as many as ENTENTE_REQUESTS says, and the node is afterwards as it was: memory, descriptors, answers."""
import base64
import json
import os
import re
import shutil
import subprocess
import time
import unittest

import lib

REQUESTS = int(os.environ.get("ENTENTE_REQUESTS", "30000"))
CONNECTIONS = 48
ROUNDS = 20  # wrk starts anew, with new connections, this many times

# no HEAD: wrk waits for the body that its Content-Length tells of
LUA = """
local coll = "/feed/collections/all/"
local reader, boss = "Basic %s", "Basic %s"
local taxii = "application/taxii+json;version=2.1"
local function ask(method, path, login, body)
  local h = { ["Accept"] = taxii, ["Authorization"] = login }
  if body then h["Content-Type"] = taxii end
  return wrk.format(method, path, h, body)
end
local function id(n) return string.format("campaign--2b9a3c52-9a3b-4c84-8a0f-%%012x", n) end
local function object(n)
  return '{"type":"campaign","spec_version":"2.1","id":"' .. id(n) .. '","created":"2018-12-01T00:00:00.000Z",' ..
         '"modified":"2018-12-01T00:00:00.000Z","name":"posted again and again"}'
end
math.randomseed(os.time())
local kinds = {
  function() return ask("GET", coll .. "objects/?limit=" .. math.random(1, 300), reader) end,
  function() return ask("GET", coll .. "objects/?limit=20&match[type]=campaign,malware", reader) end,
  function() return ask("GET", coll .. "objects/?match[id]=" .. id(math.random(0, 999)), reader) end,
  function() return ask("GET", coll .. "manifest/?limit=" .. math.random(1, 300), reader) end,
  function() return ask("GET", coll .. "objects/" .. id(math.random(0, 999)) .. "/", reader) end,
  function() return ask("GET", coll .. "objects/" .. id(math.random(0, 999)) .. "/versions/", reader) end,
  function() return ask("GET", "/taxii2/", reader) end,
  function() return ask("GET", "/feed/", reader) end,
  function() return ask("GET", "/feed/collections/", reader) end,
  function() return ask("GET", "/feed/collections/" .. math.random(1, 1000000) .. "/objects/", reader) end,
  function() return ask("GET", coll .. "objects/?match[colour]=red", reader) end,
  function() return ask("GET", coll .. "objects/?next=" .. math.random(1, 1000000), reader) end,
  function() return ask("GET", coll .. "objects/?added_after=yesterday", reader) end,
  function() return ask("GET", coll .. "objects/", nil) end,
  function() return ask("OPTIONS", coll .. "objects/", reader) end,
  function() return ask("PUT", coll, reader) end,
  function() return ask("POST", coll .. "objects/", reader, '{"objects":[' .. object(1) .. ']}') end,
  function() return ask("GET", "/healthz", nil) end,
  function() return ask("GET", "/no/such/path/" .. math.random(1, 1000000), nil) end,
}
local writes = {
  function() return ask("POST", coll .. "objects/", boss, '{"objects":[' .. object(math.random(2000, 2049)) .. ']}') end,
  function() return ask("POST", coll .. "objects/", boss, '{"objects":[{"type":"rubbish"},' .. object(math.random(0, 999)) .. ']}') end,
  function() return ask("POST", coll .. "objects/", boss, '{"objects":') end,
  function() return ask("DELETE", coll .. "objects/" .. id(math.random(2000, 2049)) .. "/", boss) end,
}
request = function()
  if math.random(1, 200) == 1 then return writes[math.random(#writes)]() end
  return kinds[math.random(#kinds)]()
end
"""


@unittest.skipUnless(shutil.which("wrk"), "wrk isn't installed")
class Soak(unittest.TestCase):
    def setUp(self):
        self.folder = lib.Folder()
        self.feed = f = self.folder.feed()
        f.user("reader", "reader")
        f.user("boss", "admin")
        f("collection", "add", "Feed", "--root", "feed", "--alias", "all")
        f("import", self.folder.file("a.json", lib.bundle([lib.campaign(i, "x" * 200) for i in range(1000)])), "--collection", "all")
        with open(os.path.join(f.dir, "entente.conf"), "a") as c:
            c.write("\nlog_level = error\n")
        f.start()

    def tearDown(self):
        self.folder.close()

    def own(self):
        """Memory of the process's own, KiB, and its descriptors."""
        proc = "/proc/%d/" % self.feed.process.pid
        with open(proc + "status") as f:
            kib = int(re.search(r"(?m)^RssAnon:\s+(\d+)", f.read()).group(1))
        return kib, len(os.listdir(proc + "fd"))

    def load(self, script, seconds):
        out = subprocess.run(["wrk", "-c", str(CONNECTIONS), "-t", "1", "-d", "%ds" % seconds, "--timeout", "30s", "-s", script,
                              "https://127.0.0.1:%d/" % self.feed.port], capture_output=True, text=True, check=True).stdout
        errors = re.search(r"Socket errors: (.*)", out)
        self.assertIsNone(errors, out)
        return int(re.search(r"(\d+) requests in", out).group(1))

    def quiet(self):
        """Once the connections of the last round are gone."""
        deadline = time.monotonic() + 60 * lib.SLOW
        while True:
            kib, fds = self.own()
            if fds <= self.fds:
                return kib, fds
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def test_all_is_as_it_was(self):
        logins = tuple(base64.b64encode((who + ":" + self.feed.PASSWORD).encode()).decode() for who in ("reader", "boss"))
        script = self.folder.file("soak.lua", LUA % logins)
        self.fds = self.own()[1]
        done, rate = self.load(script, 1), 0
        first = None
        while done < REQUESTS:
            seconds = max(1, min(30, (REQUESTS // ROUNDS) // max(1, rate or done)))
            n = self.load(script, seconds)
            rate = n // seconds
            done += n
            at = self.quiet()
            if first is None and done >= REQUESTS // 5:  # caches are full by then
                first = at
        last = self.quiet()
        first = first or last
        self.assertEqual(last[1], self.fds, "descriptors")
        self.assertLess(last[0], first[0] + 16 * 1024, "KiB of memory of its own")
        status, _, page = self.feed.request("GET", "/feed/collections/all/objects/?limit=1000", "reader")
        self.assertEqual((status, len(json.loads(page)["objects"])), (200, 1000))
        # what contradicts what is held is refused, and said; nothing else goes wrong
        other = [line for line in self.feed.logs().splitlines() if "is held with other content" not in line]
        self.assertEqual(other[:3], [])
        metrics = self.feed.request("GET", "/metrics", "boss")[2].decode()
        self.assertIn('status="202"', metrics)
        self.assertEqual(re.findall(r'.*status="5.*', metrics), [])
        print("%d requests, %d a second; %d KiB and %d descriptors, before %d KiB and %d" % ((done, rate) + last + first), flush=True)


if __name__ == "__main__":
    unittest.main()
