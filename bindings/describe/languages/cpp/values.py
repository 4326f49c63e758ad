"""What is set of options, messages and calls."""

from __future__ import annotations

import re

from interface import Function, Interface, Kind, Parameter
from words import Reworded

from .forms import NUMBERS, UNITS, comment, framed, lines, plain, set_field, setters_of

# A number of an enumeration.
_ENUM = re.compile(r"\bRobofy(\w+)")
# Where C's words do not fit.
_TEXTS = Reworded(
    robofy_options_set_max_in_flight=(
        "2ffc21f9",
        "How many messages, requests and uploads of submit(), the calls with a future or a hook and those of "
        "coroutines may be in flight, streams included; one more is an OverloadedError. A future's counts until it is "
        "ready, a hook's until it is called. Blocking calls do not count.",
    ),
    robofy_options_set_user_agent=(
        "eec45bf0",
        "The calling product, sent in the User-Agent header before the library's own.",
    ),
)


def values(interface: Interface) -> str:
    options = [_setter(function, "options") for function in setters_of(interface, "Options")]
    messages = [_setter(function, "message") for function in setters_of(interface, "Message")]
    inboxes = [_setter(function, "inbox_options") for function in setters_of(interface, "InboxOptions")]
    calls = [_setter(function, "call") for function in setters_of(interface, "Call")]
    handles = lines(
        f"using {handle.name}Handle = std::unique_ptr<Robofy{handle.name}, Freeing<{handle.free}>>;"
        for handle in interface.owned
    )
    body = f"""\
namespace robofy {{

namespace detail {{

{handles}

}} // namespace detail

{_setters_class("Options", "What Options can set. A text that is none returns to the default.", options)}
{_setters_class("Message", "What Message can set.", messages)}
{_setters_class("InboxOptions", "What InboxOptions can set. A text that is none returns to the default.", inboxes)}
{_setters_class("Call", "What a Call, and a Request, can set.", calls)}
}} // namespace robofy
"""
    about = "What is set of options, messages, calls and inboxes."
    standard = ["chrono", "cstdint", "memory", "utility"]
    return framed("ROBOFY_VALUES_HPP", about, ["robofy.h", "robofy/getters.hpp", "robofy/text.hpp"], standard, body)


def _setters_class(handle: str, about: str, setters: list[str]) -> str:
    return f"""\
/** {about} */
template <class Self> class {handle}Setters {{
public:
{lines(setters)}
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
    name = plain(function.name, f"robofy_{handle}_")
    values = [(parameter, _name_of(function, parameter)) for parameter in function.parameters[1:]]
    takes = ", ".join(f"{_taken(parameter)} {named}" for parameter, named in values).replace("& ", "&")
    given = ", ".join(named for _, named in values)
    passed = ", ".join(_passed(function, handle, parameter, named) for parameter, named in values)
    told = "\n".join(f"@param {named} {_parameter_text(parameter)}" for parameter, named in values)
    text = f"{_TEXTS.of(function.name, function.text)}\n\n{told}"
    throws = "" if "detail::" in passed or "c_str" in passed else " noexcept"
    return f"""\
{comment(text)}
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
    return set_field(function).removesuffix("_ms") if parameter.name == "ms" else parameter.name


def _taken(parameter: Parameter) -> str:
    if parameter.name == "ms":
        return UNITS["ms"]
    if enum := _ENUM.search(parameter.text):
        return enum[1]
    return "const Text &" if parameter.type.kind is Kind.TEXT else NUMBERS[parameter.type.kind]


def _passed(function: Function, handle: str, parameter: Parameter, named: str) -> str:
    setting = set_field(function).removesuffix("_ms")
    if parameter.name == "ms":
        return f'detail::milliseconds({named}, "{setting}")'
    if _ENUM.search(parameter.text):
        return f"static_cast<std::uint32_t>({named})"
    if parameter.type.kind is not Kind.TEXT:
        return named
    text = f'{named}.c_str("{setting}")'
    # What a user wrote goes out in any case.
    return f"detail::Utf8({text}).c_str()" if handle == "message" else text


def _parameter_text(parameter: Parameter) -> str:
    if parameter.name != "ms":
        return _ENUM.sub(r"\1", parameter.text)
    text = re.sub(r"^Milliseconds[,;]? ", "", parameter.text)
    return re.sub(r"default is ([\d ]+)", r"default is \1 ms", text[0].upper() + text[1:])
