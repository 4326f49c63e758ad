"""What all files of PHP are made of: its words and its comments."""

from __future__ import annotations

import re

from words import MARK, Words, camel, pascal, wrapped

_FUNCTIONS = {
    "robofy_client_cancel": "`Client::cancel()`",
    "robofy_client_new": "the constructor",
    "robofy_inbox_offer_text": "`Inbox::offerText()`",
    "robofy_whatsapp_split": "`Text::split()`",
    "robofy_whatsapp_submit": "`Client::whatsappSubmit()`",
}
# What is a member of a request's body in the library's words, and a parameter here.
_BODIES = {"session_id": "`sessionId`", "rate_limit": "`rateLimit`", "HTTP status 0": "no HTTP status"}


def class_of(status: str) -> str:
    return f"{pascal(status)}Exception"


def _function(name: str) -> str:
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    return f"`{camel(re.sub('^robofy_(error|options_set|inbox_options_set)_', '', name).removesuffix('_ms'))}`"


_WORDS = Words(
    null="`null`",
    function=_function,
    status=lambda name: "`Status::Ok`" if name == "OK" else f"`{class_of(name)}`",
)
_MEMBER = re.compile(r"\bROBOFY_(OUTCOME_KIND|ACCEPT|MEDIA_POLICY|DIALECT)_([A-Z_]+)\b")


def told(text: str) -> str:
    for word, own in _BODIES.items():
        text = re.sub(rf"(?<!_)\b{word}\b", own, text)
    text = _MEMBER.sub(lambda found: f"`{pascal(found[1])}::{pascal(found[2])}`", text)
    return _WORDS(re.sub(r"\bRobofy([A-Z]\w+)\b", r"`\1`", text))


def source(body: str) -> str:
    return f"<?php\n\ndeclare(strict_types=1);\n\n// {MARK}\n\nnamespace Robofy;\n\n{body}"


def comment(text: str, indent: str = "") -> str:
    lines = wrapped(told(text), f"{indent} ", first="* ", rest="* ")
    single = f"{indent}/** {lines.strip().removeprefix('* ')} */"
    return single if "\n" not in lines and len(single) <= 120 else f"{indent}/**\n{lines}\n{indent} */"
