"""What can go wrong: one exception class a status, all of them a `RobofyError`.

Three statuses have names that the standard library uses for something else (`TimeoutError`, `InterruptedError`,
`CancelledError`); their classes are called `Chat...Error`, so that `from robofy import *` shadows nothing.
"""

import enum
from typing import Optional


class Status(enum.IntEnum):
    """The library's status of a call; the numbers are stable. A later library's own is a member `UNKNOWN_<number>`."""

    OK = 0
    """No error."""
    INVALID_ARGUMENT = 1
    """An argument cannot be used: `InvalidArgumentError`."""
    CONNECT = 2
    """The service was never reached: `ConnectError`."""
    TLS = 3
    """The certificate or the handshake: `TLSError`."""
    TIMEOUT = 4
    """The timeout passed: `ChatTimeoutError`."""
    INTERRUPTED = 5
    """The connection was lost after the message was sent: `ChatInterruptedError`."""
    PROTOCOL = 6
    """Not what the service documents: `ProtocolError`."""
    BAD_REQUEST = 7
    """400, 422 and other 4xx: `BadRequestError`."""
    UNAUTHORIZED = 8
    """401: `UnauthorizedError`."""
    FORBIDDEN = 9
    """403: `ForbiddenError`."""
    NOT_FOUND = 10
    """404: `NotFoundError`."""
    RATE_LIMITED = 11
    """429, or the client's own pace: `RateLimitedError`."""
    SERVER = 12
    """5xx: `ServerError`."""
    CANCELLED = 13
    """The chat was cancelled: `ChatCancelledError`."""
    OVERLOADED = 14
    """`max_in_flight` is reached: `OverloadedError`."""
    INTERNAL = 15
    """A bug in the library: `InternalError`."""

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

    Each status has a subclass of its own. Errors can be pickled, and made for tests of one's own: the keyword
    arguments are the attributes of the same names. The API key stands in none of them.
    """

    status: Status = Status.INTERNAL
    """The library's status; each subclass stands for one."""
    message: str
    """One line that a person can act on; also `str(error)`."""
    http_status: Optional[int]
    """The service's HTTP status, or None if no response came."""
    code: Optional[str]
    """The service's error code, such as "UNAUTHORIZED", or None."""
    detail: Optional[str]
    """The service's own explanation, or None."""
    is_retryable: bool
    """The agent has not seen the message, and sending it again, later, may help."""
    retry_after: Optional[float]
    """The seconds that the service asks to wait, or None if it did not say."""

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
