#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_library.py - the library as others meet it: installed to a prefix, found by pkg-config, linked shared and static, used
from C and C++, without a leak; and its manual names each function that it exports."""

import os
import pathlib
import re
import shlex
import shutil
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


class Documented(unittest.TestCase):
    def exported(self):
        return (ROOT / "tools" / "libentente.syms").read_text(encoding="utf-8").split()

    def test_the_manual_names_each_function(self):
        manual = (ROOT / "man" / "libentente.3").read_text(encoding="utf-8")
        functions = manual.split(".Sh FUNCTIONS")[1].split(".Sh EXAMPLES")[0]
        self.assertEqual(sorted(re.findall(r"^\.Fn (ent_\w+)", functions, re.M)), self.exported())

    def test_each_symbol_is_declared_in_an_installed_header(self):
        text = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "include" / "entente").glob("*.h"))
        declared = set(re.findall(r"ENT_API[^;]*?\b(ent_\w+)\(", text))
        self.assertEqual(sorted(declared), self.exported())

    def test_each_header_is_installed_and_in_the_manual(self):
        listed = set(re.findall(r"'entente/(\w+\.h)'", (ROOT / "include" / "meson.build").read_text(encoding="utf-8")))
        manual = (ROOT / "man" / "libentente.3").read_text(encoding="utf-8")
        self.assertEqual(listed, {p.name for p in (ROOT / "include" / "entente").glob("*.h")})
        for name in listed:
            self.assertIn(f"entente/{name}", manual)


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

    def flags(self, *args):
        # where it was put, not where it was meant to go; guessed by pkg-config it would fail for Debian's own library folders
        prefix = re.search(r"(?m)^prefix=(.*)$", (self.pc / "libentente.pc").read_text())[1]
        p = run("pkg-config", f"--define-variable=prefix={self.folder}/root{prefix}", *args, "libentente",
                env={"PKG_CONFIG_PATH": str(self.pc)})
        return p.stdout.split()

    def compiled(self, name, *more, static=False):
        to = self.folder / (name + ("-static" if static else ""))
        flags = self.flags("--cflags", "--libs", *(["--static"] if static else []))
        if static:
            flags = ["-l:libentente.a" if f == "-lentente" else f for f in flags]
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
