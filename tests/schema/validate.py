#!/usr/bin/env python3
"""Validates score documents against their schema.

usage: validate.py SCHEMA PROGRAM DOCUMENT...

PROGRAM (write_sample_reports) is run with a folder and writes documents of every sample into it; DOCUMENTs are validated too.
Exit status 77 (skipped) without python3-jsonschema, unless CI=true demands it.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile


def refuse_constant(text):
    raise ValueError(f"found {text}, which is no JSON")


def main(schema_path, program, *documents):
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        print("python3-jsonschema is missing: nothing was validated")
        return 1 if os.environ.get("CI") == "true" else 77
    schema = json.loads(pathlib.Path(schema_path).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, folder], check=True)
        paths = sorted(pathlib.Path(folder).glob("*.json"))
        if not paths:
            print("the program wrote no document")
            return 1
        for path in [*paths, *map(pathlib.Path, documents)]:
            document = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse_constant)
            for error in validator.iter_errors(document):
                print(f"{path.name}: {error.json_path}: {error.message[:300]}")
                failures += 1
    # The schema must be strict: a document with a key too many is refused.
    if validator.is_valid({**document, "more": 1}):
        print("the schema accepts unknown keys")
        failures += 1
    print(f"{len(paths) + len(documents)} documents, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
