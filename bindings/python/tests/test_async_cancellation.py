"""A task that is cancelled cancels its chat; a client that is closed answers nobody any more."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, Callable

import pytest
from chats import chat_async, wait_until_chats_are_in_flight, wait_until_no_chat_is_in_flight
from standin import Standin

import robofy

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Chats = list["asyncio.Task[robofy.Reply]"]

LONG = "!delay-ms=60000"


@pytest.fixture(autouse=True)
def asyncio_has_nothing_to_complain_of(caplog: pytest.LogCaptureFixture) -> Any:
    yield
    assert [record.message for record in caplog.get_records("call") if record.name == "asyncio"] == []


async def waiting_chats(standin: Standin, client: robofy.AsyncClient, count: int) -> Chats:
    chats = [asyncio.ensure_future(chat_async(client, LONG)) for _ in range(count)]
    await asyncio.to_thread(wait_until_chats_are_in_flight, standin, count)
    return chats


def test_a_cancelled_task_cancels_its_chat(standin: Standin, run: Run, async_client: robofy.AsyncClient) -> None:
    async def converse() -> str:
        (task,) = await waiting_chats(standin, async_client, 1)
        other = asyncio.ensure_future(chat_async(async_client, "!delay-ms=500 answer=other"))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return (await other).answer

    assert run(converse()) == "other"
    stats = async_client.stats()
    assert (stats.cancelled, stats.answered, stats.in_flight, stats.uncollected) == (1, 1, 0, 0)
    wait_until_no_chat_is_in_flight(standin)


def test_an_outer_timeout_cancels_the_chat(standin: Standin, run: Run, async_client: robofy.AsyncClient) -> None:
    async def converse() -> None:
        await asyncio.wait_for(chat_async(async_client, LONG), timeout=0.3)

    with pytest.raises(asyncio.TimeoutError):
        run(converse())
    assert async_client.stats().cancelled == 1
    wait_until_no_chat_is_in_flight(standin)


def test_a_thousand_cancelled_at_once(standin: Standin, run: Run, async_client: robofy.AsyncClient) -> None:
    async def converse() -> str:
        chats = await waiting_chats(standin, async_client, 1000)
        for task in chats:
            task.cancel()
        results = await asyncio.gather(*chats, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)
        return (await chat_async(async_client, "!answer=after")).answer

    assert run(converse()) == "after"
    assert async_client.stats().cancelled == 1000
    assert async_client.stats().uncollected == 0


def test_a_cancelled_chat_leaves_its_place_at_once(standin: Standin, run: Run) -> None:
    async def converse() -> str:
        async with robofy.AsyncClient("key", base_url=standin.url, max_in_flight=1) as client:
            (task,) = await waiting_chats(standin, client, 1)
            with pytest.raises(robofy.OverloadedError):
                await chat_async(client)
            task.cancel()
            await asyncio.wait([task])
            return (await chat_async(client, "!answer=in")).answer

    assert run(converse()) == "in"


@pytest.mark.parametrize("turns", [0, 1])
def test_a_cancellation_that_comes_with_the_answer_is_a_cancellation(
    run: Run, async_client: robofy.AsyncClient, turns: int
) -> None:
    async def converse() -> None:
        task = asyncio.ensure_future(chat_async(async_client))
        await asyncio.sleep(0)
        while not async_client.stats().uncollected:
            time.sleep(0.01)  # the loop stands still, and the answer waits
        for _ in range(turns):
            await asyncio.sleep(0)  # the loop sees the answer, and hands it out when this task has had its turn
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(converse())
    stats = async_client.stats()
    assert (stats.answered, stats.cancelled, stats.uncollected) == (1, 0, 0)


def test_a_cancelled_chat_lets_the_next_of_its_session_go(standin: Standin, run: Run) -> None:
    async def converse() -> str:
        async with robofy.AsyncClient("key", base_url=standin.url, ordered_sessions=True) as client:
            first = asyncio.ensure_future(chat_async(client, LONG, session_id="s"))
            await asyncio.sleep(0)
            second = asyncio.ensure_future(chat_async(client, "!answer=second", session_id="s"))
            await asyncio.to_thread(wait_until_chats_are_in_flight, standin, 1)
            first.cancel()
            return (await second).answer

    assert run(converse()) == "second"


def test_aclose_fails_what_waits_and_delivers_nothing_after(
    standin: Standin, run: Run, async_client: robofy.AsyncClient
) -> None:
    async def converse() -> None:
        chats = await waiting_chats(standin, async_client, 10)
        ready = asyncio.ensure_future(chat_async(async_client))
        await asyncio.sleep(0)
        while not async_client.stats().uncollected:
            time.sleep(0.01)  # the loop stands still, and the answer waits

        await async_client.aclose()
        for task in (*chats, ready):
            with pytest.raises(robofy.ChatCancelledError, match="closed"):
                await task
        with pytest.raises(RuntimeError, match="closed"):
            await chat_async(async_client)
        await async_client.aclose()

    run(converse())
    wait_until_no_chat_is_in_flight(standin)


def test_the_end_of_an_async_with_block_closes(standin: Standin, run: Run) -> None:
    async def converse() -> None:
        async with robofy.AsyncClient("key", base_url=standin.url) as client:
            (task,) = await waiting_chats(standin, client, 1)
        with pytest.raises(robofy.ChatCancelledError):
            await task
        with pytest.raises(RuntimeError, match="closed"):
            client.stats()

    run(converse())
    wait_until_no_chat_is_in_flight(standin)


def test_a_client_closed_before_its_use(standin: Standin) -> None:
    async def converse() -> None:
        client = robofy.AsyncClient("key", base_url=standin.url)
        await client.aclose()
        with pytest.raises(RuntimeError, match="closed"):
            await chat_async(client)

    asyncio.run(converse())
    assert standin.requests() == []
