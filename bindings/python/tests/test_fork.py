"""A client made before a fork works in the child, and still in the parent."""

import asyncio
import gc
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Optional

import pytest
from chats import chat, chat_async, wait_until_chats_are_in_flight
from children import in_child
from standin import Standin

import robofy

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

SHARED: Optional[robofy.Client] = None


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


def test_an_async_client_works_in_the_child_with_a_doorbell_of_its_own(standin: Standin) -> None:
    client = robofy.AsyncClient("key", base_url=standin.url)

    async def conversation(who: str) -> tuple[list[str], int]:
        replies = await asyncio.gather(*(chat_async(client, f"!answer={who}-{i}") for i in range(20)))
        return [reply.answer for reply in replies], client._doorbell

    for_parent, parents_doorbell = asyncio.run(conversation("parent"))
    for_child, childs_doorbell = in_child(lambda: asyncio.run(conversation("child")))
    again, _ = asyncio.run(conversation("again"))

    assert for_parent == [f"parent-{i}" for i in range(20)]
    assert for_child == [f"child-{i}" for i in range(20)]
    assert again == [f"again-{i}" for i in range(20)]
    assert childs_doorbell != parents_doorbell


def test_a_fork_amid_fifty_waiting_chats_leaves_them_to_the_parent(
    standin: Standin, caplog: pytest.LogCaptureFixture
) -> None:
    async def converse(client: robofy.AsyncClient, who: str, more: str = "") -> list[str]:
        replies = await asyncio.gather(*(chat_async(client, f"!{more} answer={who}-{i}") for i in range(50)))
        return [reply.answer for reply in replies]

    async def in_the_child(client: robofy.AsyncClient) -> list[str]:
        parents_tasks.clear()
        async with client:
            return await converse(client, "child")

    def child(client: robofy.AsyncClient) -> tuple[list[str], list[str]]:
        answers = asyncio.run(in_the_child(client))
        gc.collect()
        return answers, [record.message for record in caplog.records if record.name == "asyncio"]

    async def in_the_parent() -> None:
        async with robofy.AsyncClient("key", base_url=standin.url) as client:
            parents_tasks.append(asyncio.ensure_future(converse(client, "parent", "delay-ms=1500")))
            await asyncio.to_thread(wait_until_chats_are_in_flight, standin, 50)

            answers, complaints = in_child(lambda: child(client))
            assert answers == [f"child-{i}" for i in range(50)]
            assert complaints == []
            assert await parents_tasks[0] == [f"parent-{i}" for i in range(50)]

    parents_tasks: list[asyncio.Future[list[str]]] = []
    asyncio.run(in_the_parent())


def test_a_child_that_only_closes_disturbs_no_chat_of_the_parent(standin: Standin) -> None:
    async def in_the_parent() -> None:
        async with robofy.AsyncClient("key", base_url=standin.url) as client:
            waiting = asyncio.ensure_future(chat_async(client, "!delay-ms=1000 answer=parent"))
            await asyncio.to_thread(wait_until_chats_are_in_flight, standin, 1)

            assert in_child(lambda: asyncio.run(client.aclose())) is None
            assert (await waiting).answer == "parent"

    asyncio.run(in_the_parent())
