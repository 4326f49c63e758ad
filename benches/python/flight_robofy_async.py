"""Many chats at once with robofy.AsyncClient: one client, one task a chat."""

from __future__ import annotations

import asyncio
import time

import chat
import gate
import robofy


async def main() -> None:
    flight = gate.arguments(__doc__)
    base_url = f"https://127.0.0.1:{flight.port}"
    client = robofy.AsyncClient("bench-key", base_url=base_url, timeout=chat.TIMEOUT, ca_file=flight.ca_file, proxy="")

    async def send(number: int) -> bool:
        try:
            reply = await client.whatsapp_chat(
                pid=chat.PID, chatbot_id=chat.CHATBOT_ID, session_id=chat.session_id(number), query=chat.QUERY
            )
            return bool(reply.answer)
        except robofy.RobofyError as error:
            return chat.failed(error)

    async with client:
        gate.ready(f"robofy {robofy.__version__}")
        began = time.monotonic()
        answered = sum(await asyncio.gather(*map(send, range(flight.chats))))
        gate.done(time.monotonic() - began, answered, flight.chats - answered)


if __name__ == "__main__":
    asyncio.run(main())
