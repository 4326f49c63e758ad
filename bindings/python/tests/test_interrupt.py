"""A call in the main thread runs signal handlers while it waits, and ends at once when one of them raises."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Callable

import pytest
from chats import chat, wait_until_chats_are_in_flight, wait_until_no_chat_is_in_flight
from children import in_child
from standin import Standin

import robofy
from robofy._native import lib

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

LONG = "!delay-ms=60000"


@contextmanager
def alarm(handler: Callable[[], Any], after: float = 0.3) -> Iterator[None]:
    """A block in which a signal runs this handler once, so many seconds from now."""
    before = signal.signal(signal.SIGUSR1, lambda *_: handler())
    timer = threading.Timer(after, signal.pthread_kill, [threading.get_ident(), signal.SIGUSR1])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        signal.signal(signal.SIGUSR1, before)


class Raised(BaseException):
    def __init__(self) -> None:
        self.at = time.monotonic()


def raise_it() -> None:
    raise Raised


def test_a_handler_that_raises_ends_the_call_at_once(standin: Standin, client: robofy.Client) -> None:
    with alarm(raise_it), pytest.raises(Raised) as caught:
        chat(client, LONG)

    assert time.monotonic() - caught.value.at < 10
    wait_until_no_chat_is_in_flight(standin)
    stats = client.stats()
    assert (stats.cancelled, stats.in_flight, stats.uncollected) == (1, 0, 0)
    assert chat(client, "!answer=usable").answer == "usable"


def test_ctrl_c_ends_a_program_that_waits(standin: Standin) -> None:
    program = f"""
import robofy
client = robofy.Client("key", base_url={standin.url!r})
try:
    client.whatsapp_chat(pid="p", chatbot_id="c", query={LONG!r})
except KeyboardInterrupt:
    print("interrupted,", client.whatsapp_chat(pid="p", chatbot_id="c", query="!answer=usable"))
