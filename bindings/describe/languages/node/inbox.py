"""An inbox: how its options are handed over, what an outcome tells, and the types of both for TypeScript."""

from __future__ import annotations

import re

from interface import Function, Interface, Kind
from words import MARK, Reworded, camel

from .forms import jsdoc, told

_SETTER = "robofy_inbox_options_set_"
# The forms of those with several values, and of those that take a name: how they are checked, and their types.
_FORMS = {
    "fallback": ("fallbacks", "string | Readonly<Record<number, string | null>>"),
    "media": ("media", "{ policy: MediaPolicy; text?: string | null }"),
    "stop_words": ("words", "readonly string[] | { words: readonly string[]; text?: string | null }"),
    "start_words": ("words", "readonly string[] | { words: readonly string[]; text?: string | null }"),
    "dialect": ("dialect", "Dialect"),
}
_ABOUT = Reworded(
    max_pending=(
        "8f2200a7",
        "How many messages may wait or be under way; beyond them an offer is an `OverloadedError`. Of one session 1 000 may wait.",
    ),
    retry_ambiguous=(
        "bfe3ad35",
        "Also asks the agent again where the process has ended after the messages were sent to it and before its answer "
        "came. An agent that books appointments could then book twice. While the process lives it is the client's own "
        "option of this name that decides.",
    ),
)
_VALUES = Reworded(
    fallback=(
        "362d744c",
        "WhatsApp text; empty for none, and null, the default, for none too. Or a text for each status: "
        '`{ [Status.OK]: "Later, please.", [Status.TIMEOUT]: "" }`, where that of OK is for all that have none of their own.',
    ),
    media=(
        "b57173e2",
        "The policy, and what the user is told, or the agent reads, which is not empty. By default the policy is "
        '"ignore", which needs no text.',
    ),
    stop_words=(
        "946a78ef",
        'The words, for example `["stop", "unsubscribe"]`; or the words and what the user is told then (an outcome of kind '
        '"notice"), WhatsApp text. null, the default, for none.',
    ),
    start_words=(
        "7c9ef60b",
        'The words, for example `["start"]`; or the words and what the user is told then (an outcome of kind "notice"), '
        "WhatsApp text. null, the default, for none.",
    ),
    dialect=("67d8f007", 'A Dialect; the default is "auto".'),
)
_BY_HAND = ("kind", "parts", "reply", "error", "message_count", "message_id", "request")
# What a C function says of the NULL handle, which no object has.
_OF_NULL = re.compile(r"; NULL only for NULL|, and for NULL")


def inbox_options(interface: Interface) -> str:
    setters = "\n".join(f"    {camel(_name(setter))}: {_setter(setter)}," for setter in _setters(interface))
    return f"""\
// How each option of an inbox is checked and handed to the library.
//
// {MARK}

import {{ boolean, integer, milliseconds, text }} from './arguments.js';
import {{ dialect, fallbacks, media, words }} from './inbox-arguments.js';
import {{ native }} from './native.js';

export const INBOX_SETTERS = {{
{setters}
}};
"""


def inbox_option_types(interface: Interface) -> str:
    members = "\n".join(
        f"{jsdoc(_about(setter), '    ').replace('* - @', '* @')}\n    {camel(_name(setter))}?: {_type(setter)} | null;"
        for setter in _setters(interface)
    )
    return f"""\
// {MARK}

import type {{ Dialect, MediaPolicy }} from './answers.js';

/** How an inbox behaves. What is left out, undefined or null is the library's default. */
export interface InboxOptions {{
{members}
}}
"""


def outcome(interface: Interface) -> str:
    read = "\n".join(
        f"        {camel(_read_of(getter))}: native.{camel(getter.name.removeprefix('robofy_'))}(outcome),"
        for getter in _getters(interface)
    )
    return f"""\
// What an outcome of an inbox tells.
//
// {MARK}

import {{ OUTCOME_KINDS }} from './declarations.js';
import {{ native }} from './native.js';

/** A kind that a later library knows is a notice, whose parts are to be sent. */
export function readOutcome(outcome) {{
    return {{
        kind: OUTCOME_KINDS[native.outcomeKind(outcome)] ?? 'notice',
{read}
    }};
}}
"""


