"""LuaJIT: the declarations for its FFI, the statuses, and the tables of options, documented as LuaCATS annotations."""

from __future__ import annotations

from collections.abc import Iterable

import loading
from interface import Interface, Kind, Option, Status, Unit
from option import each_in_seconds, message_settings, new_message
from words import MARK, Reworded

from .forms import WORDS, field
from .inbox import inbox_class, inbox_table, outcome
from .results import getters

_PACKAGE = "bindings/luajit/robofy"
_SYSTEMS = {"Linux": "linux", "OSX": "macos", "Windows": "windows"}
_TYPES = {Kind.BOOL: "boolean", Kind.UINT32: "integer", Kind.UINT64: "integer", Kind.TEXT: "string"}
_CHECKS = {Kind.BOOL: "boolean", Kind.UINT32: "integer", Kind.UINT64: "size", Kind.TEXT: "text"}
# Where C's words do not fit.
_TEXTS = Reworded(
    timeout=("12dacedb", "Bounds the whole call for this message. Seconds; without it, the client's."),
)
_AS_IN_C = Reworded()


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_PACKAGE}/declarations.lua": _declarations(interface),
        f"{_PACKAGE}/statuses.lua": _statuses(interface),
        f"{_PACKAGE}/parameters.lua": _parameters(interface),
        f"{_PACKAGE}/getters.lua": getters(interface, outcome(interface)),
    }


def _declarations(interface: Interface) -> str:
    types = "\n".join(f"typedef struct Robofy{handle.name} Robofy{handle.name};" for handle in interface.handles)
    functions = "\n".join(f"{function.signature};" for function in interface.functions)
    beside = ", ".join(f'{system} = "{loading.BESIDE[name]}"' for system, name in _SYSTEMS.items())
    installed = "\n".join(f"    {system} = {_list(loading.SYSTEM[name])}," for system, name in _SYSTEMS.items())
    messages = ("CANNOT_LOAD", "CANNOT_USE", "ADVICE", "ADVICE_BESIDE", "ADVICE_CHOSEN")
    told = "\n".join(f'  {name.lower()} = "{_told(getattr(loading, name), interface)}",' for name in messages)
    return f"""\
-- The C interface for LuaJIT's FFI, and where the library is looked for.
-- {MARK}
return {{
  version = "{interface.version}",
{told}

  -- By ffi.os.
  beside = {{ {beside} }},
  system = {{
{installed}
  }},

  cdef = [[
typedef uint32_t RobofyStatus;
{types}
{functions}
]],
}}
"""


def _list(names: Iterable[str]) -> str:
    return "{ " + ", ".join(f'"{name}"' for name in names) + " }"


def _told(message: str, interface: Interface) -> str:
    return message.replace("{version}", interface.version)


def _statuses(interface: Interface) -> str:
    documented = "\n".join(_status(status) for status in interface.statuses)
    numbers = "\n".join(f"  {status.name.lower()} = {status.number}," for status in interface.statuses)
    return f"""\
-- {MARK}

---What became of a call, by name; a later library has more.
---@alias robofy.Status
{documented}

-- The library's numbers, which are stable.
return {{
{numbers}
}}
"""


def _status(status: Status) -> str:
    return f'---| "{status.name.lower()}" # {WORDS(status.text)}'


def _parameters(interface: Interface) -> str:
    settings = tuple(message_settings(interface))
    made_of = new_message(interface).parameters
    needed = "\n".join(field(_needed(parameter.name), "string", parameter.text) for parameter in made_of)
    return f"""\
-- What a client, a message and an inbox take.
-- {MARK}
local arguments = require "robofy.arguments"

---Of `robofy.client`: nil leaves one to the library's default.
---@class robofy.Options
{_fields(interface.options)}
---The project of messages that name none.
---@field pid? string
---The agent of messages that name none.
---@field chatbot_id? string
---Is called with a line for each chat that failed or took more than one attempt.
---@field log? fun(line: string)

---Of `whatsapp_chat` and `submit`: pid and chatbot_id are not needed where the client has them.
---@class robofy.Message
{needed}
{_fields(settings, _TEXTS)}

{inbox_class(interface)}

-- By name: what checks a value and gives what C takes, the function that sets it, and the name of the text beside it.
return {{
  options = {{
    pid = {{ arguments.text }},
    chatbot_id = {{ arguments.text }},
    log = {{ arguments.callback }},
{_table(interface.options, "text")}
  }},
  message = {{
{chr(10).join(f"    {parameter.name} = {{ arguments.message_text }}," for parameter in made_of)}
{_table(settings, "message_text")}
  }},
  inbox = {{
    pid = {{ arguments.text }},
    chatbot_id = {{ arguments.text }},
{inbox_table(interface)}
  }},
}}
"""


def _needed(name: str) -> str:
    """The client may have the others."""
    return name if name == "query" else f"{name}?"


def _table(options: Iterable[Option], text: str) -> str:
    return "\n".join(
        f'    {option.name} = {{ arguments.{_check(option, text)}, "{option.function.name}" }},' for option in options
    )


def _check(option: Option, text: str) -> str:
    setting = option.settings[0]
    if len(option.settings) > 1:
        return "rate"
    if setting.parameter.type.kind is Kind.TEXT:
        return text
    return "milliseconds" if setting.unit is Unit.MILLISECONDS else _CHECKS[setting.parameter.type.kind]


def _fields(options: Iterable[Option], texts: Reworded = _AS_IN_C) -> str:
    return "\n".join(
        field(f"{option.name}?", _type(option), texts.of(option.name, _text(option))) for option in options
    )


def _type(option: Option) -> str:
    setting = option.settings[0]
    if len(option.settings) > 1:
        return "integer[]"
    return "number" if setting.unit is Unit.MILLISECONDS else _TYPES[setting.parameter.type.kind]


def _text(option: Option) -> str:
    values = each_in_seconds(option)
    if len(option.settings) > 1:
        values = f"`{{ {', '.join(setting.parameter.name for setting in option.settings)} }}`. {values}"
    return f"{option.text} {values}"
