"""C++: the statuses with their exception classes, what is set and read of a handle, and the values of the fake."""

from __future__ import annotations

import re
from collections.abc import Iterable

from interface import Function, Interface, Kind, Parameter, Status
from words import MARK, Reworded, Words, pascal, wrapped

_DIRECTORY = "include/robofy"
_FUNCTIONS = {
    "robofy_client_cancel": "Client::cancel()",
    "robofy_client_new": "the client's constructor",
}
# Where C's words do not fit.
_TEXTS = Reworded(
    robofy_options_set_max_in_flight=(
        "74bae824",
        "How many messages of Client::submit(), send_async() and co_send() may be in flight; one more is an "
        "OverloadedError. A future's message counts until it is ready, a hook's until it is called. Blocking "
        "calls do not count.",
    ),
    robofy_options_set_user_agent=(
        "eec45bf0",
        "The calling product, sent in the User-Agent header before the library's own.",
    ),
)
_NUMBERS = {
    Kind.BOOL: "bool",
    Kind.INT32: "int",
    Kind.INT64: "std::int64_t",
    Kind.UINT32: "std::uint32_t",
    Kind.UINT64: "std::uint64_t",
    Kind.STATUS: "RobofyStatus",
}
# What a C function says of the NULL handle, which no object has.
_OF_NULL = re.compile(r"; (?:\w+|true|false)(?: only)? for NULL|, and for NULL")
_SENTENCE = re.compile(r"(?<=\. )none\b|(?<=@return )none\b")
_UNITS = {"ms": "std::chrono::milliseconds", "us": "std::chrono::microseconds"}


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_DIRECTORY}/errors.hpp": _errors(interface),
        f"{_DIRECTORY}/values.hpp": _values(interface),
        f"{_DIRECTORY}/fake_values.hpp": _fake_values(interface),
    }


def _class_of(status: str) -> str:
    return f"{pascal(status)}Error"


def _function(name: str) -> str:
    for prefix in ("robofy_error_", "robofy_options_", "robofy_message_", "robofy_reply_"):
        if name.startswith(prefix):
            return f"{_plain(name, prefix)}()"
    return _FUNCTIONS[name]


_WORDS = Words(null="none", function=_function, status=_class_of)


def _plain(name: str, prefix: str) -> str:
    """Without the unit, which the type of a duration has."""
    return re.sub(r"_(ms|us)$", "", name.removeprefix(prefix))


def _comment(text: str, indent: str = "    ") -> str:
    text = _SENTENCE.sub("None", _WORDS(text.replace("HTTP status 0", "without an http_status()")))
    line = f"{indent}/** {text} */"
    if len(line) <= 120 and "\n" not in text:
        return line
    return f"{indent}/**\n{wrapped(text, f'{indent} ', first='* ', rest='* ')}\n{indent} */"


def _header(guard: str, about: str, own: Iterable[str], standard: Iterable[str], body: str) -> str:
    listed = "\n\n".join(_lines(f"#include <{name}>" for name in names) for names in (own, standard))
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


