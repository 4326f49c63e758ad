import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Latency:
    """How long answered chats took, from the call to the complete answer: in seconds, exact to one percent.

    Attributes:
        count: how many chats these figures are of; with none all are 0.
        min: the shortest.
        mean: the average.
        p50: half of the chats took at most this long; `p90`, `p99` and `p999` are the same for 90, 99 and 99.9 percent.
        max: the longest.

    """

    count: int
    min: float
    mean: float
    p50: float
    p90: float
    p99: float
    p999: float
    max: float


@dataclass(frozen=True)
class Stats:
    """A snapshot of one client's figures in this process; a forked child counts anew.

    Gauges:
        in_flight: chats begun and not finished.
        queued: those in flight that wait for their session's turn, their pace or a connection.
        uncollected: chats that have finished, but whose result the event loop has not taken yet.
        lanes: connections, idle ones included, of this client and of all others that go the same way.

    Counters, which only grow:
        answered: chats with an answer.
        failed: chats that failed, by the status's name in lower case, such as "timeout"; every one is present.
        cancelled: chats that were cancelled.
        refused: messages that were refused at `max_in_flight`; they are not among the failed.
        retried: attempts after a chat's first.
        bytes_sent: bytes of request bodies.
        bytes_received: bytes of response bodies.

    And of answered chats:
        latency: how long they took.

    """

    in_flight: int
    queued: int
    uncollected: int
    lanes: int
    answered: int
    failed: Mapping[str, int]
    cancelled: int
    refused: int
    retried: int
    bytes_sent: int
    bytes_received: int
    latency: Latency


def parse(text: str) -> Stats:
    """Read the library's JSON; fields that a later library adds are passed over."""
    figures = json.loads(text)
    return Stats(**{**_known(Stats, figures), "latency": _latency(figures["latency"])})


def _latency(figures: Mapping[str, Any]) -> Latency:
    seconds = {name[: -len("_us")]: value / 1_000_000 for name, value in figures.items() if name.endswith("_us")}
    return Latency(**_known(Latency, {**seconds, "count": figures["count"]}))


def _known(kind: Any, figures: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: figures[field.name] for field in dataclasses.fields(kind)}
