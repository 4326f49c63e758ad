"""What users are told, on its way to the options of an inbox."""

from collections.abc import Iterable, Mapping
from typing import Any, Optional, Union

from robofy import _arguments
from robofy._enums import MediaPolicy
from robofy._failures import InvalidArgumentError
from robofy._native import lib
from robofy._ownership import Owned
from robofy._status import Status


def set_fallback(options: Owned, value: Union[str, Mapping[Status, str]]) -> None:
    for status, text in (value if isinstance(value, Mapping) else {Status.OK: value}).items():
        number = _arguments.member("fallback's status", status, Status)
        lib.robofy_inbox_options_set_fallback(options, number, _arguments.message_text("fallback", text))


def set_media(options: Owned, policy: Union[MediaPolicy, str, None], text: Optional[str]) -> None:
    number = MediaPolicy.IGNORE if policy is None else _arguments.member("media", policy, MediaPolicy)
    if number is MediaPolicy.IGNORE and text is not None:
        raise InvalidArgumentError("media_text is given, and media does not say what it is for: REPLY or TELL")
    if number is not MediaPolicy.IGNORE and text is None:
        raise InvalidArgumentError(f"media_text is missing: MediaPolicy.{number.name} needs one")
    lib.robofy_inbox_options_set_media(options, number, _optional("media_text", text))


def set_words(setter: Any, options: Owned, kind: str, words: Optional[Iterable[str]], text: Optional[str]) -> None:
    if isinstance(words, str) or not isinstance(words, (Iterable, type(None))):
        raise TypeError(f"{kind}_words must be a list of str, not {type(words).__name__}")
    encoded = [_arguments.message_text(f"{kind}_words", word) for word in words or ()]
    if any(b"\n" in word for word in encoded):
        raise InvalidArgumentError(f"{kind}_words must have no line break in a word")
    setter(options, b"\n".join(encoded) if encoded else None, _optional(f"{kind}_text", text))


def _optional(parameter: str, text: Optional[str]) -> Optional[bytes]:
    return None if text is None else _arguments.message_text(parameter, text)
