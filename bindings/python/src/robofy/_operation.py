"""A call in both its ways: one that waits in the library, and one that is submitted and collected."""

from ctypes import byref
from typing import Any, Callable, Generic, TypeVar

from robofy import _failure, _results
from robofy._native import lib
from robofy._ownership import Owned
from robofy._reply import Reply
from robofy._response import Response

Result = TypeVar("Result")


class Operation(Generic[Result]):
    """What is asked of the service, on whichever client and way to wait."""

    def __init__(
        self,
        send: Callable[..., Any],
        submit: Callable[..., bool],
        arguments: tuple[Any, ...],
        take: Callable[[Any], Result],
        result_of: Callable[[Owned], Result],
    ) -> None:
        self._send, self._submit, self._arguments = send, submit, arguments
        self._take = take
        self.result_of = result_of

    def wait(self, client: Owned) -> Result:
        """Block this thread until the result is there, or raise the error."""
        error = _failure.no_error()
        pointer = self._send(client, *self._arguments, byref(error))
        if not pointer:
            raise _failure.take_error(error)
        return self._take(pointer)

    def submit(self, client: Owned, tag: int) -> None:
        """Have a completion of this tag come, or raise why there will be none."""
        error = _failure.no_error()
        if not self._submit(client, *self._arguments, tag, byref(error)):
            raise _failure.take_error(error)


def whatsapp(message: Owned) -> Operation[Reply]:
    return Operation(
        lib.robofy_whatsapp_send, lib.robofy_whatsapp_submit, (message,), _results.take_reply, _results.result_of
    )


def chat(message: Owned) -> Operation[Reply]:
    return Operation(lib.robofy_chat_send, lib.robofy_chat_submit, (message,), _results.take_reply, _results.result_of)


def request(*arguments: Any) -> Operation[Response]:
    return Operation(
        lib.robofy_client_request,
        lib.robofy_request_submit,
        arguments,
        _results.take_response,
        _results.response_of,
    )


def upload(*arguments: Any) -> Operation[Response]:
    return Operation(
        lib.robofy_client_upload,
        lib.robofy_upload_submit,
        arguments,
        _results.take_response,
        _results.response_of,
    )
