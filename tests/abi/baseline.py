#!/usr/bin/env python3
"""Takes the binary interface from a build; run by itself, it writes it over the checked-in one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from description import described  # noqa: E402
from library import HEADERS, shared_library  # noqa: E402
from standin import TARGET  # noqa: E402

SYMBOLS = HERE / "symbols.txt"
DESCRIPTION = HERE / "robofy.abi"
WORK = TARGET / "abi"


def exported() -> list[str]:
    """The symbols of the shared library, sorted."""
    command = ["nm", "-D", "--defined-only", "--format=posix", str(shared_library())]
    listed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return sorted(line.split()[0] for line in listed.splitlines())


def header() -> str:
    return (HEADERS / "robofy.h").read_text()


def declared(header: Path = HEADERS / "robofy.h") -> list[str]:
    """The functions of a header, sorted."""
    return sorted(function.name for function in described(header).functions)


def describe(text: str, description: Path) -> Path:
    """The description of a header's text by libabigail, without what differs from machine to machine."""
    library = _library_of(text, description.with_suffix(".so"))
    command = ["abidw", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-linux-kernel-mode"]
    subprocess.run([*command, "--out-file", str(description), str(library)], check=True)
    return description


def _library_of(text: str, library: Path) -> Path:
    """Every function with an empty body."""
    library.parent.mkdir(parents=True, exist_ok=True)
    header, source = library.with_suffix(".h"), library.with_suffix(".c")
    header.write_text(text)
    bodies = [f"{function.signature} {{ __builtin_trap(); }}\n" for function in described(header).functions]
    source.write_text(f'#include "{header.name}"\n' + "".join(bodies))
    # By its name alone, which the description repeats.
    command = ["cc", "-std=c99", "-g", "-shared", "-fPIC", "-Wl,-soname,librobofy.so", source.name, "-o", library.name]
    subprocess.run(command, cwd=library.parent, check=True)
    return library


def main() -> None:
    SYMBOLS.write_text("".join(f"{symbol}\n" for symbol in exported()))
    WORK.mkdir(parents=True, exist_ok=True)
    DESCRIPTION.write_text(describe(header(), WORK / "robofy.abi").read_text())
    print(f"wrote {SYMBOLS.name} and {DESCRIPTION.name} in {HERE}")


if __name__ == "__main__":
    main()
