"""A gateway's loop: many WhatsApp users write to a Robofy agent at once, and one thread waits for all the answers."""

import argparse
import asyncio
import os
import sys
import time

import robofy

VARIABLES = ["ROBOFY_API_KEY", "ROBOFY_PID", "ROBOFY_CHATBOT_ID"]


async def serve(users: int) -> None:
    api_key, pid, chatbot_id = (os.environ[name] for name in VARIABLES)
    async with robofy.AsyncClient(api_key, base_url=os.environ.get("ROBOFY_BASE_URL")) as client:

        async def serve_user(number: int) -> None:
            session_id = f"9187{number:08}"  # the user's WhatsApp number
            await client.whatsapp_chat(pid=pid, chatbot_id=chatbot_id, session_id=session_id, query="Hello")

        began = time.monotonic()
        chats = [asyncio.create_task(serve_user(number)) for number in range(users)]
        try:
            while (await asyncio.wait(chats, timeout=0.5))[1]:
                show_progress(client.stats())
        finally:  # also after Ctrl-C, which cancels what is waiting
            show_summary(client.stats(), time.monotonic() - began)


def show_progress(stats: robofy.Stats) -> None:
    print(f"{stats.answered} answered, {stats.in_flight} waiting, {stats.lanes} connections", flush=True)


def show_summary(stats: robofy.Stats, seconds: float) -> None:
    failures = sum(stats.failed.values())
    print(f"{stats.answered} answers in {seconds:.1f} s: {stats.answered / seconds:.0f} a second, {failures} failed")


def main() -> None:
    ...
