"""Writes what the bindings derive from `include/robofy.h`: declarations, tables, and their documentation."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import header
import languages

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "include" / "robofy.h"
_FUNCTION = re.compile(r"\brobofy_\w+")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bindings/describe", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is not what it should be")
    parser.add_argument("--list", action="store_true", help="list the files")
    arguments = parser.parse_args()
    try:
        files = languages.files(header.read(HEADER))
    except (header.HeaderError, ValueError) as error:
        print(f"bindings/describe: {error}", file=sys.stderr)
        return 2
    if arguments.list:
        print("\n".join(sorted(files)))
        return 0
    stale = {name: text for name, text in files.items() if not _is_current(name, text)}
    if arguments.check:
        return _report(stale)
    for name, text in stale.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(text)
        print(f"wrote {name}")
    return 0


def _is_current(name: str, text: str) -> bool:
    path = ROOT / name
    return path.is_file() and path.read_text() == text


def _report(stale: Mapping[str, str]) -> int:
    for name, text in sorted(stale.items()):
        path = ROOT / name
        before = path.read_text().splitlines() if path.is_file() else []
        changed = difflib.unified_diff(before, text.splitlines(), lineterm="", n=0)
        functions = sorted({found for line in changed for found in _FUNCTION.findall(line)})
        about = f" ({', '.join(functions[:5])})" if functions else ""
        print(f"{name} is not what include/robofy.h declares{about}: run make bindings", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
