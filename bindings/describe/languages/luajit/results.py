"""What a call ends with, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from interface import Enumeration, Function, Interface, Kind, snake
from words import MARK, Reworded, plural

from .forms import PREFIX, WORDS, field

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
# What each is as a string.
_AS_STRING = {"Reply": "answer", "Error": "message"}
_METATABLES = {*_AS_STRING, "Response"}
# Of bytes, which may hold NULs.
_LENGTH = "_length"
_BYTES = {"robofy_response_body"}
_ENUMS = {"robofy_stream_event_kind": "StreamEventKind", "robofy_event_kind": "EventKind"}
_MAY_MISS = {"robofy_stream_event_text"}
_GETTERS = Reworded(
    robofy_response_body=(
        "546b4146",
        "The body as it was received: JSON where the service's reference says nothing else.",
    ),
)


def getters(interface: Interface, outcome: str) -> str:
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

{_kinds(interface.enum("StreamEventKind"))}

{_class("StreamEvent", interface)}

{_kinds(interface.enum("EventKind"))}

{_class("Event", interface)}

{_numbers(interface.enum("Dialect"))}

{_numbers(interface.enum("Channel"))}

{names_of(interface.enum("Accept"))}

{_numbers(interface.enum("MediaPolicy"))}

{_settings(interface)}

{_sessions(interface)}

{outcome}

return getters
"""


def _kinds(enum: Enumeration) -> str:
    names = ", ".join(f'[{member.number}] = "{member.name.lower()}"' for member in enum.members)
    return f"""\
{_alias(enum, f'{enum.about} One of a later library counts as "other".')}

local {snake(enum.name).upper()}S = {{ {names} }}"""


def _numbers(enum: Enumeration) -> str:
    """Of what is given to the library."""
    numbers = ", ".join(f"{member.name.lower()} = {member.number}" for member in enum.members)
    return f"""\
{_alias(enum, enum.about)}

getters.{plural(snake(enum.name))} = {{ {numbers} }}"""


def names_of(enum: Enumeration) -> str:
    """Of what the library gives."""
    names = ", ".join(f'[{member.number}] = "{member.name.lower()}"' for member in enum.members)
    return f"""\
{_alias(enum, enum.about)}

getters.{plural(snake(enum.name))} = {{ {names} }}"""


def _alias(enum: Enumeration, about: str) -> str:
    members = "\n".join(f'---| "{member.name.lower()}" # {WORDS(member.text)}' for member in enum.members)
    return f"---{about}\n---@alias robofy.{enum.name}\n{members}"


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
    return "\n".join(field(*_got(getter)) for getter in getters)


def _as_strings() -> str:
    return (
        "\n".join(
            f"getters.{handle} = {{ __tostring = function(it) return it.{name} end }}"
            for handle, name in _AS_STRING.items()
        )
        + "\ngetters.Response = {}"
    )


def _class(handle: str, interface: Interface) -> str:
    getters = [
        getter
        for getter in interface.getters(handle)
        if len(getter.parameters) == 1 and not getter.name.endswith(_LENGTH)
    ]
    documented = _documented(getters)
    if any(getter.returns.kind is Kind.STATUS for getter in getters):
        documented += "\n" + field("number", "integer", "The status's number.")
    opening, closing = ("setmetatable(", f", getters.{handle})") if handle in _METATABLES else ("", "")
    return f"""\
---@class robofy.{handle}
{documented}

function getters.{snake(handle)}(library, pointer)
  if pointer == nil then return nil end
  return {opening}{{
{chr(10).join(_read(getter) for getter in getters)}
  }}{closing}
end"""


def _name(getter: Function) -> str:
    name = PREFIX.sub("", getter.name)
    return _NAMES.get(name, _UNIT.sub("", name))


def _got(getter: Function) -> tuple[str, str, str]:
    if getter.returns.kind is Kind.HANDLE:
        return f"{_name(getter)}?", f"robofy.{getter.returns.handle}", getter.text
    since = " since 1970" * ("_timestamp_" in getter.name)
    seconds = f" In seconds{since}." if _UNIT.search(getter.name) else ""
    of_type = (
        "number" if seconds else f"robofy.{_ENUMS[getter.name]}" if getter.name in _ENUMS else _GOT[getter.returns.kind]
    )
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
        return f"getters.{snake(getter.returns.handle)}(library, {value})"
    if getter.name in _BYTES:
        return f"ffi.string({value}, tonumber(library.{getter.name}{_LENGTH}(pointer)))"
    if getter.name in _ENUMS:
        return f'{snake(_ENUMS[getter.name]).upper()}S[{value}] or "other"'
    if kind is Kind.TEXT:
        value = f"text({value})"
    elif unit:
        value = f"tonumber({value}) / {_PER_SECOND[unit[1]]}"
    elif kind in (Kind.INT64, Kind.UINT64):
        value = f"tonumber({value})"
    if kind is not Kind.TEXT and getter.may_miss:
        value = f"known({value})"
    return value
