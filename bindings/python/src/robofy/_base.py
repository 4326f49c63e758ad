"""What the blocking and the asyncio client have in common: their making, messages, statistics."""

from collections.abc import Mapping
from ctypes import byref
from typing import Any, NamedTuple, Optional

from robofy import _arguments, _results, _stats
from robofy._native import lib
from robofy._options import Configured
from robofy._ownership import Owned
from robofy._stats import Stats


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
        error = _results.no_error()
        client = lib.robofy_client_new(_arguments.api_key(api_key), options, byref(error))
        if not client:
            raise _results.take_error(error)
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
        return _stats.parse(_results.take_text(lib.robofy_client_stats(self._pointer)))

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
        error = _results.no_error()
        stream = lib.robofy_stream_open(self._pointer, _arguments.text("path", path), message, byref(error))
        if not stream:
            raise _results.take_error(error)
        return Owned(stream, lib.robofy_stream_free)

    def _message(
        self,
        pid: Optional[str],
        chatbot_id: Optional[str],
        query: str,
        session_id: Optional[str],
        user_context: Optional[Mapping[str, Any]],
        timeout: Optional[float],
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
        if timeout is not None:
            lib.robofy_message_set_timeout_ms(message, _arguments.milliseconds("timeout", timeout))
        return message