"""
    waiting = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    wait_until_chats_are_in_flight(standin, 1)
    waiting.send_signal(signal.SIGINT)

    output, _ = waiting.communicate(timeout=30)
    assert (waiting.returncode, output) == (0, "interrupted, usable\n")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_interrupted_again_and_again_nothing_is_left(client: robofy.Client) -> None:
    ended = 0
    for i in range(200):
        try:
            with alarm(raise_it, after=0.001 + i % 10 / 1000):
                for _ in range(10):
                    chat(client, "!delay-ms=3")
        except Raised:
            ended += 1
    assert ended > 150, "Python drops what is raised amid a finalizer, which is rare"

    assert chat(client, "!answer=usable").answer == "usable"
    assert client._calls._completions == {}
    stats = client.stats()
    assert (stats.in_flight, stats.uncollected) == (0, 0)


def test_a_handler_that_returns_does_not_disturb_the_call(client: robofy.Client) -> None:
    ran: list[bool] = []
    with alarm(lambda: ran.append(True)):
        assert chat(client, "!delay-ms=4500 answer=undisturbed").answer == "undisturbed"
    assert ran == [True]


@pytest.mark.parametrize(("outer", "inner"), [(3000, 6000), (6000, 1500)])
def test_a_handler_that_chats_gets_its_answer_and_leaves_the_call_its_own(
    client: robofy.Client, outer: int, inner: int
) -> None:
    inners: list[str] = []
    with alarm(lambda: inners.append(chat(client, f"!delay-ms={inner} answer=inner").answer)):
        started = time.monotonic()
        assert chat(client, f"!delay-ms={outer} answer=outer").answer == "outer"

    assert inners == ["inner"]
    assert time.monotonic() - started < 30


def wait_until_uncollected(client: robofy.Client) -> None:
    give_up = time.monotonic() + 30
    while not client.stats().uncollected:
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_a_handler_that_chats_as_the_submit_returns_leaves_the_call_its_answer(
    client: robofy.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = lib.robofy_whatsapp_submit

    def submit_then_handle(*arguments: Any) -> bool:
        monkeypatch.undo()
        accepted: bool = submit(*arguments)
        wait_until_uncollected(client)
        assert chat(client, "!answer=inner").answer == "inner"
        return accepted

    monkeypatch.setattr(lib, "robofy_whatsapp_submit", submit_then_handle)
    assert chat(client, "!answer=outer").answer == "outer"


def test_a_completion_that_was_lost_is_not_waited_for(client: robofy.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    submit = lib.robofy_whatsapp_submit

    def submit_then_lose(*arguments: Any) -> bool:
        accepted: bool = submit(*arguments)
        wait_until_uncollected(client)
        lib.robofy_completion_free(lib.robofy_client_poll(client._pointer, 0))
        return accepted

    monkeypatch.setattr(lib, "robofy_whatsapp_submit", submit_then_lose)
    with pytest.raises(robofy.ChatInterruptedError, match="signal handler"):
        chat(client)


def test_a_chat_of_a_handler_is_interrupted_alone(client: robofy.Client) -> None:
    def chat_until_interrupted() -> None:
        with alarm(raise_it), pytest.raises(Raised):
            chat(client, LONG)

    with alarm(chat_until_interrupted):
        assert chat(client, "!delay-ms=4500 answer=outer").answer == "outer"


def test_max_in_flight_refuses_no_call_of_a_handler(standin: Standin) -> None:
    inners: list[str] = []
    with robofy.Client("key", base_url=standin.url, max_in_flight=1) as client:
        with alarm(lambda: inners.append(chat(client, "!answer=inner").answer)):
            assert chat(client, "!delay-ms=4500 answer=outer").answer == "outer"
    assert inners == ["inner"]


def test_calls_of_other_threads_go_on(client: robofy.Client) -> None:
    with ThreadPoolExecutor(4) as pool:
        others = [pool.submit(chat, client, f"!delay-ms=1000 answer={i}") for i in range(4)]
        with alarm(raise_it), pytest.raises(Raised):
            chat(client, LONG)
        assert [other.result().answer for other in others] == [str(i) for i in range(4)]


def test_calls_of_other_threads_need_no_descriptor(client: robofy.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a thread's call takes the plain way")

    monkeypatch.setattr(client._calls, "send", refuse)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(chat, client, "!answer=plain").result().answer == "plain"


def test_closing_amid_a_call_of_the_main_thread_lets_it_finish(standin: Standin) -> None:
    client = robofy.Client("key", base_url=standin.url)
    closing = threading.Timer(0.3, client.close)
    closing.start()

    assert chat(client, "!delay-ms=4500 answer=finished").answer == "finished"
    closing.join()
    with pytest.raises(RuntimeError, match="closed"):
        chat(client)


def test_a_fork_in_a_handler_leaves_the_call_to_the_parent(client: robofy.Client) -> None:
    children: list[int] = []
    parent = os.getpid()

    def fork() -> None:
        children.append(os.fork())
        if os.getpid() != parent:
            threading.Timer(60, os._exit, [1]).start()  # a child that hangs is not left behind

    def ask() -> str:
        try:
            with alarm(fork):
                return chat(client, "!delay-ms=7500 answer=parent").answer
        except robofy.ChatInterruptedError as error:
            return f"{error}; {chat(client, '!answer=child')}"

    said = ask()
    if os.getpid() != parent:
        os._exit(0 if said == "the process forked during the call, and the answer is the parent's; child" else 1)
    assert said == "parent"
    _, status = os.waitpid(children[0], 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_the_main_thread_of_a_child_is_interruptible_too(client: robofy.Client) -> None:
    def interrupted() -> str:
        with alarm(raise_it), pytest.raises(Raised):
            chat(client, LONG)
        return chat(client, "!answer=usable").answer

    chat(client)
    assert in_child(interrupted) == "usable"
    assert chat(client, "!answer=parent").answer == "parent"


def test_without_descriptors_a_call_is_refused_unsent_and_later_works(
    standin: Standin, client: robofy.Client, no_descriptors: Any
) -> None:
    with no_descriptors, pytest.raises(robofy.ConnectError, match="file descriptor"):
        chat(client)

    assert standin.requests() == []
    assert chat(client, "!answer=later").answer == "later"


def test_an_interrupted_call_keeps_nothing_of_the_client(standin: Standin) -> None:
    client = robofy.Client("key", base_url=standin.url)
    freed: list[Any] = []
    free, client._pointer._free = client._pointer._free, freed.append
    with alarm(raise_it), pytest.raises(Raised) as caught:
        chat(client, LONG)
    client.close()

    gc.collect()
    assert caught.value.__traceback__
    assert len(freed) == 1
    free(freed[0])
