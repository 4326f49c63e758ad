import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Latency:
    """How long answered chats took, from the call to the complete answer: in seconds, exact to one percent."""

    count: int
    """How many chats these figures are of; with none all are 0."""
    min: float
    """The shortest, in seconds."""
    mean: float
    """The average, in seconds."""
    p50: float
    """Half of the chats took at most so many seconds."""
    p90: float
    """90 percent of the chats took at most so many seconds."""
    p99: float
    """99 percent of the chats took at most so many seconds."""
    p999: float
    """99.9 percent of the chats took at most so many seconds."""
    max: float
    """The longest, in seconds."""


@dataclass(frozen=True)
class Stats:
    """A snapshot of one client's figures in this process; a forked child counts anew.

    Gauges go up and down; counters only grow.
    """

    in_flight: int
    """Gauge: chats begun and not finished."""
    queued: int
    """Gauge: those in flight that wait for their session's turn, their pace or a connection."""
    uncollected: int
    """Gauge: chats that have finished, but whose result the event loop has not taken yet."""
    connections: int
    """Gauge: connections, idle ones included, of this client and of all others that go the same way."""
    answered: int
    """Counter: chats with an answer."""
    failed: Mapping[str, int]
    """Counter: chats that failed, by the status's name in lower case, such as "timeout"; every one is present."""
    cancelled: int
    """Counter: chats that were cancelled."""
    refused: int
    """Counter: messages that were refused at `max_in_flight`; they are not among the failed."""
    retried: int
    """Counter: attempts after a chat's first."""
    bytes_sent: int
    """Counter: bytes of request bodies."""
    bytes_received: int
    """Counter: bytes of response bodies."""
    latency: Latency
    """How long the answered chats took."""


def parse(text: str) -> Stats:
    """Read the library's JSON; fields that a later library adds are passed over."""
    figures = json.loads(text)
    return Stats(**{**known(Stats, figures), "latency": _latency(figures["latency"])})


def _latency(figures: Mapping[str, Any]) -> Latency:
    seconds = {name[: -len("_us")]: value / 1_000_000 for name, value in figures.items() if name.endswith("_us")}
    return Latency(**known(Latency, {**seconds, "count": figures["count"]}))


def known(kind: Any, figures: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: figures[field.name] for field in dataclasses.fields(kind)}
