"""What all files of LuaJIT are made of: its words and its fields."""

from __future__ import annotations

import re

from words import Words, wrapped

PREFIX = re.compile(
    r"robofy_(?:options_set|inbox_options_set|message_set|error|reply|response|stream_event|event|settings|sessions|stream|completion|client|whatsapp)_"
)
_FUNCTIONS = {
    "robofy_client_new": "robofy.client",
    "robofy_inbox_offer_text": "offer_text",
    "robofy_whatsapp_split": "robofy.split",
}


def _function(name: str) -> str:
    return f"`{_FUNCTIONS.get(name, PREFIX.sub('', name).removesuffix('_ms'))}`"


WORDS = Words(null="nil", function=_function, status=lambda name: f'"{name.lower()}"')


def field(name: str, of_type: str, text: str) -> str:
    """The documentation stands above the field, where it may take several lines."""
    return f"{wrapped(WORDS(text), '', first='---', rest='---')}\n---@field {name} {of_type}"
