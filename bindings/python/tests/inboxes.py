"""An inbox in front of the stand-in, and what comes of it."""

from typing import Any

from chats import CHATBOT_ID, PID

import robofy
from robofy import Accept, OutcomeKind

CHANNEL = "106"
# Far longer than anything here takes.
PATIENCE = 60


def inbox_of(client: "robofy.Client | robofy.AsyncClient", messages: int = 1, **more: Any) -> robofy.Inbox:
    """The agent is asked when there are so many messages, and typing is not shown."""
    options = {"max_messages": messages, "quiet": 3000, "max_wait": 3000, "typing": 0, **more}
    return robofy.Inbox(client, PID, CHATBOT_ID, **options)


def write(inbox: robofy.Inbox, name: str, text: str = "!answer=x", user: str = "1555") -> Accept:
    return inbox.offer_text(CHANNEL, user, name, text)


def settle(inbox: robofy.Inbox, kind: OutcomeKind = OutcomeKind.ANSWER) -> list[str]:
    """Take the next outcome, which must come, and have its parts sent."""
    outcome = inbox.poll(PATIENCE)
    assert outcome
    assert outcome.kind is kind
    for number in range(len(outcome.parts)):
        inbox.sent(outcome, number)
    return [part.text for part in outcome.parts]
