"""What an outcome of an inbox tells."""

from __future__ import annotations

from interface import Function, Interface, InterfaceError, Kind
from words import MARK, Reworded

from .forms import QUOTES, docstring

# Where C's words do not fit.
_TEXTS = Reworded(
    robofy_outcome_channel_id=(
        "04b429e9",
        "The business's side of the conversation, by which the channel sends. It is Meta's phone number ID, WAHA's session, "
        "Evolution API's instance, Twilio's number, or what `Inbox.offer_text` was given.",
    ),
    robofy_outcome_message_id=(
        "f538460f",
        "The channel's identifiers of the messages that end in it, in the order in which they were accepted. Of typing, of "
        "those that the agent is reading.",
    ),
    robofy_outcome_request=(
        "f2a6f6ee",
        "The JSON body of Meta's POST to `/<phone number ID>/messages`; None if there is nobody to send it to. It is right "
        "about `to` and `recipient`, quotes the user's message in the first part of an answer, and has a link previewed.",
    ),
)


def outcome(interface: Interface) -> str:
    getters = [getter for getter in interface.getters("Outcome") if _is_plain(getter)]
    fields = "\n".join(_field(interface, getter) for getter in getters)
    read = "\n".join(f"        {_name(getter)}={_read(getter)}," for getter in getters)
    text = {name: _text(interface, name) for name in ("kind", "parts", "reply", "error", "message_id", "request")}
    return f"""\
{QUOTES}What comes of the messages that an inbox has taken.

{MARK}
{QUOTES}

from dataclasses import dataclass, field
from typing import Any, Optional

from robofy._enums import OutcomeKind
from robofy._errors import RobofyError
from robofy._failure import read_error, text_or_none
from robofy._native import lib
from robofy._ownership import Native, Owned
from robofy._reply import Reply
from robofy._results import read_reply


@dataclass(frozen=True)
class Part:
    {QUOTES}One message to send.{QUOTES}

    text: str = field(repr=False)
    {QUOTES}Its text.{QUOTES}
    request: Optional[str] = field(default=None, repr=False)
{text["request"]}


@dataclass(frozen=True)
class Outcome:
    {QUOTES}Something to send, to show or to know.

    Its parts are to be sent in their order, each to be reported with `Inbox.sent` or `Inbox.failed`. After a restart,
    or a failure, it has those parts alone that are not settled. Of use on any thread, also when its inbox is closed.
    {QUOTES}

    kind: OutcomeKind
{text["kind"]}
{fields}
    parts: tuple[Part, ...] = ()
{text["parts"]}
    indicator: Optional[str] = field(default=None, repr=False)
    {QUOTES}Of typing, the JSON body for Meta that shows the indicator and marks the messages as read.{QUOTES}
    reply: Optional[Reply] = field(default=None, repr=False)
{text["reply"]}
    error: Optional[RobofyError] = field(default=None, repr=False)
{text["error"]}
    message_ids: tuple[str, ...] = ()
{text["message_id"]}
    _native: Optional[Native] = field(default=None, init=False, repr=False, compare=False)


def take_outcome(pointer: Any) -> Outcome:
    outcome = Owned(pointer, lib.robofy_outcome_free)
    parts = lib.robofy_outcome_parts(outcome)
    reply, error = lib.robofy_outcome_reply(outcome), lib.robofy_outcome_error(outcome)
    kind = OutcomeKind(lib.robofy_outcome_kind(outcome))
    read = Outcome(
        kind=kind,
{read}
        parts=tuple(
            Part(lib.robofy_parts_text(parts, at).decode(), text_or_none(lib.robofy_outcome_request(outcome, at)))
            for at in range(lib.robofy_parts_count(parts))
        ),
        indicator=text_or_none(lib.robofy_outcome_request(outcome, 0)) if kind is OutcomeKind.TYPING else None,
        reply=read_reply(reply) if reply else None,
        error=read_error(error) if error else None,
        message_ids=tuple(
            lib.robofy_outcome_message_id(outcome, at).decode()
            for at in range(lib.robofy_outcome_message_count(outcome))
        ),
    )
    object.__setattr__(read, "_native", Native(outcome._as_parameter_, outcome))
    return read
"""


def _is_plain(getter: Function) -> bool:
    return getter.returns.kind is Kind.TEXT and len(getter.parameters) == 1


def _name(getter: Function) -> str:
    return getter.name.removeprefix("robofy_outcome_")


def _text(interface: Interface, name: str) -> str:
    function = interface.function(f"robofy_outcome_{name}")
    try:
        return docstring(_TEXTS.of(function.name, function.text))
    except InterfaceError as error:
        raise InterfaceError(f"{function.name}: {error}") from error


def _field(interface: Interface, getter: Function) -> str:
    kind, default = ("Optional[str]", "None") if getter.may_miss else ("str", '""')
    return f"    {_name(getter)}: {kind} = {default}\n{_text(interface, _name(getter))}"


def _read(getter: Function) -> str:
    got = f"lib.{getter.name}(outcome)"
    return f"text_or_none({got})" if getter.may_miss else f"{got}.decode()"
