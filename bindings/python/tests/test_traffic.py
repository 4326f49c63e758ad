"""How many messages go out at once, in which order, and how fast."""

import asyncio
import random
import threading
import time
from typing import Any

import pytest
from chats import chat, chat_async, wait_until_chats_are_in_flight
from standin import Standin

import robofy

TEN_A_SECOND = robofy.RateLimit(per_minute=600, burst=5)


def queries_by_session(standin: Standin) -> dict[str, list[str]]:
    arrived: dict[str, list[str]] = {}
    for request in standin.requests():
        body = request["body"]
        arrived.setdefault(body["user_context"]["session_id"], []).append(body["query"])
    return arrived


async def chats_of_sessions(client: robofy.AsyncClient, queries: dict[str, list[str]]) -> list[str]:
    """Send the sessions' messages, the first of each, then the second of each, and list them as they are answered."""
    answered: list[str] = []

    async def ask(session: str, query: str) -> None:
        await chat_async(client, query, session_id=session)
        answered.append(query)

    rounds = zip(*queries.values())
    await asyncio.gather(*(ask(session, query) for line in rounds for session, query in zip(queries, line)))
    return answered


def messages(sessions: int, each: int) -> dict[str, list[str]]:
    return {
        f"s{s}": [f"!delay-ms={random.randint(0, 100)} answer={s}-{i}" for i in range(each)] for s in range(sessions)
    }


def test_ordered_sessions_keep_each_sessions_order(standin: Standin) -> None:
    queries = messages(sessions=20, each=8)

    async def converse() -> list[str]:
        async with robofy.AsyncClient("key", base_url=standin.url, ordered_sessions=True) as client:
            return await chats_of_sessions(client, queries)

    answered = asyncio.run(converse())

    assert queries_by_session(standin) == queries
    for line in queries.values():
        assert [query for query in answered if query in line] == line


def test_sessions_do_not_wait_for_each_other(standin: Standin) -> None:
    async def converse() -> None:
        async with robofy.AsyncClient("key", base_url=standin.url, ordered_sessions=True) as client:
            for session in range(10):
                chats.append(asyncio.ensure_future(chat_async(client, "!delay-ms=2000", session_id=str(session))))
            await asyncio.to_thread(wait_until_chats_are_in_flight, standin, 10)
            await asyncio.gather(*chats)

    chats: list[Any] = []
    asyncio.run(converse())


def test_without_it_a_sessions_messages_go_out_at_once(standin: Standin) -> None:
    async def converse() -> None:
        async with robofy.AsyncClient("key", base_url=standin.url) as client:
            chats = [asyncio.ensure_future(chat_async(client, "!delay-ms=2000", session_id="s")) for _ in range(3)]
            await asyncio.to_thread(wait_until_chats_are_in_flight, standin, 3)
            await asyncio.gather(*chats)

    asyncio.run(converse())


def test_blocking_calls_of_one_session_are_ordered_too(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url, ordered_sessions=True) as client:
        first = threading.Thread(target=chat, args=(client, "!delay-ms=500"), kwargs={"session_id": "s"})
        first.start()
        wait_until_chats_are_in_flight(standin, 1)
        chat(client, "second", session_id="s")
        first.join()

    before, after = standin.requests()
    assert after["body"]["query"] == "second"
    assert after["received_ms"] >= before["received_ms"] + 500


def unpaced_chat(standin: Standin) -> None:
    """What a pace is counted from: the first paced message leaves after it, yet may arrive late."""
    with robofy.Client("key", base_url=standin.url) as client:
        chat(client)


def since_the_unpaced_chat(standin: Standin) -> list[int]:
    """When each of the others arrived, in whole milliseconds, so that one may be missing."""
    unpaced, *paced = (request["received_ms"] for request in standin.requests())
    return [at - unpaced for at in paced]


@pytest.mark.parametrize("rate_limit", [TEN_A_SECOND, tuple(TEN_A_SECOND)])
def test_a_rate_limit_paces_what_exceeds_its_burst(standin: Standin, rate_limit: tuple[int, int]) -> None:
    async def converse() -> None:
        async with robofy.AsyncClient("key", base_url=standin.url, rate_limit=rate_limit) as client:
            await asyncio.gather(*(chat_async(client) for _ in range(15)))

    unpaced_chat(standin)
    asyncio.run(converse())

    since = since_the_unpaced_chat(standin)
    assert len(since) == 15
    assert all(at >= 100 * (i - 4) - 1 for i, at in enumerate(since))
    assert since[-1] < 60_000


def test_a_rate_limit_without_a_burst_sends_one_at_a_time(standin: Standin) -> None:
    unpaced_chat(standin)
    with robofy.Client("key", base_url=standin.url, rate_limit=robofy.RateLimit(300)) as client:
        for _ in range(3):
            chat(client)

    _, second, third = since_the_unpaced_chat(standin)
    assert second >= 199
    assert third >= 399


def test_a_message_whose_moment_comes_too_late_is_refused_at_once_and_never_sent(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url, rate_limit=robofy.RateLimit(per_minute=1)) as client:
        chat(client)
        started = time.monotonic()
        with pytest.raises(robofy.RateLimitedError) as caught:
            chat(client, timeout=20)

    assert time.monotonic() - started < 10
    assert caught.value.http_status is None
    assert caught.value.is_retryable
    assert caught.value.retry_after is not None
    assert 20 < caught.value.retry_after <= 60
    assert len(standin.requests()) == 1


@pytest.mark.parametrize("limit", [0, None])
def test_no_limit_of_chats_in_flight(standin: Standin, limit: Any) -> None:
    async def converse() -> None:
        async with robofy.AsyncClient("key", base_url=standin.url, max_in_flight=limit) as client:
            await asyncio.gather(*(chat_async(client, "!delay-ms=300") for _ in range(300)))

    asyncio.run(converse())


def test_max_in_flight_refuses_one_more_and_sends_nothing(standin: Standin) -> None:
    async def converse() -> list[Any]:
        async with robofy.AsyncClient("key", base_url=standin.url, max_in_flight=5) as client:
            chats = (chat_async(client, "!delay-ms=300") for _ in range(8))
            results = await asyncio.gather(*chats, return_exceptions=True)
            await chat_async(client)
            return results

    results = asyncio.run(converse())

    assert [isinstance(result, robofy.OverloadedError) for result in results] == [False] * 5 + [True] * 3
    assert len(standin.requests()) == 6


def test_max_in_flight_does_not_count_blocking_calls(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url, max_in_flight=1) as client:
        threads = [threading.Thread(target=chat, args=(client, "!delay-ms=1000")) for _ in range(3)]
        for thread in threads:
            thread.start()
        wait_until_chats_are_in_flight(standin, 3)
        assert chat(client, "!answer=too").answer == "too"
        for thread in threads:
            thread.join()
        assert client.stats().refused == 0
