import threading
from collections.abc import Mapping
from ctypes import byref
from types import TracebackType
from typing import Any, Optional, TypeVar

from robofy import _cooperative, _results
from robofy._base import BaseClient, new_message
from robofy._interruptible import InterruptibleCalls
from robofy._native import lib
from robofy._reply import Reply

_Client = TypeVar("_Client", bound="Client")


class Client(BaseClient):
    """Sends WhatsApp users' messages to the agents of one Robofy account.

    Make one for each API key and keep it. Threads may share a client, and should: it keeps connections open between
    calls. A client made before a fork works in the child; calls in flight stay the parent's. `close()`, or the end of
    a `with` block, lets go of its connections. A client cannot be pickled.

    Args:
        api_key: the account's permanent API key. It stands in no error and in no `repr`.
        base_url: where the service is; None is https://agents.robofy.ai. Plain http:// is refused except to loopback.
        timeout: the seconds that a call may take, retries and waits included.
        connect_timeout: the seconds that the making of a connection may take.
        max_retries: how often a message that the agent cannot have seen is sent again.
        retry_ambiguous: also send again what the agent may have seen, and so may answer twice.
        proxy: a proxy's URL; None reads HTTPS_PROXY and NO_PROXY, "" is no proxy.
        ca_file: a PEM file of certificates to trust besides the platform's.
        user_agent: the name of your product, put before the library's own.
        max_response_bytes: the longest response body that is accepted, in bytes.
        max_in_flight: for `AsyncClient`; blocking calls do not count.
        ordered_sessions: send the messages of one session_id one after another, in the order of the calls.
        rate_limit: the pace of messages, which wait for it inside their timeout: `RateLimit(per_minute, burst)`.

    None stands for the library's default everywhere.

    Raises:
        InvalidArgumentError: an option cannot be used; the text names it.
        TLSError: there are no certificate authorities to trust.
        TypeError: an argument is of the wrong type.

    """

    # Blocking calls do not count; those of the main thread are submitted all the same.
    _LIMITS_IN_FLIGHT = False

    def _opened(self) -> None:
        self._calls = InterruptibleCalls()
        self._cooperative = _cooperative.CooperativeCalls()

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

        In the main thread signal handlers run meanwhile too, and one that raises, as Ctrl-C's does, ends the call at
        once and cancels the chat. The agent may have seen the message by then. In a program that gevent has patched,
        the main thread's other greenlets run.

        Args:
            pid: the project's ID.
            chatbot_id: the ID of the project's agent that answers.
            query: the user's message as WhatsApp delivered it.
            session_id: names the conversation, commonly the user's WhatsApp number; None lets the service assign one.
            user_context: more about the user, as the values that JSON has; may not hold "platform".
            timeout: seconds for this call, retries and waits included; None is the client's.

        Returns:
            The complete answer, and what came with it.

        Raises:
            RobofyError: a subclass for each status.
            TypeError: an argument is of the wrong type.
            RuntimeError: the client is closed.

        """
        message = new_message(pid, chatbot_id, query, session_id, user_context, timeout)
        if _cooperative.is_due():
            return _results.result_of(self._cooperative.send(self._pointer, message))
        if threading.get_ident() == threading.main_thread().ident:
            return _results.result_of(self._calls.send(self._pointer, message))
        error = _results.no_error()
        reply = lib.robofy_whatsapp_send(self._pointer, message, byref(error))
        if not reply:
            raise _results.take_error(error)
        return _results.take_reply(reply)

    def close(self) -> None:
        """Let go of everything held. Any thread may do so at any time, and again.

        Calls under way still finish; later ones are a RuntimeError.
        """
        self._let_go()

    def __enter__(self: _Client) -> _Client:
        return self

    def __exit__(
        self,
        exception_type: Optional[type[BaseException]],
        exception: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
