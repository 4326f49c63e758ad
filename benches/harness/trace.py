"""The system calls of a running process, as strace sees them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .paths import SCRATCH
from .problem import Problem
from .process import running

# strace interrupts the calls that it finds the threads in, and those begin anew.
ARRIVAL_SECONDS = 1.0


def syscalls_of(pid: int, seconds: float) -> int:
    """How many its threads begin or end in so long a time."""
    trace = SCRATCH / "strace"
    with running(["strace", "-f", "-ttt", "-qq", "-o", trace, "-p", pid]) as strace:
        time.sleep(ARRIVAL_SECONDS)
        begin = time.time()
        time.sleep(seconds)
        end = time.time()
        if strace.poll() is not None:
            raise Problem("strace ended early: may this user trace other processes?")
    # Each line: the thread, the time, the call.
    moments = [float(line.split()[1]) for line in trace.read_text().splitlines()]
    if not moments:
        raise Problem("strace saw not even the call that a sleeping thread is in")
    return sum(begin <= moment < end for moment in moments)


@contextmanager
def calls_of(pid: int, names: str) -> Iterator[Callable[[], int]]:
    """How many of these calls its threads make in the time of the block; asked for after it."""
    trace = SCRATCH / "strace"
    with running(["strace", "-f", "-qq", "-e", f"trace={names}", "-e", "signal=none", "-o", trace, "-p", pid]) as strace:
        time.sleep(ARRIVAL_SECONDS)
        yield lambda: sum("resumed>" not in line for line in trace.read_text().splitlines())
        if strace.poll() is not None:
            raise Problem("strace ended early: may this user trace other processes?")
