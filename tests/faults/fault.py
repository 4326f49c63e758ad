"""The words in which a fault is told: where it happens, what it must end as, and in which time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import Enum, IntEnum, auto
from pathlib import Path

from certificates import Authority
from driver import Outcome
from raw_peer import RawPeer, answer_all
from standin import Standin

# By so much the odd one may take longer than the usual, on a machine that stalls.
STALL = 10
# What the driver does where a fault does not say otherwise (driver.c).
_DEADLINE_MS, _CONNECT_TIMEOUT_MS, _MAX_RETRIES = 10_000, 5_000, 1
# The library's first wait between attempts, at most; it doubles.
_BACKOFF_MS = 500
# Milliseconds that a healthy client may wait for an answer while a fault happens beside it, when what the machine
# withheld is taken off. An answer takes a third of one on a machine at rest, and up to five where all cores are busy; a
# poll that parses without end takes hundreds.
NEIGHBOUR_MS = 50


class Status(IntEnum):
    """The numbers of `RobofyStatus` in the header."""

    OK = 0
    INVALID_ARGUMENT = 1
    CONNECT = 2
    TLS = 3
    TIMEOUT = 4
    INTERRUPTED = 5
    PROTOCOL = 6
    BAD_REQUEST = 7
    UNAUTHORIZED = 8
    FORBIDDEN = 9
    NOT_FOUND = 10
    RATE_LIMITED = 11
    SERVER = 12


# By calls that wait, by messages that are submitted, and by such beside a healthy client.
WAYS = ("blocking", "submitted", "beside")


class Ends(Enum):
    """Which of the caller's times ends a message, if one does."""

    EARLIER = auto()
    BY_DEADLINE = auto()
    BY_CONNECT_TIMEOUTS = auto()


class Bench:
    """What a fault's peers are made with; all of it ends with the test."""

    def __init__(self, need: Callable[[str], str], directory: Path, authority: Authority, stack: ExitStack) -> None:
        self.need = need
        self.directory = directory
        self.authority = authority
        self.stack = stack

    def standin(self, *arguments: str, tls: str | None = None, network: Sequence[str] = ()) -> Standin:
        return self.stack.enter_context(Standin(*arguments, tls=tls, network=network))

    def serving(self, *names: str) -> RawPeer:
        """A healthy service over TLS and HTTP/1.1, by these names."""
        leaf = self.authority.leaf(*names) if names else None
        peer = RawPeer(answer_all, self.authority.context(leaf=leaf))
        self.stack.enter_context(peer)
        return peer


def nobody() -> Counter[str]:
    """The record of a service that no message reaches."""
    return Counter()


@dataclass
class Place:
    """Where the messages of one test go."""

    url: str
    ca_file: Path | None = None
    proxy: str = ""
    # How often the service has received each session's message; None where that cannot be told.
    seen: Callable[[], Mapping[str, int]] | None = nobody
    # Everything that went to where the API key does not belong.
    strangers: Sequence[Callable[[], bytes]] = ()
    # The command that runs a program in the network of this place, and the one that limits the driver alone.
    network: Sequence[str] = ()
    limits: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """One row of the matrix: what happens to a message, and what the documentation says of it."""

    name: str
    peer: Callable[[Bench], Place]
    # More than one only where the network decides which comes first.
    status: tuple[Status, ...]
    # A word that the error's message has.
    says: str = ""
    http_status: int = 0
    retryable: bool = False
    # Requests that the library makes of a message (None where the network decides), and how many of them arrive whole.
    attempts: int | None = 1
    seen: tuple[int, ...] = (1,)
    code: str | None = None
    # Milliseconds, at least and at most.
    retry_after: tuple[int, int] = (0, 0)
    answer: str = ""
    # A deadline, unless told, where it may end as TIMEOUT.
    ends: Ends | None = None
    # Seconds from call to return, without the waits between attempts, where it ends earlier than by a deadline.
    within: float = 2.0
    neighbour_ms: int = NEIGHBOUR_MS
    ways: Sequence[str] = WAYS
    query: str = "Hello"
    options: Mapping[str, object] = field(default_factory=dict)
    peak_mb: int = 100
    # Connections that all chats together come to need, where those of the first round may be fewer.
    connections: int = 1
    check: Callable[[list[Outcome]], None] | None = None

    @property
    def bound(self) -> float:
        """Seconds from call to return, as a median, when what the machine took is taken off."""
        ends = self.ends or (Ends.BY_DEADLINE if Status.TIMEOUT in self.status else Ends.EARLIER)
        if ends is Ends.BY_DEADLINE:
            return (1.2 * self._option("timeout_ms", _DEADLINE_MS) + 100) / 1000
        attempts = self._option("max_retries", _MAX_RETRIES) + 1 if self.attempts is None else self.attempts
        waits = _BACKOFF_MS * ((1 << attempts - 1) - 1)
        if ends is Ends.BY_CONNECT_TIMEOUTS:
            timeouts = attempts * self._option("connect_timeout_ms", _CONNECT_TIMEOUT_MS)
            return (1.2 * (timeouts + waits) + 100) / 1000
        return self.within + waits / 1000

    @property
    def last_bound(self) -> float:
        """Seconds from call to return, for those who meet a machine that stalls."""
        return min(STALL * self.bound, 60)

    @property
    def patience_seconds(self) -> float:
        """After which a driver that says nothing is hung, whatever it waits for."""
        rounds = 2 * self._option("rounds", 2)
        return 30.0 + self.last_bound + rounds * (2 * self.bound + self._option("pause_ms", 0) / 1000)

    def _option(self, name: str, default: int) -> int:
        return int(str(self.options.get(name, default)))
