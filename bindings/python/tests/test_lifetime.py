"""A client lives from its making to its close, or to the end of the last call that uses it."""

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from chats import chat, wait_until_chats_are_in_flight
from standin import Standin

import robofy


@pytest.fixture(autouse=True)
def no_client_is_left() -> Iterator[None]:
    """The library's threads end with its last client: so their end tells that a client has been freed."""
    assert every_client_is_freed()
    yield
    assert every_client_is_freed()


def library_threads() -> list[str]:
    names = []
    for thread in Path("/proc/self/task").iterdir():
        try:
            names.append(Path(thread, "comm").read_text().strip())
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
    return [name for name in names if name.startswith("robofy")]


def every_client_is_freed() -> bool:
    """Be patient: the kernel lists a thread for a moment after it has been joined."""
    give_up = time.monotonic() + 10
    while library_threads() and time.monotonic() < give_up:
        time.sleep(0.01)
    return not library_threads()


def chat_for_ever(client: robofy.Client) -> None:
    while True:
        chat(client)


def test_close_lets_go_at_once_and_may_be_repeated(standin: Standin) -> None:
    client = robofy.Client("key", base_url=standin.url)
    chat(client)
    assert library_threads()

    client.close()
    client.close()
    assert every_client_is_freed()


def test_a_with_block_closes(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url) as client:
        chat(client)
        assert library_threads()
    assert every_client_is_freed()


def test_a_client_that_is_forgotten_is_closed(standin: Standin) -> None:
    chat(robofy.Client("key", base_url=standin.url))
    gc.collect()

    assert every_client_is_freed()


def test_an_error_that_is_kept_does_not_keep_the_client(standin: Standin) -> None:
    client = robofy.Client("key", base_url=standin.url)
    with pytest.raises(robofy.BadRequestError) as caught:
        chat(client, "!status=400")
    client.close()

    assert caught.value.__traceback__
    assert every_client_is_freed()


def test_a_call_after_close_is_refused(standin: Standin) -> None:
    client = robofy.Client("key", base_url=standin.url)
    client.close()

    with pytest.raises(RuntimeError, match="closed"):
        chat(client)
    assert standin.requests() == []


def test_calls_under_way_finish_when_another_thread_closes(standin: Standin) -> None:
    client = robofy.Client("key", base_url=standin.url)
    with ThreadPoolExecutor(8) as pool:
        replies = [pool.submit(chat, client, f"!delay-ms=5000 answer={i}") for i in range(8)]
        wait_until_chats_are_in_flight(standin, 8)
        client.close()

        with pytest.raises(RuntimeError, match="closed"):
            chat(client)
        assert [reply.result().answer for reply in replies] == [str(i) for i in range(8)]


def test_closing_amid_calls_is_always_safe(standin: Standin) -> None:
    for _ in range(50):
        client = robofy.Client("key", base_url=standin.url)
        ready = threading.Barrier(5)

        def talk(client: robofy.Client = client, ready: threading.Barrier = ready) -> None:
            ready.wait()
            with pytest.raises(RuntimeError, match="closed"):
                chat_for_ever(client)

        with ThreadPoolExecutor(4) as pool:
            talking = [pool.submit(talk) for _ in range(4)]
            ready.wait()
            client.close()
            for thread in talking:
                thread.result()


def test_a_program_may_end_without_closing(standin: Standin) -> None:
    program = f"""
import robofy
client = robofy.Client("key", base_url={standin.url!r})
print(client.whatsapp_chat(pid="p", chatbot_id="c", query="!answer=done"))
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")
