"""The memory of another process, searched as a core dump would be, while it stands still."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CONTEXT = 48
# The kernel's own pages, which cannot be read.
_SPECIAL = ("[vvar]", "[vvar_vclock]", "[vsyscall]")


@dataclass(frozen=True)
class Copy:
    form: str
    region: str
    before: bytes

    def __str__(self) -> str:
        return f"{self.form} in {self.region or 'anonymous memory'} after {self.before[-24:]!r}"


def copies(pid: int, forms: dict[str, bytes]) -> list[Copy]:
    """Every place at which one of the forms stands."""
    found = []
    for region, content in _regions(pid):
        for name, form in forms.items():
            for match in re.finditer(re.escape(form), content):
                at = match.start()
                found.append(Copy(name, region, content[max(0, at - _CONTEXT) : at]))
    return found


def _regions(pid: int) -> Iterator[tuple[str, bytes]]:
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            span, permissions, *rest = line.split(maxsplit=5)
            region = rest[3].strip() if len(rest) > 3 else ""
            if "r" not in permissions or region in _SPECIAL:
                continue
            begin, end = (int(address, 16) for address in span.split("-"))
            memory.seek(begin)
            yield region, _read(memory, end - begin)


def _read(memory: object, size: int) -> bytes:
    parts = []
    while size > 0:
        try:
            part = memory.read(size)  # type: ignore[attr-defined]
        except OSError:
            break  # a guard page
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
