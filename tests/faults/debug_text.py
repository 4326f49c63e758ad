"""Whether a text shows what Rust's `Debug` prints: a programmer's notation, which no person should have to read."""

from __future__ import annotations

import re

# Names that are written like types, and that people know.
_KNOWN = ("OpenSSL", "GitHub", "JavaScript")
_SHAPES = [
    # Some(..), Os { .. }, Custom { kind: .. }, hyper::Error(Parse, ..)
    r"\b[A-Z][a-z]\w*\(",
    r"\b[A-Z][a-z]\w* ?\{",
    r"\{ ?\w+: ",
    r"\b(?:kind|inner|source|repr): ",
    # A variant's name alone: CaUsedAsEndEntity, HandshakeFailure
    r"\b(?:[A-Z][a-z]+[0-9]*){2,}\b",
    r"\b[a-z_]+::[A-Za-z]",
    # Bytes: [45, 45, 66], b"..", escapes
    r"\[\d{1,3}(?:, \d{1,3})+",
    r"\bb\"",
    r"\\x[0-9a-f]{2}|\\u\{|\\[nrt\"]",
    r"\[\"[^\"]*\", \"",
]
# A part of the service's body, which has its own notation.
_EXCERPT = re.compile(r": \"[{\[<].*\"(?=;|$)")
_DEBUG = re.compile("|".join(_SHAPES))


def debug_text(message: str) -> str | None:
    """The first part of a message that looks so."""
    message = _EXCERPT.sub(":", message)
    for known in _KNOWN:
        message = message.replace(known, "")
    found = _DEBUG.search(message)
    return found[0] if found else None
