#!/usr/bin/env python3
"""Fails on files of a crate that use each other in a circle, and on folders of the engine that hold too many files.

Reads the `use` items of formatted Rust sources, and the paths that are written out where they are used. Test modules
and `mod` declarations are no use. A name that a module re-exports is used from the file that defines it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).parents[2]
CRATES = ("client/src", "conversation/src", "src", "cli/src")
ENGINE = "client/src/engine"
MAX_FILES = 8

COMMENT_OR_LITERAL = re.compile(
    r"""//[^\n]*|/\*.*?\*/|\br(#*)".*?"\1|"(?:\\.|[^"\\])*"|'(?:\\.[^']*|[^'\\])'""", re.DOTALL
)
VISIBILITY = re.compile(r"\bpub\([^)]*\)")
TEST_ONLY = re.compile(r"^#\[cfg\(test\)\]\n(?:#.*\n)*(?:mod \w+ \{.*?^\}|use [^;]*;)", re.DOTALL | re.MULTILINE)
USE = re.compile(r"\buse\s+([^;]+);")
PATH = re.compile(r"(?<![\w:])\w+(?:::\w+)+")

#: The names on the way to a module or an item of it: ("engine", "retry") is `crate::engine::retry`.
Names = tuple[str, ...]


class Source:
    """What a file imports, by the name it has there, and the paths that it writes out."""

    def __init__(self, file: Path) -> None:
        text = COMMENT_OR_LITERAL.sub("''", file.read_text(encoding="utf-8"))
        text = TEST_ONLY.sub("", VISIBILITY.sub("", text))
        self.imports: dict[str, Names] = dict(leaf for tree in USE.findall(text) for leaf in _leaves(tree))
        self.written = [tuple(path.split("::")) for path in PATH.findall(USE.sub("", text))]


def _leaves(tree: str) -> Iterator[tuple[str, Names]]:
    """What a `use` tree imports: `a::{b, c as d}` gives b, ("a", "b") and d, ("a", "c")."""
    head, brace, group = " ".join(tree.split()).partition("{")
    if brace:
        parts = re.findall(r"(?:[^{},]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})+", group.removesuffix("}"))
        for part in filter(str.strip, parts):
            yield from _leaves(head + part.strip())
        return
    path, _, alias = tree.partition(" as ")
    names = tuple(path.split("::"))
    if names[-1] == "self":
        names = names[:-1]
    # Each glob by a name of its own.
    yield (path if names[-1] == "*" else alias or names[-1]), names


class Crate:
    def __init__(self, root: Path) -> None:
        self.files = {_module(file.relative_to(root)): file for file in sorted(root.rglob("*.rs"))}
        self.sources = {module: Source(file) for module, file in self.files.items()}

    def graph(self) -> dict[Path, set[Path]]:
        """Of each file, the others whose items it uses."""
        graph = {}
        for module, source in self.sources.items():
            used = {self.definer(path, module) for path in [*source.imports.values(), *source.written]}
            graph[self.files[module]] = {self.files[other] for other in used if other not in (None, module)}
        return graph

    def definer(self, path: Names, module: Names, hops: int = 8) -> Optional[Names]:
        """The module that defines what `path` means in `module`; None if it is none of this crate."""
        imports = self.sources[module].imports
        first, *rest = path
        if first in ("crate", "self", "super"):
            at = {"crate": (), "self": module, "super": module[:-1]}[first]
        elif (*module, first) in self.files:
            at = (*module, first)
        elif rest and hops and first in imports:
            return self.definer((*imports[first], *rest), module, hops - 1)
        else:
            return None
        while rest and (rest[0] == "super" or (*at, rest[0]) in self.files):
            name = rest.pop(0)
            at = at[:-1] if name == "super" else (*at, name)
        if rest and hops and at != module and rest[0] in self.sources[at].imports:
            return self.definer((*self.sources[at].imports[rest[0]], *rest[1:]), at, hops - 1) or at
        return at


def _module(file: Path) -> Names:
    names = file.with_suffix("").parts
    return names[:-1] if names[-1] in ("mod", "lib", "main") else names


def circles(graph: dict[Path, set[Path]]) -> Iterator[list[Path]]:
    """One circle after another; each is broken before the next is looked for."""
    while True:
        try:
            TopologicalSorter(graph).prepare()
            return
        except CycleError as error:
            circle: list[Path] = error.args[1][::-1]
            graph[circle[0]].remove(circle[1])
            yield circle


def crowded(folder: Path) -> Iterator[str]:
    for inner in sorted({file.parent for file in folder.rglob("*.rs")}):
        count = len(list(inner.glob("*.rs")))
        if count > MAX_FILES:
            yield f"{inner} holds {count} files, more than {MAX_FILES}"


def main() -> int:
    faults = [
        "a circle: " + " uses ".join(str(file.relative_to(ROOT)) for file in circle)
        for crate in CRATES
        for circle in circles(Crate(ROOT / crate).graph())
    ]
    faults.extend(crowded(ROOT / ENGINE))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
