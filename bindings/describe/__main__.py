"""Writes what the bindings derive from `include/robofy.h`: declarations, tables, and their documentation."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import header
import languages
from changes import functions_of
from interface import InterfaceError
from words import MARK

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "include" / "robofy.h"


def main() -> int:
    parser = argparse.ArgumentParser(prog="bindings/describe", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is not as it should be")
    parser.add_argument("--list", action="store_true", help="list the files")
    arguments = parser.parse_args()
    try:
        files = languages.files(header.read(HEADER))
    except InterfaceError as error:
        print(f"bindings/describe: {error}", file=sys.stderr)
        return 2
    if arguments.list:
        print("\n".join(sorted(files)))
        return 0
    stale = {name: text for name, text in files.items() if _read(name) != text}
    return _report(stale, _forsaken(files)) if arguments.check else _write(stale, _forsaken(files))


def _read(name: str) -> str:
    path = ROOT / name
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _forsaken(files: Mapping[str, str]) -> list[str]:
    """What an earlier description has written beside the files of this one."""
    found: list[str] = []
    for folder in {(ROOT / name).parent for name in files}:
        for path in folder.iterdir():
            if path.is_file() and MARK.encode() in path.read_bytes():
                found.append(path.relative_to(ROOT).as_posix())
    return sorted(set(found) - set(files))


def _write(stale: Mapping[str, str], forsaken: list[str]) -> int:
    for name, text in stale.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_bytes(text.encode())
        print(f"wrote {name}")
    for name in forsaken:
        (ROOT / name).unlink()
        print(f"removed {name}")
    return 0


def _report(stale: Mapping[str, str], forsaken: list[str]) -> int:
    for name, text in sorted(stale.items()):
        functions = sorted(functions_of(_read(name), text))
        about = f" ({', '.join(functions)})" if functions else ""
        print(f"{name} is not what include/robofy.h declares{about}: run make bindings", file=sys.stderr)
    for name in forsaken:
        print(f"{name} is generated no more: run make bindings", file=sys.stderr)
    return 1 if stale or forsaken else 0


if __name__ == "__main__":
    sys.exit(main())
