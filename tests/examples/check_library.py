#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_library.py - the library as others meet it: installed to a prefix, found by pkg-config, linked shared and static, used
from C and C++, without a leak; and its manual names each function that it exports."""

import json
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ.get("ENTENTE_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = os.environ.get("ENTENTE_BUILD", "")
PLAIN = os.environ.get("ENTENTE_SANITIZE", "none") == "none"
EXAMPLES = ROOT / "examples"
CC, CXX = os.environ.get("CC", "cc"), os.environ.get("CXX", "c++")
WARN = ["-Wall", "-Wextra", "-Werror"]
RELATIONSHIPS = """{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":[
{"type":"tool","spec_version":"2.1","id":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","name":"A","created":
"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z"},{"type":"relationship","spec_version":"2.1","id":
"relationship--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2020-01-01T00:00:00.000Z","modified":
"2020-01-01T00:00:00.000Z","relationship_type":"targets","source_ref":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
"target_ref":"vulnerability--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
"object_marking_refs":["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"]}]}
"""


def run(*args, code=0, env=None):
    p = subprocess.run([str(a) for a in args], capture_output=True, text=True, env={**os.environ, **(env or {})}, timeout=300)
    if code is not None and p.returncode != code:
        raise AssertionError(f"{' '.join(map(str, args))}: {p.returncode}\n{p.stdout}{p.stderr}")
    return p


LIBRARIES = {"libentente": None, "libentente-taxii": {"taxii.h"}}  # and the headers that are its own; None: all others


class Documented(unittest.TestCase):
    def exported(self, library):
        return (ROOT / "tools" / (library + ".syms")).read_text(encoding="utf-8").split()

    def headers(self, library):
        taken = set().union(*(own for own in LIBRARIES.values() if own))
        return [p for p in (ROOT / "include" / "entente").glob("*.h") if p.name in (LIBRARIES[library] or {p.name} - taken)]

    def manual(self, library):
        return (ROOT / "man" / (library + ".3")).read_text(encoding="utf-8")

    def test_the_manual_names_each_function(self):
        for library in LIBRARIES:
            with self.subTest(library):
                functions = self.manual(library).split(".Sh FUNCTIONS")[1].split(".Sh EXAMPLES")[0]
                self.assertEqual(sorted(re.findall(r"^\.Fn (ent_\w+)", functions, re.M)), self.exported(library))

    def test_each_symbol_is_declared_in_an_installed_header(self):
        for library in LIBRARIES:
            with self.subTest(library):
                text = "".join(p.read_text(encoding="utf-8") for p in self.headers(library))
                self.assertEqual(sorted(set(re.findall(r"ENT_API[^;]*?\b(ent_\w+)\(", text))), self.exported(library))

    def test_each_header_is_installed_and_in_the_manual(self):
        listed = set(re.findall(r"'entente/(\w+\.h)'", (ROOT / "include" / "meson.build").read_text(encoding="utf-8")))
        self.assertEqual(listed, {p.name for p in (ROOT / "include" / "entente").glob("*.h")})
        for library in LIBRARIES:
            for header in self.headers(library):
                self.assertIn(f"entente/{header.name}", self.manual(library))


@unittest.skipUnless(BUILD, "not run by the build")
@unittest.skipUnless(PLAIN, "a library with a sanitizer isn't for other people's programs")
class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="entente-lib-"))
        # the very Meson that made the build: another version can't read its notes
        made_by = re.search(r"COMMAND = (.+) install --no-rebuild", (pathlib.Path(BUILD) / "build.ninja").read_text())
        run(*(shlex.split(made_by[1]) if made_by else ["meson"]), "install", "-C", BUILD, "--no-rebuild", "--quiet",
            "--destdir", cls.folder / "root")
        cls.pc = next((cls.folder / "root").rglob("libentente.pc")).parent
        cls.lib = cls.pc.parent
        (cls.folder / "relationships.json").write_text(RELATIONSHIPS, encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def flags(self, *args, library="libentente"):
        # where it was put, not where it was meant to go; guessed by pkg-config it would fail for Debian's own library folders
        prefix = re.search(r"(?m)^prefix=(.*)$", (self.pc / "libentente.pc").read_text())[1]
        p = run("pkg-config", f"--define-variable=prefix={self.folder}/root{prefix}", *args, library,
                env={"PKG_CONFIG_PATH": str(self.pc)})
        return p.stdout.split()

    def compiled(self, name, *more, static=False, library="libentente"):
        to = self.folder / (name + ("-static" if static else ""))
        flags = self.flags("--cflags", "--libs", *(["--static"] if static else []), library=library)
        if static:
            flags = [f"-l:lib{f[2:]}.a" if f.startswith("-lentente") else f for f in flags]
        run(CC, "-std=c17", *WARN, EXAMPLES / "lib" / (name + ".c"), *flags, *more, "-o", to)
        return to

    def ran(self, program, *args, code=0, under=()):
        return run(*under, program, *args, code=code, env={"LD_LIBRARY_PATH": str(self.lib)}).stdout

    def outcomes(self, static):
        """What each example says, shared or static."""
        tip, relationships = EXAMPLES / "tip.json", self.folder / "relationships.json"
        validate, hashes, walk, match = (self.compiled(n, static=static) for n in ("validate", "hash", "walk", "match"))
        self.assertIn("5 objects, 0 errors", self.ran(validate, tip))
        bad = self.folder / "bad.json"
        bad.write_text('{"type":"tool","id":"x"}', encoding="utf-8")
        self.assertIn("[identifier]", self.ran(validate, bad, code=1))
        bad.write_text("{", encoding="utf-8")
        for program in (validate, hashes, walk, match):
            self.ran(program, bad, code=2)
            self.ran(program, code=2)
        self.assertEqual(len(re.findall(r"^[0-9a-f]{64}  \S+--", self.ran(hashes, tip), re.M)), 5)
        self.assertEqual(
            self.ran(walk, relationships),
            "A --targets--> vulnerability--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f (TLP amber)\n"
            "1 objects are referred to and are not there\n",
        )
        seen = EXAMPLES / "seen.jsonl"
        self.assertIn("  line 2, object 1: domain-name:value = 'depot.example.net'\n", self.ran(match, tip, seen))
        self.ran(match, bad, seen, code=2)
        self.ran(match, tip, bad, code=2)
        return validate, hashes, walk

    def test_examples_with_the_shared_library(self):
        program = self.outcomes(False)[0]
        self.assertIn("libentente.so.0", run("readelf", "-d", program).stdout)

    def test_examples_with_the_static_library(self):
        program = self.outcomes(True)[0]
        self.assertNotIn("libentente", run("readelf", "-d", program).stdout)

    def feed(self):
        """A node of our own that serves three objects: how to call it, and its certificate."""
        node, entente = self.folder / "feed", pathlib.Path(BUILD) / "src" / "entente"
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        tools = [{"type": "tool", "spec_version": "2.1", "id": f"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3{i}", "name": "A",
                  "created": "2020-01-01T00:00:00.000Z", "modified": "2020-01-01T00:00:00.000Z"} for i in range(3)]
        file = self.folder / "tools.json"
        file.write_text(json.dumps({"type": "bundle", "id": "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "objects": tools}),
                        encoding="utf-8")
        run(entente, "init", node, "--name", "Feed", "--standalone")
        secret = self.folder / "secret"
        secret.write_text("correct horse battery", encoding="utf-8")
        run(entente, "-C", node, "user", "add", "ann", "--role", "reader", "--password-file", secret)
        run(entente, "-C", node, "collection", "add", "Tools", "--root", "lab", "--alias", "tools")
        run(entente, "-C", node, "import", file, "--collection", "tools")
        server = subprocess.Popen([entente, "-C", node, "serve", "--listen", f"127.0.0.1:{port}"], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        self.assertTrue(server.stdout.readline())
        return f"https://127.0.0.1:{port}", {"TAXII_USER": "ann", "TAXII_PASSWORD": "correct horse battery",
                                             "TAXII_CA": str(node / "tls" / "server.pem"), "LD_LIBRARY_PATH": str(self.lib)}

    def test_the_taxii_example_against_a_node(self):
        url, env = self.feed()
        for static in (False, True):
            with self.subTest(static=static):
                program = self.compiled("taxii", static=static, library="libentente-taxii")
                needed = run("readelf", "-d", program).stdout
                self.assertEqual("libentente-taxii.so.0" in needed, not static)
                self.assertIn(" r- Tools", run(program, url, "/lab/", env=env).stdout)
                p = run(program, url, "lab", "tools", env=env)
                self.assertEqual([json.loads(line)["type"] for line in p.stdout.splitlines()], ["tool"] * 3)
                last = re.fullmatch(r"added_after (\S+)\n", p.stderr)[1]
                self.assertEqual(run(program, url, "lab", "tools", last, env=env).stdout, "")
                self.assertIn("404", run(program, url, "lab", "nothing", env=env, code=1).stderr)
                self.assertIn("401", run(program, url, "lab", env={**env, "TAXII_PASSWORD": "wrong"}, code=1).stderr)
                self.assertIn("isn't trusted", run(program, url, "lab", env={**env, "TAXII_CA": "/etc/ssl/certs/ca-certificates.crt"},
                                                   code=2).stderr)
                run(program, url, env=env, code=2)
        if shutil.which("valgrind"):
            program = self.compiled("taxii", library="libentente-taxii")
            run("valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite,indirect",
                "--errors-for-leak-kinds=definite,indirect", "--error-exitcode=99", program, url, "lab", "tools", env=env)

    def test_stix_alone_needs_no_http_client(self):
        self.assertNotIn("curl", run("readelf", "-d", self.lib / "libentente.so").stdout)
        self.assertIn("curl", run("readelf", "-d", self.lib / "libentente-taxii.so").stdout)

    @unittest.skipUnless(shutil.which("valgrind"), "no valgrind")
    def test_nothing_leaks(self):
        # what is still reachable at the end are the hash functions, looked up once and kept
        lost = "definite,indirect,possible"
        valgrind = ("valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=" + lost,
                    "--errors-for-leak-kinds=" + lost, "--error-exitcode=99")
        bad = self.folder / "broken.json"
        bad.write_text('[{"type":"tool"}, 7', encoding="utf-8")
        for name, file in (("validate", EXAMPLES / "tip.json"), ("hash", EXAMPLES / "tip.json"),
                           ("walk", self.folder / "relationships.json")):
            with self.subTest(name):
                program = self.compiled(name)
                self.ran(program, file, under=valgrind)
                self.ran(program, bad, under=valgrind, code=2)
        with self.subTest("match"):
            self.ran(self.compiled("match"), EXAMPLES / "tip.json", EXAMPLES / "seen.jsonl", under=valgrind)

    def test_each_header_alone_in_c_and_in_cxx(self):
        include = [f for f in self.flags("--cflags") if f.startswith("-I")]
        for header in sorted(p.name for p in (self.lib.parent / "include" / "entente").glob("*.h")):
            with self.subTest(header):
                for compiler, language, std in ((CC, "c", "c17"), (CXX, "c++", "c++17")):
                    source = self.folder / f"alone.{language}"
                    source.write_text(f"#include <entente/{header}>\n#include <entente/{header}>\n", encoding="utf-8")
                    run(compiler, "-x", language, "-std=" + std, *WARN, "-Wpedantic", "-fsyntax-only", source, *include)

    def test_a_program_in_cxx(self):
        source, to = self.folder / "prog.cc", self.folder / "prog"
        source.write_text(
            "#include <cstdio>\n#include <cstring>\n#include <entente/entente.h>\n"
            "int main()\n{\n\tent_arena *a = ent_arena_new(1 << 20);\n\tconst ent_json *v = nullptr;\n\tent_err err;\n"
            '\tint rc = ent_json_parse(a, ENT_STR("{\\"b\\":1.50,\\"a\\":2}"), 8, &v, &err);\n'
            '\tent_str s = ent_json_canon(a, v);\n\tstd::printf("%.*s %s\\n", ENT_FMT(s), ent_version());\n'
            "\tent_arena_free(a);\n\treturn rc || std::strcmp(ent_version(), ENT_VERSION);\n}\n", encoding="utf-8")
        run(CXX, "-std=c++17", *WARN, "-Wpedantic", source, *self.flags("--cflags", "--libs"), "-o", to)
        version = self.flags("--modversion")[0]
        self.assertEqual(self.ran(to), '{"a":2,"b":1.5} %s\n' % version)


if __name__ == "__main__":
    unittest.main()
