"""`robofy chat`: a conversation, in a terminal and through a pipe."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_tool import Tool
from standin import Standin
from waiting import wait_until

pexpect = pytest.importorskip("pexpect")

PROMPT = "you: "
CTRL_C = "\x03"
CTRL_D = "\x04"
UP = "\x1b[A"


@pytest.fixture
def start_chat(robofy: Tool) -> Iterator[Callable[..., Any]]:
    """Starts a conversation in a terminal, and waits for its first prompt."""
    running = []

    def start(*arguments: str, columns: int = 200) -> Any:
        chat = pexpect.spawn(
            str(robofy.path),
            ["chat", *arguments],
            env=robofy.environment,
            encoding="utf-8",
            timeout=60,
            dimensions=(40, columns),
        )
        running.append(chat)
        chat.expect_exact(PROMPT)
        return chat

    yield start
    for chat in running:
        chat.close(force=True)


def says(chat: Any, message: str, answer: str) -> None:
    chat.sendline(message)
    chat.expect_exact(f"agent: {answer}")
    chat.expect_exact(PROMPT)


def ends(chat: Any) -> None:
    chat.send(CTRL_D)
    chat.expect(pexpect.EOF)
    chat.wait()
    assert (chat.exitstatus, chat.signalstatus) == (0, None)


def test_a_conversation(start_chat: Callable[..., Any], standin: Standin) -> None:
    chat = start_chat()
    shown = chat.before
    says(chat, "Hello", 'Hello! You wrote: "Hello".')
    says(chat, "And now?", 'You wrote: "And now?". Before that you wrote: "Hello".')
    ends(chat)
    [session] = {request["body"]["user_context"]["session_id"] for request in standin.requests()}
    assert f"Session {session}." in shown
    assert f"robofy chat --session {session}" in chat.before


def test_a_conversation_is_continued(start_chat: Callable[..., Any]) -> None:
    chat = start_chat("--session", "it's Asha")
    says(chat, "Hello", "Hello!")
    ends(chat)
    assert r"--session 'it'\''s Asha'" in chat.before
    says(start_chat("--session", "it's Asha"), "Again", 'You wrote: "Again". Before that you wrote: "Hello".')


def test_a_line_is_edited(start_chat: Callable[..., Any]) -> None:
    chat = start_chat()
    chat.send("Hullo\x1b[D\x1b[D\x1b[D\x1b[D\x7fH\x1b[3~e")  # left, delete before and after the cursor
    says(chat, "", 'Hello! You wrote: "Hello".')
    chat.send(UP)
    says(chat, "!", 'You wrote: "Hello!".')


def test_each_line_of_a_paste_is_a_message(start_chat: Callable[..., Any], standin: Standin) -> None:
    chat = start_chat()
    chat.send("one\rtwo\rthree\r")
    for _ in range(3):
        chat.expect_exact("agent: ")
        chat.expect_exact(PROMPT)
    assert [request["body"]["query"] for request in standin.requests()] == ["one", "two", "three"]


def test_a_bracketed_paste_is_one_message(start_chat: Callable[..., Any], standin: Standin) -> None:
    chat = start_chat()
    chat.send("\x1b[200~one\rtwo\x1b[201~\r")
    chat.expect_exact("agent: ")
    chat.expect_exact(PROMPT)
    assert [request["body"]["query"].splitlines() for request in standin.requests()] == [["one", "two"]]


def test_a_file_gets_the_answers_alone(robofy: Tool, tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    chat = pexpect.spawn(
        "/bin/sh",
        ["-c", f"{robofy.path} chat > {answers}"],
        env=robofy.environment,
        encoding="utf-8",
        timeout=60,
    )
    try:
        chat.expect_exact(PROMPT)
        chat.sendline("Hello")
        chat.expect_exact(PROMPT)
        ends(chat)
    finally:
        chat.close(force=True)
    assert answers.read_text(encoding="utf-8") == 'Hello! You wrote: "Hello".\n'


def test_an_empty_line_is_no_message(start_chat: Callable[..., Any], standin: Standin) -> None:
    chat = start_chat()
    chat.sendline("   ")
    chat.expect_exact(PROMPT)
    assert standin.requests() == []


def test_the_wait_stays_on_one_line_of_a_narrow_terminal(start_chat: Callable[..., Any]) -> None:
    chat = start_chat(columns=30)
    chat.sendline("!delay-ms=1500")
    chat.expect_exact("agent: ")
    waits = [line for line in chat.before.split("\r") if line.startswith("waiting")]
    assert any(line.startswith("waiting for the agent, 1 s") for line in waits)
    assert max(len(line) for line in waits) < 30


def test_lines_break_between_words(start_chat: Callable[..., Any]) -> None:
    chat = start_chat(columns=30)
    chat.sendline(f'!answer="{" ".join(["conversation"] * 6)}"')
    chat.expect_exact("agent: conversation")
    chat.expect_exact(PROMPT)
    answer, *_ = chat.before.partition("\x1b")
    assert answer.split("\r\n") == ["", *["conversation conversation"] * 2, "conversation", ""]


def test_the_wait_is_shown_and_ctrl_c_cancels_it(start_chat: Callable[..., Any], standin: Standin) -> None:
    chat = start_chat()
    chat.sendline("!delay-ms=60000")
    chat.expect_exact("waiting for the agent, 1 s (Ctrl-C cancels)")
    chat.send(CTRL_C)
    chat.expect_exact("robofy: ")
    chat.expect_exact("cancelled")
    chat.expect_exact(PROMPT)
    wait_until(lambda: standin.stats()["in_flight"] == 0)
    says(chat, "Hello", 'Hello! You wrote: "Hello".')
    ends(chat)


def test_ctrl_c_at_the_prompt_ends_nothing(start_chat: Callable[..., Any]) -> None:
    chat = start_chat()
    chat.send("half a line" + CTRL_C)
    chat.expect_exact("Ctrl-D ends the conversation.")
    chat.expect_exact(PROMPT)
    says(chat, "Hello", 'Hello! You wrote: "Hello".')
    ends(chat)


def test_a_failure_is_explained_and_the_conversation_goes_on(start_chat: Callable[..., Any]) -> None:
    chat = start_chat()
    for message, explanation in [
        ("!status=401", "check the API key"),
        ("!status=500", "the agent may have seen the message"),
        ("!status=429 retry-after=600", "the service asks to wait 600 s"),
    ]:
        chat.sendline(message)
        chat.expect_exact(explanation)
        chat.expect_exact(PROMPT)
    says(chat, "Hello", "Hello!")
    ends(chat)


def test_an_answer_cannot_command_the_terminal(start_chat: Callable[..., Any]) -> None:
    chat = start_chat()
    chat.sendline(r"!answer=a\u001b]0;owned\u0007b\u009b31m\u202ec\r\nd\re")
    chat.expect_exact("agent: a␛]0;owned␇b\ufffd31m\ufffdc\r\nd␍e\r\n")


def test_a_failure_cannot_either(start_chat: Callable[..., Any]) -> None:
    chat = start_chat()
    chat.sendline(r'!status=400 detail="a\u001b]0;owned\u0007\u202eb"')
    chat.expect("robofy: 400 [^\r]*b; ")
    assert not set("\x07\u202e") & set(chat.after)
    assert "\x1b]" not in chat.after


def test_nor_one_that_send_prints(robofy: Tool) -> None:
    answer, status = pexpect.run(
        f"{robofy.path} send '!answer=a\\u001b]0;owned\\u0007b'",
        env=robofy.environment,
        encoding="utf-8",
        timeout=60,
        withexitstatus=True,
    )
    assert status == 0
    assert answer.endswith("a␛]0;owned␇b\r\n")


@pytest.mark.parametrize("keep", [False, True])
def test_the_history_is_kept_only_when_asked(start_chat: Callable[..., Any], robofy: Tool, keep: bool) -> None:
    options = ["--history"] if keep else []
    history = robofy.home / ".local" / "state" / "robofy" / "history"
    chat = start_chat(*options)
    says(chat, "Remember me", "Hello!")
    ends(chat)
    assert history.exists() is keep
    if keep:
        assert stat.S_IMODE(history.stat().st_mode) == 0o600
        chat = start_chat(*options)
        chat.send(UP)
        says(chat, "", 'Hello! You wrote: "Remember me".')


def test_what_cannot_begin_says_so_at_once(robofy: Tool) -> None:
    del robofy.environment["ROBOFY_API_KEY"]
    ran = robofy.run("chat")
    assert ran.returncode == 2
    assert "no API key" in ran.stderr


class TestPipe:
    """Without a terminal each line is a message."""

    def test_answers_alone_are_printed(self, robofy: Tool) -> None:
        ran = robofy.run("chat", input="Hello\n\nAnd now?\n")
        assert ran.stdout == 'Hello! You wrote: "Hello".\nYou wrote: "And now?". Before that you wrote: "Hello".\n'
        assert re.fullmatch(r"robofy: session [0-9a-f-]{36}\n", ran.stderr)
        assert ran.returncode == 0

    def test_a_failure_is_the_end(self, robofy: Tool, standin: Standin) -> None:
        ran = robofy.run("chat", "--max-retries", "0", input="Hello\n!status=503\nAnd now?\n")
        assert ran.stdout == 'Hello! You wrote: "Hello".\n'
        assert ran.returncode == 13
        assert "503" in ran.stderr
        assert len(standin.requests()) == 2

    def test_no_message_is_sent_for_nobody(self, robofy: Tool, standin: Standin) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        try:
            ran = robofy.run("chat", input="one\n" * 100, stdout=writer)
        finally:
            os.close(writer)
        assert ran.returncode == 0
        assert len(standin.requests()) == 1

    def test_ctrl_c_ends_it(self, robofy: Tool, standin: Standin) -> None:
        chat = subprocess.Popen([str(robofy.path), "chat"], env=robofy.environment, stdin=subprocess.PIPE, text=True)
        with chat:
            assert chat.stdin
            chat.stdin.write("!delay-ms=60000\n")
            chat.stdin.flush()
            wait_until(lambda: len(standin.requests()) == 1)
            chat.send_signal(signal.SIGINT)
            assert chat.wait(timeout=30) == -signal.SIGINT
