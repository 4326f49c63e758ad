"""What can go wrong: one exception class a status, all of them a `RobofyError`.

Three statuses have names that the standard library uses for something else (`TimeoutError`, `InterruptedError`,
`CancelledError`); their classes are called `Chat...Error`, so that `from robofy import *` shadows nothing.
"""

import enum
from typing import Optional


class Status(enum.IntEnum):
    """The library's status of a call; the numbers are stable."""

    OK = 0
    INVALID_ARGUMENT = 1
    CONNECT = 2
    TLS = 3
    TIMEOUT = 4
    INTERRUPTED = 5
    PROTOCOL = 6
    BAD_REQUEST = 7
    UNAUTHORIZED = 8
    FORBIDDEN = 9
    NOT_FOUND = 10
    RATE_LIMITED = 11
    SERVER = 12
    CANCELLED = 13
    OVERLOADED = 14
    INTERNAL = 15

    @classmethod
    def _missing_(cls, value: object) -> "Optional[Status]":
        """Keep the number of a status that a newer library knows and this package does not."""
        if not isinstance(value, int):
            return None
        unknown = int.__new__(cls, value)
        unknown._name_ = f"UNKNOWN_{value}"
        unknown._value_ = value
        return unknown


class RobofyError(Exception):
    """A chat, or the making of a client, has failed; the text says why and what to do.

    Attributes:
        status: the library's status.
        message: one line that a person can act on; also `str(error)`.
        http_status: the service's HTTP status, or None if no response came.
        code: the service's error code, such as "UNAUTHORIZED", or None.
        detail: the service's own explanation, or None.
        is_retryable: the agent has not seen the message, and sending it again, later, may help.
        retry_after: the seconds that the service asks to wait, or None.

    """

    status: Status = Status.INTERNAL

    def __init__(
        self,
        message: str,
        *,
        status: Optional[Status] = None,
        http_status: Optional[int] = None,
        code: Optional[str] = None,
        detail: Optional[str] = None,
        is_retryable: bool = False,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        if status is not None:
            self.status = status
        self.message = message
        self.http_status = http_status
        self.code = code
        self.detail = detail
        self.is_retryable = is_retryable
        self.retry_after = retry_after


class InvalidArgumentError(RobofyError, ValueError):
    """An argument cannot be used; found before anything was sent. The text names the argument."""

    status = Status.INVALID_ARGUMENT


class ConnectError(RobofyError):
    """The service was never reached: name resolution, refused, unreachable, proxy."""

    status = Status.CONNECT


class TLSError(RobofyError):
    """The certificate was not accepted or the handshake failed."""

    status = Status.TLS


class ChatTimeoutError(RobofyError, TimeoutError):
    """The timeout passed. Unless `is_retryable`, the agent may have seen the message."""

    status = Status.TIMEOUT


class ChatInterruptedError(RobofyError):
    """The connection was lost after the message was sent: the agent may have seen it."""

    status = Status.INTERRUPTED


class ProtocolError(RobofyError):
    """The response is not what the service documents."""

    status = Status.PROTOCOL


class BadRequestError(RobofyError):
    """The service did not accept the request: 400, 422 or another 4xx."""

    status = Status.BAD_REQUEST


class UnauthorizedError(RobofyError):
    """401: the API key is missing, wrong or revoked."""

    status = Status.UNAUTHORIZED


class ForbiddenError(RobofyError):
    """403: the API key may not use this project or agent."""

    status = Status.FORBIDDEN


class NotFoundError(RobofyError):
    """404: there is no such project or agent."""

    status = Status.NOT_FOUND


class RateLimitedError(RobofyError):
    """429: too many messages. Without `http_status`, the client's own `rate_limit`: nothing was sent.

    Either way, wait for `retry_after` seconds.
    """

    status = Status.RATE_LIMITED


class ServerError(RobofyError):
    """5xx: the service or a proxy before it failed. Unless `is_retryable`, the agent may have seen the message."""

    status = Status.SERVER


class ChatCancelledError(RobofyError):
    """The client was closed while the chat was waiting: the agent may have seen the message."""

    status = Status.CANCELLED


class OverloadedError(RobofyError):
    """The client has `max_in_flight` chats in flight. Nothing was sent."""

    status = Status.OVERLOADED


class InternalError(RobofyError):
    """A bug in the library: please report it."""

    status = Status.INTERNAL


_CLASSES = {cls.status: cls for cls in RobofyError.__subclasses__()}


def error_class(status: Status) -> type[RobofyError]:
    return _CLASSES.get(status, RobofyError)
