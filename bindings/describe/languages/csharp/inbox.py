"""An inbox: its options, what an outcome tells, and its figures."""

from __future__ import annotations

import re

from interface import Function, Interface, InterfaceError, Kind, Parameter
from words import Reworded, number, pascal, seconds

from .forms import INBOX_SETTER, TYPES, file, member, summary, told

# Where C's words do not fit, by the setter or by the setter and its value.
_TEXTS = Reworded(
    max_pending=(
        "8f2200a7",
        "How many messages may wait or be under way; beyond them an offer is ROBOFY_STATUS_OVERLOADED. Of one session 1 000 may wait.",
    ),
    path_path=("2a92ea6d", "The path of the folder; NULL, the default, for memory: what is kept ends with the inbox."),
    fallback=(
        "7f212062",
        "What a user is told if the agent does not answer, by the status of the failure: WhatsApp text, or empty for "
        "none. That of ROBOFY_STATUS_OK is for all that have none of their own; the default is none.",
    ),
    robofy_outcome_message_id=(
        "f538460f",
        "The channel's identifiers of the messages that end in it, in the order in which they were accepted; of "
        "typing, of those that the agent is reading.",
    ),
)
# What several values are together, and how they are given.
_PAIRS = {
    "fallback": "IDictionary<Status, string>",
    "media": "InboxMedia",
    "stop_words": "InboxWords",
    "start_words": "InboxWords",
}
_ENUM = re.compile(r"\bRobofy(\w+)")
_DEFAULT = re.compile(r"the default is ([\d ]*\d)(?: \([^)]*\))?")
_NUMBERS = {Kind.UINT32: "int?", Kind.BOOL: "bool?", Kind.TEXT: "string"}
_FIGURES = re.compile(r"^- (`\w+`(?:, `\w+`)*): (.+)$", re.MULTILINE)
_STATS = "robofy_inbox_stats"
# Read by hand, or with another.
_BY_HAND = ("robofy_outcome_message_count", "robofy_outcome_request")
_FIELDS = {
    "robofy_outcome_kind": ("Kind", "OutcomeKind", "(OutcomeKind)native.OutcomeKind(outcome)"),
    "robofy_outcome_parts": ("Parts", "IReadOnlyList<string>", "WhatsAppText.Read(native.OutcomeParts(outcome))"),
    "robofy_outcome_reply": ("Reply", "Reply", "Optional(native.OutcomeReply(outcome), Robofy.Reply.Read)"),
    "robofy_outcome_error": (
        "Error",
        "RobofyException",
        "Optional(native.OutcomeError(outcome), RobofyException.Read)",
    ),
    "robofy_outcome_message_id": ("MessageIds", "IReadOnlyList<string>", "IdsOf(outcome)"),
}


def setters(interface: Interface) -> list[Function]:
    return [each for each in interface.of_handle("InboxOptions") if each.name.startswith(INBOX_SETTER)]


def inbox_options(interface: Interface) -> str:
    properties = "\n\n".join(map(_property, setters(interface)))
    calls = "\n".join(map(_call, setters(interface)))
    body = f"""\
    public sealed partial class InboxOptions
    {{
{properties}

        private void Set(InboxOptionsHandle options)
        {{
            Native native = Library.Native;
{calls}
        }}
    }}"""
    return file(body, "System", "System.Collections.Generic")


def _option(function: Function) -> str:
    return function.name.removeprefix(INBOX_SETTER)


def _name(function: Function) -> str:
    return pascal(_option(function).removesuffix("_ms"))


def _property(function: Function) -> str:
    text = _TEXTS.of(_option(function), function.text)
    if _option(function) not in _PAIRS:
        text += f" {_value(function, function.parameters[1])}"
    made = "{ get; } = new Dictionary<Status, string>();" if _option(function) == "fallback" else "{ get; set; }"
    return f"""\
{summary(told(text))}
        /// <remarks>Since {function.since}.</remarks>
        public {_type(function)} {_name(function)} {made}"""


