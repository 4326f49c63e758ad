"""The part of the fake that only holds what it is given."""

from __future__ import annotations

from interface import Function, Interface, Kind, Status

from .forms import NUMBERS, field_of, framed, lines, result_of, set_field, setters_of


def fake_values(interface: Interface) -> str:
    message = interface.function("robofy_message_new")
    setters = setters_of(interface, "Message")
    texts = [parameter.name for parameter in message.parameters]
    texts += [field for field in map(set_field, setters) if field not in (*texts, "timeout_ms")]
    body = f"""\
/** What was asked. */
struct RobofyMessage {{
{lines(f"    std::optional<std::string> {text};" for text in texts)}
    std::uint64_t timeout_ms = 0;
}};

/** What a chat is answered with. */
struct RobofyReply {{
{lines(_fake_field(function) for function in interface.getters("Reply"))}
}};

/** What a chat fails with. */
struct RobofyError {{
{lines(_fake_field(function) for function in interface.getters("Error"))}
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
{lines(_named(status) for status in interface.statuses)}
    }}
    return "unknown";
}}

RobofyOptions *robofy_options_new(void)
{{
    return new RobofyOptions;
}}

{lines(_fake_option(function) for function in setters_of(interface, "Options"))}

{lines(_fake_setter(function) for function in setters)}
{lines(_fake_getter(function) for handle in ("Reply", "Error") for function in interface.getters(handle))}
{lines(_fake_free(handle) for handle in ("Options", "Message", "Reply", "Error"))}
}}
"""
    about = "The part of robofy/fake.hpp that only holds what it is given."
    standard = ["cstdint", "optional", "string"]
    return framed("ROBOFY_FAKE_VALUES_HPP", about, ["robofy.h", "robofy/errors.hpp"], standard, body)


def _named(status: Status) -> str:
    return f'    case ROBOFY_STATUS_{status.name}:\n        return "{status.name.lower()}";'


def _fake_field(function: Function) -> str:
    if function.returns.kind is Kind.TEXT:
        return f"    {result_of(function, 'std::string')} {field_of(function)};"
    none = {Kind.BOOL: "false", Kind.STATUS: "ROBOFY_STATUS_INTERNAL"}.get(function.returns.kind, "0")
    return f"    {NUMBERS[function.returns.kind]} {field_of(function)} = {none};"


def _fake_option(function: Function) -> str:
    takes = ", ".join(str(parameter.type).removesuffix(" ") for parameter in function.parameters)
    return f"void {function.name}({takes}) {{}}"


def _fake_setter(function: Function) -> str:
    value = function.parameters[1]
    takes = f"{function.parameters[0].type}message, {value.type} {value.name}".replace("* ", "*")
    given = f"robofy::detail::text_or_none({value.name})" if value.type.kind is Kind.TEXT else value.name
    body = f"if (message)\n        message->{set_field(function)} = {given};"
    return f"void {function.name}({takes})\n{{\n    {body}\n}}\n"


def _fake_getter(function: Function) -> str:
    handle, field = function.parameters[0], field_of(function)
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
