"""LuaJIT: the declarations for its FFI, the statuses, and the tables of options, documented as LuaCATS annotations."""

from __future__ import annotations

import re
from collections.abc import Iterable

import loading
from interface import Function, Interface, Kind, Option, Status, Unit
from option import each_in_seconds, message_settings, new_message
from words import MARK, Reworded, Words, wrapped

_PACKAGE = "bindings/luajit/robofy"
_SYSTEMS = {"Linux": "linux", "OSX": "macos", "Windows": "windows"}
_TYPES = {Kind.BOOL: "boolean", Kind.UINT32: "integer", Kind.UINT64: "integer", Kind.TEXT: "string"}
_CHECKS = {Kind.BOOL: "boolean", Kind.UINT32: "integer", Kind.UINT64: "size", Kind.TEXT: "text"}
_PREFIX = re.compile(
    r"robofy_(?:options_set|message_set|error|reply|response|event|settings|sessions|stream|completion|client|whatsapp)_"
)
_FUNCTIONS = {"robofy_client_new": "robofy.client"}
# Where C's words do not fit.
_TEXTS = Reworded(
    timeout=("12dacedb", "Bounds the whole call for this message. Seconds; without it, the client's."),
)
_UNIT = re.compile(r"_(us|ms)$")
_PER_SECOND = {"us": "1e6", "ms": "1000"}
_NAMES = {"json": "body"}
# What a getter gives.
_GOT = {
    Kind.STATUS: "robofy.Status",
    Kind.TEXT: "string",
    Kind.INT32: "integer",
    Kind.INT64: "integer",
    Kind.UINT32: "integer",
    Kind.UINT64: "integer",
    Kind.BOOL: "boolean",
}
_AS_IN_C = Reworded()
# What each is as a string.
_AS_STRING = {"Reply": "answer", "Error": "message"}
_METATABLES = {*_AS_STRING, "Response"}
# Of bytes, which may hold NULs.
_LENGTH = "_length"
_BYTES = {"robofy_response_body"}
_ENUMS = {"robofy_event_kind": "KINDS"}
_MAY_MISS = {"robofy_event_text"}
_GETTERS = Reworded(
    robofy_response_body=(
        "546b4146",
        "The body as it was received: JSON where the service's reference says nothing else.",
    ),
)


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_PACKAGE}/declarations.lua": _declarations(interface),
        f"{_PACKAGE}/statuses.lua": _statuses(interface),
        f"{_PACKAGE}/parameters.lua": _parameters(interface),
        f"{_PACKAGE}/getters.lua": _getters(interface),
    }


def _function(name: str) -> str:
    return f"`{_FUNCTIONS.get(name, _PREFIX.sub('', name).removesuffix('_ms'))}`"


_WORDS = Words(null="nil", function=_function, status=lambda name: f'"{name.lower()}"')


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
    return f'---| "{status.name.lower()}" # {_WORDS(status.text)}'


def _parameters(interface: Interface) -> str:
    settings = tuple(message_settings(interface))
    made_of = new_message(interface).parameters
    needed = "\n".join(_field(_needed(parameter.name), "string", parameter.text) for parameter in made_of)
    return f"""\
-- What a client and a message take.
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

-- By name: what checks a value and gives what C takes, and the function that sets it.
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
}}
"""


def _needed(name: str) -> str:
    """The client may have the others."""
    return name if name == "query" else f"{name}?"


def _getters(interface: Interface) -> str:
    return f"""\
-- What the results of the library hold: nil for NULL.
-- {MARK}
local ffi = require "ffi"

local function text(pointer)
  if pointer ~= nil then return ffi.string(pointer) end
end

local function known(number)
  if number ~= 0 then return number end
end

local getters = {{}}

{_as_strings()}

{_class("Reply", interface)}

{_class("Response", interface)}

{_class("Error", interface)}

{_class("Completion", interface)}

{_kinds(interface)}

{_class("Event", interface)}

{_settings(interface)}

{_sessions(interface)}

return getters
"""


def _kinds(interface: Interface) -> str:
    documented = "\n".join(f'---| "{kind.name.lower()}" # {_WORDS(kind.text)}' for kind in interface.event_kinds)
    names = ", ".join(f'[{kind.number}] = "{kind.name.lower()}"' for kind in interface.event_kinds)
    return f"""\
---What an event is about; one of a later library counts as "other".
---@alias robofy.EventKind
{documented}

local KINDS = {{ {names} }}"""


