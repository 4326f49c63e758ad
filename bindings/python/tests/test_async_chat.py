"""Many messages out, each answer to whom it belongs, on one event loop."""

import asyncio
import json
import random
import threading
import time
from collections.abc import Coroutine
from typing import Any, Callable

import pytest
from chats import CHATBOT_ID, PID, chat_async
from standin import Standin

import robofy

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def test_the_request_and_the_reply_are_the_blocking_clients(
    standin: Standin, run: Run, async_client: robofy.AsyncClient
) -> None:
    body = '{"message":"Success","data":{"answer":"Hi","session_id":"s","mood":"good"}}'
    reply = run(chat_async(async_client, f"!raw={body}", session_id="s", user_context={"name": "Zoë"}))

    (request,) = standin.requests()
    assert dict(request["headers"])["authorization"] == "Bearer a-test-key"
    assert request["body"] == {
        "query": f"!raw={body}",
        "pid": PID,
        "chatbot_id": CHATBOT_ID,
        "user_context": {"session_id": "s", "name": "Zoë", "platform": "whatsapp"},
    }
    assert (reply.answer, reply.session_id, reply.message, reply.attempts) == ("Hi", "s", "Success", 1)
    assert reply.json() == json.loads(body)
    assert 0 < reply.elapsed < 60


def test_a_thousand_at_once_get_each_its_own_answer(run: Run, async_client: robofy.AsyncClient) -> None:
    delays = [random.randint(0, 1000) for _ in range(1000)]

    async def converse() -> list[str]:
        chats = [chat_async(async_client, f"!delay-ms={delay} answer={i}") for i, delay in enumerate(delays)]
        return [reply.answer for reply in await asyncio.gather(*chats)]

    started = time.monotonic()
    answers = run(converse())

    assert answers == [str(i) for i in range(1000)]
    assert time.monotonic() - started < sum(delays) / 1000 / 10


def test_answers_come_as_they_are_ready(run: Run, async_client: robofy.AsyncClient) -> None:
    async def converse() -> list[str]:
        chats = [chat_async(async_client, f"!delay-ms={delay} answer={delay}") for delay in (900, 100, 500)]
        return [(await ready).answer for ready in asyncio.as_completed(chats)]

    assert run(converse()) == ["100", "500", "900"]


def test_the_loop_runs_other_tasks_while_chats_wait(run: Run, async_client: robofy.AsyncClient) -> None:
    async def ticks() -> int:
        waiting = asyncio.ensure_future(chat_async(async_client, "!delay-ms=1000"))
        count = 0
        while not waiting.done():
            await asyncio.sleep(0.01)
            count += 1
        return count

    assert run(ticks()) > 10


def test_a_flood_of_answers_leaves_the_loop_responsive(run: Run, async_client: robofy.AsyncClient) -> None:
    async def flood() -> list[int]:
        chats = [asyncio.ensure_future(chat_async(async_client)) for _ in range(1000)]
        await asyncio.sleep(0)
        while async_client.stats().uncollected < 1000:
            time.sleep(0.01)  # the loop stands still, and the answers pile up
        left_after_each_turn = [1000]
        while left_after_each_turn[-1]:
            await asyncio.sleep(0)
            left_after_each_turn.append(async_client.stats().uncollected)
        await asyncio.gather(*chats)
        return left_after_each_turn

    left = run(flood())
    assert max(before - after for before, after in zip(left, left[1:])) == 256


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_each_failure_is_that_of_the_blocking_client(
    client: robofy.Client, async_client: robofy.AsyncClient, status: int
) -> None:
    query = f"!status={status} retry-after=7 detail=Too_bad."
    with pytest.raises(robofy.RobofyError) as expected:
        client.whatsapp_chat(pid=PID, chatbot_id=CHATBOT_ID, query=query)
    with pytest.raises(robofy.RobofyError) as caught:
        asyncio.run(chat_async(async_client, query))

    assert type(caught.value) is type(expected.value)
    assert vars(caught.value) == vars(expected.value)


def test_one_that_fails_leaves_the_others_alone(run: Run, async_client: robofy.AsyncClient) -> None:
    async def converse() -> list[Any]:
        queries = ["!answer=a", "!status=401", "!reset=before", "!delay-ms=60000", "!answer=b"]
        chats = [chat_async(async_client, query, timeout=2) for query in queries]
        return await asyncio.gather(*chats, return_exceptions=True)

    first, unauthorized, interrupted, timed_out, last = run(converse())

    assert (first.answer, last.answer) == ("a", "b")
    assert isinstance(unauthorized, robofy.UnauthorizedError)
    assert isinstance(interrupted, robofy.ChatInterruptedError)
    assert isinstance(timed_out, robofy.ChatTimeoutError)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"query": ""}, robofy.InvalidArgumentError),
        ({"query": "with\0nul"}, robofy.InvalidArgumentError),
        ({"user_context": {"platform": "web"}}, robofy.InvalidArgumentError),
        ({"timeout": 0}, robofy.InvalidArgumentError),
        ({"session_id": 918727000000}, TypeError),
    ],
)
def test_what_cannot_be_sent_is_refused_and_leaves_nothing_behind(
    standin: Standin, async_client: robofy.AsyncClient, arguments: dict[str, Any], expected: type[Exception]
) -> None:
    (parameter,) = arguments

    async def converse() -> robofy.Reply:
        with pytest.raises(expected, match="platform" if parameter == "user_context" else parameter):
            await async_client.whatsapp_chat(**{"pid": PID, "chatbot_id": CHATBOT_ID, "query": "Hello", **arguments})
        assert async_client._loop is None
        return await chat_async(async_client, "!answer=next")

    assert asyncio.run(converse()).answer == "next"
    assert len(standin.requests()) == 1


def test_it_starts_no_python_thread(run: Run, async_client: robofy.AsyncClient) -> None:
    async def converse() -> int:
        waiting = [asyncio.ensure_future(chat_async(async_client, "!delay-ms=300")) for _ in range(50)]
        await asyncio.sleep(0.1)
        threads = threading.active_count()
        await asyncio.gather(*waiting)
        return threads

    before = threading.active_count()
    assert run(converse()) == before


def test_without_descriptors_the_chat_is_refused_unsent_and_later_works(
    standin: Standin, async_client: robofy.AsyncClient, no_descriptors: Any
) -> None:
    async def converse() -> str:
        with no_descriptors, pytest.raises(robofy.ConnectError, match="file descriptor") as caught:
            await chat_async(async_client)
        assert caught.value.is_retryable
        return (await chat_async(async_client, "!answer=later")).answer

    assert asyncio.run(converse()) == "later"
    assert len(standin.requests()) == 1
