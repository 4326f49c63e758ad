"""What a call leaves behind where it fails, and texts that the library lends."""

import ctypes
import logging
from typing import Any, Optional

from robofy._declarations import ErrorPointer
from robofy._errors import RobofyError
from robofy._failures import BY_STATUS
from robofy._native import lib
from robofy._ownership import Owned
from robofy._status import Status

_log = logging.getLogger("robofy")


def no_error() -> Any:
    """Where a call leaves its error."""
    return ErrorPointer()


def take_error(pointer: Any) -> RobofyError:
    return read_error(Owned(pointer, lib.robofy_error_free))


def read_error(error: Any) -> RobofyError:
    status = Status(lib.robofy_error_status(error))
    message = lib.robofy_error_message(error).decode()
    _log.info("failed: %s", message)
    return BY_STATUS.get(status, RobofyError)(
        message,
        status=status,
        http_status=lib.robofy_error_http_status(error) or None,
        code=text_or_none(lib.robofy_error_code(error)),
        detail=text_or_none(lib.robofy_error_detail(error)),
        is_retryable=lib.robofy_error_is_retryable(error),
        retry_after=lib.robofy_error_retry_after_ms(error) / 1000 or None,
    )


def take_text(pointer: int) -> str:
    try:
        return ctypes.string_at(pointer).decode()
    finally:
        lib.robofy_free_string(pointer)


def text_or_none(value: Optional[bytes]) -> Optional[str]:
    return None if value is None else value.decode()
