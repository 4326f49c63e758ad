"""The kinds of a stream's events."""

from __future__ import annotations

from interface import Interface
from words import MARK

from .forms import javadoc, told


def event_kind(interface: Interface) -> str:
    members = ",\n".join(
        f"{javadoc(told(kind.text))}\n    {kind.name}({kind.number})" for kind in interface.event_kinds
    )
    return f"""\
package ai.robofy;

// {MARK}

/** What an {{@link StreamEvent}} is about. */
public enum StreamEventKind {{
{members};

    private final int number;

    StreamEventKind(int number) {{
        this.number = number;
    }}

    /** One that a later library has added is another one here. */
    static StreamEventKind of(int number) {{
        for (StreamEventKind kind : values()) {{
            if (kind.number == number) {{
                return kind;
            }}
        }}
        return OTHER;
    }}
}}
"""