def _errors(interface: Interface) -> str:
    statuses = interface.statuses
    members = _lines(
        f"{_comment(status.text)}\n    {status.name.lower()} = ROBOFY_STATUS_{status.name}," for status in statuses
    )
    getters = [function for function in interface.of_handle("Error") if _is_kept(function)]
    classes = _lines(_error_class(status) for status in interface.failures)
    cases = _lines(
        f"    case Status::{status.name.lower()}:\n        throw {_class_of(status.name)}(error);"
        for status in interface.failures
    )
    body = f"""\
namespace robofy {{

/** What became of a call. A later library may report a number that has no name here. */
enum class Status {{
{members}
}};

namespace detail {{

/* Made a number at once: one that a later library adds is no value of the C enum, and undefined as such in C++. */
inline Status status_of(const RobofyError *error) noexcept
{{
    return static_cast<Status>(static_cast<int>(robofy_error_status(error)));
}}

inline std::optional<std::string> text_or_none(const char *text)
{{
    return text ? std::optional<std::string>(text) : std::nullopt;
}}

}} // namespace detail

/**
 * Why a call failed. `what()` is one line a person can act on, and never holds the API key.
 *
 * Each status has a class of its own, derived from this one; a status that a later library adds is a plain Error.
 * Copies share what they hold, and copying throws nothing.
 */
class Error : public std::runtime_error {{
public:
    /** An error without a response. */
    Error(Status status, const std::string &message)
        : std::runtime_error(message), details_(std::make_shared<Details>())
    {{
        details_->status = status;
    }}

    /** Copies what `error` says, which stays the caller's. */
    explicit Error(const RobofyError &error)
        : std::runtime_error(robofy_error_message(&error)), details_(std::make_shared<Details>())
    {{
        details_->status = detail::status_of(&error);
{_lines(_kept(function) for function in getters)}
    }}

    /** The kind of failure. */
    Status status() const noexcept
    {{
        return details_->status;
    }}

{_lines(_error_getter(function) for function in getters)}
private:
    /* Shared, since an exception's copies must not throw. Not changed once the error is made. */
    struct Details {{
        Status status = Status::internal;
{_lines(_detail(function) for function in getters)}
    }};

    std::shared_ptr<Details> details_;
}};

{classes}
namespace detail {{

[[noreturn]] inline void throw_copy(const RobofyError &error)
{{
    switch (status_of(&error)) {{
{cases}
    case Status::ok:
        break;
    }}
    throw Error(error);
}}

}} // namespace detail

}} // namespace robofy
"""
    about = "What becomes of a call: the statuses, and an exception class for each."
    standard = ["chrono", "cstdint", "memory", "optional", "stdexcept", "string", "string_view"]
    return _header("ROBOFY_ERRORS_HPP", about, ["robofy.h"], standard, body)


def _is_kept(function: Function) -> bool:
    """What an Error shows beside its status and `what()`."""
    return function.name not in ("robofy_error_status", "robofy_error_message", "robofy_error_free")


def _error_class(status: Status) -> str:
    return f"""\
{_comment(status.text, "")}
class {_class_of(status.name)} : public Error {{
    using Error::Error;
}};
"""


def _field(function: Function) -> str:
    return re.sub(r"^robofy_(error|reply)_", "", function.name)


def _kept(function: Function) -> str:
    got = f"{function.name}(&error)"
    if function.returns.kind is Kind.TEXT:
        got = f"detail::text_or_none({got})"
    return f"        details_->{_field(function)} = {got};"


def _detail(function: Function) -> str:
    if function.returns.kind is Kind.TEXT:
        return f"        std::optional<std::string> {_field(function)};"
    none = "false" if function.returns.kind is Kind.BOOL else "0"
    return f"        {_NUMBERS[function.returns.kind]} {_field(function)} = {none};"


def _error_getter(function: Function) -> str:
    of, held = _result(function), f"details_->{_field(function)}"
    body = f"return {held};"
    if function.may_miss and function.returns.kind is not Kind.TEXT:
        value = of.removeprefix("std::optional<").removesuffix(">")
        body = f"if ({held} == 0)\n            return std::nullopt;\n        return {value}({held});"
    name = _plain(function.name, "robofy_error_")
    return f"{_told(function)}\n    {of} {name}() const noexcept\n    {{\n        {body}\n    }}\n"


def _result(function: Function, text: str = "std::string_view") -> str:
    unit = re.search(r"_(ms|us)$", function.name)
    kind = function.returns.kind
    plain = text if kind is Kind.TEXT else _UNITS[unit[1]] if unit else _NUMBERS[kind]
    return f"std::optional<{plain}>" if function.may_miss else plain


def _told(function: Function) -> str:
    returns = _OF_NULL.sub("", function.returns_text).replace("0 if", "NULL if")
    returns = re.sub(r"^M(?:illi|icro)seconds(?:; N|\.)", lambda found: "N" if ";" in found[0] else "", returns)
    text = f"{function.text}\n\n@return {returns}" if returns else function.text
    return _comment(text)


