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
INBOX_SETTER = "robofy_inbox_options_set_"
_FUNCTIONS = {
    "robofy_client_cancel": 'by its token, or <see cref="Client.Dispose"/>',
    "robofy_client_new": "the client's constructor",
    "robofy_inbox_offer_text": '<see cref="Inbox.OfferText"/>',
    "robofy_whatsapp_split": '<see cref="WhatsAppText.Split"/>',
}
_ENUMERATOR = re.compile(r"\bROBOFY_(ACCEPT|DIALECT|MEDIA_POLICY|OUTCOME_KIND)_([A-Z_]+)\b")
_CODE = re.compile(r"`([^`]+)`")
_SNAKE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def class_of(status: str) -> str:
    return f"{_CLASSES.get(status, pascal(status))}Exception"


def _function(name: str) -> str:
    owners = {"robofy_error_": "RobofyException", "robofy_options_set_": "Options", INBOX_SETTER: "InboxOptions"}
    for prefix, owner in owners.items():
        if name.startswith(prefix):
            return f'<see cref="{owner}.{pascal(name.removeprefix(prefix).removesuffix("_ms"))}"/>'
    return _FUNCTIONS[name]


def _status(name: str) -> str:
    return f'<see cref="{"Status.Ok" if name == "OK" else class_of(name)}"/>'


_WORDS = Words(null="null", function=_function, status=_status)


def told(text: str) -> str:
    """In C#'s words, as XML."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = _ENUMERATOR.sub(lambda found: f'<see cref="Robofy.{pascal(found[1])}.{pascal(found[2])}"/>', escaped)
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
