# SPDX-License-Identifier: Apache-2.0
"""The transcripts of docs/taxii.md: each command is run as it stands there, and answers as it stands there."""
import os
import re
import subprocess
import unittest

import lib

PAGE = os.path.join(lib.SOURCE, "docs", "taxii.md")
END = "-- end of the command --"


def steps(text):
    """(command, what is expected) of the console blocks; "> " continues a command."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append([line[2:], []])
            elif line.startswith("> ") and not found[-1][1]:
                found[-1][0] += "\n" + line[2:]
            else:
                found[-1][1].append(line)
    return [(command, "\n".join(expected)) for command, expected in found]


def pattern(expected):
    return re.compile(".*?".join(re.escape(part) for part in expected.split("...")), re.S)


class Shell:
    """One bash for all of them, so that functions, variables and jobs stay."""

    def __init__(self, folder):
        env = dict(os.environ)
        env["PATH"] = os.path.abspath(lib.BIN or ".") + ":" + env["PATH"]
        env["LC_ALL"] = "C"
        self.p = subprocess.Popen(["bash"], cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, bufsize=1)

    def run(self, command):
        out = ""
        self.p.stdin.write(command + "\n")
        if command.endswith("&"):  # it says one line when it is ready
            out = self.p.stdout.readline()
        self.p.stdin.write("\necho '%s'\n" % END)
        while END not in (line := self.p.stdout.readline()):
            if not line:
                raise AssertionError("bash ended at: " + command)
            out += line
        # the status line of HTTP/2 ends with a blank
        return (out + line[:line.index(END)]).replace("\r", "").replace(" \n", "\n").rstrip("\n")

    def close(self):
        self.p.stdin.close()
        self.p.wait(60 * lib.SLOW)
        self.p.stdout.close()


class Transcript(unittest.TestCase):
    def test_each_command_answers_as_the_page_says(self):
        with open(PAGE, encoding="utf-8") as f:
            found = steps(f.read().replace("127.0.0.1:6443 2>", "127.0.0.1:PORT 2>").replace("https://127.0.0.1:6443", "https://127.0.0.1:PORT"))
        port = str(lib.free_port())
        folder = lib.Folder()
        shell = Shell(folder.path)
        try:
            for command, expected in found:
                out = shell.run(command.replace("PORT", port))
                if not pattern(expected.replace("PORT", port)).fullmatch(out):
                    self.fail("$ %s\n%s\n-- but the page says:\n%s" % (command, out, expected))
        finally:
            shell.run("kill %1 2>/dev/null; wait")
            shell.close()
            folder.close()

    def test_every_endpoint_is_there(self):
        with open(PAGE, encoding="utf-8") as f:
            commands = "\n".join(command for command, _ in steps(f.read()))
        for path in ("/taxii2/", "/cert/\n", "/cert/collections/\n", "$collection\n", "/status/", "/manifest/", "/objects/",
                     "/versions/", "DELETE", "-d @", "match[", "added_after=", "next=", "limit=", "If-None-Match", "OPTIONS"):
            self.assertIn(path, commands + "\n")


if __name__ == "__main__":
    unittest.main()
