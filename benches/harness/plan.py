"""What was asked for: how many runs of which peers, and how long each."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    runs: int
    flight_runs: int
    seconds: float
    library_dir: Path
    peers: frozenset[str] | None = None
    began: float = field(default_factory=time.monotonic)

    def chosen(self, peers: Iterable[str]) -> list[str]:
        return [peer for peer in peers if self.peers is None or peer in self.peers]

    def in_turn(self, peers: Iterable[str], run: int) -> list[str]:
        """The peers in an order that turns with each run, so that none is always first or always after another."""
        order = list(peers)
        if run % 2:
            order.reverse()
        first = (run // 2) % len(order) if order else 0
        return order[first:] + order[:first]

    def progress(self, what: str) -> None:
        print(f"[{time.monotonic() - self.began:5.0f} s] {what}", file=sys.stderr, flush=True)
