"""`robofy chat --stream`: each answer while it is written."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from cli_tool import Tool
from standin import Standin
from waiting import wait_until

STREAM = "/v1/ai-agent/a-stream"


@pytest.fixture
def service() -> Iterator[Standin]:
    with Standin("--stream-path", STREAM) as standin:
        yield standin


@pytest.fixture
def robofy(tool: Tool, service: Standin) -> Tool:
    tool.knows(service)
    return tool


def test_each_line_has_its_answer(robofy: Tool, service: Standin) -> None:
    ran = robofy.run("chat", "--stream", STREAM, "--session", "7", input="Hi\n!answer=Grüße event-delay-ms=5\n")

    assert ran.stdout == 'Hello! You wrote: "Hi".\nGrüße\n'
    assert (ran.returncode, ran.stderr) == (0, "robofy: session 7\n")
    assert [request["path"] for request in service.requests()] == [STREAM, STREAM]


def test_an_answer_is_printed_while_it_is_written(robofy: Tool) -> None:
    command = [str(robofy.path), "chat", "--stream", STREAM]
    with subprocess.Popen(
        command, env=robofy.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as chat:
        assert chat.stdin
        assert chat.stdout
        chat.stdin.write(b"!answer=begun endless=silence\n")
        chat.stdin.flush()
        assert chat.stdout.read(5) == b"begun"
        chat.kill()


def test_what_came_of_an_answer_that_fails_stays_on_its_line(robofy: Tool) -> None:
    ran = robofy.run("chat", "--stream", STREAM, input="!answer=half no-done\nnever sent\n")

    assert ran.stdout == "half\n"
    assert ran.returncode != 0
    assert "cut short" in ran.stderr


def test_a_bad_path_is_a_mistake_of_usage(robofy: Tool, service: Standin) -> None:
    ran = robofy.run("chat", "--stream", "https://other.example/", input="Hi\n")

    assert ran.returncode == 2
    assert "path must begin with /" in ran.stderr
    assert service.requests() == []


def test_ctrl_c_cancels_an_answer_and_the_conversation_goes_on(robofy: Tool, service: Standin) -> None:
    pexpect = pytest.importorskip("pexpect")
    command = ["chat", "--stream", STREAM]
    chat = pexpect.spawn(str(robofy.path), command, env=robofy.environment, encoding="utf-8", timeout=60)
    chat.expect_exact("you: ")
    chat.sendline("!answer=begun endless=silence")
    chat.expect_exact("agent: begun")
    chat.send("\x03")
    chat.expect_exact("you: ")
    wait_until(lambda: service.stats()["in_flight"] == 0)
    chat.sendline("!answer=again")
    chat.expect_exact("agent: again")
    chat.expect_exact("you: ")
    chat.sendeof()
    chat.expect(pexpect.EOF)
    chat.close()
    assert chat.exitstatus == 0
