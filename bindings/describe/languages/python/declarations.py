"""The signatures for ctypes, and where the library is looked for."""

from __future__ import annotations

from collections.abc import Mapping

import loading
from interface import Function, Interface, Kind, Type
from words import MARK

from .forms import WIDTH

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


def declarations(interface: Interface) -> str:
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
ADVICE_BESIDE = "{loading.ADVICE_BESIDE}"
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
    if len(f"    {line},") <= WIDTH:
        return line
    return f'"{function.name}": (\n        {returns},\n        [{takes}],\n    )'
