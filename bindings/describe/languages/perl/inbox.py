"""What an inbox takes, and what an outcome tells."""

from __future__ import annotations

from inbox_option import check, documented, inbox_options, names
from interface import Function, Interface, Option

from .forms import items, table

# Read by hand, or of which there are several.
_READ_APART = {"kind", "parts", "reply", "error", "message_count", "message_id", "request"}
_APART = {
    "kind": "What it is: one of OutcomeKind. One that a later library knows counts as `notice`: send its parts.",
    "parts": "A list of what is to be sent, in this order, each to be reported. Each has its `text`, WhatsApp text, and"
    " the `request`: the JSON body, as characters, of Meta's POST to `/<phone number ID>/messages`; undef if there is"
    " nobody to send it to.",
    "request": "Of `typing`, the JSON body of Meta's POST that shows the indicator and marks the messages as read.",
    "reply": "The agent's Robofy::Reply, of an `answer`.",
    "error": "The Robofy::Error with which the agent has not answered, of a `fallback`.",
    "message_ids": "A list of the channel's identifiers of the messages that end in it, in the order in which they were"
    " accepted.",
}


def inbox_table(interface: Interface) -> str:
    rows = dict(row for option in inbox_options(interface) for row in _rows(option))
    return f"our %INBOX = (\n{table(rows)}\n);"


def _rows(option: Option) -> list[tuple[str, str]]:
    kind, (name, *more) = check(option), names(option)
    checked = "text" if kind == "path" else kind
    texts = "".join(f" => '{text}'" for text in more)
    row = f"[{option.function.name} => \\&Robofy::Arguments::{checked}{texts}]"
    return [(name, row), *((text, "[undef, \\&Robofy::Arguments::text]") for text in more)]


def inbox_items(interface: Interface) -> str:
    options = inbox_options(interface)
    return items(documented(options, lambda name: f"`{name}`", "reference to an array", "reference to a hash"))


def outcome_table(interface: Interface) -> str:
    rows = {
        _name(getter): f"sub {{ Robofy::Native::text(Robofy::Native::{getter.name}($_[0])) }}"
        for getter in _texts(interface)
    }
    return f"our %OUTCOME = (\n{table(rows)}\n);"


def outcome_items(interface: Interface) -> str:
    told = {
        _name(getter): f"{getter.text}{' undef if that is not known.' * getter.may_miss}"
        for getter in _texts(interface)
    }
    return items({**told, **_APART}.items())


def _texts(interface: Interface) -> list[Function]:
    return [getter for getter in interface.getters("Outcome") if _name(getter) not in _READ_APART]


def _name(getter: Function) -> str:
    return getter.name.removeprefix("robofy_outcome_")
