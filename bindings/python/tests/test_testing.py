"""The fake clients answer as they are told, and are in all else like the clients."""

import asyncio
import inspect
from typing import Any, Union

import pytest
from chats import chat, chat_async

import robofy
from robofy.testing import FakeAsyncClient, FakeClient

FAKES = [FakeClient, FakeAsyncClient]
Fake = Union[FakeClient, FakeAsyncClient]


def ask(client: Fake, query: str = "Hello", **more: Any) -> robofy.Reply:
    return (
        chat(client, query, **more)
        if isinstance(client, FakeClient)
        else asyncio.run(chat_async(client, query, **more))
    )


@pytest.mark.parametrize("make", FAKES)
def test_results_come_in_their_order(make: type[Fake]) -> None:
    whole = robofy.Reply("Bye", "s", None, "{}", attempts=2, elapsed=1.5)
    client = make(["Hi", robofy.RateLimitedError("later", retry_after=7), whole])

    reply = ask(client, session_id="918727000000")
    assert (reply.answer, reply.session_id, reply.json()["data"]["answer"]) == ("Hi", "918727000000", "Hi")
    with pytest.raises(robofy.RateLimitedError) as caught:
        ask(client)
    assert caught.value.retry_after == 7
    assert ask(client) is whole
    with pytest.raises(AssertionError, match="no result is left for Chat"):
        ask(client, "One more")


@pytest.mark.parametrize("make", FAKES)
def test_a_function_may_answer(make: type[Fake]) -> None:
    client = make(lambda chat: f"You wrote {chat.query}")

    assert [ask(client, query).answer for query in ("a", "b")] == ["You wrote a", "You wrote b"]


@pytest.mark.parametrize("make", FAKES)
def test_what_cannot_be_a_result_is_refused(make: type[Fake]) -> None:
    with pytest.raises(TypeError, match="results must be a list of results or a function, not one str"):
        make("Hello")
    for result in (3, None, b"Hello"):
        with pytest.raises(TypeError, match="a result must be a str, a Reply or an exception, not"):
            ask(make([result]))  # type: ignore[list-item]


def test_an_error_is_retryable_as_the_librarys_own() -> None:
    retryable = {robofy.ConnectError, robofy.RateLimitedError, robofy.StorageError}

    for cls in robofy.RobofyError.__subclasses__():
        assert cls("made by a test").is_retryable is (cls in retryable)
    assert robofy.ServerError("503", is_retryable=True).is_retryable
    assert not robofy.RateLimitedError("later", is_retryable=False).is_retryable


@pytest.mark.parametrize("make", FAKES)
def test_what_was_asked_is_recorded(make: type[Fake]) -> None:
    client = make(lambda _: "Hi", pid="p", chatbot_id="c")
    send = client.whatsapp_chat(query="Hello", chatbot_id="own", user_context={"name": "Asha"}, timeout=5)
    if inspect.isawaitable(send):
        asyncio.run(_awaited(send))

    (asked,) = client.chats
    assert (asked.query, asked.pid, asked.chatbot_id, asked.session_id) == ("Hello", "p", "own", None)
    assert (asked.user_context, asked.timeout) == ({"name": "Asha"}, 5)


async def _awaited(send: Any) -> robofy.Reply:
    reply: robofy.Reply = await send
    return reply


@pytest.mark.parametrize("make", FAKES)
def test_what_a_client_refuses_is_refused(make: type[Fake]) -> None:
    client = make(["Hi"], pid=None)
    with pytest.raises(TypeError, match="session_id"):
        ask(client, session_id=918727000000)
    with pytest.raises(robofy.InvalidArgumentError, match="query"):
        ask(client, "with\0nul")
    send: Any = client.whatsapp_chat
    with pytest.raises(robofy.InvalidArgumentError, match="pid is missing"):
        asyncio.run(_awaited(send(query="Hello")))
    assert client.chats == []


def test_a_closed_fake_is_closed() -> None:
    with FakeClient(["Hi"]) as client:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        ask(client)
    with pytest.raises(RuntimeError, match="closed"):
        client.stats()

    async def converse() -> None:
        async with FakeAsyncClient(["Hi"]) as client:
            pass
        await chat_async(client)

    with pytest.raises(RuntimeError, match="closed"):
        asyncio.run(converse())


@pytest.mark.parametrize("make", FAKES)
def test_chats_are_counted(make: type[Fake]) -> None:
    client = make(["Hi", robofy.ServerError("down"), robofy.RobofyError("later", status=robofy.Status(99))])
    ask(client)
    for _ in range(2):
        with pytest.raises(robofy.RobofyError):
            ask(client)
    stats = client.stats()

    assert (stats.answered, stats.failed["server"], stats.failed["timeout"], stats.in_flight) == (1, 1, 0, 0)


@pytest.mark.parametrize(("fake", "real"), [(FakeClient, robofy.Client), (FakeAsyncClient, robofy.AsyncClient)])
def test_a_fake_takes_what_the_client_takes(fake: type[Fake], real: type[Any]) -> None:
    assert issubclass(fake, real)
    assert inspect.signature(fake.whatsapp_chat) == inspect.signature(real.whatsapp_chat)


def test_what_a_fake_has_no_result_for_is_refused() -> None:
    client = FakeClient(["Hi"])
    calls: list[Any] = [
        lambda: client.request("GET", "/v1/projects"),
        lambda: client.stream("/v1/a", query="Hi"),
        lambda: asyncio.run(FakeAsyncClient(["Hi"]).request("GET", "/v1/projects")),
        lambda: robofy.Inbox(client),
    ]
    for call in calls:
        with pytest.raises(robofy.InvalidArgumentError, match="client"):
            call()
