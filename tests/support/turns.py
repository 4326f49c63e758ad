"""Parallel runs of the tests share the folders of target/."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from standin import TARGET


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """Waits until no other run does the same."""
    TARGET.mkdir(exist_ok=True)
    with open(TARGET / f"{what}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
