"""Python: the ctypes signatures, a class for each status, and the constructor that takes the options."""

from __future__ import annotations

import re
from collections.abc import Mapping

import loading
from interface import Function, Interface, InterfaceError, Kind, Option, Status, Type, Unit
from option import each_in_seconds
from words import MARK, Reworded, Words, pascal, wrapped

_PACKAGE = "bindings/python/src/robofy"
_TYPES = {
    Kind.NOTHING: "None",
    Kind.BOOL: "c_bool",
    Kind.INT32: "c_int32",
    Kind.INT64: "c_int64",
    Kind.UINT32: "c_uint32",
    Kind.UINT64: "c_uint64",
    Kind.STATUS: "c_uint32",
    Kind.TEXT: "c_char_p",
    Kind.OWNED_TEXT: "OWNED_TEXT",
    Kind.ERROR_OUT: "_ERROR_OUT",
}
# Names that the standard library has for something else are not taken (`from robofy import *`).
_CLASSES = {
    "TLS": "TLSError",
    "TIMEOUT": "ChatTimeoutError",
    "INTERRUPTED": "ChatInterruptedError",
    "CANCELLED": "ChatCancelledError",
}
_BASES = {"INVALID_ARGUMENT": "RobofyError, ValueError", "TIMEOUT": "RobofyError, TimeoutError"}
_FUNCTIONS = {
    "robofy_client_cancel": "its task, or the client's `close()`",
    "robofy_client_new": "the client",
}
# Where C's words do not fit.
_TEXTS = Reworded(
    max_in_flight=(
        "74bae824",
        "How many chats of an `AsyncClient` may wait at once; one more is an `OverloadedError`. Blocking "
        "calls do not count.",
    ),
)


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_PACKAGE}/_declarations.py": _declarations(interface),
        f"{_PACKAGE}/_status.py": _status(interface),
        f"{_PACKAGE}/_failures.py": _failures(interface),
        f"{_PACKAGE}/_options.py": _options(interface),
    }


def _class_of(status: str) -> str:
    return _CLASSES.get(status, f"{pascal(status)}Error")


def _function(name: str) -> str:
    for prefix, owner in (("robofy_error_", ""), ("robofy_options_set_", ""), ("robofy_reply_", "Reply.")):
        if name.startswith(prefix):
            return f"`{owner}{name.removeprefix(prefix).removesuffix('_ms')}`"
    return _FUNCTIONS[name]


_NAMES = Words(null="None", function=_function, status=lambda name: f"`{_class_of(name)}`")


def _told(text: str) -> str:
    """With None where C has an HTTP status of 0."""
    return _NAMES(text).replace("HTTP status 0", "no `http_status`").replace("\\", r"\\").replace(_QUOTES, r"\"\"\"")


def _declarations(interface: Interface) -> str:
    opaque = "\n\n\n".join(f"class Robofy{handle.name}(ctypes.Structure):\n    pass" for handle in interface.handles)
    pointers = "\n".join(f"{_pointer(handle.name)} = POINTER(Robofy{handle.name})" for handle in interface.handles)
    signatures = "\n".join(f"    {_signature(function)}," for function in interface.functions)
    return f'''\
"""The C interface: the opaque types, every function's signature, and where the library is looked for.

{MARK}
"""

import ctypes
from ctypes import POINTER, c_bool, c_char_p, c_int32, c_int64, c_uint32, c_uint64, c_void_p
from typing import Any


{opaque}


# Made once: until Python 3.13 each sub-interpreter that imports ctypes empties the cache of POINTER for all, which then
# makes another type than the signatures have.
{pointers}
_ERROR_OUT = POINTER(ErrorPointer)
# A c_char_p would be turned into bytes, and the address to free would be lost.
OWNED_TEXT = c_void_p

SIGNATURES: dict[str, tuple[Any, list[Any]]] = {{
{signatures}
}}

# By `sys.platform`, and for all others.
BESIDE = {_by_platform({system: f'"{name}"' for system, name in loading.BESIDE.items()})}
SYSTEM = {_by_platform({system: _tuple(names) for system, names in loading.SYSTEM.items()})}
CANNOT_LOAD = "{loading.CANNOT_LOAD}"
CANNOT_USE = "{loading.CANNOT_USE}"
ADVICE = "{loading.ADVICE.replace("{version}", interface.version)}"
ADVICE_CHOSEN = "{loading.ADVICE_CHOSEN.replace("{version}", interface.version)}"
'''


