"""Answers in events over TLS and HTTP/2: what a stream that waits takes, and how soon a delta is handed out."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import programs
from .gated import gated
from .paths import ROOT, SCRATCH
from .plan import Plan
from .problem import Problem
from .process import running
from .results import Case, Results

SCENARIO = "streams"
PEER = "robofy"
STREAMS, DELTAS = 5_000, 2_000
SETTING = f"{STREAMS} streams that wait, {DELTAS} deltas beside them"
PATH = "/v1/ai-agent/a-stream"
CA_FILE = SCRATCH / "standin-ca.pem"


def run(plan: Plan, results: Results, versions: dict[str, str]) -> None:
    if not plan.chosen([PEER]):
        return
    command = programs.robofy_program("streams_robofy")(plan)
    for number in range(plan.flight_runs):
        plan.progress(f"{SCENARIO}: run {number + 1} of {plan.flight_runs}: {SETTING}")
        with standin() as port, gated([*command.words, port, STREAMS, DELTAS, CA_FILE]) as program:
            versions[PEER] = program.next_event("ready")["version"]
            idle = program.snapshot()
            program.go()
            program.next_event("ready")
            waiting = program.snapshot()
            program.go()
            figures = program.next_event("done")
            figures.update(
                kb_per_stream=(waiting.resident_kb - idle.resident_kb) / STREAMS,
                peak_kb_per_stream=(waiting.peak_kb - idle.resident_kb) / STREAMS,
                threads=max(program.most_threads, waiting.threads),
            )
            results.add(Case(SCENARIO, SETTING, PEER), figures)


@contextmanager
def standin() -> Iterator[int]:
    """The stand-in, whose deltas say when they left: nginx has no answers that never end. Its port."""
    binary = ROOT / "target" / "release" / "robofy-standin"
    if not binary.exists():
        raise Problem(f"no {binary}: run `cargo build --release -p robofy-standin`")
    Path(CA_FILE).parent.mkdir(parents=True, exist_ok=True)
    words = [binary, "--exit-with-parent", "--tls", "valid", "--ca-out", CA_FILE, "--stream-path", PATH]
    with running(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        yield int(child.stdout.readline().strip().rpartition(":")[2])
