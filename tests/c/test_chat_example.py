"""The C example, as a newcomer compiles and runs it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from c_programs import BINARIES, compile_program
from library import link_shared
from standin import ROOT, Standin

EXAMPLE = ROOT / "examples" / "chat.c"
ACCOUNT = {"ROBOFY_API_KEY": "demo-key", "ROBOFY_PID": "project-1", "ROBOFY_CHATBOT_ID": "agent-1"}


@pytest.fixture(scope="module")
def example(need: Callable[[str], str]) -> Path:
    return compile_program(need("cc"), EXAMPLE, BINARIES / "example" / "chat", *link_shared())


def chat(example: Path, *messages: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ROBOFY_")}
    return subprocess.run(
        [str(example), *messages],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_it_holds_a_conversation(example: Path, standin: Standin) -> None:
    done = chat(example, "I am Ana", "Who am I?", **ACCOUNT, ROBOFY_BASE_URL=standin.url)
    assert done.stdout.splitlines() == [
        "you: I am Ana",
        'agent: Hello! You wrote: "I am Ana".',
        "you: Who am I?",
        'agent: You wrote: "Who am I?". Before that you wrote: "I am Ana".',
    ]
    assert (done.returncode, done.stderr) == (0, "")


def test_it_says_what_is_wrong_and_fails(example: Path, standin: Standin) -> None:
    done = chat(example, "!status=401", "not reached", **ACCOUNT, ROBOFY_BASE_URL=standin.url)
    assert done.stdout == "you: !status=401\n"
    assert "401 UNAUTHORIZED" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(("variable", "parameter"), [("ROBOFY_API_KEY", "api_key"), ("ROBOFY_PID", "pid")])
def test_it_names_what_was_not_set(example: Path, standin: Standin, variable: str, parameter: str) -> None:
    account = {name: value for name, value in ACCOUNT.items() if name != variable}
    done = chat(example, "Hello", **account, ROBOFY_BASE_URL=standin.url)
    assert parameter in done.stderr
    assert done.returncode == 1


def test_it_says_how_it_is_called(example: Path) -> None:
    done = chat(example)
    assert "MESSAGE..." in done.stderr
    assert done.returncode == 2


def test_it_is_short_and_needs_no_json_library() -> None:
    source = EXAMPLE.read_text()
    assert len(source.splitlines()) < 40
    assert "json" not in source.lower()
