"""Node.js: koffi's prototypes, a class for each status, what applies the options, and the types for TypeScript."""

from __future__ import annotations

import json
import re

import loading
from interface import Enumeration, Function, Interface, Kind, Option, Setting, Status, Type, Unit, snake
from words import MARK, Reworded, camel, plural, wrapped

from .answers import answer_types, names_of_sessions
from .events import event, event_types
from .forms import class_of, jsdoc, told
from .inbox import inbox_option_types, inbox_options, outcome, outcome_types

_PACKAGE = "bindings/node/lib"
_STATUS_TEXTS = Reworded(
    RATE_LIMITED=(
        "02a28360",
        "429, or without `httpStatus` the client's own pace (`rateLimit`): too many messages. Safe to send "
        "again after `retryAfterMs`.",
    ),
    CANCELLED=("0d25f89b", "The client was closed while the chat waited. The agent may have seen the message."),
)
_OPTION_TEXTS = Reworded(
    max_in_flight=(
        "2ffc21f9",
        "How many chats, other calls and streams may be in flight; one more is an `OverloadedError`. Those of the "
        "methods whose names end with `Sync` do not count.",
    ),
)
_VALUE_TEXTS = Reworded(
    per_minute=("0899ef83", "Messages a minute, at least 1."),
    burst=("7c7e466d", "Messages at once; the default is 1."),
)
# koffi makes a string of a `const char *`, up to its first NUL.
_BYTES = ("robofy_response_body", "robofy_upload_add_bytes.bytes", "robofy_webhook_read.body")
# Whose parameters go by the same names here.
_NAMING = ("robofy_client_new", "robofy_whatsapp_chat", "robofy_inbox_offer_text", "robofy_inbox_sent")
_PLATFORMS = {"linux": "linux", "macos": "darwin", "windows": "win32"}


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_PACKAGE}/declarations.js": _declarations(interface),
        f"{_PACKAGE}/status.js": _status(interface),
        f"{_PACKAGE}/status.d.ts": _status_types(interface),
        f"{_PACKAGE}/answers.d.ts": answer_types(interface),
        f"{_PACKAGE}/events.js": event(interface),
        f"{_PACKAGE}/webhook-event.d.ts": event_types(interface),
        f"{_PACKAGE}/failures.js": _failures(interface),
        f"{_PACKAGE}/failures.d.ts": _failure_types(interface),
        f"{_PACKAGE}/options.js": _options(interface),
        f"{_PACKAGE}/options.d.ts": _option_types(interface),
        f"{_PACKAGE}/inbox-options.js": inbox_options(interface),
        f"{_PACKAGE}/inbox-options.d.ts": inbox_option_types(interface),
        f"{_PACKAGE}/outcomes.js": outcome(interface),
        f"{_PACKAGE}/inbox-outcome.d.ts": outcome_types(interface),
    }


def _member(function: str) -> str:
    """Its name in the object of the library's functions: `optionsSetTimeoutMs`."""
    return camel(function.removeprefix("robofy_"))


def _js(value: object) -> str:
    return "'" + json.dumps(value, ensure_ascii=False)[1:-1].replace("'", "\\'").replace('\\"', '"') + "'"


def _declarations(interface: Interface) -> str:
    prototypes = "\n".join(
        f"    {_member(function.name)}: {_js(_prototype(function))}," for function in interface.functions
    )
    names = wrapped(", ".join(_js(name) for name in _names(interface)), "    ")
    enums = "\n".join(_names_of(enum) for enum in interface.enums)
    sessions = wrapped(", ".join(_js(name) for name in names_of_sessions(interface)), "    ")
    beside = ", ".join(f"{_PLATFORMS[system]}: {_js(file)}" for system, file in loading.BESIDE.items())
    installed = "\n".join(
        f"    {_PLATFORMS[system]}: [{', '.join(map(_js, files))}]," for system, files in loading.SYSTEM.items()
    )
    return f"""\
// The C interface in koffi's words, and where the library is looked for.
//
// {MARK}

export const VERSION = {_js(interface.version)};

export const HANDLES = [{", ".join(_js(f"Robofy{handle.name}") for handle in interface.handles)}];

export const PROTOTYPES = {{
{prototypes}
}};

// The parameters that the library's messages name otherwise than JavaScript does.
export const NAMES = [
{names},
];

// By their numbers.
{enums}

// What the service tells of a conversation.
export const SESSION = [
{sessions},
];

export const BESIDE = {{ {beside} }};
export const SYSTEM = {{
{installed}
}};
export const CANNOT_LOAD = {_js(loading.CANNOT_LOAD)};
export const CANNOT_USE = {_js(loading.CANNOT_USE)};
export const ADVICE =
    {_js(loading.ADVICE.replace("{version}", interface.version))};
export const ADVICE_BESIDE =
    {_js(loading.ADVICE_BESIDE)};
export const ADVICE_CHOSEN =
    {_js(loading.ADVICE_CHOSEN.replace("{version}", interface.version))};
"""


def _names_of(enum: Enumeration) -> str:
    names = ", ".join(_js(member.name.lower()) for member in enum.members)
    return f"export const {plural(snake(enum.name)).upper()} = [{names}];"


