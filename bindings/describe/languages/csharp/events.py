"""The enumerations."""

from __future__ import annotations

from interface import Enumeration
from words import pascal

from .forms import file, summary, told


def enumeration(enum: Enumeration) -> str:
    members = "\n\n".join(
        f"{summary(told(member.text))}\n        {pascal(member.name)} = {member.number}," for member in enum.members
    )
    about = told(enum.about) + ' One that a later library has added is <see cref="Other"/>.' * enum.is_open
    body = f"""\
{summary(about, "    ")}
    public enum {enum.name}
    {{
{members}
    }}"""
    return file(body)
