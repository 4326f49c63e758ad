"""Python's values on their way to C: each is checked first, and a refusal names the parameter."""

import json
import os
import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Optional, TypeVar, Union

from robofy._failures import InvalidArgumentError

_NOT_TEXT = re.compile("[\0\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_SECONDS = 1e9


def text(parameter: str, value: str) -> bytes:
    """UTF-8 for a C string, which can hold neither U+0000 nor a lone surrogate."""
    if not isinstance(value, str):
        raise TypeError(f"{parameter} must be a str, not {type(value).__name__}")
    found = _NOT_TEXT.search(value)
    if found:
        kind = "a lone surrogate" if ord(found[0]) else "a NUL"
        raise InvalidArgumentError(
            f"{parameter} contains {kind} (U+{ord(found[0]):04X}) at index {found.start()}: remove it"
        )
    return value.encode()


def message_text(parameter: str, value: str) -> bytes:
    """What a user wrote: half of a surrogate pair, as of an emoji that was cut, becomes U+FFFD as in an answer."""
    return text(parameter, well_formed(value) if isinstance(value, str) else value)


def well_formed(value: str) -> str:
    """UTF-16 is what pairs surrogates, and finds those that have no other half."""
    if not _SURROGATE.search(value):
        return value
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def account_text(parameter: str, value: Optional[str], default: Optional[str]) -> bytes:
    """What a message names itself, or else its client does for it."""
    value = default if value is None else value
    if value is None:
        raise InvalidArgumentError(f"{parameter} is missing: give it to the call, or once to the client")
    return message_text(parameter, value)


def api_key(value: Optional[str]) -> bytes:
    value = os.environ.get("ROBOFY_API_KEY") or None if value is None else value
    if value is None:
        raise InvalidArgumentError("api_key is missing: give it to the client, or set ROBOFY_API_KEY")
    return text("api_key", value)


def path(parameter: str, value: Union[str, os.PathLike[str]]) -> bytes:
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"{parameter} must be a str or a path, not {type(value).__name__}")
    return text(parameter, os.fspath(value))


def json_object(parameter: str, value: Mapping[str, Any]) -> bytes:
    if not isinstance(value, Mapping):
        raise TypeError(f"{parameter} must be a mapping, not {type(value).__name__}")
    return json_value(parameter, dict(value))


def json_value(parameter: str, value: Any) -> bytes:
    try:
        encoded = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except TypeError as error:
        raise TypeError(f"{parameter} must hold JSON values only: {error}") from error
    except ValueError as error:
        raise InvalidArgumentError(f"{parameter} must hold JSON values only: {error}") from error
    return message_text(parameter, encoded)


def query_text(name: str, value: Union[str, int, bool]) -> bytes:
    if not isinstance(value, (str, int)):
        raise TypeError(f"query[{name!r}] must be a str, an int or a bool, not {type(value).__name__}")
    if isinstance(value, bool):
        value = "true" if value else "false"
    return text(f"query[{name!r}]", str(value))


def milliseconds(parameter: str, seconds: float, *, least: int = 1) -> int:
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"{parameter} must be a number of seconds, not {type(seconds).__name__}")
    if not 0 <= seconds <= _LONGEST_SECONDS or (seconds == 0 and least):
        range_of = "more than 0" if least else "at least 0"
        raise InvalidArgumentError(
            f"{parameter} must be {range_of} and at most {_LONGEST_SECONDS:.0f} seconds, not {seconds}"
        )
    return max(1, round(seconds * 1000)) if seconds else 0


def integer(parameter: str, value: int, *, least: int = 0, bits: int) -> int:
    """Check the range here: ctypes would cut off the bits that do not fit."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{parameter} must be an int, not {type(value).__name__}")
    most = 2**bits - 1
    if not least <= value <= most:
        raise InvalidArgumentError(f"{parameter} must be between {least} and {most}, not {value}")
    return value


def boolean(parameter: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{parameter} must be a bool, not {type(value).__name__}")
    return value


_Member = TypeVar("_Member", bound=IntEnum)


def member(parameter: str, value: Union[_Member, str], kind: type[_Member]) -> _Member:
    """A member of an enumeration, or its name in small letters. Anything else is not repeated: it may be a secret."""
    if isinstance(value, kind):
        return value
    if not isinstance(value, str):
        raise TypeError(f"{parameter} must be a {kind.__name__} or its name, not {type(value).__name__}")
    named = {each.name.lower(): each for each in kind}
    if value not in named:
        raise InvalidArgumentError(f"{parameter} must be one of {', '.join(named)}")
    return named[value]


def secret(parameter: str, value: str) -> bytes:
    if not text(parameter, value):
        raise InvalidArgumentError(f"{parameter} must not be empty")
    return text(parameter, value)


def octets(parameter: str, value: Union[bytes, bytearray, memoryview]) -> bytes:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError(f"{parameter} must be bytes as they came, not {type(value).__name__}")
    return bytes(value)


def header(parameter: str, value: Union[str, bytes]) -> bytes:
    """What a stranger wrote: whatever it holds is no fault of the caller's. A NUL would end it early."""
    if not isinstance(value, (str, bytes)):
        raise TypeError(f"{parameter} must be a str or bytes, not {type(value).__name__}")
    encoded = value.encode(errors="replace") if isinstance(value, str) else value
    return encoded.replace(b"\0", b"\xff")


def rate(parameter: str, value: tuple[int, int]) -> tuple[int, int]:
    if not isinstance(value, tuple) or len(value) != 2:
        raise TypeError(f"{parameter} must be a RateLimit or a pair (per_minute, burst), not {value!r}")
    per_minute, burst = value
    return (
        integer(f"{parameter}'s per_minute", per_minute, least=1, bits=32),
        integer(f"{parameter}'s burst", burst, least=1, bits=32),
    )
