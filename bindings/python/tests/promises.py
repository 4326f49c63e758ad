"""How the package keeps the contract's promises of chats: a function by the promise's name."""

import asyncio
import contextlib
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable

import pytest
from chats import CHATBOT_ID, PID, chat, chat_async, wait_until_chats_are_in_flight, wait_until_no_chat_is_in_flight
from children import in_child
from standin import Standin

import robofy
from robofy import _declarations
from robofy._failures import BY_STATUS

Case = dict[str, Any]

PATIENCE_SECONDS = 60
ACCOUNT: dict[str, Any] = {"api_key": "key", "pid": PID, "chatbot_id": CHATBOT_ID, "max_retries": 0}
PACKAGE = Path(robofy.__file__).parent


def in_the_main_thread(url: str, query: str, message: Case, **options: Any) -> robofy.Reply:
    with robofy.Client(**{**ACCOUNT, "base_url": url, **options}) as client:
        return client.whatsapp_chat(query=query, **message)


def in_another_thread(url: str, query: str, message: Case, **options: Any) -> robofy.Reply:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(in_the_main_thread, url, query, message, **options).result()


def on_an_event_loop(url: str, query: str, message: Case, **options: Any) -> robofy.Reply:
    async def converse() -> robofy.Reply:
        async with robofy.AsyncClient(**{**ACCOUNT, "base_url": url, **options}) as client:
            return await client.whatsapp_chat(query=query, **message)

    return asyncio.run(converse())


WAYS = [in_the_main_thread, in_another_thread, on_an_event_loop]


@contextlib.contextmanager
def within(case: Case) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < case["within_ms"] / 1000


def failure_of(call: Callable[[], object], case: Case) -> robofy.RobofyError:
    """The error that the case expects, with what it says of the error's fields."""
    with pytest.raises(robofy.RobofyError) as caught:
        call()
    error = caught.value
    fields = {
        "status": error.status.label,
        "http_status": error.http_status or 0,
        "code": error.code,
        "detail": error.detail,
        "retryable": error.is_retryable,
        "retry_after_ms": round((error.retry_after or 0) * 1000),
    }
    assert type(error) is BY_STATUS[error.status]
    assert fields == {**fields, **{name: case[name] for name in fields.keys() & case.keys()}}
    assert case.get("names", "") in str(error)
    return error


def typed_errors(cases: list[Case], standin: Standin) -> None:
    for case in cases:
        url, options = case.get("base_url", standin.url), {}
        if "timeout_ms" in case:
            options["timeout"] = case["timeout_ms"] / 1000
        for ask in WAYS:
            with robofy.Client("key", base_url=url) as connected:
                if options:  # the timeout is to pass after the message was sent, on a slow machine too
                    chat(connected)
                failure_of(lambda: ask(url, case["query"], {}, **options), case)  # noqa: B023


def texts(cases: list[Case], standin: Standin) -> None:
    for case in cases:
        for ask in WAYS:
            ask(standin.url, case["query"], {"session_id": case["query"], "user_context": {"name": case["query"]}})
            body = standin.requests()[-1]["body"]
            context = {"session_id": case["arrives"], "name": case["arrives"], "platform": "whatsapp"}
            assert (body["query"], body["user_context"]) == (case["arrives"], context)


def nul(cases: list[Case], standin: Standin) -> None:
    for case in cases:
        for ask in WAYS:
            failure_of(lambda: ask(standin.url, case["query"], {}), case)  # noqa: B023
    assert standin.requests() == []


def invalid_utf8(cases: list[Case], standin: Standin) -> None:
    """A str holds such bytes as Python reads them from arguments and file names."""
    texts([{**case, "query": os.fsdecode(bytes(case["query_bytes"]))} for case in cases], standin)


def answers(cases: list[Case], standin: Standin) -> None:
    for case in cases:
        for ask in WAYS:
            if "answer" in case:
                assert ask(standin.url, case["query"], {}).answer == case["answer"]
            else:
                failure_of(lambda: ask(standin.url, case["query"], {}), case)  # noqa: B023


def many(cases: list[Case], standin: Standin) -> None:
    async def converse(case: Case) -> list[str]:
        async with robofy.AsyncClient("key", base_url=standin.url) as client:
            queries = [case["query"].format(n=n) for n in range(case["chats"])]
            return [reply.answer for reply in await asyncio.gather(*(chat_async(client, query) for query in queries))]

    for case in cases:
        with within(case):
            answers = asyncio.run(converse(case))
        assert answers == [case["answer"].format(n=n) for n in range(case["chats"])]


def order(cases: list[Case], standin: Standin) -> None:
    async def converse(case: Case) -> list[str]:
        arrived = []
        async with robofy.AsyncClient("key", base_url=standin.url, ordered_sessions=True) as client:

            async def ask(query: str) -> None:
                arrived.append((await chat_async(client, query, session_id=case["session_id"])).answer)

            await asyncio.gather(*map(ask, case["queries"]))
        return arrived

    for case in cases:
        assert asyncio.run(converse(case)) == case["answers"]


