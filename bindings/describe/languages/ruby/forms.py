"""What all files of Ruby are made of: its words and its comments."""

from __future__ import annotations

import re

from words import MARK, Words, pascal, wrapped

_CLASSES = {"TLS": "TLSError"}
_FUNCTIONS = {
    "robofy_client_cancel": "`Chat#cancel`",
    "robofy_client_new": "`Client.new`",
    "robofy_error_is_retryable": "`retryable?`",
    "robofy_inbox_failed": "`Inbox#failed`",
    "robofy_inbox_offer_text": "`Inbox#offer_text`",
    "robofy_inbox_sent": "`Inbox#sent`",
    "robofy_whatsapp_split": "`Robofy.split`",
}


def class_of(status: str) -> str:
    return _CLASSES.get(status, f"{pascal(status)}Error")


def _function(name: str) -> str:
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    return f"`{re.sub('^robofy_(error|options_set|inbox_options_set)_', '', name).removesuffix('_ms')}`"


_WORDS = Words(null="`nil`", function=_function, status=lambda name: f"`{class_of(name)}`")


def source(body: str) -> str:
    return f"# frozen_string_literal: true\n\n# {MARK}\n\nmodule Robofy\n{body}end\n"


def comment(text: str, indent: str, first: str = "", rest: str = "") -> str:
    text = text.replace("HTTP status 0", "no HTTP status")
    return wrapped(_WORDS(text), indent, first=f"# {first}", rest=f"# {rest}")
