"""The words in which a fault is told: where it happens, what it must end as, and in which time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from certificates import Authority
from driver import Outcome
from standin import Standin

# By so much the odd one may take longer than the usual, on a machine that stalls.
STALL = 10


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


class Bench:
    """What a fault's peers are made with; all of it ends with the test."""

    def __init__(self, need: Callable[[str], str], directory: Path, authority: Authority, stack: ExitStack) -> None:
        self.need = need
        self.directory = directory
        self.authority = authority
        self.stack = stack

    def standin(self, *arguments: str, tls: str | None = None) -> Standin:
        return self.stack.enter_context(Standin(*arguments, tls=tls))


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
    # The command that the driver is run by.
    runner: Sequence[str] = ()
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
    # Seconds from call to return, for most.
    bound: float = 5.0
    query: str = "Hello"
    options: Mapping[str, object] = field(default_factory=dict)
    peak_mb: int = 100
    # Connections that all chats together come to need, where those of the first round may be fewer.
    connections: int = 1
    check: Callable[[list[Outcome]], None] | None = None

    @property
    def last_bound(self) -> float:
        """Seconds from call to return, for those who meet a machine that stalls."""
        return min(STALL * self.bound, 60)

    @property
    def patience_seconds(self) -> float:
        """After which a driver that says nothing is hung, whatever it waits for."""
        rounds = 2 * int(str(self.options.get("rounds", 2)))
        return 30 + self.last_bound + rounds * (2 * self.bound + float(str(self.options.get("pause_ms", 0))) / 1000)
