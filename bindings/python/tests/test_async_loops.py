"""A client is on an event loop only while chats wait there: one loop at a time, and none when it is forgotten."""

import asyncio
import gc
import subprocess
import sys
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Callable

import pytest
from chats import chat_async, wait_until_chats_are_in_flight
from standin import Standin

import robofy

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def test_one_client_on_one_loop_after_another(standin: Standin, run: Run, async_client: robofy.AsyncClient) -> None:
    answers = [run(chat_async(async_client, f"!answer={i}")).answer for i in range(5)]

    assert answers == [str(i) for i in range(5)]
    assert len({request["connection"] for request in standin.requests()}) == 1


def test_a_run_that_ends_amid_chats_leaves_the_client_usable(
    standin: Standin, run: Run, async_client: robofy.AsyncClient
) -> None:
    async def end_amid_chats() -> None:
        left.extend(asyncio.ensure_future(chat_async(async_client, "!delay-ms=60000")) for _ in range(300))
        await asyncio.to_thread(wait_until_chats_are_in_flight, standin, 300)

    left: list[Any] = []
    run(end_amid_chats())

    assert run(chat_async(async_client, "!answer=next")).answer == "next"
    stats = async_client.stats()
    assert (stats.cancelled, stats.in_flight, stats.uncollected) == (300, 0, 0)


def test_a_loop_that_was_closed_amid_chats_is_given_up(async_client: robofy.AsyncClient) -> None:
    loop = asyncio.new_event_loop()
    abandoned = loop.create_task(chat_async(async_client, "!delay-ms=60000"))
    abandoned._log_destroy_pending = False  # type: ignore[attr-defined] # which is this test's doing
    loop.run_until_complete(asyncio.sleep(0.1))
    loop.close()

    assert asyncio.run(chat_async(async_client, "!answer=next")).answer == "next"
    stats = async_client.stats()
    assert (stats.cancelled, stats.in_flight, stats.uncollected) == (1, 0, 0)


def test_the_loop_of_another_thread_is_refused_while_chats_wait(
    standin: Standin, run: Run, async_client: robofy.AsyncClient
) -> None:
    def chat_elsewhere() -> str:
        return asyncio.run(chat_async(async_client, "!answer=elsewhere")).answer

    async def converse() -> str:
        waiting = asyncio.ensure_future(chat_async(async_client, "!delay-ms=5000 answer=here"))
        await asyncio.to_thread(wait_until_chats_are_in_flight, standin, 1)
        with pytest.raises(RuntimeError, match="another event loop"):
            await asyncio.to_thread(chat_elsewhere)
        with pytest.raises(RuntimeError, match="another event loop"):
            await asyncio.to_thread(lambda: asyncio.run(async_client.aclose()))
        answer = (await waiting).answer
        assert await asyncio.to_thread(chat_elsewhere) == "elsewhere"
        return answer

    assert run(converse()) == "here"
    assert len(standin.requests()) == 2


def test_loops_of_many_threads_at_once_never_cross_answers(async_client: robofy.AsyncClient) -> None:
    crossed: list[str] = []
    refused = 0

    def talk(thread: int) -> None:
        nonlocal refused
        for i in range(100):
            try:
                answer = asyncio.run(chat_async(async_client, f"!answer={thread}-{i}", timeout=30)).answer
            except RuntimeError as error:
                refused += "another event loop" in str(error)
            else:
                crossed.extend([answer] if answer != f"{thread}-{i}" else [])

    threads = [threading.Thread(target=talk, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stats = async_client.stats()
    assert crossed == []
    assert stats.answered + refused == 400
    assert (stats.in_flight, stats.uncollected) == (0, 0)


def test_no_reader_stays_on_the_loop(async_client: robofy.AsyncClient) -> None:
    async def converse() -> None:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(chat_async(async_client) for _ in range(10)))
        assert not loop.remove_reader(async_client._doorbell), "after the answers"

        task = asyncio.ensure_future(chat_async(async_client, "!delay-ms=60000"))
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.wait([task])
        assert not loop.remove_reader(async_client._doorbell), "after a cancellation"

        task = asyncio.ensure_future(chat_async(async_client, "!delay-ms=60000"))
        await asyncio.sleep(0.1)
        await async_client.aclose()
        with pytest.raises(robofy.ChatCancelledError):
            await task
        assert not loop.remove_reader(async_client._doorbell), "after the closing"

    asyncio.run(converse())


def test_a_client_that_is_forgotten_leaves_no_trace(standin: Standin, run: Run) -> None:
    async def one_client_after_another() -> tuple[set[int], int]:
        doorbells = set()
        before = descriptors()
        for i in range(20):
            client = robofy.AsyncClient("key", base_url=standin.url)
            assert (await chat_async(client, f"!answer={i}")).answer == str(i)
            doorbells.add(client._doorbell)
            del client
        gc.collect()
        return doorbells, descriptors() - before

    doorbells, more = run(one_client_after_another())

    assert len(doorbells) < 20, "each descriptor was closed, and its number came again"
    assert more <= 2


def test_chats_whose_client_is_forgotten_are_answered_all_the_same(standin: Standin, run: Run) -> None:
    async def converse() -> list[str]:
        client = robofy.AsyncClient("key", base_url=standin.url)
        chats = [asyncio.ensure_future(chat_async(client, f"!delay-ms=300 answer={i}")) for i in range(10)]
        del client
        await asyncio.sleep(0.1)
        gc.collect()
        return [(await chat).answer for chat in chats]

    assert run(converse()) == [str(i) for i in range(10)]


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


SILENT_PROGRAM = """
import asyncio, robofy

async def main():
    asyncio.get_running_loop().slow_callback_duration = 60  # a busy machine is not complained of
    client = robofy.AsyncClient("key", base_url={url!r})
    chats = [asyncio.ensure_future(client.whatsapp_chat(pid="p", chatbot_id="c", query=q)) for q in {queries!r}]
    print((await chats[0]).answer)

asyncio.run(main())
"""


@pytest.mark.parametrize("left", [0, 50])
def test_a_program_may_end_without_closing(standin: Standin, left: int) -> None:
    program = SILENT_PROGRAM.format(url=standin.url, queries=["!answer=done", *["!delay-ms=60000"] * left])
    ended = subprocess.run([sys.executable, "-X", "dev", "-c", program], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")
