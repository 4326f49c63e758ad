"""What all files of C# are made of: its words and its documentation."""

from __future__ import annotations

import re

from interface import Function, Kind
from words import MARK, Words, pascal, wrapped

# The part of a delegate's name, and its type.
TYPES = {
    Kind.NOTHING: ("Void", "void"),
    Kind.BOOL: ("Bool", "byte"),
    Kind.INT32: ("Int32", "int"),
    Kind.INT64: ("Int64", "long"),
    Kind.UINT32: ("UInt32", "uint"),
    Kind.UINT64: ("UInt64", "ulong"),
    Kind.STATUS: ("UInt32", "uint"),
    Kind.TEXT: ("Text", "byte[]"),
    Kind.OWNED_TEXT: ("Pointer", "IntPtr"),
    Kind.HANDLE: ("Pointer", "IntPtr"),
    Kind.ERROR_OUT: ("Error", "out IntPtr"),
}
# The platform has exceptions of these names.
_CLASSES = {"TIMEOUT": "ChatTimeout", "INTERRUPTED": "ChatInterrupted", "CANCELLED": "ChatCancelled"}
_FUNCTIONS = {
    "robofy_client_cancel": 'by its token, or <see cref="Client.Dispose"/>',
    "robofy_client_new": "the client's constructor",
}
_CODE = re.compile(r"`([^`]+)`")
_SNAKE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def class_of(status: str) -> str:
    return f"{_CLASSES.get(status, pascal(status))}Exception"


def _function(name: str) -> str:
    for prefix, owner in (("robofy_error_", "RobofyException"), ("robofy_options_set_", "Options")):
        if name.startswith(prefix):
            return f'<see cref="{owner}.{pascal(name.removeprefix(prefix).removesuffix("_ms"))}"/>'
    return _FUNCTIONS[name]


_WORDS = Words(null="null", function=_function, status=lambda name: f'<see cref="{class_of(name)}"/>')


def told(text: str) -> str:
    """In C#'s words, as XML."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SNAKE.sub(lambda found: pascal(found[0]), _WORDS(_CODE.sub(r"<c>\1</c>", escaped)))


def summary(text: str, indent: str = "        ") -> str:
    line = f"{indent}/// <summary>{text}</summary>"
    if len(line) <= 120:
        return line
    return f"{indent}/// <summary>\n{wrapped(text, indent, first='/// ', rest='/// ')}\n{indent}/// </summary>"


def file(body: str, *namespaces: str) -> str:
    using = "".join(f"using {name};\n" for name in namespaces)
    return f"// {MARK}\n\n{using}{bool(using) * chr(10)}namespace Robofy\n{{\n{body}\n}}\n"


def member(function: Function) -> str:
    return pascal(function.name.removeprefix("robofy_"))
