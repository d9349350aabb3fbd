#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py OUT NAME.json... - the rule files as a table of C, so that the program has them without being installed."""

import json
import pathlib
import sys

lines = ["/* From src/screen/rules. */", '#include "screen/notice_int.h"', "", "const struct ent_notice_file ent_notice_files[] = {"]
for name in sys.argv[2:]:
    rules = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
    text = json.dumps(rules, ensure_ascii=True, separators=(",", ":"))
    lines.append('\t{ "%s",' % rules["jurisdiction"])
    parts = [json.dumps(text[i : i + 80]) for i in range(0, len(text), 80)]
    lines.append("\n".join("\t  " + part for part in parts) + " },")
lines += ["\t{ NULL, NULL },", "};", ""]
pathlib.Path(sys.argv[1]).write_text("\n".join(lines), encoding="ascii")
