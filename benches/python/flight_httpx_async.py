"""Many chats at once with httpx.AsyncClient over HTTP/2: one client, one task a chat."""

from __future__ import annotations

import asyncio
import ssl
import time

import chat
import gate
import httpx


async def main() -> None:
    flight = gate.arguments(__doc__)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    trust = ssl.create_default_context(cafile=flight.ca_file)
    client = httpx.AsyncClient(
        http2=True, verify=trust, headers=chat.HEADERS, timeout=chat.TIMEOUT, limits=limits, trust_env=False
    )

    async def send(number: int) -> bool:
        try:
            response = await client.post(flight.url, json=chat.request(number))
            response.raise_for_status()
            return chat.is_answer(response.json())
        except httpx.HTTPError as error:
            return chat.failed(error)

    async with client:
        gate.ready(f"httpx {httpx.__version__}")
        began = time.monotonic()
        answered = sum(await asyncio.gather(*map(send, range(flight.chats))))
        gate.done(time.monotonic() - began, answered, flight.chats - answered)


if __name__ == "__main__":
    asyncio.run(main())
