"""The chat that every test sends: one project, one agent."""

import time
from typing import Any

from standin import Standin

import robofy

PID = "31415"
CHATBOT_ID = "DKDvwn"


def chat(client: robofy.Client, query: str = "Hello", **more: Any) -> robofy.Reply:
    return client.whatsapp_chat(pid=PID, chatbot_id=CHATBOT_ID, query=query, **more)


async def chat_async(client: robofy.AsyncClient, query: str = "Hello", **more: Any) -> robofy.Reply:
    return await client.whatsapp_chat(pid=PID, chatbot_id=CHATBOT_ID, query=query, **more)


def wait_until_chats_are_in_flight(standin: Standin, chats: int) -> None:
    give_up = time.monotonic() + 60
    while standin.stats()["in_flight"] < chats:
        assert time.monotonic() < give_up
        time.sleep(0.01)


def wait_until_no_chat_is_in_flight(standin: Standin) -> None:
    """As after a cancellation: the service notices that nobody waits for its answer any more."""
    give_up = time.monotonic() + 30
    while standin.stats()["in_flight"]:
        assert time.monotonic() < give_up
        time.sleep(0.01)
