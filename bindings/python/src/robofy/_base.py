"""What the blocking and the asyncio client have in common: their making, messages, statistics."""

from collections.abc import Mapping
from ctypes import byref
from typing import Any, NamedTuple, Optional, Union

from robofy import _arguments, _failure, _operation, _stats
from robofy._native import lib
from robofy._operation import Operation
from robofy._options import Configured
from robofy._ownership import Owned
from robofy._response import Response
from robofy._stats import Stats
from robofy._upload import Upload


class RateLimit(NamedTuple):
    """The pace of an account's messages: `burst` at once, then `per_minute`, evenly spread."""

    per_minute: int
    """Messages a minute, retries included; at least 1."""
    burst: int = 1
    """How many may go at once after a pause; at least 1."""


class BaseClient(Configured):
    """The native client, what its messages have in common, and statistics."""

    def _open(self, api_key: Optional[str], options: Owned, pid: Optional[str], chatbot_id: Optional[str]) -> None:
        for name, value in (("pid", pid), ("chatbot_id", chatbot_id)):
            if value is not None:
                _arguments.message_text(name, value)
        self._pid, self._chatbot_id = pid, chatbot_id
        error = _failure.no_error()
        client = lib.robofy_client_new(_arguments.api_key(api_key), options, byref(error))
        if not client:
            raise _failure.take_error(error)
        self._owned = Owned(client, lib.robofy_client_free)
        self._opened()

    def _opened(self) -> None:
        """Make what the kind of client keeps beside the native one."""
        raise NotImplementedError

    def stats(self) -> Stats:
        """Take a snapshot of what this client does and has done in this process. Any thread may ask at any time.

        Raises:
            RuntimeError: the client is closed.

        """
        return _stats.parse(_failure.take_text(lib.robofy_client_stats(self._pointer)))

    def _stream(
        self,
        path: str,
        pid: Optional[str],
        chatbot_id: Optional[str],
        query: str,
        session_id: Optional[str],
        user_context: Optional[Mapping[str, Any]],
        timeout: Optional[float],
    ) -> Owned:
        message = self._message(pid, chatbot_id, query, session_id, user_context, timeout)
        error = _failure.no_error()
        stream = lib.robofy_stream_open(self._pointer, _arguments.text("path", path), message, byref(error))
        if not stream:
            raise _failure.take_error(error)
        return Owned(stream, lib.robofy_stream_free)

    def _request(
        self,
        method: str,
        path: str,
        query: Optional[Mapping[str, Union[str, int, bool]]],
        json: Optional[Any],
        timeout: Optional[float],
        max_response_bytes: Optional[int] = None,
    ) -> Operation[Response]:
        return _operation.request(
            _arguments.text("method", method),
            _arguments.text("path", path),
            None,
            None if json is None else _arguments.json_value("json", json),
            _options(query, timeout, max_response_bytes),
        )

    def _upload(self, path: str, upload: Upload, timeout: Optional[float]) -> Operation[Response]:
        if not isinstance(upload, Upload):
            raise TypeError(f"upload must be an Upload, not {type(upload).__name__}")
        return _operation.upload(_arguments.text("path", path), upload._pointer, _options(None, timeout, None))

    def _account(self, pid: Optional[str], chatbot_id: Optional[str]) -> tuple[str, str]:
        """The project and the agent of a call, or else the client's."""
        return (
            _arguments.account_text("pid", pid, self._pid).decode(),
            self._agent(chatbot_id),
        )

    def _agent(self, chatbot_id: Optional[str]) -> str:
        return _arguments.account_text("chatbot_id", chatbot_id, self._chatbot_id).decode()

    def _message(
        self,
        pid: Optional[str],
        chatbot_id: Optional[str],
        query: str,
        session_id: Optional[str],
        user_context: Optional[Mapping[str, Any]],
        timeout: Optional[float],
        platform: Optional[str] = None,
    ) -> Owned:
        message = Owned(
            lib.robofy_message_new(
                _arguments.account_text("pid", pid, self._pid),
                _arguments.account_text("chatbot_id", chatbot_id, self._chatbot_id),
                _arguments.message_text("query", query),
            ),
            lib.robofy_message_free,
        )
        if session_id is not None:
            lib.robofy_message_set_session_id(message, _arguments.message_text("session_id", session_id))
        if user_context is not None:
            lib.robofy_message_set_user_context(message, _arguments.json_object("user_context", user_context))
        if platform is not None:
            lib.robofy_message_set_platform(message, _arguments.message_text("platform", platform))
        if timeout is not None:
            lib.robofy_message_set_timeout_ms(message, _arguments.milliseconds("timeout", timeout))
        return message


def _options(
    query: Optional[Mapping[str, Union[str, int, bool]]], timeout: Optional[float], max_response_bytes: Optional[int]
) -> Owned:
    if query is not None and not isinstance(query, Mapping):
        raise TypeError(f"query must be a mapping, not {type(query).__name__}")
    options = Owned(lib.robofy_call_new(), lib.robofy_call_free)
    for name, value in (query or {}).items():
        lib.robofy_call_add_query(options, _arguments.text("query", name), _arguments.query_text(name, value))
    if timeout is not None:
        lib.robofy_call_set_timeout_ms(options, _arguments.milliseconds("timeout", timeout))
    if max_response_bytes is not None:
        most = _arguments.integer("max_response_bytes", max_response_bytes, least=1, bits=64)
        lib.robofy_call_set_max_response_bytes(options, most)
    return options