def _values(interface: Interface) -> str:
    options = [_setter(function, "options") for function in _setters(interface, "Options")]
    messages = [_setter(function, "message") for function in _setters(interface, "Message")]
    replies = [_reply_getter(function) for function in interface.getters("Reply")]
    handles = _lines(
        f"using {handle.name}Handle = std::unique_ptr<Robofy{handle.name}, Freeing<{handle.free}>>;"
        for handle in interface.handles
    )
    body = f"""\
namespace robofy {{

namespace detail {{

{handles}

}} // namespace detail

{_setters_class("Options", "What Options can set. A text that is none returns to the default.", options)}
{_setters_class("Message", "What Message can set.", messages)}
/** What a Reply tells. */
class ReplyGetters {{
public:
{_lines(replies)}
    /** For robofy.h; stays this object's. NULL after a move. */
    const RobofyReply *native_handle() const noexcept
    {{
        return reply_;
    }}

protected:
    /** `reply` stays whose it is. */
    explicit ReplyGetters(const RobofyReply *reply) noexcept : reply_(reply) {{}}

    /** NULL after a move. */
    const RobofyReply *reply_;
}};

}} // namespace robofy
"""
    about = "What is set of options and messages, and read of replies."
    standard = ["chrono", "cstdint", "memory", "optional", "string", "string_view", "utility"]
    return _header("ROBOFY_VALUES_HPP", about, ["robofy.h", "robofy/text.hpp"], standard, body)


def _setters(interface: Interface, handle: str) -> list[Function]:
    return [function for function in interface.of_handle(handle) if "_set_" in function.name]


def _setters_class(handle: str, about: str, setters: list[str]) -> str:
    return f"""\
/** {about} */
template <class Self> class {handle}Setters {{
public:
{_lines(setters)}
    /** For robofy.h; stays this object's. NULL after a move. */
    const Robofy{handle} *native_handle() const noexcept
    {{
        return handle_.get();
    }}

protected:
    /** Takes `handle` over. */
    explicit {handle}Setters(Robofy{handle} *handle) noexcept : handle_(handle) {{}}

private:
    Self &self() noexcept
    {{
        return static_cast<Self &>(*this);
    }}

    detail::{handle}Handle handle_;
}};
"""


def _setter(function: Function, handle: str) -> str:
    name = _plain(function.name, f"robofy_{handle}_")
    values = [(parameter, _name_of(function, parameter)) for parameter in function.parameters[1:]]
    takes = ", ".join(f"{_taken(parameter)} {named}" for parameter, named in values).replace("& ", "&")
    given = ", ".join(named for _, named in values)
    passed = ", ".join(_passed(function, handle, parameter, named) for parameter, named in values)
    told = "\n".join(f"@param {named} {_parameter_text(parameter)}" for parameter, named in values)
    text = f"{_TEXTS.of(function.name, function.text)}\n\n{told}"
    throws = "" if "(" in passed else " noexcept"
    return f"""\
{_comment(text)}
    Self &{name}({takes}) &{throws}
    {{
        {function.name}(handle_.get(), {passed});
        return self();
    }}
    /** @overload */
    Self {name}({takes}) &&{throws}
    {{
        return std::move({name}({given}));
    }}
"""


def _name_of(function: Function, parameter: Parameter) -> str:
    return function.name.split("_set_")[1].removesuffix("_ms") if parameter.name == "ms" else parameter.name


def _taken(parameter: Parameter) -> str:
    if parameter.name == "ms":
        return _UNITS["ms"]
    return "const Text &" if parameter.type.kind is Kind.TEXT else _NUMBERS[parameter.type.kind]


def _passed(function: Function, handle: str, parameter: Parameter, named: str) -> str:
    setting = function.name.split("_set_")[1].removesuffix("_ms")
    if parameter.name == "ms":
        return f'detail::milliseconds({named}, "{setting}")'
    if parameter.type.kind is not Kind.TEXT:
        return named
    text = f'{named}.c_str("{setting}")'
    # What a user wrote goes out in any case.
    return f"detail::Utf8({text}).c_str()" if handle == "message" else text


def _parameter_text(parameter: Parameter) -> str:
    if parameter.name != "ms":
        return parameter.text
    text = re.sub(r"^Milliseconds[,;] ", "", parameter.text)
    return re.sub(r"default is ([\d ]+)", r"default is \1 ms", text[0].upper() + text[1:])


def _reply_getter(function: Function) -> str:
    name, of = _plain(function.name, "robofy_reply_"), _result(function)
    got = f"{function.name}(reply_)"
    if function.returns.kind is not Kind.TEXT:
        body = f"{of}({got})" if of.startswith("std::chrono") else got
        return f"{_told(function)}\n    {of} {name}() const noexcept\n    {{\n        return {body};\n    }}\n"
    copied = _result(function, "std::string")
    view, copy = "view", f"std::string(detail::view({got}))"
    if function.may_miss:
        view, copy = "view_or_none", f"detail::text_or_none({got})"
    return f"""\
{_told(function)}
    {of} {name}() const & noexcept
    {{
        return detail::{view}({got});
    }}
    /** @overload */
    {copied} {name}() &&
    {{
        return {copy};
    }}
"""


