"""Threads share one client, and run while it waits."""

from concurrent.futures import ThreadPoolExecutor
from typing import Optional

import pytest
from chats import chat
from standin import Standin

import robofy


def test_waiting_calls_leave_the_interpreter_to_other_threads(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url) as client, ThreadPoolExecutor(16) as pool:
        replies = [pool.submit(chat, client, "!delay-ms=1000 answer=done") for _ in range(16)]
        assert [reply.result().answer for reply in replies] == ["done"] * 16

    assert standin.stats()["max_in_flight"] >= 16


def test_sixteen_threads_get_each_its_own_answers(standin: Standin) -> None:
    def converse(client: robofy.Client, user: int) -> list[str]:
        return [chat(client, f"!answer={user}-{i}", session_id=str(user)).answer for i in range(50)]

    with robofy.Client("key", base_url=standin.url) as client, ThreadPoolExecutor(16) as pool:
        conversations = list(pool.map(converse, [client] * 16, range(16)))

    assert conversations == [[f"{user}-{i}" for i in range(50)] for user in range(16)]


def test_each_thread_gets_its_own_error(standin: Standin) -> None:
    statuses = [400, 401, 403, 404, 429, 500, 502, 503] * 2

    def fail(client: robofy.Client, status: int) -> list[Optional[int]]:
        seen = []
        for _ in range(25):
            with pytest.raises(robofy.RobofyError) as caught:
                chat(client, f"!status={status}")
            seen.append(caught.value.http_status)
        return seen

    with robofy.Client("key", base_url=standin.url, max_retries=0) as client, ThreadPoolExecutor(16) as pool:
        for status, seen in zip(statuses, pool.map(fail, [client] * 16, statuses)):
            assert seen == [status] * 25
