"""The enumerations, and what a webhook's event tells."""

from __future__ import annotations

import re

from interface import Enumeration, Function, Interface, Kind
from words import MARK, camel, wrapped

from .forms import javadoc, told

_OF = """

    /** One that a later library has added is another one here. */
    static {name} of(int number) {
        for ({name} each : values()) {
            if (each.number == number) {
                return each;
            }
        }
        return OTHER;
    }"""


def enumeration(enum: Enumeration) -> str:
    members = ",\n".join(f"{javadoc(told(member.text))}\n    {member.name}({member.number})" for member in enum.members)
    # What is only given to the library is never made of a number.
    of = _OF.replace("{name}", enum.name) if enum.is_open else ""
    return f"""\
package ai.robofy;

// {MARK}

/** {told(enum.about)} */
public enum {enum.name} {{
{members};

    {"private " * enum.is_open}final int number;

    {enum.name}(int number) {{
        this.number = number;
    }}{of}
}}
"""


_KIND, _JSON = "robofy_event_kind", "robofy_event_json"


def event(interface: Interface) -> str:
    getters = sorted(interface.getters("Event"), key=lambda getter: getter.name == _JSON)
    tags = "\n".join(
        wrapped(f"@param {_name(getter)} {told(getter.text)}", " ", width=119, first="* ", rest="*     ")
        for getter in getters
    )
    components = ",\n".join(f"        {_type(getter)} {_name(getter)}" for getter in getters)
    read = ",\n".join(f"                {_read(getter)}" for getter in getters)
    return f"""\
package ai.robofy;

import com.sun.jna.Pointer;
import java.time.Instant;

// {MARK}

/**
 * One thing that has happened, in one form for every channel; null for what the webhook does not have. Immutable, and
 * of use on any thread.
 *
{tags}
 */
public record Event(
{components}) {{
    /** What it is and which: neither the text, nor the user, nor the key that Evolution API has in its JSON. */
    @Override
    public String toString() {{
        return "Event[kind=" + kind + ", id=" + id + "]";
    }}

    /** Reads the library's event, and leaves it to its owner. */
    static Event read(Pointer event) {{
        return new Event(
{read});
    }}
}}
"""


def _name(getter: Function) -> str:
    return camel(re.sub(r"^robofy_event_|_ms$", "", getter.name))


def _type(getter: Function) -> str:
    if getter.name == _KIND:
        return "EventKind"
    return "Instant" if getter.name.endswith("_ms") else "String" if getter.returns.kind is Kind.TEXT else "Integer"


def _read(getter: Function) -> str:
    got = f"Native.{getter.name}(event)"
    if getter.name == _KIND:
        return f"EventKind.of({got})"
    if getter.returns.kind is Kind.TEXT:
        return f"Arguments.string({got})"
    return f"Arguments.instant({got})" if getter.name.endswith("_ms") else f"Arguments.number({got})"
