"""What the blocking and the asyncio client have in common: options, messages, statistics."""

import os
from collections.abc import Mapping
from ctypes import byref
from typing import Any, NamedTuple, Optional, Union

from robofy import _arguments, _results, _stats
from robofy._native import lib
from robofy._ownership import Managed, Owned
from robofy._stats import Stats


class RateLimit(NamedTuple):
    """The pace of an account's messages: `burst` at once, then `per_minute`, evenly spread."""

    per_minute: int
    """Messages a minute, retries included; at least 1."""
    burst: int = 1
    """How many may go at once after a pause; at least 1."""


class BaseClient(Managed):
    """The account, the options and the native client behind them."""

    _LIMITS_IN_FLIGHT = True

    def __init__(
        self,
        api_key: str,
        *,
        base_url: Optional[str] = None,
        timeout: Optional[float] = 60.0,
        connect_timeout: Optional[float] = 10.0,
        max_retries: Optional[int] = 2,
        retry_ambiguous: Optional[bool] = False,
        proxy: Optional[str] = None,
        ca_file: Union[str, os.PathLike[str], None] = None,
        user_agent: Optional[str] = None,
        max_response_bytes: Optional[int] = 8 * 1024 * 1024,
        max_in_flight: Optional[int] = 0,
        ordered_sessions: Optional[bool] = False,
        rate_limit: Optional[tuple[int, int]] = None,
    ) -> None:
        options = Owned(lib.robofy_options_new(), lib.robofy_options_free)
        if base_url is not None:
            lib.robofy_options_set_base_url(options, _arguments.text("base_url", base_url))
        if timeout is not None:
            lib.robofy_options_set_timeout_ms(options, _arguments.milliseconds("timeout", timeout))
        if connect_timeout is not None:
            milliseconds = _arguments.milliseconds("connect_timeout", connect_timeout)
            lib.robofy_options_set_connect_timeout_ms(options, milliseconds)
        if max_retries is not None:
            retries = _arguments.integer("max_retries", max_retries, bits=32)
            lib.robofy_options_set_max_retries(options, retries)
        if retry_ambiguous is not None:
            retry = _arguments.boolean("retry_ambiguous", retry_ambiguous)
            lib.robofy_options_set_retry_ambiguous(options, retry)
        if proxy is not None:
            lib.robofy_options_set_proxy(options, _arguments.text("proxy", proxy))
        if ca_file is not None:
            lib.robofy_options_set_ca_file(options, _arguments.path("ca_file", ca_file))
        if user_agent is not None:
            lib.robofy_options_set_user_agent(options, _arguments.text("user_agent", user_agent))
        if max_response_bytes is not None:
            size = _arguments.integer("max_response_bytes", max_response_bytes, least=1, bits=64)
            lib.robofy_options_set_max_response_bytes(options, size)
        if max_in_flight is not None:
            chats = _arguments.integer("max_in_flight", max_in_flight, bits=32)
            lib.robofy_options_set_max_in_flight(options, chats if self._LIMITS_IN_FLIGHT else 0)
        if ordered_sessions is not None:
            ordered = _arguments.boolean("ordered_sessions", ordered_sessions)
            lib.robofy_options_set_ordered_sessions(options, ordered)
        if rate_limit is not None:
            lib.robofy_options_set_rate_limit(options, *_arguments.rate("rate_limit", rate_limit))

        error = _results.no_error()
        client = lib.robofy_client_new(_arguments.text("api_key", api_key), options, byref(error))
        if not client:
            raise _results.take_error(error)
        super().__init__(Owned(client, lib.robofy_client_free))
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


def new_message(
    pid: str,
    chatbot_id: str,
    query: str,
    session_id: Optional[str],
    user_context: Optional[Mapping[str, Any]],
    timeout: Optional[float],
) -> Owned:
    message = Owned(
        lib.robofy_message_new(
            _arguments.message_text("pid", pid),
            _arguments.message_text("chatbot_id", chatbot_id),
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
