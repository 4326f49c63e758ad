"""A program measured from outside, the same way for every language.

It says "ready", waits for "go", does its work, says "done", and leaves when its input closes.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .paths import SCRATCH
from .problem import Problem
from .process import running
from .results import Figures

SAMPLE_SECONDS = 0.02
WORDS = SCRATCH / "stderr"


@dataclass(frozen=True)
class Snapshot:
    """What the process holds and has used."""

    resident_kb: int
    anonymous_kb: int  # without the pages of files
    peak_kb: int
    threads: int
    descriptors: int
    cpu_s: float


class Gated:
    def __init__(self, child: subprocess.Popen[str], name: str, give_up: float) -> None:
        self.child = child
        self.name = name
        self.give_up = give_up
        self.most_threads = 0

    def next_event(self, expected: str) -> Figures:
        """The program's next line of JSON; threads are counted while it works."""
        assert self.child.stdout is not None
        while not select.select([self.child.stdout], [], [], SAMPLE_SECONDS)[0]:
            self.most_threads = max(self.most_threads, int(self.status().get("Threads", 0)))
            if time.monotonic() > self.give_up:
                raise Problem(f"{self.name} is not {expected} in time")
        line = self.child.stdout.readline()
        if not line:
            raise Problem(f"{self.name} ended before it was {expected}:\n  " + "\n  ".join(last_words()))
        event: Figures = json.loads(line)
        if event.pop("event") != expected:
            raise Problem(f"{self.name} said {line.strip()} where it should be {expected}")
        return event

    def go(self) -> None:
        """Lets it work. The peak counts from here."""
        assert self.child.stdin is not None
        Path(f"/proc/{self.child.pid}/clear_refs").write_text("5")
        self.child.stdin.write("go\n")
        self.child.stdin.flush()

    def status(self) -> dict[str, str]:
        lines = Path(f"/proc/{self.child.pid}/status").read_text().splitlines()
        return {name: value.removesuffix("kB").strip() for name, _, value in (line.partition(":") for line in lines)}

    def snapshot(self) -> Snapshot:
        status = self.status()
        return Snapshot(
            resident_kb=int(status["VmRSS"]),
            anonymous_kb=int(status["RssAnon"]),
            peak_kb=int(status["VmHWM"]),
            threads=int(status["Threads"]),
            descriptors=len(os.listdir(f"/proc/{self.child.pid}/fd")),
            cpu_s=time.clock_gettime(process_clock(self.child.pid)),
        )


def process_clock(pid: int) -> int:
    """The id of another process's CPU clock: what clock_getcpuclockid(3) gives."""
    return (~pid << 3) | 2


def last_words() -> list[str]:
    return WORDS.read_text().strip().splitlines()[-3:] or ["it said nothing"]


@contextmanager
def gated(
    command: Sequence[object], environment: Mapping[str, str] | None = None, timeout: float = 300
) -> Iterator[Gated]:
    variables = {**os.environ, **(environment or {})}
    name = " ".join(Path(str(word)).name for word in command[:2])
    WORDS.parent.mkdir(parents=True, exist_ok=True)
    with (
        WORDS.open("w") as words,
        running(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, env=variables) as child,
    ):
        yield Gated(child, name, time.monotonic() + timeout)
        assert child.stdin is not None
        child.stdin.close()
        try:
            status = child.wait(60)
        except subprocess.TimeoutExpired:
            raise Problem(f"{name} does not end after its work") from None
    if status != 0:
        raise Problem(f"{name} ended with {status} after its work:\n  " + "\n  ".join(last_words()))
