"""Many chats at once with aiohttp, which speaks HTTP/1.1: one session, a task and a connection a chat."""

from __future__ import annotations

import asyncio
import ssl
import time

import aiohttp
import chat
import gate


async def main() -> None:
    flight = gate.arguments(__doc__)
    trust = ssl.create_default_context(cafile=flight.ca_file)
    connector = aiohttp.TCPConnector(limit=0, ssl=trust)
    timeout = aiohttp.ClientTimeout(total=chat.TIMEOUT)
    session = aiohttp.ClientSession(connector=connector, timeout=timeout, headers=chat.HEADERS)

    async def send(number: int) -> bool:
        try:
            async with session.post(flight.url, json=chat.request(number)) as response:
                response.raise_for_status()
                return chat.is_answer(await response.json())
        except aiohttp.ClientError as error:
            return chat.failed(error)

    async with session:
        gate.ready(f"aiohttp {aiohttp.__version__}")
        began = time.monotonic()
        answered = sum(await asyncio.gather(*map(send, range(flight.chats))))
        gate.done(time.monotonic() - began, answered, flight.chats - answered)


if __name__ == "__main__":
    asyncio.run(main())
