"""The stand-in's stream, read by the npm package whose stream it is: `ai`, version 6."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from npm import installed
from packages import succeed
from standin import Standin

PACKAGE = "ai@6.0.326"
PROGRAM = Path(__file__).with_name("ai_stream.mjs")
STREAM = "/v1/ai-agent/a-stream"


@pytest.fixture(scope="session")
def package(need: Callable[[str], str]) -> Path:
    """A folder with the package."""
    return installed(PACKAGE, need)


@pytest.fixture(scope="module")
def streaming() -> Any:
    with Standin("--stream-path", STREAM) as standin:
        yield standin


def read(package: Path, standin: Standin, query: str) -> dict[str, Any]:
    command = ["node", PROGRAM, standin.url + STREAM, query]
    read: dict[str, Any] = json.loads(succeed(command, standin, cwd=package))
    return read


def text(message: dict[str, Any]) -> str:
    return "".join(part["text"] for part in message["parts"] if part["type"] == "text")


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("Hi", 'Hello! You wrote: "Hi".'),
        ("!answer=Hello", "Hello"),
        ("!answer=Hello comments line-end=crlf bom", "Hello"),
        ("!answer=Hello split-data", "Hello"),
        ("!emoji drip-ms=0", "Hello 👋🏽 from the 👨‍👩‍👧‍👦"),
        ("!answer=Hello tools", "Hello"),
        ("!deltas=1000", "".join(f"{number} " for number in range(1000))),
    ],
)
def test_the_package_reads_the_stream_without_an_error(
    package: Path, streaming: Standin, query: str, answer: str
) -> None:
    streaming.clear()
    came = read(package, streaming, query)
    message = came["message"]
    assert text(message) == answer
    ends = ["text-end", "finish-step", "finish", "data-session", "data-finish-reason"]
    assert came["chunks"][0] == "start"
    assert came["chunks"][-len(ends) :] == ends
    assert {"type": "data-session", "data": "918727"} in message["parts"]
    tools = [part for part in message["parts"] if part["type"] == "tool-book"]
    assert [tool["output"] for tool in tools] == ([{"booked": True}] if "tools" in query else [])


def test_an_error_of_the_stream_is_one_to_the_package(package: Path, streaming: Standin) -> None:
    command = ["node", str(PROGRAM), streaming.url + STREAM, "!answer=Hello stream-error=No_credit."]
    failed = subprocess.run(command, cwd=package, capture_output=True, text=True)
    assert failed.returncode != 0
    assert "No credit." in failed.stderr
