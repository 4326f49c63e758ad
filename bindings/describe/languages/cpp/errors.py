"""The statuses, and an exception class for each."""

from __future__ import annotations

from interface import Function, Interface, Kind, Status

from .forms import NUMBERS, class_of, comment, field_of, framed, lines, plain, result_of, told


def errors(interface: Interface) -> str:
    statuses = interface.statuses
    members = lines(
        f"{comment(status.text)}\n    {status.name.lower()} = ROBOFY_STATUS_{status.name}," for status in statuses
    )
    getters = [function for function in interface.of_handle("Error") if _is_kept(function)]
    classes = lines(_error_class(status) for status in interface.failures)
    cases = lines(
        f"    case Status::{status.name.lower()}:\n        throw {class_of(status.name)}(error);"
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
{lines(_kept(function) for function in getters)}
    }}

    /** The kind of failure. */
    Status status() const noexcept
    {{
        return details_->status;
    }}

{lines(_error_getter(function) for function in getters)}
private:
    /* Shared, since an exception's copies must not throw. Not changed once the error is made. */
    struct Details {{
        Status status = Status::internal;
{lines(_detail(function) for function in getters)}
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
    return framed("ROBOFY_ERRORS_HPP", about, ["robofy.h"], standard, body)


def _is_kept(function: Function) -> bool:
    """What an Error shows beside its status and `what()`."""
    return function.name not in ("robofy_error_status", "robofy_error_message", "robofy_error_free")


def _error_class(status: Status) -> str:
    return f"""\
{comment(status.text, "")}
class {class_of(status.name)} : public Error {{
    using Error::Error;
}};
"""


def _kept(function: Function) -> str:
    got = f"{function.name}(&error)"
    if function.returns.kind is Kind.TEXT:
        got = f"detail::text_or_none({got})"
    return f"        details_->{field_of(function)} = {got};"


def _detail(function: Function) -> str:
    if function.returns.kind is Kind.TEXT:
        return f"        std::optional<std::string> {field_of(function)};"
    none = "false" if function.returns.kind is Kind.BOOL else "0"
    return f"        {NUMBERS[function.returns.kind]} {field_of(function)} = {none};"


def _error_getter(function: Function) -> str:
    of, held = result_of(function), f"details_->{field_of(function)}"
    body = f"return {held};"
    if function.may_miss and function.returns.kind is not Kind.TEXT:
        value = of.removeprefix("std::optional<").removesuffix(">")
        body = f"if ({held} == 0)\n            return std::nullopt;\n        return {value}({held});"
    name = plain(function.name, "robofy_error_")
    return f"{told(function)}\n    {of} {name}() const noexcept\n    {{\n        {body}\n    }}\n"