def outcome_types(interface: Interface) -> str:
    fields = "\n".join(_field(getter) for getter in _getters(interface))
    return f"""\
// {MARK}

import type {{ Reply }} from '../index.js';
import type {{ OutcomeKind }} from './answers.js';
import type {{ RobofyError }} from './errors.js';

/**
 * Something that the program is to send, to show or to know. Each of its parts is to be sent, in this order, and reported
 * with `Inbox.sent` or `Inbox.failed`. It may outlive its inbox. `console.log` and `JSON.stringify` show no text.
 */
export declare class Outcome {{
    private constructor();
    /** What it is. One that a later library knows is given as "notice": send its parts. */
    readonly kind: OutcomeKind;
{fields}
    /** The channel's identifiers of the messages that end in it, in the order in which they were accepted. */
    readonly messageIds: readonly string[];
    /** The texts to send, in their order; none where there is nothing to send. */
    get parts(): readonly string[];
{jsdoc(_requests(interface), "    ")}
    get requests(): readonly string[];
    /** The agent's reply, of an answer. */
    get reply(): Reply | null;
    /** Why the agent has not answered, of a fallback. */
    get error(): RobofyError | null;
}}
"""


def _setters(interface: Interface) -> list[Function]:
    return [each for each in interface.of_handle("InboxOptions") if each.name.startswith(_SETTER)]


def _name(setter: Function) -> str:
    return setter.name.removeprefix(_SETTER)


def _setter(setter: Function) -> str:
    called = f"native.{camel(setter.name.removeprefix('robofy_'))}"
    if _name(setter) == "fallback":
        return (
            f"(options, name, value) =>\n        fallbacks(name, value).forEach((each) => {called}(options, ...each))"
        )
    return f"(options, name, value) =>\n        {called}(options, {_checked(setter)})"


def _checked(setter: Function) -> str:
    name, parameter = _name(setter), setter.parameters[1]
    if name in _FORMS:
        spread = "..." * (len(setter.parameters) > 2)
        return f"{spread}{_FORMS[name][0]}(name, value)"
    least = int("reater than 0" in parameter.text)
    if name.endswith("_ms"):
        return f"milliseconds(name, value{'' if least else ', 0'})"
    if parameter.type.kind is Kind.UINT32:
        return f"integer(name, value, {least})"
    return f"{'boolean' if parameter.type.kind is Kind.BOOL else 'text'}(name, value)"


def _type(setter: Function) -> str:
    if _name(setter) in _FORMS:
        return _FORMS[_name(setter)][1]
    return {Kind.TEXT: "string", Kind.BOOL: "boolean"}.get(setter.parameters[1].type.kind, "number")


def _about(setter: Function) -> str:
    texts = " ".join(parameter.text for parameter in setter.parameters[1:])
    value = _VALUES.of(_name(setter), texts)
    return told(f"{_ABOUT.of(_name(setter), setter.text)}\n\n{value}") + f"\n\n- @since {setter.since}"


def _getters(interface: Interface) -> list[Function]:
    return [getter for getter in interface.getters("Outcome") if _read_of(getter) not in _BY_HAND]


def _read_of(getter: Function) -> str:
    return getter.name.removeprefix("robofy_outcome_")


def _field(getter: Function) -> str:
    may_miss = " | null" if getter.may_miss else ""
    return f"{jsdoc(told(getter.text), '    ')}\n    readonly {camel(_read_of(getter))}: string{may_miss};"


def _requests(interface: Interface) -> str:
    text = interface.function("robofy_outcome_request").text
    return told(
        text.replace("for a part:", "for each part:").replace("whose one request is part 0, it", "the one request")
    )
