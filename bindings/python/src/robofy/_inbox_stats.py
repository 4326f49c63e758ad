import json
from dataclasses import dataclass

from robofy._stats import known


@dataclass(frozen=True)
class InboxStats:
    """A snapshot of an inbox's figures.

    Gauges go up and down, and a path keeps them over a restart; counters only grow, from the inbox's beginning.
    """

    pending: int
    """Gauge: messages that wait or are being answered."""
    turns: int
    """Gauge: bursts that are claimed and not settled."""
    in_flight: int
    """Gauge: those that the agent has."""
    unpolled: int
    """Gauge: outcomes that wait to be polled."""
    sessions: int
    """Gauge: sessions that have something to do, or are paused."""
    remembered: int
    """Gauge: messages that would be known as duplicates."""
    queued: int
    """Counter: offers that were kept."""
    duplicates: int
    """Counter: offers that were duplicates."""
    paused: int
    """Counter: offers to sessions that were paused."""
    ignored: int
    """Counter: offers of which nothing came."""
    refused: int
    """Counter: offers that raised an error."""
    took_over: int
    """Counter: offers by which a person took a session over."""
    answers: int
    """Counter: answers polled; one that comes again counts once more, as for the others."""
    fallbacks: int
    """Counter: fallbacks polled."""
    typing: int
    """Counter: typing polled."""
    notices: int
    """Counter: notices polled."""
    media: int
    """Counter: outcomes polled of media that the agent cannot read."""
    expired: int
    """Counter: outcomes polled that end messages unanswered."""
    parts_sent: int
    """Counter: parts reported as sent."""
    parts_failed: int
    """Counter: parts reported as failed."""
    storage_errors: int
    """Counter: what could not be kept or read."""


def parse(text: str) -> InboxStats:
    """Read the library's JSON; fields that a later library adds are passed over."""
    return InboxStats(**known(InboxStats, json.loads(text)))