def _type(function: Function) -> str:
    value = function.parameters[1]
    if pair := _PAIRS.get(_option(function)):
        return pair
    if named := _ENUM.search(value.text):
        return f"{named[1]}?"
    return "TimeSpan?" if value.name == "ms" else _NUMBERS[value.type.kind]


def _value(function: Function, value: Parameter) -> str:
    text = _TEXTS.of(f"{_option(function)}_{value.name}", value.text)
    if value.name == "ms":
        text = _DEFAULT.sub(_in_time, re.sub(r"^Milliseconds(?:[,;])? ?", "", text))
    text = _ENUM.sub(r"\1", text)
    return text[0].upper() + text[1:]


def _in_time(found: re.Match[str]) -> str:
    ms = int(found[1].replace(" ", ""))
    for unit, size in ("hours", 3_600_000), ("minutes", 60_000):
        if ms % size == 0:
            return f"the default is {number(ms // size)} {unit}"
    return f"the default is {seconds(ms)} seconds"


def _call(function: Function) -> str:
    name = _name(function)
    call = f"native.{member(function)}(options, "
    if _option(function) == "fallback":
        return f"""\
            foreach (KeyValuePair<Status, string> each in {name})
                {call}(uint)each.Key, Arguments.Text("{name}", each.Value));"""
    if _option(function) in _PAIRS:
        given = ", ".join(f"{name}.{pascal(value.name)}" for value in function.parameters[1:])
    else:
        given = _given(name, function.parameters[1])
    return f"            if ({name} != null)\n                {call}{given});"


def _given(name: str, value: Parameter) -> str:
    kind = value.type.kind
    if kind is Kind.TEXT:
        return f'Arguments.Text("{name}", {name})'
    if kind is Kind.BOOL:
        return f"(byte)({name}.Value ? 1 : 0)"
    is_positive = "reater than 0" in value.text
    if value.name == "ms":
        return f'Arguments.{"Milliseconds" if is_positive else "NotNegative"}("{name}", {name}.Value)'
    if _ENUM.search(value.text):
        return f"unchecked((uint){name}.Value)"
    return f'({TYPES[kind][1]})Arguments.AtLeast({int(is_positive)}, "{name}", {name}.Value)'


def outcome(interface: Interface) -> str:
    getters = [each for each in interface.getters("Outcome") if each.name not in _BY_HAND]
    properties = "\n\n".join(map(_got, getters))
    read = "\n".join(f"            {_field(each)[0]} = {_field(each)[2]};" for each in getters)
    body = f"""\
    public sealed partial class Outcome
    {{
{properties}

        private Outcome(OutcomeHandle outcome)
        {{
            Native native = Library.Native;
{read}
            Handle = outcome;
        }}
    }}"""
    return file(body, "System.Collections.Generic")


def _got(getter: Function) -> str:
    name, type_of, _ = _field(getter)
    text = told(_TEXTS.of(getter.name, getter.text))
    return f"{summary(text)}\n        public {type_of} {name} {{ get; }}"


def _field(getter: Function) -> tuple[str, str, str]:
    """Its name, its type, and how it is read."""
    if getter.name in _FIELDS:
        return _FIELDS[getter.name]
    if getter.returns.kind is not Kind.TEXT:
        raise InterfaceError(f"{getter.name} is no text, and an outcome has no field for it")
    name = pascal(getter.name.removeprefix("robofy_outcome_"))
    return name, "string", f"Arguments.String(native.{member(getter)}(outcome))"


def inbox_stats(interface: Interface) -> str:
    figures = _FIGURES.findall(interface.function(_STATS).text)
    if not figures:
        raise InterfaceError(f"{_STATS}: the comment lists no figures")
    listed = [(name, f"{text[0].upper()}{text[1:]}.") for names, text in figures for name in re.findall(r"\w+", names)]
    properties = "\n\n".join(
        f'{summary(told(text))}\n        public long {pascal(name)} => Figure("{name}");' for name, text in listed
    )
    body = f"""\
    public sealed partial class InboxStats
    {{
{properties}
    }}"""
    return file(body)
