import json
from dataclasses import dataclass, field
from typing import Any, Optional

from robofy.text import format, split


@dataclass(frozen=True)
class Reply:
    """The agent's answer to one message; `str(reply)` is the answer. Immutable, and of use on any thread."""

    answer: str
    """The text to forward to the WhatsApp user, never empty."""
    session_id: Optional[str]
    """The session that the service answered in, or None if it named none."""
    message: Optional[str]
    """The service's own message, such as "Success", or None if it sent none."""
    body: str = field(repr=False)
    """The response's JSON text as received."""
    attempts: int
    """How many requests it took."""
    elapsed: float
    """The seconds that the call took, retries and waits included."""

    def json(self) -> Any:
        """Parse the body: everything the service sent, with keys that this class does not know.

        Returns:
            What `json.loads` makes of `body`, anew at each call.

        """
        return json.loads(self.body)

    def parts(self, limit: int = 0) -> list[str]:
        """Give the answer as the WhatsApp messages to send: `robofy.format`, then `robofy.split`.

        Args:
            limit: The most UTF-16 units of a part; 0 for the 4 096 of the Cloud API. Twilio takes 1 600.

        Returns:
            The texts, none of them blank.

        """
        return split(format(self.answer), limit)

    def __str__(self) -> str:
        return self.answer
