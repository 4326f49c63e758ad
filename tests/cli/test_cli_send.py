"""`robofy send`: the answer and nothing else, and an exit code for each kind of failure."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_tool import KEY, Tool
from standin import ROOT, Standin
from waiting import wait_until

pexpect = pytest.importorskip("pexpect")


def test_an_answer_and_nothing_else(robofy: Tool) -> None:
    ran = robofy.run("send", "Hi")
    assert (ran.stdout, ran.stderr, ran.returncode) == ('Hello! You wrote: "Hi".\n', "", 0)


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_the_message_comes_from_standard_input(robofy: Tool, standin: Standin, arguments: list[str]) -> None:
    ran = robofy.run("send", *arguments, input="one\ntwo\n")
    assert ran.returncode == 0
    assert standin.requests()[0]["body"]["query"] == "one\ntwo"


@pytest.mark.parametrize(
    "arguments",
    [["-hello"], ["- milk"], ["-5"], ["--", "-h"], ["--", "--help"], ["--json", "-hello"], ["-hello", "--json"]],
)
def test_a_message_may_begin_with_a_hyphen(robofy: Tool, standin: Standin, arguments: list[str]) -> None:
    ran = robofy.run("send", *arguments)
    assert (ran.stderr, ran.returncode) == ("", 0)
    (message,) = (argument for argument in arguments if argument not in ("--", "--json"))
    assert [request["body"]["query"] for request in standin.requests()] == [message]


def test_a_misspelt_option_is_no_message(robofy: Tool, standin: Standin) -> None:
    for arguments in (["--jsn"], ["--jsn", "Hi"], ["Hi", "--jsn"]):
        ran = robofy.run("send", *arguments)
        assert (ran.stdout, ran.returncode) == ("", 2)
        assert "--jsn" in ran.stderr
    assert "put it into quotes" in robofy.run("send", "Hi", "there").stderr
    assert "robofy send -- MESSAGE" in robofy.run("send", "--jsn").stderr
    assert standin.requests() == []


def test_session_and_user_context_are_sent(robofy: Tool, standin: Standin) -> None:
    robofy.run("send", "Hi", "--session", "918727000000", "--user-context", '{"name": "Asha"}')
    context = standin.requests()[0]["body"]["user_context"]
    assert context == {"session_id": "918727000000", "platform": "whatsapp", "name": "Asha"}


def test_a_reply_as_json(robofy: Tool) -> None:
    ran = robofy.run("send", "Hi", "--json", "--session", "s1")
    reply = json.loads(ran.stdout)
    assert list(reply) == ["answer", "session_id", "message", "json", "attempts", "elapsed_us"]
    assert (reply["answer"], reply["session_id"], reply["message"]) == ('Hello! You wrote: "Hi".', "s1", "Success")
    assert json.loads(reply["json"])["data"]["session_id"] == "s1"
    assert reply["attempts"] == 1
    assert reply["elapsed_us"] > 0
    assert ran.stdout.count("\n") == 1


def test_a_failure_as_json(robofy: Tool) -> None:
    ran = robofy.run("send", "!status=429 retry-after=2 code=SLOW detail=Too_fast.", "--json", "--max-retries", "0")
    error = json.loads(ran.stdout)["error"]
    assert error.pop("message").startswith("429 SLOW: Too fast; ")
    assert error == {
        "status": "rate_limited",
        "http_status": 429,
        "code": "SLOW",
        "detail": "Too fast.",
        "retryable": True,
        "retry_after_ms": 2000,
        "exit_code": 12,
    }
    assert (ran.stderr, ran.returncode) == ("", 12)


@pytest.mark.parametrize(
    ("message", "exit_code", "status"),
    [
        ("!close=before", 6, "interrupted"),
        ("!no-answer", 7, "protocol"),
        ("!status=400", 8, "bad_request"),
        ("!status=401", 9, "unauthorized"),
        ("!status=403", 10, "forbidden"),
        ("!status=404", 11, "not_found"),
        ("!status=429", 12, "rate_limited"),
        ("!status=500", 13, "server"),
        ("", 2, "invalid_argument"),
        ("!delay-ms=60000", 5, "timeout"),
    ],
)
def test_each_kind_of_failure_has_its_exit_code(robofy: Tool, message: str, exit_code: int, status: str) -> None:
    options = ["--max-retries", "0", "--timeout", "0.5" if status == "timeout" else "60"]
    ran = robofy.run("send", *options, "--", message)
    assert (ran.stdout, ran.returncode) == ("", exit_code)
    assert ran.stderr.startswith("robofy: ")
    in_json = robofy.run("send", "--json", *options, "--", message)
    assert in_json.returncode == exit_code
    assert json.loads(in_json.stdout)["error"]["status"] == status


def test_an_unreachable_and_an_untrusted_service_have_theirs(
    robofy: Tool, start_standin: Callable[..., Standin]
) -> None:
    assert robofy.run("send", "Hi", "--base-url", "https://127.0.0.1:9", "--max-retries", "0").returncode == 3
    untrusted = start_standin(tls="untrusted")
    ran = robofy.run("send", "Hi", "--base-url", untrusted.url)
    assert ran.returncode == 4
    assert "`robofy check` shows at which step it fails" in ran.stderr
    assert "ca_file is set by --ca-file" in ran.stderr


def test_the_exit_codes_are_documented_alike(tool: Tool) -> None:
    def codes(text: str) -> dict[str, str]:
        return dict(re.findall(r"^[ |]*(\d+)\b.*?`?\(?(\w+)\)?`?[ |]*$", text, re.MULTILINE))

    told = tool.run("send", "--help").stdout.partition("Exit codes:")[2]
    assert codes(told)["9"] == "unauthorized"
    readme = (ROOT / "cli" / "README.md").read_text().partition("## Exit codes")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| (\d+) \| `(\w+)`", readme, re.MULTILINE))
    assert rows == {code: status for code, status in codes(told).items() if code in rows}
    assert set(codes(told)) - set(rows) == {"0", "1", "130"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["send"], "MESSAGE, standard input or -q"),
        (["send", "Hi", "--pid", ""], "--pid"),
        (["send", "Hi", "--chatbot-id", ""], "--chatbot-id"),
        (["send", "Hi", "--base-url", "http://agents.robofy.ai"], "--base-url or ROBOFY_BASE_URL"),
        (["send", "Hi", "--base-url", ""], "--base-url or ROBOFY_BASE_URL"),
        (["send", "Hi", "--ca-file", "/nowhere.pem"], "--ca-file"),
        (["send", "Hi", "--timeout", "0"], "--timeout"),
        (["send", "Hi", "--user-context", "[]"], "--user-context"),
        (["send", "Hi", "Hello"], "Hello"),
    ],
)
def test_mistakes_are_named(robofy: Tool, standin: Standin, arguments: list[str], named: str) -> None:
    ran = robofy.run(*arguments)
    assert (ran.stdout, ran.returncode) == ("", 2)
    assert named in ran.stderr
    assert standin.requests() == []


@pytest.mark.parametrize(("message", "named"), [(b"caf\xe9", "UTF-8"), (b"a\0b", "NUL")])
def test_what_cannot_be_sent_is_refused(robofy: Tool, standin: Standin, message: bytes, named: str) -> None:
    ran = subprocess.run(
        [str(robofy.path), "send"], input=message, env=robofy.environment, capture_output=True, timeout=60, check=False
    )
    assert ran.returncode == 2
    assert named in ran.stderr.decode()
    assert standin.requests() == []


def test_a_reader_that_has_gone_is_no_failure(robofy: Tool) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ran = robofy.run("send", "Hi", stdout=writer)
    finally:
        os.close(writer)
    assert (ran.stderr, ran.returncode) == ("", 0)


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_an_answer_that_cannot_be_written_is_one(robofy: Tool, options: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        ran = robofy.run("send", "Hi", *options, stdout=full)
    assert ran.returncode == 1
    assert "cannot write the output" in ran.stderr


# Rust's start puts /dev/null in the place of a closed descriptor, and takes EBADF for written.
@pytest.mark.parametrize("redirection", [">&-", "1</dev/null"])
@pytest.mark.parametrize(
    "arguments",
    ["send Hi", "send --json Hi", "chat", "check", "check --json", "completions bash", "--help", "--version"],
)
def test_a_closed_standard_output_is_told_before_anything_is_sent(
    robofy: Tool, standin: Standin, arguments: str, redirection: str
) -> None:
    ran = subprocess.run(
        ["/bin/sh", "-c", f"{robofy.path} {arguments} {redirection}"],
        input="Hi\n",
        env=robofy.environment,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 1
    assert "cannot write the output: standard output is closed" in ran.stderr
    assert standin.requests() == []


@pytest.mark.parametrize(
    "arguments", ["chat", "check", "check --json", "completions zsh", "--help", "send --help", "--version"]
)
def test_a_full_standard_output_is_a_failure_of_every_command(robofy: Tool, arguments: str) -> None:
    with Path("/dev/full").open("w") as full:
        ran = robofy.run(*arguments.split(), input="Hi\n", stdout=full)
    assert ran.returncode == 1
    assert "cannot write the output" in ran.stderr


@pytest.mark.parametrize("redirection", [">/dev/null", "<&-", "2>&-"])
def test_other_closed_descriptors_are_no_failure(robofy: Tool, standin: Standin, redirection: str) -> None:
    command = ["/bin/sh", "-c", f"{robofy.path} send Hi {redirection}"]
    assert subprocess.run(command, env=robofy.environment, capture_output=True, timeout=60).returncode == 0
    assert len(standin.requests()) == 1


def test_ctrl_c_ends_the_wait(robofy: Tool, standin: Standin) -> None:
    running = subprocess.Popen([str(robofy.path), "send", "!delay-ms=60000"], env=robofy.environment)
    try:
        wait_until(lambda: len(standin.requests()) == 1)
        began = time.monotonic()
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == -signal.SIGINT
        assert time.monotonic() - began < 20
    finally:
        running.kill()


def test_ctrl_c_leaves_nothing_of_the_wait_behind(robofy: Tool) -> None:
    running = pexpect.spawn(
        str(robofy.path), ["send", "!delay-ms=60000"], env=robofy.environment, encoding="utf-8", timeout=60
    )
    try:
        running.expect_exact("waiting for the agent, 1 s (Ctrl-C ends)")
        running.send("\x03")
        running.expect(pexpect.EOF)
        running.wait()
    finally:
        running.close(force=True)
    assert re.search(r"\r {30,}\r$", running.before)
    assert running.signalstatus == signal.SIGINT


def test_a_retry_is_told(robofy: Tool) -> None:
    ran = robofy.run("send", "!status=503 delay-ms=1000", "--max-retries", "1")
    assert ran.returncode == 13
    first, last = ran.stderr.splitlines()
    assert first == "robofy: trying again, attempt 2"
    assert last.startswith("robofy: 503 ")


@pytest.mark.parametrize("message", ["!status=503 fails=2", "!status=503 code=X"])
def test_a_retry_is_told_though_its_answer_comes_at_once(robofy: Tool, message: str) -> None:
    told = robofy.run("send", message).stderr.splitlines()
    assert "robofy: trying again, attempt 3" in told


def test_nothing_is_said_twice(robofy: Tool) -> None:
    ran = robofy.run("send", "!status=429 code=TOO_MANY_REQUESTS detail=Too_Many_Requests.", "--max-retries", "0")
    assert ran.stderr == "robofy: 429 TOO_MANY_REQUESTS; try again later\n"


def test_an_answer_reaches_a_pipe_as_it_is(robofy: Tool) -> None:
    assert robofy.run("send", r"!answer=a\u001b[31mb").stdout == "a\x1b[31mb\n"
    in_json = robofy.run("send", "--json", r"!answer=a\u001b\u009b\u202eb").stdout
    assert json.loads(in_json)["answer"] == "a\x1b\x9b\u202eb"
    assert in_json.rstrip("\n").isprintable()


def test_the_product_is_told(robofy: Tool, standin: Standin) -> None:
    robofy.run("send", "Hi")
    headers = dict(standin.requests()[0]["headers"])
    assert re.fullmatch(r"robofy-cli/\S+ robofy/\S+", headers["user-agent"])
    assert headers["authorization"] == f"Bearer {KEY}"
