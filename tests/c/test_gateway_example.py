"""The gateway's event loop in C, as a newcomer compiles and runs it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from c_programs import BINARIES, compile_program
from library import link_shared
from standin import ROOT, Standin
from waiting import wait_until

EXAMPLE = ROOT / "examples" / "gateway_loop.c"
ACCOUNT = {"ROBOFY_API_KEY": "demo-key", "ROBOFY_PID": "project-1", "ROBOFY_CHATBOT_ID": "agent-1"}


@pytest.fixture(scope="module")
def example(need: Callable[[str], str]) -> Path:
    return compile_program(need("cc"), EXAMPLE, BINARIES / "example" / "gateway_loop", *link_shared())


def start(example: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ROBOFY_")}
    return subprocess.Popen(
        [str(example), *arguments],
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(process: subprocess.Popen[str]) -> tuple[list[str], str, int]:
    output, errors = process.communicate(timeout=120)
    return output.splitlines(), errors, process.returncode


def test_every_user_is_answered(example: Path, start_standin: Callable[..., Standin]) -> None:
    standin = start_standin("--delay-ms", "1500")
    lines, errors, status = outcome(start(example, "200", **ACCOUNT, ROBOFY_BASE_URL=standin.url))
    assert (errors, status) == ("", 0)
    *progress, summary = lines
    assert progress
    assert all(re.fullmatch(r"\d+\.\d s: \d+ of 200", line) for line in progress)
    assert re.fullmatch(r"200 of 200 answered, 0 failed, \d+\.\d s: \d+ answers a second", summary)
    sessions = {request["body"]["user_context"]["session_id"] for request in standin.requests()}
    assert len(sessions) == 200
    assert standin.stats()["max_in_flight"] > 100


def test_ctrl_c_ends_it_with_a_summary(example: Path, start_standin: Callable[..., Standin]) -> None:
    standin = start_standin("--delay-ms", "60000")
    process = start(example, "50", **ACCOUNT, ROBOFY_BASE_URL=standin.url)
    wait_until(lambda: standin.stats()["in_flight"] == 50)
    process.send_signal(signal.SIGINT)
    lines, errors, status = outcome(process)
    assert (errors, status) == ("", 130)
    assert re.fullmatch(r"stopped: 0 of 50 answered, 0 failed, \d+\.\d s: 0 answers a second", lines[-1])


def test_failures_are_counted_and_one_is_shown(example: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        lines, errors, status = outcome(start(example, **ACCOUNT, ROBOFY_BASE_URL=url))
    assert lines[-1].startswith("0 of 1000 answered, 1000 failed")
    assert re.fullmatch(r"user \d+: could not reach the service.*\n", errors)
    assert status == 1


@pytest.mark.parametrize(("variable", "parameter"), [("ROBOFY_API_KEY", "api_key"), ("ROBOFY_PID", "pid")])
def test_it_names_what_was_not_set(example: Path, standin: Standin, variable: str, parameter: str) -> None:
    account = {name: value for name, value in ACCOUNT.items() if name != variable}
    lines, errors, status = outcome(start(example, **account, ROBOFY_BASE_URL=standin.url))
    assert parameter in errors
    assert (lines, status) == ([], 1)


def test_it_says_how_it_is_called(example: Path) -> None:
    lines, errors, status = outcome(start(example, "--help"))
    assert "gateway_loop [USERS]" in lines[0]
    assert (errors, status) == ("", 0)
    for wrong in (["many"], ["0"], ["-1"], ["1", "2"], ["1x"], [""]):
        lines, errors, status = outcome(start(example, *wrong))
        assert "gateway_loop [USERS]" in errors
        assert (lines, status) == ([], 2)


def test_it_is_short() -> None:
    assert len(EXAMPLE.read_text().splitlines()) < 120
