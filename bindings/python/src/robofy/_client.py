import os
from collections.abc import Mapping
from ctypes import byref
from typing import Any, Optional, Union

from robofy import _arguments, _results
from robofy._native import lib
from robofy._ownership import Managed, Owned
from robofy._reply import Reply


class Client(Managed):
    """Sends WhatsApp users' messages to the agents of one Robofy account.

    Threads may share a client, and should: it keeps connections open between calls. A client made before a fork
    works in the child. `close()`, or the end of a `with` block, lets go of its connections.

    Args:
        api_key: the account's permanent API key.
        base_url: where the service is; None is https://agents.robofy.ai.
        timeout: the seconds that a call may take, retries and waits included.
        connect_timeout: the seconds that the making of a connection may take.
        max_retries: how often a message that the agent cannot have seen is sent again.
        retry_ambiguous: also send again what the agent may have seen, and so may answer twice.
        proxy: a proxy's URL; None reads HTTPS_PROXY and NO_PROXY, "" is no proxy.
        ca_file: a PEM file of certificates to trust besides the platform's.
        user_agent: the name of your product, put before the library's own.
        max_response_bytes: the longest response body that is accepted.

    None stands for the library's default everywhere.

    """

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

        error = _results.no_error()
        client = lib.robofy_client_new(_arguments.text("api_key", api_key), options, byref(error))
        if not client:
            raise _results.take_error(error)
        super().__init__(Owned(client, lib.robofy_client_free))

    def whatsapp_chat(
        self,
        *,
        pid: str,
        chatbot_id: str,
        query: str,
        session_id: Optional[str] = None,
        user_context: Optional[Mapping[str, Any]] = None,
        timeout: Optional[float] = None,
    ) -> Reply:
        """Send one message and wait for the agent's answer; other Python threads run meanwhile.

        Args:
            pid: the project's ID.
            chatbot_id: the ID of the project's agent that answers.
            query: the user's message as WhatsApp delivered it.
            session_id: names the conversation, commonly the user's WhatsApp number; None lets the service assign one.
            user_context: more about the user, as the values that JSON has; may not hold "platform".
            timeout: seconds for this call; None is the client's.

        Raises:
            RobofyError: a subclass for each status.
            TypeError: an argument is of the wrong type.
            RuntimeError: the client is closed.

        """
        message = _new_message(pid, chatbot_id, query, session_id, user_context, timeout)
        error = _results.no_error()
        reply = lib.robofy_whatsapp_send(self._pointer, message, byref(error))
        if not reply:
            raise _results.take_error(error)
        return _results.take_reply(reply)


def _new_message(
    pid: str,
    chatbot_id: str,
    query: str,
    session_id: Optional[str],
    user_context: Optional[Mapping[str, Any]],
    timeout: Optional[float],
) -> Owned:
    message = Owned(
        lib.robofy_message_new(
            _arguments.text("pid", pid),
            _arguments.text("chatbot_id", chatbot_id),
            _arguments.text("query", query),
        ),
        lib.robofy_message_free,
    )
    if session_id is not None:
        lib.robofy_message_set_session_id(message, _arguments.text("session_id", session_id))
    if user_context is not None:
        lib.robofy_message_set_user_context(message, _arguments.json_object("user_context", user_context))
    if timeout is not None:
        lib.robofy_message_set_timeout_ms(message, _arguments.milliseconds("timeout", timeout))
    return message