def cancel(cases: list[Case], standin: Standin) -> None:
    """A cancelled task ends with asyncio's own CancelledError, a chat of a closed client with the package's."""

    async def converse(case: Case, end: Callable[[robofy.AsyncClient, asyncio.Task[Any]], Awaitable[None]]) -> None:
        async with robofy.AsyncClient("key", base_url=standin.url) as client:
            task = asyncio.ensure_future(chat_async(client, case["query"]))
            await asyncio.sleep(case["after_ms"] / 1000)
            with within(case):
                await end(client, task)
                await task

    async def cancel_task(_: robofy.AsyncClient, task: "asyncio.Task[Any]") -> None:
        task.cancel()

    async def close(client: robofy.AsyncClient, _: "asyncio.Task[Any]") -> None:
        await client.aclose()

    for case in cases:
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(converse(case, cancel_task))
        failure_of(lambda: asyncio.run(converse(case, close)), case)  # noqa: B023
        wait_until_no_chat_is_in_flight(standin)


def overloaded(cases: list[Case], standin: Standin) -> None:
    async def converse(case: Case) -> None:
        async with robofy.AsyncClient("key", base_url=standin.url, max_in_flight=case["max_in_flight"]) as client:
            first = asyncio.ensure_future(chat_async(client, case["first"]))
            await asyncio.sleep(0)
            try:
                await chat_async(client, case["query"])
            finally:
                assert (await first).answer == "first"

    for case in cases:
        failure_of(lambda: asyncio.run(converse(case)), case)  # noqa: B023
        assert [request["body"]["query"] for request in standin.requests()] == [case["first"]]
        standin.clear()


def closed(_: list[Case], standin: Standin) -> None:
    async def converse() -> None:
        awaited = robofy.AsyncClient("key", base_url=standin.url)
        await awaited.aclose()
        await awaited.aclose()
        await chat_async(awaited)

    client = robofy.Client("key", base_url=standin.url)
    client.close()
    client.close()
    for call in (lambda: chat(client), lambda: asyncio.run(converse())):
        with pytest.raises(RuntimeError, match="closed"):
            call()


def fork(_: list[Case], standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url) as client:
        awaited = robofy.AsyncClient("key", base_url=standin.url)
        assert chat(client, "!answer=parent").answer == "parent"
        assert in_child(lambda: chat(client, "!answer=child").answer) == "child"
        assert in_child(lambda: asyncio.run(chat_async(awaited, "!answer=child")).answer) == "child"


WAITING_THREAD = """
import sys, threading, time, robofy
url, query = sys.argv[1:]
client = robofy.Client("key", base_url=url, pid="p", chatbot_id="c")
threading.Thread(target=lambda: client.whatsapp_chat(query=query), daemon=True).start()
while not client.stats().in_flight:
    time.sleep(0.01)
sys.exit(3)
"""
WAITING_TASK = """
import asyncio, sys, robofy
url, query = sys.argv[1:]
async def main():
    client = robofy.AsyncClient("key", base_url=url, pid="p", chatbot_id="c")
    task = asyncio.ensure_future(client.whatsapp_chat(query=query))
    while not client.stats().in_flight:
        await asyncio.sleep(0.01)
    sys.exit(3)
asyncio.run(main())
"""


def exit(cases: list[Case], standin: Standin) -> None:
    for case in cases:
        for program in (WAITING_THREAD, WAITING_TASK):
            with within(case):
                ended = subprocess.run(
                    [sys.executable, "-c", program, standin.url, case["query"]],
                    stderr=subprocess.PIPE,
                    text=True,
                    check=False,
                )
            assert (ended.returncode, ended.stderr) == (3, "")


CALL = """
import sys, robofy
url, query = sys.argv[1:]
robofy.Client("key", base_url=url, pid="p", chatbot_id="c").whatsapp_chat(query=query)
"""
AWAITED_CALL = """
import asyncio, sys, robofy
url, query = sys.argv[1:]
async def main():
    await robofy.AsyncClient("key", base_url=url, pid="p", chatbot_id="c").whatsapp_chat(query=query)
asyncio.run(main())
"""


def interrupt(cases: list[Case], standin: Standin) -> None:
    for case in cases:
        for program in (CALL, AWAITED_CALL):
            command = [sys.executable, "-c", program, standin.url, case["query"]]
            waiting = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            wait_until_chats_are_in_flight(standin, 1)
            time.sleep(case["after_ms"] / 1000)
            with within(case):
                waiting.send_signal(signal.SIGINT)
                _, said = waiting.communicate(timeout=PATIENCE_SECONDS)
            assert waiting.returncode == -signal.SIGINT
            assert said.splitlines()[-1].startswith("KeyboardInterrupt")
            wait_until_no_chat_is_in_flight(standin)


