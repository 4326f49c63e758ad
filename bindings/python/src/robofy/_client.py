import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Optional, TypeVar

from robofy import _cooperative, _operation
from robofy._calls import Calls
from robofy._interruptible import InterruptibleCalls
from robofy._native import lib
from robofy._operation import Operation
from robofy._ownership import Owned
from robofy._reply import Reply
from robofy._stream import Stream

_Client = TypeVar("_Client", bound="Client")
_Result = TypeVar("_Result")


class Client(Calls):
    """Sends WhatsApp users' messages to the agents of one Robofy account.

    Make one for each API key and keep it. Threads may share a client, and should: it keeps connections open between
    calls. A client made before a fork works in the child; calls in flight stay the parent's. `close()`, or the end of
    a `with` block, lets go of its connections. A client cannot be pickled.
    """

    def _open(self, api_key: Optional[str], options: Owned, pid: Optional[str], chatbot_id: Optional[str]) -> None:
        # Blocking calls do not count; those of the main thread are submitted all the same.
        lib.robofy_options_set_max_in_flight(options, 0)
        super()._open(api_key, options, pid, chatbot_id)

    def _opened(self) -> None:
        self._calls = InterruptibleCalls()
        self._cooperative = _cooperative.CooperativeCalls()

    def whatsapp_chat(
        self,
        *,
        query: str,
        pid: Optional[str] = None,
        chatbot_id: Optional[str] = None,
        session_id: Optional[str] = None,
        user_context: Optional[Mapping[str, Any]] = None,
        timeout: Optional[float] = None,
    ) -> Reply:
        """Send one message and wait for the agent's answer; other Python threads run meanwhile.

        In the main thread signal handlers run meanwhile too, and one that raises, as Ctrl-C's does, ends the call at
        once and cancels the chat. The agent may have seen the message by then. In a program that gevent has patched,
        the main thread's other greenlets run.

        Args:
            query: the user's message as WhatsApp delivered it.
            pid: the project's ID; None is the client's.
            chatbot_id: the ID of the project's agent that answers; None is the client's.
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
        message = self._message(pid, chatbot_id, query, session_id, user_context, timeout)
        return self._run(_operation.whatsapp(message))

    def _run(self, operation: Operation[_Result]) -> _Result:
        if _cooperative.is_due():
            return operation.result_of(self._cooperative.send(self._pointer, operation))
        if threading.get_ident() == threading.main_thread().ident:
            return operation.result_of(self._calls.send(self._pointer, operation))
        return operation.wait(self._pointer)

    def stream(
        self,
        path: str,
        *,
        query: str,
        pid: Optional[str] = None,
        chatbot_id: Optional[str] = None,
        session_id: Optional[str] = None,
        user_context: Optional[Mapping[str, Any]] = None,
        timeout: Optional[float] = None,
    ) -> Stream:
        """Send one message to a path where the agent answers in events, and do not wait: the stream brings them.

        The service's reference does not name the path.

        Args:
            path: the path below the base URL; it begins with one slash and cannot lead to another host.
            query: the user's message.
            pid: the project's ID; None is the client's.
            chatbot_id: the ID of the project's agent that answers; None is the client's.
            session_id: names the conversation; None lets the service assign one.
            user_context: more about the user, as the values that JSON has; may not hold "platform".
            timeout: seconds to the first event, retries and waits included, and then from each event to the next; None
                is the client's. The stream as a whole has no bound.

        Returns:
            The stream, to be iterated over.

        Raises:
            RobofyError: `InvalidArgumentError`, `OverloadedError` or `ConnectError`; all else is the stream's.
            TypeError: an argument is of the wrong type.
            RuntimeError: the client is closed.

        """
        return Stream(self._stream(path, pid, chatbot_id, query, session_id, user_context, timeout))

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
