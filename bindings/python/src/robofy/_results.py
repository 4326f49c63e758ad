"""The library's replies and errors on their way to Python: read, then freed."""

import ctypes
from typing import Any, Optional

from robofy._errors import RobofyError, Status, error_class
from robofy._native import RobofyError as NativeError
from robofy._native import lib
from robofy._ownership import Owned
from robofy._reply import Reply


def no_error() -> "ctypes._Pointer[NativeError]":
    """Where a call leaves its error."""
    return ctypes.POINTER(NativeError)()


def take_reply(pointer: Any) -> Reply:
    reply = Owned(pointer, lib.robofy_reply_free)
    return Reply(
        answer=lib.robofy_reply_answer(reply).decode(),
        session_id=_text(lib.robofy_reply_session_id(reply)),
        message=_text(lib.robofy_reply_message(reply)),
        body=lib.robofy_reply_json(reply).decode(),
        attempts=lib.robofy_reply_attempts(reply),
        elapsed=lib.robofy_reply_elapsed_us(reply) / 1_000_000,
    )


def take_error(pointer: Any) -> RobofyError:
    error = Owned(pointer, lib.robofy_error_free)
    status = Status(lib.robofy_error_status(error))
    return error_class(status)(
        lib.robofy_error_message(error).decode(),
        status=status,
        http_status=lib.robofy_error_http_status(error) or None,
        code=_text(lib.robofy_error_code(error)),
        detail=_text(lib.robofy_error_detail(error)),
        is_retryable=lib.robofy_error_is_retryable(error),
        retry_after=lib.robofy_error_retry_after_ms(error) / 1000 or None,
    )


def _text(value: Optional[bytes]) -> Optional[str]:
    return None if value is None else value.decode()