def leak(cases: list[Case], standin: Standin) -> None:
    for case in cases:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
            grown = fresh.submit(growth, standin.url, case["chats"], case["clients"]).result()
        assert grown < case["grows_mb"] * 1024 * 1024


# A leak of either kind is larger than the bound.
LARGE, FAILING = "!huge=24000", f"!status=400 detail={'x' * 24_000}"


def growth(url: str, chats: int, clients: int) -> int:
    """How many bytes the process grows by, after a round that fills caches."""

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

    async def converse(count: int) -> None:
        async with robofy.AsyncClient("key", base_url=url, max_retries=0) as client:
            for _ in range(count // 10):
                queries = [LARGE, FAILING] * 5
                await asyncio.gather(*(chat_async(client, query) for query in queries), return_exceptions=True)

    def work(share: int) -> None:
        for _ in range(clients // share):
            with robofy.Client("key", base_url=url, max_retries=0) as client:
                for _ in range(chats // clients // 4):
                    chat(client, LARGE)
                    with contextlib.suppress(robofy.BadRequestError):
                        chat(client, FAILING)
        asyncio.run(converse(chats // 2 // share))

    work(share=5)
    before = resident()
    work(share=1)
    return resident() - before


def credentials(cases: list[Case], standin: Standin) -> None:
    def sent() -> tuple[str, str, str]:
        request = standin.requests()[-1]
        return dict(request["headers"])["authorization"], request["body"]["pid"], request["body"]["chatbot_id"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROBOFY_API_KEY", "environments")
        for ask in WAYS:
            ask(standin.url, "Hello", {}, api_key=None, pid="clients", chatbot_id="clients")
            assert sent() == ("Bearer environments", "clients", "clients")
            ask(standin.url, "Hello", {"pid": "own", "chatbot_id": "own"}, api_key="given")
            assert sent() == ("Bearer given", "own", "own")
        standin.clear()
        for case in cases:
            patch.setenv("ROBOFY_API_KEY", case["environments_key"])
            for ask in WAYS:
                failure_of(lambda: ask(standin.url, "Hello", {}, api_key=None), case)  # noqa: B023
        patch.delenv("ROBOFY_API_KEY")
        for ask in WAYS:
            for missing in ("api_key", "pid", "chatbot_id"):
                with pytest.raises(robofy.InvalidArgumentError, match=f"{missing} is missing"):
                    ask(standin.url, "Hello", {}, **{missing: None})
        assert standin.requests() == []


IMPORT = """
try:
    import robofy
    print("loaded")
except ImportError as error:
    print(error)
"""


def loading(_: list[Case], __: Standin) -> None:
    library = Path(os.environ["ROBOFY_LIBRARY"])
    with tempfile.TemporaryDirectory() as directory:
        package = Path(directory, "robofy")
        shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("librobofy.*", "__pycache__"))
        broken, other = Path(directory, "broken.so"), Path(directory, "other.so")
        code = 'const char *robofy_version(void) { return "0.999.0"; }'
        subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-o", other, "-"], input=code, text=True, check=True)
        named, beside, system = Path(directory, "named.so"), package / "librobofy.so", Path(directory, "librobofy.so.0")
        environment = {**os.environ, "PYTHONPATH": directory, "LD_LIBRARY_PATH": directory}

        def said(files: dict[Path, Path]) -> str:
            """What an import says where these places hold these libraries."""
            for place in (named, beside, system):
                place.unlink(missing_ok=True)
            for place, file in files.items():
                place.symlink_to(file)
            environment["ROBOFY_LIBRARY"] = str(named) if named in files else ""
            command = [sys.executable, "-c", IMPORT]
            return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()

        def refused(file: object, advice: str) -> str:
            version = robofy.__version__
            return _declarations.CANNOT_USE.format(file=file, found="0.999.0", version=version, advice=advice)

        assert said({named: library, beside: other, system: other}) == "loaded"
        assert said({beside: library, system: other}) == "loaded"
        assert said({system: library}) == "loaded"
        assert said({named: other, beside: library}) == refused(named, _declarations.ADVICE_CHOSEN)
        assert said({beside: other, system: library}) == refused(beside, _declarations.ADVICE_BESIDE)
        assert said({system: other}) == refused("librobofy.so.0", _declarations.ADVICE)
        broken.write_text("broken")
        only = said({beside: broken, system: library})
        assert only.startswith(f"the robofy library cannot be loaded ({beside}: ")
        assert only.endswith(f"): {_declarations.ADVICE_BESIDE}")
        missing = said({})
        assert missing.startswith("the robofy library cannot be loaded (librobofy.so.0: ")
        assert missing.endswith(f"): {_declarations.ADVICE}")
