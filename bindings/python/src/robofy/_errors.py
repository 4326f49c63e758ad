"""What all exceptions of this package have in common."""

from typing import Optional

from robofy._status import Status

# What the library always says of these; of the others it depends on what was sent.
_RETRYABLE = frozenset({Status.CONNECT, Status.RATE_LIMITED, Status.STORAGE})


class RobofyError(Exception):
    """A chat, or the making of a client, has failed; the text says why and what to do.

    Each status has a subclass of its own. Errors can be pickled, and made for tests of one's own: the keyword
    arguments are the attributes of the same names. Without `is_retryable` an error is retryable if the library's
    errors of its status always are. No error holds the API key.
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
        is_retryable: Optional[bool] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        if status is not None:
            self.status = status
        self.message = message
        self.http_status = http_status
        self.code = code
        self.detail = detail
        self.is_retryable = self.status in _RETRYABLE if is_retryable is None else is_retryable
        self.retry_after = retry_after
