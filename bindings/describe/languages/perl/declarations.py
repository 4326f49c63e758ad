"""Every function's types, and where the library is looked for."""

from __future__ import annotations

import loading
from interface import Function, Interface, Kind, Type

from .forms import head, table

_TYPES = {
    Kind.NOTHING: "void",
    Kind.BOOL: "bool",
    Kind.INT32: "sint32",
    Kind.INT64: "sint64",
    Kind.UINT32: "uint32",
    Kind.UINT64: "uint64",
    Kind.STATUS: "uint32",
    Kind.TEXT: "string",
    # A string would be copied, and the address to free would be lost.
    Kind.OWNED_TEXT: "opaque",
    Kind.HANDLE: "opaque",
    Kind.ERROR_OUT: "opaque*",
}
# Bytes, which as a string would end at the first NUL.
_BYTES = {"robofy_response_body"}
_SYSTEMS = {"darwin": "macos", "MSWin32": "windows", "''": "linux"}


def declarations(interface: Interface) -> str:
    frees = {handle.name: f"'{handle.free}'" for handle in interface.owned}
    return f"""\
{head("Declarations", "The C interface: every function's types, and where the library is looked for.")}
use constant {{
    VERSION       => '{interface.version}',
    CANNOT_LOAD   => '{_told(loading.CANNOT_LOAD, interface)}',
    CANNOT_USE    => '{_told(loading.CANNOT_USE, interface)}',
    ADVICE        => '{_told(loading.ADVICE, interface)}',
    ADVICE_BESIDE => '{loading.ADVICE_BESIDE}',
    ADVICE_CHOSEN => '{_told(loading.ADVICE_CHOSEN, interface)}',
}};

# What each function takes, and what it returns, as FFI::Platypus has it.
our %SIGNATURES = (
{table({function.name: _signature(function) for function in interface.functions})}
);

# What frees a handle, and a text that is not borrowed.
our %FREE = (
{table({**frees, "Text": "'robofy_free_string'"})}
);

# By $^O, and for all others.
our %BESIDE = (
{table({system: f"'{loading.BESIDE[name]}'" for system, name in _SYSTEMS.items()})}
);
our %SYSTEM = (
{table({system: f"[qw({' '.join(loading.SYSTEM[name])})]" for system, name in _SYSTEMS.items()})}
);

1;
"""


def _told(message: str, interface: Interface) -> str:
    return message.replace("{version}", interface.version)


def _type(of: Type) -> str:
    return _TYPES[of.kind]


def _signature(function: Function) -> str:
    takes = " ".join(_type(parameter.type) for parameter in function.parameters)
    returns = "opaque" if function.name in _BYTES else _type(function.returns)
    return f"[[qw({takes})] => '{returns}']"
