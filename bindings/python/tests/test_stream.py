"""An answer while it is written, taken event by event."""

import asyncio
import gc
import os
import pickle
import signal
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, Callable

import pytest
from chats import CHATBOT_ID, PID
from standin import Standin
from waiting import wait_until

import robofy
from robofy import StreamEventKind

STREAM = "/v1/ai-agent/a-stream"
SILENCE = "!answer=x endless=silence"


@pytest.fixture(scope="module")
def service() -> Iterator[Standin]:
    with Standin("--stream-path", STREAM) as standin:
        yield standin


@pytest.fixture
def client(service: Standin) -> Iterator[robofy.Client]:
    service.clear()
    with robofy.Client("a-test-key", base_url=service.url, max_retries=0, pid=PID, chatbot_id=CHATBOT_ID) as client:
        yield client


@pytest.fixture
def async_client(service: Standin) -> robofy.AsyncClient:
    return robofy.AsyncClient("a-test-key", base_url=service.url, max_retries=0, pid=PID, chatbot_id=CHATBOT_ID)


def in_thread(call: Callable[[], Any]) -> Any:
    """Not in the main thread, where a wait is another one."""
    came: list[Any] = []
    thread = threading.Thread(target=lambda: came.append(call()))
    thread.start()
    thread.join()
    return came[0]


@pytest.mark.parametrize("where", [lambda call: call(), in_thread], ids=["main thread", "thread"])
def test_the_events_come_in_their_order(
    client: robofy.Client, service: Standin, where: Callable[[Callable[[], Any]], Any]
) -> None:
    stream = client.stream(STREAM, query="!deltas=2 tools event-delay-ms=5", session_id="918727")
    events = where(lambda: list(stream))

    kinds = [event.kind for event in events]
    assert kinds.count(StreamEventKind.TOOL) == 5
    assert [event.text for event in events if event.kind is StreamEventKind.DELTA] == ["0 ", "1 "]
    assert kinds[-3:] == [StreamEventKind.FINISH, StreamEventKind.SESSION, StreamEventKind.OTHER]
    assert events[2].name == "book"
    assert events[0].json() == {"type": "start", "messageId": "msg-1"}
    assert (stream.text, stream.session_id) == ("0 1 ", "918727")
    assert list(stream) == []
    (request,) = service.requests()
    assert (request["path"], request["body"]["user_context"]["session_id"]) == (STREAM, "918727")


def test_how_it_ends_is_raised_once_and_what_came_is_kept(client: robofy.Client) -> None:
    for query, error in [
        ("!answer=Hello no-done", robofy.ChatInterruptedError),
        ("!answer=Hello stream-error=No_credit.", robofy.ServerError),
        ("!answer=Hello insert={", robofy.ProtocolError),
    ]:
        stream = client.stream(STREAM, query=query)
        with pytest.raises(error) as raised:
            list(stream)
        assert not raised.value.is_retryable
        assert stream.text == "Hello"
        assert list(stream) == []
    with pytest.raises(robofy.UnauthorizedError):
        next(client.stream(STREAM, query="!status=401"))
    with pytest.raises(robofy.ChatTimeoutError):
        list(client.stream(STREAM, query=SILENCE, timeout=0.3))


def test_bad_arguments_are_refused_before_anything_is_sent(client: robofy.Client, service: Standin) -> None:
    for path in ("", "v1", "//other.example/", "/../a"):
        with pytest.raises(robofy.InvalidArgumentError, match="path"):
            client.stream(path, query="Hi")
    with pytest.raises(TypeError):
        client.stream(None, query="Hi")  # type: ignore[arg-type]
    assert service.requests() == []


def test_it_is_cancelled_by_another_thread_by_its_block_and_when_it_is_forgotten(
    client: robofy.Client, service: Standin
) -> None:
    stream = client.stream(STREAM, query=SILENCE)
    threading.Timer(0.1, stream.cancel).start()
    with pytest.raises(robofy.ChatCancelledError):
        list(stream)
    assert not stream.cancel()
    with client.stream(STREAM, query=SILENCE) as stream:
        next(stream)
    with pytest.raises(RuntimeError, match="closed"):
        next(stream)
    stream = client.stream(STREAM, query=SILENCE)
    next(stream)
    del stream
    gc.collect()
    wait_until(lambda: service.stats()["in_flight"] == 0)
    assert client.stats().cancelled == 3


def test_ctrl_c_ends_a_wait_of_the_main_thread_and_the_stream_goes_on(client: robofy.Client) -> None:
    stream = client.stream(STREAM, query="!body-delay-ms=1000 answer=x")
    threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        next(stream)
    assert len(list(stream)) == 9


def test_it_cannot_be_pickled(client: robofy.Client) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(client.stream(STREAM, query="Hi"))


def test_async_for_goes_over_the_events(
    run: Callable[[Coroutine[Any, Any, Any]], Any], async_client: robofy.AsyncClient
) -> None:
    async def text(query: str) -> str:
        async with async_client.stream(STREAM, query=query) as stream:
            async for event in stream:
                assert event.body
            return stream.text

    async def many() -> list[str]:
        return await asyncio.gather(*(text(f"!answer={number} event-delay-ms=5") for number in range(100)))

    assert run(many()) == [str(number) for number in range(100)]


def test_events_that_wait_already_leave_the_loop_its_turns(
    run: Callable[[Coroutine[Any, Any, Any]], Any], async_client: robofy.AsyncClient
) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def read() -> int:
        async with async_client.stream(STREAM, query="!endless=deltas") as stream:
            await stream.__anext__()
            await asyncio.sleep(1)  # some 300 wait in the library
            counting = asyncio.ensure_future(count())
            before = turns
            for _ in range(250):
                await stream.__anext__()
            counting.cancel()
            return turns - before

    assert run(read()) >= 2


def test_a_wait_that_is_cancelled_loses_no_event(
    run: Callable[[Coroutine[Any, Any, Any]], Any], async_client: robofy.AsyncClient
) -> None:
    async def read() -> int:
        stream = async_client.stream(STREAM, query="!answer=x event-delay-ms=30")
        count = 0
        while True:
            try:
                await asyncio.wait_for(stream.__anext__(), 0.01)
                count += 1
            except asyncio.TimeoutError:
                pass
            except StopAsyncIteration:
                return count

    assert run(read()) == 9


def test_an_async_stream_fails_as_its_events_do_and_is_for_one_task(
    run: Callable[[Coroutine[Any, Any, Any]], Any], async_client: robofy.AsyncClient, service: Standin
) -> None:
    async def read() -> None:
        with pytest.raises(robofy.ChatInterruptedError):
            async for _ in async_client.stream(STREAM, query="!no-done"):
                pass
        stream = async_client.stream(STREAM, query="!body-delay-ms=60000")
        waiting = asyncio.ensure_future(stream.__anext__())
        await asyncio.sleep(0.05)
        with pytest.raises(RuntimeError, match="another task"):
            await stream.__anext__()
        assert stream.cancel()
        with pytest.raises(robofy.ChatCancelledError):
            await waiting
        await stream.aclose()

    run(read())
    wait_until(lambda: service.stats()["in_flight"] == 0)
