"""What all files of Java are made of: its words and its documentation."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from interface import Kind
from words import Words, camel, pascal, wrapped

TYPES = {
    Kind.NOTHING: "void",
    Kind.BOOL: "byte",
    Kind.INT32: "int",
    Kind.INT64: "long",
    Kind.UINT32: "int",
    Kind.UINT64: "long",
    Kind.STATUS: "int",
    Kind.TEXT: "byte[]",
    Kind.OWNED_TEXT: "Pointer",
    Kind.HANDLE: "Pointer",
    Kind.ERROR_OUT: "PointerByReference",
}
# The platform has an InterruptedException, which is something else.
_CLASSES = {"INTERRUPTED": "ConnectionLost"}
_FUNCTIONS = {
    "robofy_client_cancel": "its future, an interrupt, or {@link Client#close}",
    "robofy_client_new": "the client's constructor",
    "robofy_inbox_offer_text": "{@link Inbox#offerText}",
    "robofy_whatsapp_split": "{@link WhatsappText#split}",
}
_OWNERS = {
    "robofy_error_": "RobofyException",
    "robofy_options_set_": "Options",
    "robofy_inbox_options_set_": "InboxOptions",
}
_SNAKE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_CODE = re.compile(r"`([^`]+)`")
_MEMBER = re.compile(r"\bROBOFY_(OUTCOME_KIND|ACCEPT|MEDIA_POLICY|DIALECT)_([A-Z_]+)\b")
_TYPE = re.compile(r"\bRobofy([A-Z]\w+)\b")


def class_of(status: str) -> str:
    return _CLASSES.get(status, pascal(status))


def _function(name: str) -> str:
    for prefix, owner in _OWNERS.items():
        if name.startswith(prefix):
            return f"{{@link {owner}#{camel(name.removeprefix(prefix).removesuffix('_ms'))}}}"
    return _FUNCTIONS[name]


def _status(name: str) -> str:
    return "{@link Status#OK}" if name == "OK" else f"{{@link RobofyException.{class_of(name)}}}"


_WORDS = Words(null="null", function=_function, status=_status)


def told(text: str) -> str:
    """In Java's words, as HTML."""
    code = _CODE.sub(_code, _escaped(text))
    code = _MEMBER.sub(lambda found: f"{{@link {pascal(found[1])}#{found[2]}}}", code)
    code = _TYPE.sub(r"{@link \1}", code)
    return _SNAKE.sub(lambda found: camel(found[0]), _WORDS(code)).replace("\n\n", "\n\n<p>")


def _escaped(text: str) -> str:
    """A backslash before u is one of Java's escapes in comments too."""
    return re.sub(r"(?<!\w)@", "&#64;", html.escape(text, quote=False)).replace("\\u", "&#92;u")


def _code(found: re.Match[str]) -> str:
    """`{@code}` takes text as it is, but neither unpaired braces nor an escape."""
    plain = html.unescape(found[1])
    return f"<code>{found[1]}</code>" if re.search(r"[{}@\\]", plain) else f"{{@code {plain}}}"


def javadoc(text: str, tags: Sequence[str] = ()) -> str:
    if not tags and len(text) < 108:
        return f"    /** {text} */"
    lines = [wrapped(text, "    ", width=119, first=" * ", rest=" * ")]
    if tags:
        lines += ["     *", *(wrapped(tag, "    ", width=119, first=" * ", rest=" *     ") for tag in tags)]
    return "\n".join(["    /**", *lines, "     */"])
