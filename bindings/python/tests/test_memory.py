"""What the library gives is given back, exactly once."""

import asyncio
import contextlib
import multiprocessing
import resource
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable

import pytest
from chats import chat, chat_async, wait_until_chats_are_in_flight
from standin import Standin

import robofy
from robofy._ownership import Owned

MEGABYTE = 1_000_000
HUGE = f"!huge={MEGABYTE} detail={'x' * MEGABYTE}"


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def growth(work: Callable[[], object], rounds: int) -> int:
    """How many bytes the process grows by in so many rounds, after a first fifth of them."""
    for _ in range(rounds // 5):
        work()
    before = resident_bytes()
    for _ in range(rounds):
        work()
    return resident_bytes() - before


def growth_by_chats_of_a_megabyte(url: str) -> int:
    with robofy.Client("key", base_url=url) as client:
        return growth(lambda: chat(client, HUGE), 100)


def growth_by_chats_of_a_megabyte_in_a_thread(url: str) -> int:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(growth_by_chats_of_a_megabyte, url).result()


def growth_by_async_chats_of_a_megabyte(url: str) -> int:
    async def measure() -> int:
        async with robofy.AsyncClient("key", base_url=url) as client:
            for _ in range(5):
                await four_chats(client)
            before = resident_bytes()
            for _ in range(25):
                await four_chats(client)
            return resident_bytes() - before

    async def four_chats(client: robofy.AsyncClient) -> None:
        await asyncio.gather(*(chat_async(client, HUGE) for _ in range(4)))

    return asyncio.run(measure())


def growth_by_thousands_of_chats(url: str) -> tuple[int, int]:
    """Answered, refused and cancelled ones: by how many bytes, and how many descriptors, the process grows."""

    async def some(client: robofy.AsyncClient) -> None:
        chats = [asyncio.ensure_future(chat_async(client, query)) for query in ["Hello", "!status=401"] * 100]
        cancelled = [asyncio.ensure_future(chat_async(client, "!delay-ms=60000")) for _ in range(20)]
        await asyncio.wait(chats)
        for task in cancelled:
            task.cancel()
        await asyncio.gather(*chats, *cancelled, return_exceptions=True)

    async def measure() -> tuple[int, int]:
        async with robofy.AsyncClient("key", base_url=url, max_retries=0) as client:
            for _ in range(20):
                await some(client)
            bytes_before, descriptors_before = resident_bytes(), descriptors()
            for _ in range(50):
                await some(client)
            return resident_bytes() - bytes_before, descriptors() - descriptors_before

    return asyncio.run(measure())


def growth_by_ten_thousand_calls(url: str) -> tuple[int, int]:
    """Answered and refused ones, and some whose time is up: bytes and descriptors, as above."""

    def two_hundred(client: robofy.Client) -> None:
        for query in ["Hello", "!status=401"] * 99:
            with contextlib.suppress(robofy.UnauthorizedError):
                chat(client, query)
        for _ in range(2):
            with contextlib.suppress(robofy.ChatTimeoutError):
                chat(client, "!delay-ms=60000", timeout=0.01)

    with robofy.Client("key", base_url=url, max_retries=0) as client:
        two_hundred(client)
        descriptors_before = descriptors()
        # A first fifth is not counted.
        return growth(lambda: two_hundred(client), 50), descriptors() - descriptors_before


def growth_by_ten_thousand_calls_in_a_thread(url: str) -> tuple[int, int]:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(growth_by_ten_thousand_calls, url).result()


def growth_by_clients_that_are_refused() -> int:
    def refused() -> None:
        with pytest.raises(robofy.InvalidArgumentError):
            robofy.Client("")

    return growth(refused, 50_000)


def growth_by_statistics() -> int:
    with robofy.Client("key") as client:
        return growth(client.stats, 20_000)


@pytest.fixture
def fresh_process() -> Iterator[ProcessPoolExecutor]:
    """A process of its own, with no freed memory of other tests that could take in what is leaked."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        yield process


@pytest.mark.parametrize(
    "growth_of",
    [
        growth_by_chats_of_a_megabyte,
        growth_by_chats_of_a_megabyte_in_a_thread,
        growth_by_async_chats_of_a_megabyte,
    ],
)
def test_replies_and_messages_are_freed(
    fresh_process: ProcessPoolExecutor, standin: Standin, growth_of: Callable[[str], int]
) -> None:
    assert fresh_process.submit(growth_of, standin.url).result() < 50 * MEGABYTE


def test_statistics_are_freed(fresh_process: ProcessPoolExecutor) -> None:
    assert fresh_process.submit(growth_by_statistics).result() < 5 * MEGABYTE


@pytest.mark.parametrize(
    ("growth_of", "most"),
    [
        (growth_by_thousands_of_chats, 5 * MEGABYTE),
        (growth_by_ten_thousand_calls, MEGABYTE),
        (growth_by_ten_thousand_calls_in_a_thread, MEGABYTE),
    ],
)
def test_thousands_of_chats_leave_neither_bytes_nor_descriptors(
    fresh_process: ProcessPoolExecutor,
    start_standin: Callable[..., Standin],
    growth_of: Callable[[str], tuple[int, int]],
    most: int,
) -> None:
    standin = start_standin(tls=None)
    more_bytes, more_descriptors = fresh_process.submit(growth_of, standin.url).result()

    assert more_bytes < most
    assert more_descriptors < 50


def test_calls_of_the_main_thread_share_one_descriptor(client: robofy.Client) -> None:
    chat(client)
    before = descriptors()
    for _ in range(1000):
        chat(client)
    assert descriptors() <= before + 1


def test_errors_and_options_are_freed(fresh_process: ProcessPoolExecutor) -> None:
    assert fresh_process.submit(growth_by_clients_that_are_refused).result() < 5 * MEGABYTE


def test_a_client_is_freed_once_and_not_under_its_calls(standin: Standin) -> None:
    client = robofy.Client("key", base_url=standin.url)
    freed_with_chats_in_flight = spy_on_free(client, standin)
    with ThreadPoolExecutor(8) as pool:
        replies = [pool.submit(chat, client, "!delay-ms=5000 answer=done") for _ in range(8)]
        wait_until_chats_are_in_flight(standin, 8)
        client.close()

        assert freed_with_chats_in_flight == []
        assert [reply.result().answer for reply in replies] == ["done"] * 8
    assert freed_with_chats_in_flight == [0]


def spy_on_free(client: robofy.Client, standin: Standin) -> list[int]:
    """Take note, at each freeing of the client's pointer, of how many chats are in flight."""
    noted: list[int] = []
    owned = client._pointer
    free = owned._free

    def note_and_free(pointer: Any) -> None:
        noted.append(standin.stats()["in_flight"])
        free(pointer)

    owned._free = note_and_free
    return noted


def test_a_pointer_is_freed_once_with_its_last_reference() -> None:
    freed: list[str] = []
    owned = Owned("pointer", freed.append)
    another = owned

    del owned
    assert freed == []
    del another
    assert freed == ["pointer"]
