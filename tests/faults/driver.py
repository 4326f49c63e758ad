"""Runs driver.c against a fault and reads its report."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

KEY = "canary-key-41d7"

# A leak ends the driver with this status. Freed memory is not kept for long, so that the peak is the library's.
_SANITIZER = {
    "ASAN_OPTIONS": "detect_leaks=1:exitcode=99:quarantine_size_mb=1:thread_local_quarantine_size_kb=16",
    "LSAN_OPTIONS": "exitcode=99",
}


@dataclass(frozen=True)
class Outcome:
    """What one chat ended as."""

    session: str
    elapsed_ms: int
    status: int
    http_status: int
    retryable: bool
    retry_after_ms: int
    attempts: int | None = None
    answer: str | None = None
    answer_bytes: int = 0
    message: str | None = None
    code: str | None = None
    detail: str | None = None
    # How long the machine kept the chat's thread from running, and the driver's other threads during its round.
    withheld_ms: int = 0


class Report:
    """What a run of the driver printed."""

    def __init__(self, text: str) -> None:
        self._fields: dict[str, Any] = json.loads(text)
        events = self._fields["events"]
        withheld = {event["round"]: event["withheld_ms"] for event in events if "round" in event}
        outcomes = [Outcome(**event) for event in events if "session" in event]
        chats = [
            replace(chat, withheld_ms=chat.withheld_ms + withheld[chat.session.rpartition("-")[0]]) for chat in outcomes
        ]
        self.warming = [chat for chat in chats if chat.session.startswith("warm-")]
        self.chats = [chat for chat in chats if not chat.session.startswith("warm-")]
        cycles = [event for event in events if "stats" in event]
        self.stats: list[dict[str, Any]] = [cycle["stats"] for cycle in cycles]
        self.free_ms: list[int] = [cycle["free_ms"] for cycle in cycles]
        self.submit_ms: list[int] = [cycle["submit_ms"] for cycle in cycles]

    def __getitem__(self, name: str) -> int:
        return int(self._fields[name])


def run(
    binary: Path,
    settings: Mapping[str, object],
    runner: Sequence[str],
    environment: Mapping[str, str],
    patience_seconds: float,
) -> Report:
    """A run to its end, without a word from a sanitizer, and without the key in anything that it prints."""
    arguments = [f"{name}={value}" for name, value in settings.items()]
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    process = subprocess.Popen(
        [*runner, str(binary), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**kept, **_SANITIZER, **environment},
    )
    try:
        output, complaints = process.communicate(timeout=patience_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        output, complaints = process.communicate()
        pytest.fail(f"hangs: nothing after {patience_seconds:.0f} s\n{output}{complaints}", pytrace=False)
    if process.returncode or complaints:
        pytest.fail(f"the driver ended with {process.returncode}:\n{output}\n{complaints}", pytrace=False)
    assert KEY not in output
    return Report(output)
