import json
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Optional


class StreamEventKind(IntEnum):
    """What an event of a stream is about."""

    OTHER = 0
    """Anything else, known to the service alone: its JSON says what."""
    DELTA = 1
    """The next piece of the answer."""
    TOOL = 2
    """A step in the use of a tool."""
    SESSION = 3
    """The conversation that the answer belongs to."""
    FINISH = 4
    """The agent has finished its answer. It is not the last event: the session may come after it."""

    @classmethod
    def _missing_(cls, value: object) -> "StreamEventKind":
        del value  # of a later library
        return cls.OTHER


@dataclass(frozen=True)
class StreamEvent:
    """One event of a stream. Immutable, and of use on any thread."""

    kind: StreamEventKind
    """What it is about."""
    name: Optional[str]
    """The tool at a tool event that names one, else the service's own name, such as "text-delta"; None without one."""
    text: Optional[str]
    """The piece of the answer, the conversation at a session, the reason at a finish; None at any other event."""
    body: str = field(repr=False)
    """The event's JSON text as received."""

    def json(self) -> Any:
        """Parse the body.

        Returns:
            What `json.loads` makes of `body`, anew at each call.

        """
        return json.loads(self.body)
