"""The parts of the fake that only hold what they are given."""

from __future__ import annotations

from interface import Function, Interface, Kind, Status, snake

from .forms import BY_HAND, NUMBERS, field_of, framed, lines, may_miss, result_of, set_field, setters_of


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


# Answers of the service beside replies: what each is, and what it holds beside what is read of it by name.
_ANSWERS = {
    "Response": (
        "What an endpoint is answered with.",
        [
            "int status = 200;",
            "std::string body;",
            "/** By their names in lower case. */\n    std::map<std::string, std::string> headers;",
        ],
    ),
    "Page": ("A page of leads, each the text of a JSON value.", ["std::vector<std::string> rows;"]),
    "Settings": ("An agent's settings.", []),
    "StreamEvent": ("An event of a stream.", ["RobofyStreamEventKind kind = ROBOFY_STREAM_EVENT_KIND_OTHER;"]),
    "Event": ("An event of a webhook.", ["RobofyEventKind kind = ROBOFY_EVENT_KIND_TEXT;"]),
}


def fake_answers(interface: Interface) -> str:
    by_hand = {*BY_HAND, "robofy_response_status"}
    read = {
        handle: [getter for getter in interface.getters(handle) if getter.name not in by_hand] for handle in _ANSWERS
    }
    entries = [function for function in interface.getters("Sessions") if function.name != "robofy_sessions_count"]
    structs = lines(
        f"/** {about} */\nstruct Robofy{handle} {{\n"
        + lines([*(f"    {field}" for field in fields), *(_fake_field(function) for function in read[handle])])
        + "\n};\n"
        for handle, (about, fields) in _ANSWERS.items()
    )
    body = f"""\
{structs}
/** The conversations of an agent. */
struct RobofySessions {{
    /** One of them. */
    struct Session {{
{lines(f"        {result_of(function, 'std::string')} {field_of(function)};" for function in entries)}
    }};

    std::vector<Session> sessions;
}};

extern "C" {{

{lines(_fake_getter(function) for handle in _ANSWERS for function in read[handle])}
{lines(_fake_entry(function) for function in entries)}
{lines(_fake_free(handle.name) for handle in interface.owned if handle.name in (*_ANSWERS, "Sessions"))}
}}
"""
    about = "The part of robofy/fake.hpp that holds what endpoints are answered with."
    standard = ["cstdint", "map", "optional", "string", "vector"]
    return framed("ROBOFY_FAKE_ANSWERS_HPP", about, ["robofy.h"], standard, body)


_INBOX = ("InboxOptions", "Inbox", "Outcome")


def fake_inbox(interface: Interface) -> str:
    named = tuple(f"robofy_{snake(handle)}_" for handle in _INBOX)
    functions = [function for function in interface.functions if function.name.startswith(named)]
    body = f"""\
/** Not looked at. */
struct RobofyInboxOptions {{}};

namespace robofy {{

inline void without_inbox(RobofyError **error)
{{
    if (!error)
        return;
    *error = new RobofyError;
    (*error)->status = ROBOFY_STATUS_STORAGE;
    (*error)->message = "the fake has no inbox";
}}

}} // namespace robofy

extern "C" {{

{lines(_without_inbox(function) for function in functions if function.name != "robofy_inbox_sessions")}
}}
"""
    about = "The part of robofy/fake.hpp for inboxes, of which it makes none: robofy_inbox_new() fails, and says so."
    return framed("ROBOFY_FAKE_INBOX_HPP", about, ["robofy/fake.hpp"], ["cstdint"], body)


_ENUMS = {"robofy_inbox_offer": "Accept", "robofy_inbox_offer_text": "Accept", "robofy_outcome_kind": "OutcomeKind"}


def _without_inbox(function: Function) -> str:
    names = [parameter.name for parameter in function.parameters]
    does = [f"(void){name};" for name in names if name not in ("options", "error")]
    if function.name == "robofy_inbox_options_new":
        does.append("return new RobofyInboxOptions;")
    elif function.name == "robofy_inbox_options_free":
        does.append("delete options;")
    else:
        does += [f"(void){name};" for name in names if name == "options"]
        does += ["robofy::without_inbox(error);" for name in names if name == "error"]
        does += ["return {};"] * (function.returns.kind is not Kind.NOTHING)
    enum = _ENUMS.get(function.name)
    signature = function.signature.replace("uint32_t", f"Robofy{enum}", 1) if enum else function.signature
    return lines([signature, "{", *(f"    {line}" for line in does), "}", ""])


def _fake_entry(function: Function) -> str:
    field = field_of(function)
    return f"""\
{function.signature}
{{
    if (!sessions || index >= sessions->sessions.size())
        return nullptr;
    const auto &session = sessions->sessions[index];
    return session.{field} ? session.{field}->c_str() : nullptr;
}}
"""


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
        held = f"{held} ? {held}->c_str() : nullptr" if may_miss(function) else f"{held}.c_str()"
    # As the real functions do with NULL.
    none = {Kind.BOOL: "false", Kind.TEXT: "nullptr", Kind.STATUS: "ROBOFY_STATUS_OK"}.get(function.returns.kind, "0")
    prototype = function.signature
    return f"{prototype}\n{{\n    if (!{handle.name})\n        return {none};\n    return {held};\n}}\n"


def _fake_free(handle: str) -> str:
    name = snake(handle)
    return f"void robofy_{name}_free(Robofy{handle} *{name})\n{{\n    delete {name};\n}}\n"
