"""What endpoints with known answers give, and the names of enumerations: their types for TypeScript."""

from __future__ import annotations

from interface import Enumeration, Interface, Kind
from words import MARK, camel

from .forms import jsdoc, told

_PREFIX = "robofy_sessions_"


def names_of_sessions(interface: Interface) -> dict[str, str]:
    """What is known of a conversation, by the service's name for it."""
    getters = [function for function in interface.getters("Sessions") if function.returns.kind is Kind.TEXT]
    return {function.name.removeprefix(_PREFIX): function.text for function in getters}


def answer_types(interface: Interface) -> str:
    enums = "\n\n".join(map(_names, interface.enums))
    members = "\n".join(
        f"{jsdoc(told(text), '    ')}\n    readonly {camel(name)}: string | null;"
        for name, text in names_of_sessions(interface).items()
    )
    return f"""\
// {MARK}

{enums}

/** A conversation of an agent, as the service lists it. What the service did not send is null. */
export interface Session {{
{members}
}}
"""


def _names(enum: Enumeration) -> str:
    listed = "\n".join(f"- `{member.name.lower()}`: {told(member.text)}" for member in enum.members)
    names = " | ".join(f"'{member.name.lower()}'" for member in enum.members)
    return f"{jsdoc(f'{told(enum.about)}{chr(10)}{chr(10)}{listed}')}\nexport type {enum.name} = {names};"
