"""How Go's package names and documents what the header declares."""

from __future__ import annotations

import re

from words import Words, camel, wrapped

# As Go spells initials, and WhatsApp itself.
_SPELLED = {
    "ca": "CA",
    "id": "ID",
    "ok": "OK",
    "tls": "TLS",
    "url": "URL",
    "waha": "WAHA",
    "whatsapp": "WhatsApp",
}
INBOX_SETTER = "robofy_inbox_options_set_"
_FUNCTIONS = {
    "robofy_error_is_retryable": "Error.Retryable",
    "robofy_error_retry_after_ms": "Error.RetryAfter",
    "robofy_client_cancel": "its context ended, or the client was closed",
    "robofy_client_new": "NewClient",
    "robofy_inbox_offer_text": "Inbox.OfferText",
    "robofy_inbox_sent": "Inbox.Sent",
    "robofy_inbox_failed": "Inbox.Failed",
    "robofy_whatsapp_split": "Split",
}
_ENUMERATOR = re.compile(r"\bROBOFY_(ACCEPT|DIALECT|MEDIA_POLICY|OUTCOME)(?:_KIND)?_([A-Z_]+)\b")


def pascal(name: str) -> str:
    """`BaseURL` of `base_url` or BASE_URL."""
    return "".join(_SPELLED.get(word) or word.capitalize() for word in name.lower().split("_"))


def with_(option: str) -> str:
    """The function of an option."""
    return f"With{pascal(option)}"


def inbox_option(setter: str) -> str:
    """The function of an inbox's option."""
    return f"Inbox{pascal(setter.removeprefix(INBOX_SETTER).removesuffix('_ms'))}"


def _function(name: str) -> str:
    if name.startswith(INBOX_SETTER):
        return inbox_option(name)
    setter = re.fullmatch(r"robofy_options_set_(\w+?)(?:_ms)?", name)
    return with_(setter[1]) if setter else _FUNCTIONS[name]


_WORDS = Words(null='""', function=_function, status=lambda name: f"Status{pascal(name)}")


def told(text: str) -> str:
    text = text.replace(". NULL, the default, for", ". By default").replace("NULL, the default, for", "by default")
    text = _ENUMERATOR.sub(lambda found: pascal(f"{found[1]}_{found[2]}"), text)
    text = _WORDS(text).replace("session_id", "SessionID").replace("a rate_limit", "WithRateLimit")
    return re.sub(r"`(\w+)`", lambda found: camel(found[1]), text)


def comment(text: str, indent: str = "") -> str:
    # A tab is as wide as four characters.
    marked = wrapped(text, "", width=120 - 4 * len(indent), first="// ", rest="// ")
    return "\n".join(indent + line for line in marked.splitlines())


def quoted(text: str) -> str:
    return f'"{text}"'