def _prototype(function: Function) -> str:
    name = function.name
    parameters = ", ".join(
        f"{_type(each.type, f'{name}.{each.name}', taken=True)}{each.name}" for each in function.parameters
    )
    return f"{_type(function.returns, name)}{name}({parameters})"


def _type(of: Type, name: str, *, taken: bool = False) -> str:
    """As C spells it, save where koffi has to know more."""
    if name in _BYTES:
        return "const uint8_t *"
    special = {
        Kind.STATUS: "uint32_t",
        Kind.ERROR_OUT: "_Out_ RobofyError **",
        Kind.OWNED_TEXT: "void *" if taken else "RobofyText",
    }
    spelled = special.get(of.kind, str(of))
    return spelled if spelled.endswith("*") else f"{spelled} "


def _names(interface: Interface) -> list[str]:
    taken = {
        parameter.name
        for function in interface.functions
        if function.name in _NAMING
        for parameter in function.parameters
    }
    set_by = {re.sub(r"^robofy_(inbox_options|options|message)_set_", "", each.name) for each in interface.functions}
    return sorted(name for name in taken | set_by if "_" in name and not name.startswith("robofy_"))


def _status(interface: Interface) -> str:
    members = "\n".join(f"    {status.name}: {status.number}," for status in interface.statuses)
    return f"""\
// What became of a call.
//
// {MARK}

export const Status = Object.freeze({{
{members}
}});
"""


def _status_types(interface: Interface) -> str:
    members = "\n".join(
        f"{jsdoc(_text_of(status), '    ')}\n    readonly {status.name}: {status.number};"
        for status in interface.statuses
    )
    return f"""\
// {MARK}

/** What became of a call. The numbers are stable, and a later library may add some. */
export declare const Status: {{
{members}
}};
"""


def _failures(interface: Interface) -> str:
    classes = "\n".join(
        f"export class {class_of(status.name)} extends RobofyError {{ static status = Status.{status.name}; }}"
        for status in interface.failures
    )
    return f"""\
// An error class for each status.
//
// {MARK}

import {{ RobofyError }} from './errors.js';
import {{ Status }} from './status.js';

{classes}
"""


def _failure_types(interface: Interface) -> str:
    classes = "\n".join(
        f"{jsdoc(_text_of(status))}\nexport declare class {class_of(status.name)} extends RobofyError {{}}"
        for status in interface.failures
    )
    return f"""\
// {MARK}

import {{ RobofyError }} from './errors.js';

{classes}
"""


def _text_of(status: Status) -> str:
    return told(_STATUS_TEXTS.of(status.name, status.text))


def _name_of(option: Option) -> str:
    return camel(option.function.name.removeprefix("robofy_options_set_"))


def _options(interface: Interface) -> str:
    setters = "\n".join(f"    {_name_of(option)}: {_setter(option)}," for option in interface.options)
    return f"""\
// How each option is checked and handed to the library.
//
// {MARK}

import {{ boolean, integer, milliseconds, rate, text }} from './arguments.js';
import {{ native }} from './native.js';

export const SETTERS = {{
{setters}
}};
"""


def _setter(option: Option) -> str:
    return f"(options, name, value) =>\n        native.{_member(option.function.name)}(options, {_checked(option)})"


def _checked(option: Option) -> str:
    setting, arguments = option.settings[0], "name, value"
    kind = setting.parameter.type.kind
    if len(option.settings) > 1:
        return f"...rate({arguments})"
    if kind is Kind.TEXT:
        return f"text({arguments})"
    if kind is Kind.BOOL:
        return f"boolean({arguments})"
    if setting.unit is Unit.MILLISECONDS:
        return f"milliseconds({arguments})"
    most = "" if kind is Kind.UINT32 else ", Number.MAX_SAFE_INTEGER"
    return f"integer({arguments}, {setting.least}{most})"


def _option_types(interface: Interface) -> str:
    members = "\n".join(
        f"{_option_doc(option)}\n    {_name_of(option)}?: {_option_type(option)} | null;"
        for option in interface.options
    )
    return f"""\
// {MARK}

/** How a client behaves. What is left out, undefined or null is the library's default. */
export interface Options {{
{members}
}}
"""


def _option_type(option: Option) -> str:
    if len(option.settings) > 1:
        names = [camel(setting.parameter.name) for setting in option.settings]
        return "{ " + "; ".join(f"{name}{'?' if number else ''}: number" for number, name in enumerate(names)) + " }"
    kind = option.settings[0].parameter.type.kind
    return {Kind.TEXT: "string", Kind.BOOL: "boolean"}.get(kind, "number")


def _option_doc(option: Option) -> str:
    text = _OPTION_TEXTS.of(option.name, option.text)
    values = "\n\n".join(_value(option, setting) for setting in option.settings)
    default = option.settings[0].default
    tags = "" if default is None or len(option.settings) > 1 else f"- @default {json.dumps(default)}\n"
    return jsdoc(told(f"{text}\n\n{values}") + f"\n\n{tags}- @since {option.since}", "    ").replace("* - @", "* @")


def _value(option: Option, setting: Setting) -> str:
    text = _VALUE_TEXTS.of(setting.parameter.name, setting.parameter.text)
    return f"`{setting.parameter.name}`: {text}" if len(option.settings) > 1 else text
