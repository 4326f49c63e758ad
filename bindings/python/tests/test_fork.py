"""A client made before a fork works in the child, and still in the parent."""

import multiprocessing
import os
import pickle
import select
import signal
import traceback
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, Callable, Optional

import pytest
from chats import chat, wait_until_chats_are_in_flight
from standin import Standin

import robofy

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

SHARED: Optional[robofy.Client] = None


def in_child(work: Callable[[], Any]) -> Any:
    """Fork, and return what the work returned in the child."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            result = work()
        except BaseException:
            result = traceback.format_exc()
        os.write(writable, pickle.dumps(result))
        os._exit(0)
    os.close(writable)
    try:
        with os.fdopen(readable, "rb") as pipe:
            if not select.select([pipe], [], [], 120)[0]:
                os.kill(child, signal.SIGKILL)
                pytest.fail("the child hangs")
            return pickle.loads(pipe.read())
    finally:
        os.waitpid(child, 0)


def test_a_used_client_works_in_the_child_and_again_in_the_parent(standin: Standin, client: robofy.Client) -> None:
    chat(client, "before", session_id="s")

    in_the_child = in_child(lambda: chat(client, "child", session_id="s").answer)
    in_the_parent = chat(client, "after", session_id="s").answer

    assert "before" in in_the_child
    assert "child" in in_the_parent
    parent, child, again = (request["connection"] for request in standin.requests())
    assert parent == again != child


def test_an_unused_client_works_in_the_child(client: robofy.Client) -> None:
    assert in_child(lambda: chat(client, "!answer=done").answer) == "done"


def test_child_and_parent_close_each_for_itself(standin: Standin, client: robofy.Client) -> None:
    chat(client)

    def close_and_open() -> str:
        client.close()
        with robofy.Client("key", base_url=standin.url) as another:
            return chat(another, "!answer=another").answer

    assert in_child(close_and_open) == "another"
    assert chat(client, "!answer=still").answer == "still"


def test_a_child_of_a_child(client: robofy.Client) -> None:
    chat(client)

    def grandchild() -> list[str]:
        mine = chat(client, "!answer=child").answer
        return [mine, in_child(lambda: chat(client, "!answer=grandchild").answer)]

    assert in_child(grandchild) == ["child", "grandchild"]


def test_fork_amid_sixteen_threads_in_calls(standin: Standin, client: robofy.Client) -> None:
    def in_the_child() -> list[str]:
        with ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda i: chat(client, f"!answer=child-{i}"), range(64)))
        return [reply.answer for reply in replies]

    with ThreadPoolExecutor(16) as pool:
        replies = [pool.submit(chat, client, f"!delay-ms=1500 answer=parent-{i}") for i in range(16)]
        wait_until_chats_are_in_flight(standin, 16)

        assert in_child(in_the_child) == [f"child-{i}" for i in range(64)]
        assert [reply.result().answer for reply in replies] == [f"parent-{i}" for i in range(16)]


def test_forks_amid_busy_threads_never_hang(client: robofy.Client) -> None:
    stop = False

    def talk() -> None:
        while not stop:
            chat(client)

    with ThreadPoolExecutor(16) as pool:
        talking = [pool.submit(talk) for _ in range(16)]
        try:
            children = [in_child(lambda: chat(client, "!answer=child").answer) for _ in range(20)]
        finally:
            stop = True
        for thread in talking:
            thread.result()
    assert children == ["child"] * 20


def shared_chat(query: str) -> str:
    assert SHARED
    return chat(SHARED, query).answer


def failing_chat() -> None:
    assert SHARED
    chat(SHARED, "!status=429 retry-after=5 detail=Too_many.")


@pytest.fixture
def shared(client: robofy.Client, monkeypatch: pytest.MonkeyPatch) -> robofy.Client:
    """A client that forked workers find in this module, used before they are forked."""
    monkeypatch.setitem(globals(), "SHARED", client)
    chat(client)
    return client


@pytest.mark.usefixtures("shared")
def test_a_forked_multiprocessing_pool_shares_a_client() -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        answers = pool.map_async(shared_chat, [f"!answer={i}" for i in range(40)]).get(timeout=120)

    assert answers == [str(i) for i in range(40)]


@pytest.mark.usefixtures("shared")
def test_errors_come_back_from_worker_processes() -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        with pytest.raises(robofy.RateLimitedError) as caught:
            pool.submit(failing_chat).result(timeout=120)

    assert caught.value.retry_after == 5.0
    assert caught.value.http_status == 429
