"""The enumerations, and what a webhook's event and an inbox's outcome tell."""

from __future__ import annotations

import re

from interface import Enumeration, Function, Interface, InterfaceError, Kind
from words import MARK, camel, wrapped

from .forms import javadoc, told

_OF = """

    /** One that a later library has added is {called} here. */
    static {name} of(int number) {
        for ({name} each : values()) {
            if (each.number == number) {
                return each;
            }
        }
        return {other};
    }"""
# What is read of the library, beside what has a member for all that is new: an outcome's parts are sent in any case.
_OTHERS = {"Accept": "IGNORED", "OutcomeKind": "NOTICE"}


def enumeration(enum: Enumeration) -> str:
    members = ",\n".join(f"{javadoc(told(member.text))}\n    {member.name}({member.number})" for member in enum.members)
    # What is only given to the library is never made of a number.
    other = "OTHER" if enum.is_open else _OTHERS.get(enum.name, "")
    called = "another one" if enum.is_open else f"{{@link #{other}}}"
    of = _OF.replace("{name}", enum.name).replace("{called}", called).replace("{other}", other) if other else ""
    return f"""\
package ai.robofy;

// {MARK}

/** {told(enum.about)} */
public enum {enum.name} {{
{members};

    {"private " * bool(other)}final int number;

    {enum.name}(int number) {{
        this.number = number;
    }}{of}
}}
"""


_JSON = "robofy_event_json"
# Of an outcome, what is lists or objects here.
_BY_HAND = {"robofy_outcome_" + name for name in ("parts", "request", "reply", "error", "message_count", "message_id")}


def event(interface: Interface) -> str:
    getters = sorted(interface.getters("Event"), key=lambda getter: getter.name == _JSON)
    tags = "\n".join(map(_tag, getters))
    components = ",\n".join(f"        {_type(getter)} {_name(getter)}" for getter in getters)
    read = ",\n".join(f"                {_read(getter)}" for getter in getters)
    return f"""\
package ai.robofy;

import com.sun.jna.Pointer;
import java.time.Instant;

// {MARK}

/**
 * One thing that has happened, in one form for every channel; null for what the webhook does not have. Immutable, and
 * of use on any thread. An {{@link Inbox}} takes those that a {{@link Webhook}} has read.
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

    /** Reads the library's event, and lets go of it when it is forgotten. */
    static Event read(Pointer event, Runnable letGo) {{
        return Handle.keep(event, letGo, new Event(
{read}));
    }}
}}
"""


def outcome(interface: Interface) -> str:
    getters = [getter for getter in interface.getters("Outcome") if getter.name not in _BY_HAND]
    by_hand = {
        "reply": told(interface.function("robofy_outcome_reply").text),
        "error": told(interface.function("robofy_outcome_error").text),
        "parts": told(interface.function("robofy_outcome_parts").text),
        "requests": "as {@link #request} gives them",
        "messageIds": "The channel's identifiers of the messages that end in it, in the order in which they were accepted; "
        "of typing, of those that the agent is reading.",
    }
    tags = "\n".join([*map(_tag, getters), *(_wrapped(f"@param {name} {text}") for name, text in by_hand.items())])
    components = ",\n".join(f"        {_type(getter)} {_name(getter)}" for getter in getters)
    read = ",\n".join(f"                {_read(getter)}" for getter in getters)
    return f"""\
package ai.robofy;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

// {MARK}

/**
 * Something that the program is to send, to show or to know; null for what there is not. Each of its parts is to be sent in
 * this order, and reported with {{@link Inbox#sent}} or {{@link Inbox#failed}}. Immutable, and of use on any thread, also
 * after its inbox is closed.
 *
{tags}
 */
public record Outcome(
{components},
        Reply reply,
        RobofyException error,
        List<String> parts,
        List<String> requests,
        List<String> messageIds) {{
    public Outcome {{
        parts = List.copyOf(parts);
        requests = Collections.unmodifiableList(new ArrayList<>(requests));
        messageIds = List.copyOf(messageIds);
    }}

{javadoc(told(interface.function("robofy_outcome_request").text) + " Null if there are not so many parts, or nobody to send them to.")}
    public String request(int part) {{
        return part < requests.size() ? requests.get(part) : null;
    }}

    /** What it is: neither the texts nor the user. */
    @Override
    public String toString() {{
        return "Outcome[kind=" + kind + ", parts=" + parts.size() + "]";
    }}

    /** Takes the library's outcome over. */
    static Outcome take(Pointer outcome) {{
        Pointer parts = Native.robofy_outcome_parts(outcome);
        Pointer reply = Native.robofy_outcome_reply(outcome);
        Pointer error = Native.robofy_outcome_error(outcome);
        OutcomeKind kind = OutcomeKind.of(Native.robofy_outcome_kind(outcome));
        int count = Native.robofy_parts_count(parts);
        return Handle.keep(outcome, () -> Native.robofy_outcome_free(outcome), new Outcome(
{read},
                reply == null ? null : Reply.read(reply),
                error == null ? null : RobofyException.read(error),
                texts(count, part -> Native.robofy_parts_text(parts, part)),
                texts(kind == OutcomeKind.TYPING ? 1 : count, part -> Native.robofy_outcome_request(outcome, part)),
                texts(Native.robofy_outcome_message_count(outcome), at -> Native.robofy_outcome_message_id(outcome, at))));
    }}

    private static List<String> texts(int count, IntFunction<Pointer> text) {{
        return IntStream.range(0, count).mapToObj(text).map(Arguments::string).toList();
    }}
}}
"""


def _tag(getter: Function) -> str:
    return _wrapped(f"@param {_name(getter)} {told(getter.text)}")


def _wrapped(tag: str) -> str:
    return wrapped(tag, " ", width=119, first="* ", rest="*     ")


def _name(getter: Function) -> str:
    return camel(re.sub(r"^robofy_(event|outcome)_|_ms$", "", getter.name))


def _is_kind(getter: Function) -> bool:
    return getter.name.endswith("_kind")


def _type(getter: Function) -> str:
    if _is_kind(getter):
        return "OutcomeKind" if "outcome" in getter.name else "EventKind"
    return "Instant" if getter.name.endswith("_ms") else "String" if getter.returns.kind is Kind.TEXT else "Integer"


def _read(getter: Function) -> str:
    if len(getter.parameters) != 1:
        raise InterfaceError(f"{getter.name} is no getter of one value")
    of = getter.parameters[0].name
    got = f"Native.{getter.name}({of})"
    if _is_kind(getter):
        return f"{_type(getter)}.of({got})"
    if getter.returns.kind is Kind.TEXT:
        return f"Arguments.string({got})"
    return f"Arguments.instant({got})" if getter.name.endswith("_ms") else f"Arguments.number({got})"
