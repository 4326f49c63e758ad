"""How Node.js's package names and documents what the header declares."""

from __future__ import annotations

import re

from words import Words, camel, pascal, wrapped

# Names that the language has for something else are not taken.
_CLASSES = {
    "TLS": "TLSError",
    "TIMEOUT": "ChatTimeoutError",
    "INTERRUPTED": "ChatInterruptedError",
    "CANCELLED": "ChatCancelledError",
}


def class_of(status: str) -> str:
    return _CLASSES.get(status, f"{pascal(status)}Error")


def _function(name: str) -> str:
    for prefix in ("robofy_error_", "robofy_options_set_", "robofy_inbox_options_set_", "robofy_reply_"):
        if name.startswith(prefix):
            return f"`{camel(name.removeprefix(prefix))}`"
    if name in ("robofy_inbox_offer_text", "robofy_whatsapp_split"):
        return f"`{camel(re.sub('^robofy_(inbox|whatsapp)_', '', name))}`"
    return {"robofy_client_new": "the constructor"}[name]


_WORDS = Words(null="null", function=_function, status=lambda name: f"`{class_of(name)}`")
_SNAKE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
# Of an enumeration whose members go by their names.
_MEMBER = re.compile(r"\bROBOFY_(?:ACCEPT|DIALECT|MEDIA_POLICY|OUTCOME_KIND)_([A-Z_]+)\b")


def told(text: str) -> str:
    text = _MEMBER.sub(lambda found: f'"{found[1].lower()}"', text)
    return _SNAKE.sub(lambda found: camel(found[0]), _WORDS(text)).replace("HTTP status 0", "no `httpStatus`")


def jsdoc(text: str, indent: str = "") -> str:
    on_one_line = f"{indent}/** {text} */"
    if len(on_one_line) <= 120 and "\n" not in text:
        return on_one_line
    return f"{indent}/**\n{wrapped(text, indent, first=' * ', rest=' * ')}\n{indent} */"