def _settings(interface: Interface) -> str:
    """Read when they are asked for, and kept in no table: what prints tables does not print the secret."""
    getters = interface.getters("Settings")
    return f"""\
---@class robofy.Settings
{_documented(getters)}

getters.settings = {{
{chr(10).join(f"  {_name(getter)} = function(library, pointer) return {_value(getter)} end," for getter in getters)}
}}"""


def _sessions(interface: Interface) -> str:
    getters = [getter for getter in interface.getters("Sessions") if len(getter.parameters) == 2]
    return f"""\
---@class robofy.Session
{_documented(getters)}

function getters.sessions(library, pointer)
  if pointer == nil then return nil end
  local all = {{}}
  for index = 0, tonumber(library.robofy_sessions_count(pointer)) - 1 do
    all[index + 1] = {{
{chr(10).join(f"      {_name(getter)} = text(library.{getter.name}(pointer, index))," for getter in getters)}
    }}
  end
  return all
end"""


def _documented(getters: Iterable[Function]) -> str:
    return "\n".join(_field(*_got(getter)) for getter in getters)


def _as_strings() -> str:
    return "\n".join(
        f"getters.{handle} = {{ __tostring = function(it) return it.{name} end }}"
        for handle, name in _AS_STRING.items()
    ) + "\ngetters.Response = {}"


def _class(handle: str, interface: Interface) -> str:
    getters = [
        getter
        for getter in interface.getters(handle)
        if len(getter.parameters) == 1 and not getter.name.endswith(_LENGTH)
    ]
    documented = _documented(getters)
    if any(getter.returns.kind is Kind.STATUS for getter in getters):
        documented += "\n" + _field("number", "integer", "The status's number.")
    opening, closing = ("setmetatable(", f", getters.{handle})") if handle in _METATABLES else ("", "")
    return f"""\
---@class robofy.{handle}
{documented}

function getters.{handle.lower()}(library, pointer)
  if pointer == nil then return nil end
  return {opening}{{
{chr(10).join(_read(getter) for getter in getters)}
  }}{closing}
end"""


def _name(getter: Function) -> str:
    name = _PREFIX.sub("", getter.name)
    return _NAMES.get(name, _UNIT.sub("", name))


def _got(getter: Function) -> tuple[str, str, str]:
    if getter.returns.kind is Kind.HANDLE:
        return f"{_name(getter)}?", f"robofy.{getter.returns.handle}", getter.text
    seconds = " In seconds." if _UNIT.search(getter.name) else ""
    of_type = "number" if seconds else "robofy.EventKind" if getter.name in _ENUMS else _GOT[getter.returns.kind]
    optional = "?" * (getter.may_miss or getter.name in _MAY_MISS)
    return f"{_name(getter)}{optional}", of_type, f"{_GETTERS.of(getter.name, getter.text)}{seconds}"


def _read(getter: Function) -> str:
    if getter.returns.kind is Kind.STATUS:
        value = f"library.{getter.name}(pointer)"
        return f"    status = text(library.robofy_status_name({value})),\n    number = {value},"
    return f"    {_name(getter)} = {_value(getter)},"


def _value(getter: Function) -> str:
    value = f"library.{getter.name}(pointer)"
    kind, unit = getter.returns.kind, _UNIT.search(getter.name)
    if kind is Kind.HANDLE:
        return f"getters.{getter.returns.handle.lower()}(library, {value})"
    if getter.name in _BYTES:
        return f"ffi.string({value}, tonumber(library.{getter.name}{_LENGTH}(pointer)))"
    if getter.name in _ENUMS:
        return f'{_ENUMS[getter.name]}[{value}] or "other"'
    if kind is Kind.TEXT:
        value = f"text({value})"
    elif unit:
        value = f"tonumber({value}) / {_PER_SECOND[unit[1]]}"
    elif kind in (Kind.INT64, Kind.UINT64):
        value = f"tonumber({value})"
    if kind is not Kind.TEXT and getter.may_miss:
        value = f"known({value})"
    return value


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
        _field(f"{option.name}?", _type(option), texts.of(option.name, _text(option))) for option in options
    )


def _field(name: str, of_type: str, text: str) -> str:
    """The documentation stands above the field, where it may take several lines."""
    return f"{wrapped(_WORDS(text), '', first='---', rest='---')}\n---@field {name} {of_type}"


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
