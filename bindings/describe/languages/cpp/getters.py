"""What is read of the service's answers, and the enumerations."""

from __future__ import annotations

from interface import Enumeration, Function, Interface, Kind, snake

from .forms import BY_HAND, comment, framed, lines, may_miss, member, plain, result_of, told

# Who tells what its handle's getters read.
_CLASSES = {
    "Reply": "a Reply",
    "Response": "a Response",
    "Page": "a LeadsPage",
    "Settings": "AgentSettings",
    "StreamEvent": "a StreamEvent",
    "Event": "an Event",
    "Outcome": "an Outcome",
}


def getters(interface: Interface) -> str:
    entries = [function for function in interface.getters("Sessions") if function.name != "robofy_sessions_count"]
    body = f"""\
namespace robofy {{

{lines(_enum(enum) for enum in interface.enums)}
namespace detail {{

/* Made a number at once, as a status is. */
{lines(_kind_of(interface.enum(f"{handle}Kind"), handle) for handle in ("StreamEvent", "Event"))}
}} // namespace detail

{lines(_getters_class(interface, handle) for handle in _CLASSES)}
/** One conversation of an agent, as the service lists it: a look at its Sessions, whose texts it lends. */
class Session {{
public:
    /** The conversation at `index`; `sessions` stays whose it is. */
    Session(const RobofySessions *sessions, std::uint64_t index) noexcept : sessions_(sessions), index_(index) {{}}

{lines(_entry_getter(function) for function in entries)}
private:
    const RobofySessions *sessions_;
    std::uint64_t index_;
}};

}} // namespace robofy
"""
    about = "What is read of the service's answers."
    standard = ["chrono", "cstdint", "optional", "string", "string_view"]
    return framed("ROBOFY_GETTERS_HPP", about, ["robofy.h", "robofy/text.hpp"], standard, body)


def _enum(enum: Enumeration) -> str:
    members = lines(
        f"{comment(each.text)}\n    {member(each.name)} = {enum.prefix}{each.name}," for each in enum.members
    )
    return f"{comment(enum.about, '')}\nenum class {enum.name} {{\n{members}\n}};\n"


def _kind_of(enum: Enumeration, handle: str) -> str:
    last = max(enum.members, key=lambda member: member.number)
    return f"""\
inline {enum.name} kind_of(const Robofy{handle} *event) noexcept
{{
    const auto number = static_cast<unsigned>(robofy_{snake(handle)}_kind(event));
    return number <= {enum.prefix}{last.name} ? static_cast<{enum.name}>(number) : {enum.name}::other;
}}
"""


def _getters_class(interface: Interface, handle: str) -> str:
    read = [function for function in interface.getters(handle) if function.name not in BY_HAND]
    name = snake(handle)
    return f"""\
/** What {_CLASSES[handle]} tells. */
class {handle}Getters {{
public:
{lines(_getter(function) for function in read)}
    /** For robofy.h; stays this object's. NULL after a move. */
    const Robofy{handle} *native_handle() const noexcept
    {{
        return handle_;
    }}

protected:
    /** `{name}` stays whose it is. */
    explicit {handle}Getters(const Robofy{handle} *{name}) noexcept : handle_({name}) {{}}

    /** NULL after a move. */
    const Robofy{handle} *handle_;
}};
"""


def _getter(function: Function) -> str:
    name, of = _name_of(function), result_of(function)
    got = f"{function.name}(handle_)"
    if function.returns.kind is not Kind.TEXT:
        body = f"return {of}({got})" if of.startswith("std::chrono") else f"return {got}"
        if may_miss(function):
            body = f"const auto got = {got};\n        return got ? {of}(got) : std::nullopt"
        return f"{told(function)}\n    {of} {name}() const noexcept\n    {{\n        {body};\n    }}\n"
    copied = result_of(function, "std::string")
    view, copy = "view", f"std::string(detail::view({got}))"
    if may_miss(function):
        view, copy = "view_or_none", f"detail::text_or_none({got})"
    return f"""\
{told(function)}
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


def _entry_getter(function: Function) -> str:
    return f"""\
{told(function)}
    {result_of(function)} {_name_of(function)}() const noexcept
    {{
        return detail::view_or_none({function.name}(sessions_, index_));
    }}
"""


def _name_of(function: Function) -> str:
    handle = snake(function.parameters[0].type.handle)
    return plain(function.name, f"robofy_{handle}_")
