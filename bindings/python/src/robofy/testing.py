"""Clients for tests of your own: they answer as a test tells them, and send nothing.

>>> client = robofy.testing.FakeClient(["Hello!", robofy.RateLimitedError("too many messages", retry_after=7)])
>>> client.whatsapp_chat(pid="...", chatbot_id="...", query="Hi").answer
'Hello!'
>>> client.chats[0].query
'Hi'

`FakeClient` is a `robofy.Client` and `FakeAsyncClient` a `robofy.AsyncClient`, with the same methods. The
types of arguments are checked as theirs are. Only `whatsapp_chat` has results: any other call, and a stream, is an
`InvalidArgumentError`.
"""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Callable, Optional, Union

from robofy._async_client import AsyncClient
from robofy._base import BaseClient
from robofy._client import Client
from robofy._declarations import ClientPointer
from robofy._errors import RobofyError
from robofy._failures import InvalidArgumentError
from robofy._ownership import Owned
from robofy._reply import Reply
from robofy._stats import Latency, Stats

__all__ = ["Chat", "FakeAsyncClient", "FakeClient", "Result"]


@dataclass(frozen=True)
class Chat:
    """The arguments of one call of `whatsapp_chat`."""

    query: str
    """The user's message."""
    pid: Optional[str]
    """The project, the client's own if the call named none."""
    chatbot_id: Optional[str]
    """The agent, the client's own if the call named none."""
    session_id: Optional[str]
    """The conversation."""
    user_context: Optional[Mapping[str, Any]]
    """More about the user."""
    timeout: Optional[float]
    """The seconds that the call may take."""


Result = Union[str, Reply, Exception]
"""What becomes of a chat: the text of an answer, a whole reply, or an error to raise."""


class _Fake(BaseClient):
    chats: list[Chat]
    """What was asked, in the order of the calls."""

    def __init__(
        self,
        results: Union[Iterable[Result], Callable[[Chat], Result]],
        *,
        pid: Optional[str] = "pid",
        chatbot_id: Optional[str] = "chatbot_id",
    ) -> None:
        """A client that sends nothing.

        Args:
            results: what becomes of the chats: one for each in their order, or a function that is asked.
            pid: the project of messages that name none.
            chatbot_id: the agent of messages that name none.

        """
        if isinstance(results, (str, Reply, Exception)):
            raise TypeError(f"results must be a list of results or a function, not one {type(results).__name__}")
        self._results = results if callable(results) else iter(results)
        self._pid, self._chatbot_id = pid, chatbot_id
        self._owned = Owned(ClientPointer(), lambda _: None)
        self._answered, self._failed = 0, Counter[str]()
        self.chats = []
        self._opened()

    def stats(self) -> Stats:
        """Count the chats that were answered and those that failed, as a client does; all else is 0."""
        _ = self._pointer  # which a closed client refuses
        figures: dict[str, Any] = dict.fromkeys((field.name for field in dataclasses.fields(Stats)), 0)
        latency = Latency(**dict.fromkeys((field.name for field in dataclasses.fields(Latency)), 0))
        return Stats(**{**figures, "answered": self._answered, "failed": Counter(self._failed), "latency": latency})

    def _answer(
        self,
        query: str,
        pid: Optional[str],
        chatbot_id: Optional[str],
        session_id: Optional[str],
        user_context: Optional[Mapping[str, Any]],
        timeout: Optional[float],
    ) -> Reply:
        self._message(pid, chatbot_id, query, session_id, user_context, timeout)
        _ = self._pointer  # which a closed client refuses
        chat = Chat(query, pid or self._pid, chatbot_id or self._chatbot_id, session_id, user_context, timeout)
        self.chats.append(chat)
        result = self._next(chat)
        if not isinstance(result, (str, Reply, Exception)):
            raise TypeError(f"a result must be a str, a Reply or an exception, not {type(result).__name__}")
        if isinstance(result, RobofyError):
            self._failed[result.status.label] += 1
        if isinstance(result, Exception):
            raise result
        self._answered += 1
        return result if isinstance(result, Reply) else _reply(result, session_id)

    def _run(self, operation: Any) -> Any:
        del operation
        raise InvalidArgumentError(f"client is a {type(self).__name__}: it has results of whatsapp_chat alone")

    def _next(self, chat: Chat) -> Result:
        if callable(self._results):
            return self._results(chat)
        try:
            return next(self._results)
        except StopIteration:
            raise AssertionError(f"no result is left for {chat}: give this {type(self).__name__} one more") from None


class FakeClient(_Fake, Client):
    """A `robofy.Client` that answers as it is told."""

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
        """Record the chat in `chats`, and return or raise the next result."""
        return self._answer(query, pid, chatbot_id, session_id, user_context, timeout)


class FakeAsyncClient(_Fake, AsyncClient):
    """A `robofy.AsyncClient` that answers as it is told, at once."""

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
        """Record the chat in `chats`, and return or raise the next result."""
        return self._answer(query, pid, chatbot_id, session_id, user_context, timeout)


def _reply(answer: str, session_id: Optional[str]) -> Reply:
    session_id = session_id or "session"
    body = json.dumps({"message": "Success", "data": {"answer": answer, "session_id": session_id}})
    return Reply(answer, session_id, "Success", body, attempts=1, elapsed=0.0)