def _by_platform(values: Mapping[str, str]) -> str:
    """A dictionary of Python's names of the systems."""
    names = {"macos": "darwin", "windows": "win32", "linux": ""}
    return "{\n" + "".join(f'    "{name}": {values[system]},\n' for system, name in names.items()) + "}"


def _tuple(names: tuple[str, ...]) -> str:
    return "(" + ", ".join(f'"{name}"' for name in names) + ("," if len(names) == 1 else "") + ")"


def _pointer(handle: str) -> str:
    return f"{handle}Pointer"


def _type(of: Type) -> str:
    return _pointer(of.handle) if of.kind is Kind.HANDLE else _TYPES[of.kind]


def _signature(function: Function) -> str:
    returns, takes = _type(function.returns), ", ".join(_type(parameter.type) for parameter in function.parameters)
    line = f'"{function.name}": ({returns}, [{takes}])'
    if len(f"    {line},") <= _WIDTH:
        return line
    return f'"{function.name}": (\n        {returns},\n        [{takes}],\n    )'


def _status(interface: Interface) -> str:
    label = interface.function("robofy_status_name")
    members = "\n".join(
        f"    {status.name} = {status.number}\n{_docstring(status.text)}" for status in interface.statuses
    )
    return f"""\
{_QUOTES}What became of a call.

{MARK}
{_QUOTES}

import enum
from typing import Optional

from robofy._native import lib


class Status(enum.IntEnum):
{_docstring("The library's status of a call; the numbers are stable. A later library's own is `UNKNOWN_<number>`.")}

{members}

    @property
    def label(self) -> str:
{_docstring(label.text, "        ")}
        return str(lib.robofy_status_name(self).decode())

    @classmethod
    def _missing_(cls, value: object) -> "Optional[Status]":
        if not isinstance(value, int):
            return None
        unknown = int.__new__(cls, value)
        unknown._name_ = f"UNKNOWN_{{value}}"
        unknown._value_ = value
        return unknown
"""


def _failures(interface: Interface) -> str:
    classes = "\n\n\n".join(_error_class(status) for status in interface.failures)
    return f"""\
{_QUOTES}An exception class for each status.

{MARK}
{_QUOTES}

from robofy._errors import RobofyError
from robofy._status import Status


{classes}


BY_STATUS = {{cls.status: cls for cls in RobofyError.__subclasses__()}}
"""


def _error_class(status: Status) -> str:
    bases = _BASES.get(status.name, "RobofyError")
    return f"class {_class_of(status.name)}({bases}):\n{_docstring(status.text)}\n\n    status = Status.{status.name}"


def _docstring(text: str, indent: str = "    ") -> str:
    """On one line, or its first sentence on one and the others after an empty line."""
    told = _wrapped(_told(text), indent)
    if "\n" not in told:
        # A quotation mark at the end would be one of those that end it.
        return re.sub('"$', r"\"", told) + _QUOTES
    summary, _, others = _told(text).partition(". ")
    if not others or len(summary) > _WIDTH - len(indent) - len(_QUOTES):
        raise InterfaceError(f"the first sentence is too long for a line of Python's documentation: {text}")
    return _wrapped(f"{summary}.\n\n{others}", indent) + f"\n{indent}{_QUOTES}"


def _wrapped(text: str, indent: str) -> str:
    return wrapped(text, indent, width=_WIDTH - len(_QUOTES), first=_QUOTES)


