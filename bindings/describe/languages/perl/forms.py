"""What all files of Perl are made of: its words and its POD."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from words import MARK, Words, pascal, wrapped

_PREFIXES = tuple(
    f"robofy_{handle}_"
    for handle in (
        "error",
        "reply",
        "response",
        "stream_event",
        "event",
        "settings",
        "sessions",
        "stream",
        "client",
        "inbox",
        "whatsapp",
    )
)
_SETTER = re.compile(r"robofy_(?:options|inbox_options|message)_set_")
# Code, and what would begin one of POD's own marks.
_MARKED = re.compile(r"`([^`]+)`|(?<=[A-Z])<")


def class_of(status: str) -> str:
    return f"Robofy::Error::{'TLS' if status == 'TLS' else pascal(status)}"


def _function(name: str) -> str:
    if _SETTER.match(name):
        return f"`{_SETTER.sub('', name).removesuffix('_ms')}`"
    prefix = next(prefix for prefix in _PREFIXES if name.startswith(prefix))
    return f"`{name.removeprefix(prefix).removesuffix('_ms')}`"


_WORDS = Words(null="undef", function=_function, status=lambda name: f"`{class_of(name)}`")


def pod(text: str) -> str:
    """In lines, with POD's marks for code."""
    return re.sub("^=", "Z<>=", _MARKED.sub(_marked, wrapped(_WORDS(text), "")), flags=re.MULTILINE)


def _marked(found: re.Match[str]) -> str:
    if not found[1]:
        return "E<lt>"
    return f"C<< {found[1]} >>" if re.search("[<>]", found[1]) else f"C<{found[1]}>"


def head(package: str, about: str) -> str:
    return f"package Robofy::{package};\n\n# {about}\n# {MARK}\n\nuse strict;\nuse warnings;\n"


def table(rows: Mapping[str, str]) -> str:
    width = max(map(len, rows))
    return "\n".join(f"    {name:{width}} => {value}," for name, value in rows.items())


def items(items: Iterable[tuple[str, str]]) -> str:
    return "\n\n".join(f"=item {name}\n\n{pod(text)}" for name, text in items)
