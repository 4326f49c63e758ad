"""The enumerations, and what a webhook's event tells."""

from __future__ import annotations

import re

from interface import Enumeration, Function, Interface, Kind
from words import pascal

from .forms import file, member, summary, told


# As the product's name is written.
_NAMES = {"WHATSAPP": "WhatsApp"}


def enumeration(enum: Enumeration) -> str:
    members = "\n\n".join(
        f"{summary(told(each.text))}\n        {_NAMES.get(each.name, pascal(each.name))} = {each.number},"
        for each in enum.members
    )
    about = told(enum.about) + ' One that a later library has added is <see cref="Other"/>.' * enum.is_open
    body = f"""\
{summary(about, "    ")}
    public enum {enum.name}
    {{
{members}
    }}"""
    return file(body)


def event(interface: Interface) -> str:
    getters = interface.getters("Event")
    properties = "\n\n".join(
        f"{summary(told(getter.text))}\n        public {_type(getter)} {_name(getter)} {{ get; private set; }}"
        for getter in getters
    )
    read = "\n".join(f"                {_name(getter)} = {_read(getter)}," for getter in getters)
    body = f"""\
    /// <summary>
    /// One thing that has happened, in one form for every channel; null for what the webhook does not have. Immutable, and
    /// of use on any thread.
    /// </summary>
    public sealed class Event
    {{
{properties}

        internal IntPtr Pointer {{ get; private set; }}

        /// <summary>What the library's event belongs to.</summary>
        internal IncomingHandle Owner {{ get; private set; }}

        /// <summary>What it is and which: neither the text, nor the user, nor the key that Evolution API has in its JSON.</summary>
        public override string ToString() => "Event: Kind = " + Kind + ", Id = " + Id;

        private static EventKind KindOf(EventKind kind) =>
            Enum.IsDefined(typeof(EventKind), kind) ? kind : EventKind.Other;

        /// <summary>Reads the library's event, and leaves it to its owner.</summary>
        internal static Event Read(IntPtr pointer, IncomingHandle owner)
        {{
            Native native = Library.Native;
            return new Event
            {{
{read}
                Pointer = pointer,
                Owner = owner,
            }};
        }}
    }}"""
    return file(body, "System")


_KIND = "robofy_event_kind"


def _name(getter: Function) -> str:
    return pascal(re.sub(r"^robofy_event_|_ms$", "", getter.name))


def _type(getter: Function) -> str:
    if getter.name == _KIND:
        return "EventKind"
    return "DateTimeOffset?" if getter.name.endswith("_ms") else "string" if getter.returns.kind is Kind.TEXT else "int?"


def _read(getter: Function) -> str:
    got = f"native.{member(getter)}(pointer)"
    if getter.name == _KIND:
        return f"KindOf((EventKind){got})"
    if getter.returns.kind is Kind.TEXT:
        return f"Arguments.String({got})"
    return f"Arguments.Time({got})" if getter.name.endswith("_ms") else f"Arguments.Number({got})"
