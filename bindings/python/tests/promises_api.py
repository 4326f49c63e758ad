"""How the package keeps the contract's promises of all that is no chat: a function by the promise's name."""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from chats import wait_until_no_chat_is_in_flight
from promises import ACCOUNT, Case, failure_of, within
from standin import Standin

import robofy

STREAM = "/v1/ai-agent/events"


def requests(cases: list[Case], standin: Standin) -> None:
    def asked(case: Case) -> robofy.Response:
        with robofy.Client(**ACCOUNT, base_url=standin.url) as client:
            return client.request(case["method"], case["path"], query=case.get("query"), json=case.get("body"))

    async def converse(case: Case) -> robofy.Response:
        async with robofy.AsyncClient(**ACCOUNT, base_url=standin.url) as client:
            return await client.request(case["method"], case["path"], query=case.get("query"), json=case.get("body"))

    for case in cases:
        for ask in (asked, lambda case: asyncio.run(converse(case))):
            if "status" in case:
                failure_of(lambda: ask(case), case)  # noqa: B023
                continue
            received = ask(case).data
            assert (received["method"], received["path"]) == (case["method"], case["path"])
            assert dict(received["query"]) == case.get("query", {})
            assert json.loads(received["body"] or "null") == case.get("body")


def uploads(cases: list[Case], standin: Standin) -> None:
    async def converse(path: str, upload: robofy.Upload) -> robofy.Response:
        async with robofy.AsyncClient(**ACCOUNT, base_url=standin.url) as client:
            return await client.upload(path, upload)

    for case in cases:
        with tempfile.TemporaryDirectory() as directory, robofy.Client(**ACCOUNT, base_url=standin.url) as client:
            file = Path(directory, case["file_name"])
            file.write_text(case["content"], encoding="utf-8")
            for ask in (client.upload, lambda path, upload: asyncio.run(converse(path, upload))):
                for is_file in (False, True):
                    upload = robofy.Upload()
                    if is_file:
                        upload.add_file("file", file)
                    else:
                        upload.add_bytes("file", case["content"].encode(), file_name=case["file_name"])
                    received = ask(case["path"], upload).data["body"]
                    assert f'filename="{case["file_name"]}"' in received
                    assert case["content"] in received
                    assert upload.sent == upload.total > 0


def lists(cases: list[Case], standin: Standin) -> None:
    async def converse() -> tuple[Any, Any, Any]:
        async with robofy.AsyncClient(**ACCOUNT, base_url=standin.url) as client:
            leads = [lead async for lead in client.leads()]
            return leads, await client.sessions(), await client.agent_settings()

    for case in cases:
        with robofy.Client(**ACCOUNT, base_url=standin.url) as client:
            blocking = list(client.leads()), client.sessions(), client.agent_settings()
        for leads, sessions, settings in (blocking, asyncio.run(converse())):
            assert [lead["name"] for lead in leads] == case["leads"]
            assert [session.session_id for session in sessions] == case["sessions"]
            assert (settings.temperature, settings.llm_api_key) == (case["temperature"], case["key"])
            assert case["key"] not in f"{settings} {settings!r}"


def streams(cases: list[Case], _: Standin) -> None:
    async def converse(url: str, query: str, seen: list[Any]) -> None:
        async with robofy.AsyncClient(**ACCOUNT, base_url=url) as client:
            stream = client.stream(STREAM, query=query)
            try:
                async for _ in stream:
                    pass
            finally:
                seen.append((stream.text, bool(stream.session_id)))

    def converse_blocking(url: str, query: str, seen: list[Any]) -> None:
        with robofy.Client(**ACCOUNT, base_url=url) as client:
            stream = client.stream(STREAM, query=query)
            try:
                for _ in stream:
                    pass
            finally:
                seen.append((stream.text, bool(stream.session_id)))

    with Standin("--stream-path", STREAM) as standin:
        for case in cases:
            for ask in (converse_blocking, lambda *told: asyncio.run(converse(*told))):
                seen: list[Any] = []
                if "status" in case:
                    failure_of(lambda: ask(standin.url, case["query"], seen), case)  # noqa: B023
                else:
                    ask(standin.url, case["query"], seen)
                assert seen == [(case["answer"], case["session"])]


def stream_cancel(cases: list[Case], _: Standin) -> None:
    async def converse(url: str, case: Case) -> None:
        async with robofy.AsyncClient(**ACCOUNT, base_url=url) as client:
            stream = client.stream(STREAM, query=case["query"])
            while stream.text != case["answer"]:
                await stream.__anext__()
            waiting = asyncio.ensure_future(stream.__anext__())
            await asyncio.sleep(0)
            with within(case):
                assert stream.cancel()
                await waiting

    def converse_blocking(url: str, case: Case) -> None:
        with robofy.Client(**ACCOUNT, base_url=url) as client:
            stream = client.stream(STREAM, query=case["query"])
            while stream.text != case["answer"]:
                next(stream)
            with within(case):
                assert stream.cancel()
                next(stream)

    with Standin("--stream-path", STREAM) as standin:
        for case in cases:
            failure_of(lambda: asyncio.run(converse(standin.url, case)), case)  # noqa: B023
            failure_of(lambda: converse_blocking(standin.url, case), case)  # noqa: B023
            wait_until_no_chat_is_in_flight(standin)
