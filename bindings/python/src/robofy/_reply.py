import json
from dataclasses import dataclass, field
from typing import Any, Optional


@dataclass(frozen=True)
class Reply:
    """The agent's answer to one message; `str(reply)` is the answer.

    Attributes:
        answer: the text to forward to the WhatsApp user.
        session_id: the session that the service answered in, or None if it named none.
        message: the service's own message, such as "Success", or None if it sent none.
        body: the response's JSON text as received.
        attempts: how many requests it took.
        elapsed: the seconds that the call took, retries included.

    """

    answer: str
    session_id: Optional[str]
    message: Optional[str]
    body: str = field(repr=False)
    attempts: int
    elapsed: float

    def json(self) -> Any:
        """Parse the body: everything the service sent, with keys that this class does not know."""
        return json.loads(self.body)

    def __str__(self) -> str:
        return self.answer
