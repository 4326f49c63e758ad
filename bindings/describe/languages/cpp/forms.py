"""What all files of C++ are made of: its words, types and comments."""

from __future__ import annotations

import re
from collections.abc import Iterable

from interface import Function, Interface, InterfaceError, Kind, snake
from words import MARK, Words, pascal, wrapped

_FUNCTIONS = {
    "robofy_client_cancel": "Client::cancel()",
    "robofy_client_new": "the client's constructor",
    "robofy_inbox_new": "the inbox's constructor",
    "robofy_whatsapp_split": "split()",
}
_ENUMERATOR = re.compile(r"\bROBOFY_(ACCEPT|DIALECT|MEDIA_POLICY|OUTCOME_KIND)_([A-Z_]+)\b")
# Handles whose functions go by their own names.
_SPOKEN_OF = ("error", "options", "message", "reply", "response")
NUMBERS = {
    Kind.BOOL: "bool",
    Kind.INT32: "int",
    Kind.INT64: "std::int64_t",
    Kind.UINT32: "std::uint32_t",
    Kind.UINT64: "std::uint64_t",
    Kind.STATUS: "RobofyStatus",
}
# Getters that the header has in C++'s own way.
BY_HAND = {
    "robofy_response_body",
    "robofy_response_body_length",
    "robofy_response_header",
    "robofy_page_count",
    "robofy_page_row",
    "robofy_stream_event_kind",
    "robofy_event_kind",
    "robofy_outcome_kind",
    "robofy_outcome_parts",
    "robofy_outcome_reply",
    "robofy_outcome_error",
    "robofy_outcome_message_count",
    "robofy_outcome_message_id",
    "robofy_outcome_request",
}
# What a C function says of the NULL handle, which no object has.
_OF_NULL = re.compile(r"; (?:\w+|true|false)(?: only)? for NULL|, and for NULL")
_SENTENCE = re.compile(r"(?<=\. )none\b|(?<=@return )none\b")
UNITS = {"ms": "std::chrono::milliseconds", "us": "std::chrono::microseconds"}


def class_of(status: str) -> str:
    return f"{pascal(status)}Error"


def _function(name: str) -> str:
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    _, handle, rest = name.split("_", 2)
    if handle == "inbox":
        rest = rest.removeprefix("options_")
    elif handle not in _SPOKEN_OF:
        raise LookupError(name)
    return f"{plain(rest, '')}()"


def _status(name: str) -> str:
    return "Status::ok" if name == "OK" else class_of(name)


_WORDS = Words(null="none", function=_function, status=_status)


def plain(name: str, prefix: str) -> str:
    """Without the unit, which the type of a duration has."""
    return re.sub(r"_(ms|us)$", "", name.removeprefix(prefix))


def member(name: str) -> str:
    """C++ has `auto` for something else."""
    return {"AUTO": "automatic"}.get(name, name.lower())


def comment(text: str, indent: str = "    ") -> str:
    text = _ENUMERATOR.sub(lambda found: f"{pascal(found[1])}::{member(found[2])}", text)
    text = _SENTENCE.sub("None", _WORDS(text.replace("HTTP status 0", "without an http_status()")))
    line = f"{indent}/** {text} */"
    if len(line) <= 120 and "\n" not in text:
        return line
    return f"{indent}/**\n{wrapped(text, f'{indent} ', first='* ', rest='* ')}\n{indent} */"


def framed(guard: str, about: str, own: Iterable[str], standard: Iterable[str], body: str) -> str:
    listed = "\n\n".join(lines(f"#include <{name}>" for name in names) for names in (own, standard))
    return f"""\
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef {guard}
#define {guard}

/**
 * @file
 * {about}
 *
 * {MARK}
 */

{listed}

{body}
#endif
"""


def lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def field_of(function: Function) -> str:
    return function.name.removeprefix(f"robofy_{snake(function.parameters[0].type.handle)}_")


def result_of(function: Function, text: str = "std::string_view") -> str:
    unit = re.search(r"_(ms|us)$", function.name)
    kind = function.returns.kind
    if kind is not Kind.TEXT and kind not in NUMBERS:
        raise InterfaceError(f"{function.name} returns neither a text nor a number, and C++ has no form for it")
    plain = text if kind is Kind.TEXT else UNITS[unit[1]] if unit else NUMBERS[kind]
    return f"std::optional<{plain}>" if may_miss(function) else plain


def may_miss(function: Function) -> bool:
    return function.may_miss or bool(re.search(r"\bNULL (?:at|on)\b", function.returns_text))


def told(function: Function) -> str:
    returns = _OF_NULL.sub("", function.returns_text).replace("0 if", "NULL if")
    returns = re.sub(r"^M(?:illi|icro)seconds(?:; N|\.)", lambda found: "N" if ";" in found[0] else "", returns)
    text = f"{function.text}\n\n@return {returns}" if returns else function.text
    return comment(text)


def setters_of(interface: Interface, handle: str) -> list[Function]:
    return [function for function in interface.of_handle(handle) if re.search("_(set|add)_", function.name)]


def set_field(function: Function) -> str:
    return re.split("_(?:set|add)_", function.name)[1]
