"""What endpoints with known answers give, and what events are about: their types for TypeScript."""

from __future__ import annotations

from interface import Interface, Kind
from words import MARK, camel

from .forms import jsdoc, told

_PREFIX = "robofy_sessions_"


def names_of_sessions(interface: Interface) -> dict[str, str]:
    """What is known of a conversation, by the service's name for it."""
    getters = [function for function in interface.getters("Sessions") if function.returns.kind is Kind.TEXT]
    return {function.name.removeprefix(_PREFIX): function.text for function in getters}


def answer_types(interface: Interface) -> str:
    listed = "\n".join(f"- `{kind.name.lower()}`: {kind.text}" for kind in interface.event_kinds)
    about = jsdoc(told(f"What an event of a stream is about.\n\n{listed}"))
    kinds = " | ".join(f"'{kind.name.lower()}'" for kind in interface.event_kinds)
    members = "\n".join(
        f"{jsdoc(told(text), '    ')}\n    readonly {camel(name)}: string | null;"
        for name, text in names_of_sessions(interface).items()
    )
    return f"""\
// {MARK}

{about}
export type StreamEventKind = {kinds};

/** A conversation of an agent, as the service lists it. What the service did not send is null. */
export interface Session {{
{members}
}}
"""
