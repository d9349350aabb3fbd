#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py - put each NAME.schema.json into the "schema" property of NAME.json beside it."""

import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent

for path in sorted(HERE.glob("*.schema.json")):
    schema = json.loads(path.read_text(encoding="utf-8"))
    target = HERE / path.name.replace(".schema.json", ".json")
    definition = json.loads(target.read_text(encoding="utf-8"))
    definition["schema"] = json.dumps(schema, separators=(",", ":"), ensure_ascii=False)
    target.write_text(json.dumps(definition, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
