"""`robofy chat --stream`: each answer while it is written."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import time
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


@contextlib.contextmanager
def answered_by_hand(tool: Tool) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    """A chat that has sent its message, and the connection where its answer is awaited."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        tool.environment.update(
            ROBOFY_BASE_URL=f"http://127.0.0.1:{server.getsockname()[1]}",
            ROBOFY_PID="3",
            ROBOFY_CHATBOT_ID="bot",
            ROBOFY_API_KEY="sk-cli-canary",
        )
        command = [str(tool.path), "chat", "--stream", STREAM]
        with subprocess.Popen(
            command, env=tool.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as chat:
            assert chat.stdin
            chat.stdin.write(b"Hi\n")
            chat.stdin.flush()
            connection, _ = server.accept()
            with connection:
                assert connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                try:
                    yield chat, connection
                finally:
                    chat.kill()


def test_ctrl_c_ends_an_answer_of_which_nothing_is_shown(tool: Tool) -> None:
    event = b'data: {"type":"reasoning-delta","delta":"hm"}\n\n'
    with answered_by_hand(tool) as (chat, connection):
        connection.sendall(event * 5000)
        chat.send_signal(signal.SIGINT)
        # The reasoning goes on, and no moment passes without it.
        patience = time.monotonic() + 20
        with contextlib.suppress(OSError):
            while chat.poll() is None and time.monotonic() < patience:
                connection.sendall(event * 100)
        assert chat.poll() == -signal.SIGINT


def test_ctrl_c_twice_ends_an_answer_that_nobody_reads(tool: Tool) -> None:
    # More than a pipe holds.
    event = b'data: {"type":"text-delta","delta":"' + b"x" * 100_000 + b'"}\n\n'
    with answered_by_hand(tool) as (chat, connection):
        connection.sendall(event)
        assert chat.stdout
        assert chat.stdout.read(1) == b"x"
        chat.send_signal(signal.SIGINT)
        # The kernel makes one of two signals that are not taken yet.
        patience = time.monotonic() + 20
        while chat.poll() is None and time.monotonic() < patience:
            time.sleep(0.05)
            chat.send_signal(signal.SIGINT)
        assert chat.poll() == -signal.SIGINT