def _fake_values(interface: Interface) -> str:
    message = interface.function("robofy_message_new")
    setters = _setters(interface, "Message")
    texts = [parameter.name for parameter in message.parameters]
    texts += [field for field in map(_set_field, setters) if field not in (*texts, "timeout_ms")]
    body = f"""\
/** What was asked. */
struct RobofyMessage {{
{_lines(f"    std::optional<std::string> {text};" for text in texts)}
    std::uint64_t timeout_ms = 0;
}};

/** What a chat is answered with. */
struct RobofyReply {{
{_lines(_fake_field(function) for function in interface.getters("Reply"))}
}};

/** What a chat fails with. */
struct RobofyError {{
{_lines(_fake_field(function) for function in interface.getters("Error"))}
}};

/** Not looked at. */
struct RobofyOptions {{}};

extern "C" {{

const char *robofy_version(void)
{{
    return ROBOFY_VERSION;
}}

const char *robofy_status_name(std::uint32_t status)
{{
    switch (status) {{
{_lines(_named(status) for status in interface.statuses)}
    }}
    return "unknown";
}}

RobofyOptions *robofy_options_new(void)
{{
    return new RobofyOptions;
}}

{_lines(_fake_option(function) for function in _setters(interface, "Options"))}

{_lines(_fake_setter(function) for function in setters)}
{_lines(_fake_getter(function) for handle in ("Reply", "Error") for function in interface.getters(handle))}
{_lines(_fake_free(handle) for handle in ("Options", "Message", "Reply", "Error"))}
}}
"""
    about = "The part of robofy/fake.hpp that only holds what it is given."
    standard = ["cstdint", "optional", "string"]
    return _header("ROBOFY_FAKE_VALUES_HPP", about, ["robofy.h", "robofy/errors.hpp"], standard, body)


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _named(status: Status) -> str:
    return f'    case ROBOFY_STATUS_{status.name}:\n        return "{status.name.lower()}";'


def _set_field(function: Function) -> str:
    return function.name.split("_set_")[1]


def _fake_field(function: Function) -> str:
    if function.returns.kind is Kind.TEXT:
        return f"    {_result(function, 'std::string')} {_field(function)};"
    none = {Kind.BOOL: "false", Kind.STATUS: "ROBOFY_STATUS_INTERNAL"}.get(function.returns.kind, "0")
    return f"    {_NUMBERS[function.returns.kind]} {_field(function)} = {none};"


def _fake_option(function: Function) -> str:
    takes = ", ".join(str(parameter.type).removesuffix(" ") for parameter in function.parameters)
    return f"void {function.name}({takes}) {{}}"


def _fake_setter(function: Function) -> str:
    value = function.parameters[1]
    takes = f"{function.parameters[0].type}message, {value.type} {value.name}".replace("* ", "*")
    given = f"robofy::detail::text_or_none({value.name})" if value.type.kind is Kind.TEXT else value.name
    body = f"if (message)\n        message->{_set_field(function)} = {given};"
    return f"void {function.name}({takes})\n{{\n    {body}\n}}\n"


def _fake_getter(function: Function) -> str:
    handle, field = function.parameters[0], _field(function)
    held = f"{handle.name}->{field}"
    if function.returns.kind is Kind.TEXT:
        held = f"{held} ? {held}->c_str() : nullptr" if function.may_miss else f"{held}.c_str()"
    # As the real functions do with NULL.
    none = {Kind.BOOL: "false", Kind.TEXT: "nullptr", Kind.STATUS: "ROBOFY_STATUS_OK"}.get(function.returns.kind, "0")
    prototype = function.signature
    return f"{prototype}\n{{\n    if (!{handle.name})\n        return {none};\n    return {held};\n}}\n"


def _fake_free(handle: str) -> str:
    name = handle.lower()
    return f"void robofy_{name}_free(Robofy{handle} *{name})\n{{\n    delete {name};\n}}\n"
