"""Who waits for an inbox's outcomes, in threads and event loops, and how that ends; forks, and kill -9."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from chats import CHATBOT_ID, PID
from children import in_child
from inboxes import PATIENCE, inbox_of, settle, write
from record import received
from standin import Standin
from waiting import wait_until

import robofy
from robofy import Accept


def answer_all(inbox: robofy.Inbox, answered: "list[str]") -> None:
    for outcome in inbox:
        for number in range(len(outcome.parts)):
            inbox.sent(outcome, number)
        answered += outcome.message_ids


async def answer_all_async(inbox: robofy.Inbox, answered: "list[str]") -> None:
    async for outcome in inbox:
        for number in range(len(outcome.parts)):
            await asyncio.to_thread(inbox.sent, outcome, number)
        answered += outcome.message_ids


def test_threads_share_the_outcomes_until_it_is_closed(client: robofy.Client) -> None:
    answered: list[str] = []
    inbox = inbox_of(client)
    threads = [threading.Thread(target=answer_all, args=(inbox, answered)) for _ in range(4)]
    for thread in threads:
        thread.start()
    names = [str(number) for number in range(40)]
    for name in names:
        write(inbox, name, user=name)
    wait_until(lambda: len(answered) >= len(names))
    inbox.close()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert sorted(answered) == sorted(names)


def test_a_wait_without_an_outcome_ends_with_the_inbox(client: robofy.Client) -> None:
    inbox = inbox_of(client)
    threading.Timer(0.1, inbox.close).start()
    assert inbox.poll() is None
    assert inbox_of(client).poll(0.01) is None


def test_after_its_end_every_call_is_refused(client: robofy.Client) -> None:
    with inbox_of(client) as inbox:
        write(inbox, "a")
        outcome = inbox.poll(PATIENCE)
        assert outcome
    inbox.close()
    calls: list[Any] = [
        lambda: write(inbox, "b"),
        lambda: inbox.poll(),
        lambda: iter(inbox),
        lambda: inbox.sent(outcome, 0),
        lambda: inbox.failed(outcome, 0, -1),
        lambda: inbox.pause("1555", 1),
        lambda: inbox.stats(),
        lambda: inbox.fileno(),
    ]
    for call in calls:
        with pytest.raises(RuntimeError, match="Inbox is closed"):
            call()
    assert outcome.parts[0].text == "x"


def test_an_inbox_that_is_forgotten_lets_go_of_its_path(client: robofy.Client, tmp_path: Path) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = 0
    for _ in range(3):
        inbox = inbox_of(client, path=tmp_path / "inbox")
        with pytest.raises(robofy.InvalidArgumentError):
            inbox.pause("1555", 1)
        del inbox
        gc.collect()
        before = before or descriptors()
    wait_until(lambda: descriptors() <= before)


def test_it_outlives_its_client(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url, pid=PID, chatbot_id=CHATBOT_ID) as client:
        inbox = robofy.Inbox(client, max_messages=1)
    write(inbox, "a")
    assert next(inbox).kind is robofy.OutcomeKind.TYPING
    assert settle(inbox) == ["x"]


def test_tasks_share_the_outcomes_until_it_is_closed(async_client: robofy.AsyncClient, run: Any) -> None:
    async def serve() -> "list[str]":
        answered: list[str] = []
        with inbox_of(async_client) as inbox:
            tasks = [asyncio.ensure_future(answer_all_async(inbox, answered)) for _ in range(4)]
            for name in names:
                assert await asyncio.to_thread(write, inbox, name, user=name) is Accept.QUEUED
            while len(answered) < len(names):
                await asyncio.sleep(0.01)
        await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)
        return answered

    names = [str(number) for number in range(40)]
    assert Counter(run(serve())) == Counter(names)


def test_a_task_that_is_cancelled_loses_no_outcome(client: robofy.Client, run: Any) -> None:
    async def serve() -> "list[str]":
        answered: list[str] = []
        patient, hasty = (asyncio.ensure_future(answer_all_async(inbox, answered)) for _ in range(2))
        await asyncio.sleep(0.05)
        hasty.cancel()
        write(inbox, "a")
        while not answered:
            await asyncio.sleep(0.01)
        threading.Thread(target=inbox.close).start()
        await asyncio.wait_for(patient, PATIENCE)
        return answered

    inbox = inbox_of(client)
    assert run(serve()) == ["a"]


def test_two_event_loops_one_after_another(client: robofy.Client, run: Any) -> None:
    async def one() -> "tuple[str, ...]":
        return (await inbox.__anext__()).message_ids

    with inbox_of(client) as inbox:
        for name in "ab":
            write(inbox, name, user=name)
            assert run(one()) == (name,)


def test_other_loops_watch_its_descriptor(client: robofy.Client) -> None:
    import selectors

    with inbox_of(client) as inbox, selectors.DefaultSelector() as selector:
        selector.register(inbox, selectors.EVENT_READ)
        assert selector.select(0) == []
        write(inbox, "a")
        assert len(selector.select(PATIENCE)) == 1
        assert settle(inbox) == ["x"]
        assert selector.select(0) == []


def test_ctrl_c_ends_a_wait_of_the_main_thread_and_nothing_is_lost(client: robofy.Client) -> None:
    with inbox_of(client) as inbox:
        threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            inbox.poll()
        write(inbox, "a")
        assert settle(inbox) == ["x"]


def test_no_descriptor_is_left(client: robofy.Client, no_descriptors: AbstractContextManager[None]) -> None:
    with no_descriptors, pytest.raises(robofy.ConnectError):
        inbox_of(client)
    with inbox_of(client) as inbox:
        assert write(inbox, "a") is Accept.QUEUED


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_a_fork_it_is_the_parents(client: robofy.Client, tmp_path: Path) -> None:
    def refusals() -> "list[str]":
        said = []
        for call in (inbox.poll, inbox.stats, inbox.fileno, lambda: write(inbox, "b"), lambda: next(inbox)):
            with pytest.raises(robofy.StorageError) as refused:
                call()
            said.append(str(refused.value))
        inbox.close()
        return said

    with inbox_of(client, path=tmp_path / "inbox") as inbox:
        waiting: list[str] = []
        thread = threading.Thread(target=answer_all, args=(inbox, waiting))
        thread.start()
        assert all("fork" in words for words in in_child(refusals))
        write(inbox, "a")
        wait_until(lambda: waiting == ["a"])
    thread.join(PATIENCE)


BOT = """
import sys
import robofy

client = robofy.Client("key", base_url=sys.argv[1], pid="31415", chatbot_id="DKDvwn")
inbox = robofy.Inbox(client, path=sys.argv[2], quiet=float(sys.argv[3]), typing=0)
for name, text in zip(sys.argv[4:], ("!answer=one", "headers=1")):
    print(inbox.offer_text("106", "1555", name, text).name, flush=True)
for outcome in inbox:
    print([part.text for part in outcome.parts], outcome.message_ids, flush=True)
    inbox.sent(outcome, 0)
"""


def test_a_burst_is_answered_once_although_kill_9_came_in_its_middle(standin: Standin, tmp_path: Path) -> None:
    def bot(quiet: float, *names: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", BOT, standin.url, str(tmp_path / "inbox"), str(quiet), *names]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    said = []
    for quiet, names, lines in (3000.0, ["a"], 1), (0.5, ["a", "b"], 3):
        running = bot(quiet, *names)
        assert running.stdout
        said += [running.stdout.readline().strip() for _ in range(lines)]
        running.kill()
        running.communicate(timeout=PATIENCE)
    assert said == ["QUEUED", "DUPLICATE", "QUEUED", "['one'] ('a', 'b')"]
    assert received(standin) == {"!answer=one\nheaders=1": 1}
