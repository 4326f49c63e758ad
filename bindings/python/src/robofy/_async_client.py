import asyncio
import itertools
import os
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Optional, TypeVar

from robofy import _operation, _results
from robofy._async_calls import AsyncCalls
from robofy._failures import ChatCancelledError
from robofy._native import lib
from robofy._operation import Operation
from robofy._ownership import Owned
from robofy._reply import Reply
from robofy._stream import AsyncStream

_AsyncClient = TypeVar("_AsyncClient", bound="AsyncClient")
_Result = TypeVar("_Result")

# How many chats one wake of the event loop collects, so that other tasks get their turn in between.
_MOST_AT_ONCE = 256

_ELSEWHERE = (
    "chats of this AsyncClient wait on another event loop: let them finish first, or make a client for each loop"
)


class AsyncClient(AsyncCalls):
    """Sends WhatsApp users' messages to the agents of one Robofy account, thousands at once from one event loop.

    It starts no thread and no task in Python: while chats wait, the event loop watches a descriptor of the library.
    So a client serves one event loop at a time, from that loop's thread, and may go to another one when nothing waits
    any more. A client made before a fork works in the child, on a loop of the child's own. `aclose()`, or the end of
    an `async with` block, lets go of its connections, and so does forgetting the client. A client cannot be pickled.
    """

    def _opened(self) -> None:
        self._tags = itertools.count()
        self._guard = threading.Lock()
        self._process = os.getpid()
        self._loop: Optional[asyncio.AbstractEventLoop] = None  # the one that watches, while it does
        self._doorbell = -1
        self._waiting: dict[int, asyncio.Future[Optional[Owned]]] = {}
        self._parents: list[object] = []

    async def whatsapp_chat(
        self,
        *,
        query: str,
        pid: Optional[str] = None,
        chatbot_id: Optional[str] = None,
        session_id: Optional[str] = None,
        user_context: Optional[Mapping[str, Any]] = None,
        timeout: Optional[float] = None,
    ) -> Reply:
        """Send one message and wait for the agent's answer.

        To cancel the task that waits is to cancel the chat; the agent may have seen the message by then.

        Args:
            query: the user's message as WhatsApp delivered it.
            pid: the project's ID; None is the client's.
            chatbot_id: the ID of the project's agent that answers; None is the client's.
            session_id: names the conversation, commonly the user's WhatsApp number; None lets the service assign one.
            user_context: more about the user, as the values that JSON has; may not hold "platform".
            timeout: seconds for this chat, retries and waits included; None is the client's.

        Returns:
            The complete answer, and what came with it.

        Raises:
            RobofyError: a subclass for each status; `ChatCancelledError` if the client is closed meanwhile.
            TypeError: an argument is of the wrong type.
            RuntimeError: the client is closed, or chats wait for it on another event loop.

        """
        message = self._message(pid, chatbot_id, query, session_id, user_context, timeout)
        return await self._run(_operation.whatsapp(message))

    async def _run(self, operation: Operation[_Result]) -> _Result:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._watch_from(loop)
        tag = next(self._tags)
        self._waiting[tag] = future = loop.create_future()
        try:
            operation.submit(self._pointer, tag)
            completion = await future
        except BaseException:
            self._give_up(tag)
            raise
        if completion is None:
            raise ChatCancelledError(
                "the client was closed while the chat was waiting: the agent may have seen the message"
            )
        return operation.result_of(completion)

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
    ) -> AsyncStream:
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
        return AsyncStream(self._stream(path, pid, chatbot_id, query, session_id, user_context, timeout))

    async def aclose(self) -> None:
        """Let go of everything held; chats that wait fail with `ChatCancelledError`. May be called again.

        Raises:
            RuntimeError: chats wait on another event loop, whose part it is to close the client.

        """
        if self._is_watched():
            if self._loop is not asyncio.get_running_loop():
                raise RuntimeError(_ELSEWHERE)
            self._stop_watching()
            waiting, self._waiting = self._waiting, {}
            for future in waiting.values():
                if not future.done():
                    future.set_result(None)
        self._let_go()

    async def __aenter__(self: _AsyncClient) -> _AsyncClient:
        return self

    async def __aexit__(
        self,
        exception_type: Optional[type[BaseException]],
        exception: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.aclose()

    def _is_watched(self) -> bool:
        """Chats wait, in this process and on a loop that can still collect them."""
        return self._process == os.getpid() and self._loop is not None and not self._loop.is_closed()

    def _watch_from(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._process != os.getpid():
            self._leave_to_the_parent()
        with self._guard:
            if self._is_watched():
                raise RuntimeError(_ELSEWHERE)
            self._loop = loop
        try:
            self._drop_what_a_closed_loop_left()
            self._doorbell = _results.doorbell(lib.robofy_client_poll_fd(self._pointer))
            loop.add_reader(self._doorbell, self._collect)
        except BaseException:
            self._loop = None
            raise

    def _stop_watching(self) -> None:
        """Be on no loop while nothing waits: free for another loop, and to be dropped."""
        if self._loop is not None:
            self._loop.remove_reader(self._doorbell)
        self._loop = None

    def _collect(self) -> None:
        """Hand out what has completed; what nobody waits for any more goes away."""
        client = self._owned
        if client is None:
            return
        for _ in range(_MOST_AT_ONCE):
            completion = _results.take_completion(lib.robofy_client_poll(client, 0))
            if completion is None:
                if not self._waiting:
                    self._stop_watching()
                return
            future = self._waiting.pop(lib.robofy_completion_tag(completion), None)
            if future is not None and not future.done():
                future.set_result(completion)

    def _give_up(self, tag: int) -> None:
        """Cancel a chat that nobody waits for any more, unless it has completed."""
        if self._is_watched() and self._waiting.pop(tag, None) is not None:
            lib.robofy_client_cancel(self._pointer, tag)
            self._collect()

    def _drop_what_a_closed_loop_left(self) -> None:
        for tag in self._waiting:
            lib.robofy_client_cancel(self._pointer, tag)
        self._waiting.clear()

    def _leave_to_the_parent(self) -> None:
        """Begin anew in a forked child: the parent's loop and chats are not to be touched, nor its tasks destroyed."""
        self._parents.append(self._waiting)
        self._waiting = {}
        self._loop = None
        self._guard = threading.Lock()
        self._process = os.getpid()
