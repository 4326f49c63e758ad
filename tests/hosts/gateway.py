"""A gateway as a WSGI application: its one client is made, and used, before the workers are forked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import robofy

CLIENT = robofy.Client(
    "a-test-key", base_url=os.environ["GATEWAY_BASE_URL"], ca_file=os.environ.get("GATEWAY_CA_FILE") or None
)


def ask(query: str, session_id: str) -> str:
    return CLIENT.whatsapp_chat(pid="31415", chatbot_id="DKDvwn", query=query, session_id=session_id).answer


ask("preloaded", session_id="master")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers the request's query, and says which worker did."""
    query = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
    answer = ask(query, session_id=environ["PATH_INFO"])
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Worker", str(os.getpid()))])
    return [answer.encode()]
