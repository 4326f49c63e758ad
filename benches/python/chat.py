"""The one chat that every peer sends."""

from __future__ import annotations

import sys
from typing import Any

HEADERS = {"Authorization": "Bearer bench-0123456789abcdef0123456789abcdef"}
PID = "3141592653"
CHATBOT_ID = "DKDvwnBenchAgent"
QUERY = "Hello, can I book a table for four on Friday at eight?"
TIMEOUT = 300.0


def session_id(number: int) -> str:
    return f"9187270{number:05}"


def request(number: int) -> dict[str, object]:
    context = {"session_id": session_id(number), "platform": "whatsapp"}
    return {"query": QUERY, "pid": PID, "chatbot_id": CHATBOT_ID, "user_context": context}


def is_answer(reply: Any) -> bool:
    return bool(reply["data"]["answer"])


def failed(error: Exception) -> bool:
    print(f"a chat failed: {error!r}", file=sys.stderr)
    return False
