"""What all files of Python are made of: its words and its docstrings."""

from __future__ import annotations

import re

from interface import InterfaceError
from words import Words, pascal, wrapped

QUOTES = '"' * 3
WIDTH = 120
# Names that the standard library has for something else are not taken (`from robofy import *`).
_CLASSES = {
    "TLS": "TLSError",
    "TIMEOUT": "ChatTimeoutError",
    "INTERRUPTED": "ChatInterruptedError",
    "CANCELLED": "ChatCancelledError",
}
_FUNCTIONS = {
    "robofy_client_cancel": "its task, or the client's `close()`",
    "robofy_client_new": "the client",
    "robofy_inbox_offer_text": "`Inbox.offer_text`",
    "robofy_whatsapp_split": "`robofy.split`",
}
_MEMBER = re.compile(r"\bROBOFY_(ACCEPT|DIALECT|MEDIA_POLICY|OUTCOME_KIND)_([A-Z_]+)\b")


def class_of(status: str) -> str:
    return _CLASSES.get(status, f"{pascal(status)}Error")


def _function(name: str) -> str:
    for prefix, owner in (
        ("robofy_error_", ""),
        ("robofy_options_set_", ""),
        ("robofy_inbox_options_set_", ""),
        ("robofy_reply_", "Reply."),
        ("robofy_event_", ""),
    ):
        if name.startswith(prefix):
            return f"`{owner}{name.removeprefix(prefix).removesuffix('_ms')}`"
    return _FUNCTIONS[name]


def _status(name: str) -> str:
    return "`Status.OK`" if name == "OK" else f"`{class_of(name)}`"


_NAMES = Words(null="None", function=_function, status=_status)


def told(text: str) -> str:
    """With None where C has an HTTP status of 0."""
    text = _MEMBER.sub(lambda found: f"`{pascal(found[1])}.{found[2]}`", text)
    return _NAMES(text).replace("HTTP status 0", "no `http_status`").replace("\\", r"\\").replace(QUOTES, r"\"\"\"")


def docstring(text: str, indent: str = "    ") -> str:
    """On one line, or its first sentence on one and the others after an empty line."""
    short = _wrapped(told(text), indent)
    if "\n" not in short:
        # A quotation mark at the end would be one of those that end it.
        return re.sub('"$', r"\"", short) + QUOTES
    summary, _, others = told(text).partition(". ")
    if not others or len(summary) > WIDTH - len(indent) - len(QUOTES):
        raise InterfaceError(f"the first sentence is too long for a line of Python's documentation: {text}")
    return _wrapped(f"{summary}.\n\n{others}", indent) + f"\n{indent}{QUOTES}"


def _wrapped(text: str, indent: str) -> str:
    return wrapped(text, indent, width=WIDTH - len(QUOTES), first=QUOTES)
