"""The enumerations of text, webhooks and inboxes, and what a webhook's event tells."""

from __future__ import annotations

import re

from interface import Enumeration, Function, Interface, Kind
from words import MARK

from .forms import QUOTES, docstring

# What a later library's member is taken for.
_LATER = {"EventKind": "OTHER", "OutcomeKind": "NOTICE"}
_ENUMS = ("Dialect", "Channel", "EventKind", "Accept", "OutcomeKind", "MediaPolicy")


def enums(interface: Interface) -> str:
    classes = "\n\n\n".join(_enum(interface.enum(name)) for name in _ENUMS)
    return f"""\
{QUOTES}What texts are written in, where webhooks come from and what they tell, and what comes of an inbox.

{MARK}
{QUOTES}

from enum import IntEnum


{classes}
"""


def _enum(enum: Enumeration) -> str:
    members = "\n".join(f"    {member.name} = {member.number}\n{docstring(member.text)}" for member in enum.members)
    later = f"""

    @classmethod
    def _missing_(cls, value: object) -> "{enum.name}":
        del value  # of a later library
        return cls.{_LATER.get(enum.name)}"""
    return f"class {enum.name}(IntEnum):\n{docstring(enum.about)}\n\n{members}{later * (enum.name in _LATER)}"


def event(interface: Interface) -> str:
    getters = [getter for getter in interface.getters("Event") if getter.name not in (_KIND, _JSON)]
    fields = "\n".join(_field(getter) for getter in getters)
    read = "\n".join(f"        {_name(getter)}={_read(getter)}," for getter in getters)
    return f"""\
{QUOTES}What a webhook's event tells.

{MARK}
{QUOTES}

import json
from dataclasses import dataclass, field
from typing import Any, Optional
from urllib.parse import parse_qsl

from robofy._enums import EventKind
from robofy._failure import text_or_none
from robofy._native import lib
from robofy._ownership import Native, Owned


@dataclass(frozen=True)
class Event:
    {QUOTES}One thing that has happened, in one form for every channel; None for what the webhook does not have.{QUOTES}

    kind: EventKind
    {QUOTES}What it is.{QUOTES}
{fields}
    body: str = field(default="{{}}", repr=False)
{docstring(interface.function(_JSON).text)}
    _native: Optional[Native] = field(default=None, init=False, repr=False, compare=False)

    def json(self) -> Any:
        {QUOTES}Parse the body: everything the channel sent of it.

        Returns:
            What `json.loads` makes of `body`, anew at each call. Twilio's body is a form: a dict of its fields' texts.

        {QUOTES}
        if self.body.lstrip()[:1] in ("{{", "["):  # which a form has as %7B and %5B
            return json.loads(self.body)
        return dict(parse_qsl(self.body, keep_blank_values=True))


def read_event(event: Any, incoming: Owned) -> Event:
    read = Event(
        kind=EventKind(lib.{_KIND}(event)),
{read}
        body=lib.{_JSON}(event).decode(),
    )
    object.__setattr__(read, "_native", Native(event, incoming))
    return read
"""


_KIND, _JSON = "robofy_event_kind", "robofy_event_json"


def _name(getter: Function) -> str:
    return re.sub(r"^robofy_event_|_ms$", "", getter.name)


def _field(getter: Function) -> str:
    kind = "float" if getter.name.endswith("_ms") else "str" if getter.returns.kind is Kind.TEXT else "int"
    seconds = " Seconds since 1970." if kind == "float" else ""
    default = "field(default=None, repr=False)" if _name(getter) == "text" else "None"
    return f"    {_name(getter)}: Optional[{kind}] = {default}\n{docstring(getter.text + seconds)}"


def _read(getter: Function) -> str:
    got = f"lib.{getter.name}(event)"
    if getter.returns.kind is Kind.TEXT:
        return f"text_or_none({got})"
    return f"{got} / 1000 or None" if getter.name.endswith("_ms") else f"{got} or None"
