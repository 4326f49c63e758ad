"""The kinds of a stream's events."""

from __future__ import annotations

from interface import Interface
from words import pascal

from .forms import file, summary, told


def event_kind(interface: Interface) -> str:
    members = "\n\n".join(
        f"{summary(told(kind.text))}\n        {pascal(kind.name)} = {kind.number}," for kind in interface.event_kinds
    )
    body = f"""\
    /// <summary>What an <see cref="StreamEvent"/> is about. One that a later library has added is <see cref="Other"/>.</summary>
    public enum StreamEventKind
    {{
{members}
    }}"""
    return file(body)
