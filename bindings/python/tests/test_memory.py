"""What the library gives is given back, exactly once."""

import multiprocessing
import resource
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable

import pytest
from chats import chat, wait_until_chats_are_in_flight
from standin import Standin

import robofy
from robofy._ownership import Owned

MEGABYTE = 1_000_000


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


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
        return growth(lambda: chat(client, f"!huge={MEGABYTE} detail={'x' * MEGABYTE}"), 100)


def growth_by_clients_that_are_refused() -> int:
    def refused() -> None:
        with pytest.raises(robofy.InvalidArgumentError):
            robofy.Client("")

    return growth(refused, 50_000)


@pytest.fixture
def fresh_process() -> Iterator[ProcessPoolExecutor]:
    """A process of its own, with no freed memory of other tests that could take in what is leaked."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        yield process


def test_replies_and_messages_are_freed(fresh_process: ProcessPoolExecutor, standin: Standin) -> None:
    assert fresh_process.submit(growth_by_chats_of_a_megabyte, standin.url).result() < 50 * MEGABYTE


def test_errors_and_options_are_freed(fresh_process: ProcessPoolExecutor) -> None:
    assert fresh_process.submit(growth_by_clients_that_are_refused).result() < 5 * MEGABYTE


def test_a_client_is_freed_once_and_not_under_its_calls(standin: Standin) -> None:
    client = robofy.Client("key", base_url=standin.url)
    freed_with_chats_in_flight = spy_on_free(client, standin)
    with ThreadPoolExecutor(8) as pool:
        replies = [pool.submit(chat, client, "!delay-ms=1000 answer=done") for _ in range(8)]
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
