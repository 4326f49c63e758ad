"""Which functions of the C interface two versions of a generated file differ in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_FUNCTION = re.compile(r"\brobofy_\w+")


def functions_of(before: str, after: str) -> set[str]:
    old, new = before.splitlines(), after.splitlines()
    found: set[str] = set()
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found |= _named(old, old_start, old_end) | _named(new, new_start, new_end)
    return found


def _named(lines: Sequence[str], start: int, end: int) -> set[str]:
    names = set(_FUNCTION.findall("\n".join(lines[start:end])))
    if start < end and not _FUNCTION.search(lines[start]):
        names |= _declared_above(lines, start)
    return names


def _declared_above(lines: Sequence[str], position: int) -> set[str]:
    """A declaration may take several lines, of which the first has the name."""
    while position and lines[position].strip():
        position -= 1
        if found := _FUNCTION.findall(lines[position]):
            return {found[-1]}
    return set()
