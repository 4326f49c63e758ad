"""The logger "robofy" is told of what failed and of what took more than one attempt, and of nothing else."""

import asyncio

import pytest
from chats import chat, chat_async
from standin import Standin

import robofy


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level("INFO", logger="robofy")
    return caplog


def test_a_failure_is_logged(client: robofy.Client, log: pytest.LogCaptureFixture) -> None:
    with pytest.raises(robofy.UnauthorizedError) as caught:
        chat(client, "!status=401")

    assert log.messages == [f"failed: {caught.value}"]


def test_an_answer_after_a_retry_is_logged(standin: Standin, log: pytest.LogCaptureFixture) -> None:
    async def converse() -> None:
        async with robofy.AsyncClient("key", base_url=standin.url) as client:
            await chat_async(client, "!status=503 fails=1")

    asyncio.run(converse())

    (message,) = log.messages
    assert message.startswith("a chat was answered at attempt 2, after ")


def test_an_answer_at_once_is_not_logged(client: robofy.Client, log: pytest.LogCaptureFixture) -> None:
    chat(client)

    assert log.messages == []


def test_nothing_is_written_unless_it_is_asked_for(client: robofy.Client, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(robofy.UnauthorizedError):
        chat(client, "!status=401")

    assert capfd.readouterr() == ("", "")