def _options(interface: Interface) -> str:
    new = interface.function("robofy_client_new")
    parameters = "\n".join(f"        {option.name}: {_annotation(option)}," for option in interface.options)
    setters = "\n".join(_setter(option) for option in interface.options)
    documented = "\n".join(_argument(option) for option in interface.options)
    return f"""\
{_QUOTES}The constructor of a client, which takes the account and the options.

{MARK}
{_QUOTES}

import os
from typing import Optional, Union

from robofy import _arguments
from robofy._native import lib
from robofy._ownership import Managed, Owned


class Configured(Managed):
    {_QUOTES}What has the options of a client.{_QUOTES}

    def __init__(
        self,
        api_key: Optional[str] = None,
        *,
{parameters}
        pid: Optional[str] = None,
        chatbot_id: Optional[str] = None,
    ) -> None:
{_summary(new.text)}

        None stands for the library's default everywhere.

        Args:
            api_key: The account's permanent API key, which no error and no `repr` shows. None, the default, for the
              environment's ROBOFY_API_KEY.
{documented}
            pid: The project of messages that name none.
            chatbot_id: The agent of messages that name none.

        Raises:
            InvalidArgumentError: an argument cannot be used; the text names it.
            TLSError: there are no certificate authorities to trust.
            TypeError: an argument is of the wrong type.

        {_QUOTES}
        options = Owned(lib.robofy_options_new(), lib.robofy_options_free)
{setters}
        self._open(api_key, options, pid, chatbot_id)

    def _open(self, api_key: Optional[str], options: Owned, pid: Optional[str], chatbot_id: Optional[str]) -> None:
        {_QUOTES}Make the native client; the options are set and checked.{_QUOTES}
        raise NotImplementedError
"""


def _summary(text: str) -> str:
    return _docstring(text, "        ").removesuffix(_QUOTES).rstrip()


def _annotation(option: Option) -> str:
    setting = option.settings[0]
    kind = setting.parameter.type.kind
    if len(option.settings) > 1:
        return "Optional[tuple[" + ", ".join("int" for _ in option.settings) + "]] = None"
    if kind is Kind.TEXT:
        return _PATH if option.settings[0].is_path else "Optional[str] = None"
    if setting.unit is Unit.MILLISECONDS:
        return f"Optional[float] = {setting.number / 1000}"
    if setting.unit is Unit.BYTES:
        return f"Optional[int] = {_bytes(setting.number)}"
    return f"Optional[{'bool' if kind is Kind.BOOL else 'int'}] = {setting.default}"


_PATH = "Union[str, os.PathLike[str], None] = None"


def _bytes(count: int) -> str:
    mebibytes, rest = divmod(count, 1024 * 1024)
    return f"{count:_}" if rest else f"{mebibytes} * 1024 * 1024"


def _setter(option: Option) -> str:
    return f"""\
        if {option.name} is not None:
{_call(f"lib.{option.function.name}", f"options, {_checked(option)}")}"""


def _call(function: str, arguments: str) -> str:
    """As ruff formats it."""
    line = f"            {function}({arguments})"
    return line if len(line) <= _WIDTH else f"            {function}(\n                {arguments}\n            )"


def _checked(option: Option) -> str:
    setting, named = option.settings[0], f'"{option.name}", {option.name}'
    kind = setting.parameter.type.kind
    if len(option.settings) > 1:
        return f"*_arguments.rate({named})"
    if kind is Kind.TEXT:
        return f"_arguments.{'path' if option.settings[0].is_path else 'text'}({named})"
    if kind is Kind.BOOL:
        return f"_arguments.boolean({named})"
    if setting.unit is Unit.MILLISECONDS:
        return f"_arguments.milliseconds({named})"
    least = f", least={setting.least}" if setting.least else ""
    return f"_arguments.integer({named}{least}, bits={32 if kind is Kind.UINT32 else 64})"


def _argument(option: Option) -> str:
    text = f"{option.name}: {_TEXTS.of(option.name, option.text)} {_values(option)}"
    return wrapped(_told(text), "            ", width=_WIDTH, rest="  ")


def _values(option: Option) -> str:
    if len(option.settings) > 1:
        names = ", ".join(setting.parameter.name for setting in option.settings)
        return f"A `{pascal(option.name)}({names})` or such a pair; None, the default, for none."
    return each_in_seconds(option)


_QUOTES = '"' * 3
_WIDTH = 120
