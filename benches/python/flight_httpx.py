"""Many chats at once with httpx: one client, a thread and a connection a chat.

Over HTTP/1.1: threads that share an httpx.Client over HTTP/2 break its connection (encode/httpx#3072).
"""

from __future__ import annotations

import ssl
import time
from concurrent.futures import ThreadPoolExecutor

import chat
import gate
import httpx


def main() -> None:
    flight = gate.arguments(__doc__)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    trust = ssl.create_default_context(cafile=flight.ca_file)
    client = httpx.Client(verify=trust, headers=chat.HEADERS, timeout=chat.TIMEOUT, limits=limits, trust_env=False)

    def send(number: int) -> bool:
        try:
            response = client.post(flight.url, json=chat.request(number))
            response.raise_for_status()
            return chat.is_answer(response.json())
        except httpx.HTTPError as error:
            return chat.failed(error)

    with client, ThreadPoolExecutor(flight.chats) as pool:
        gate.ready(f"httpx {httpx.__version__}")
        began = time.monotonic()
        answered = sum(pool.map(send, range(flight.chats)))
        gate.done(time.monotonic() - began, answered, flight.chats - answered)


if __name__ == "__main__":
    main()
