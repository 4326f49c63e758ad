"""The enumerations."""

from __future__ import annotations

from interface import Enumeration
from words import MARK

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
