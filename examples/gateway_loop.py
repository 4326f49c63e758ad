"""A gateway's loop: many WhatsApp users write to a Robofy agent at once, and one thread waits for all the answers."""

import argparse
import asyncio
import os
import sys
import time

import robofy

VARIABLES = ["ROBOFY_API_KEY", "ROBOFY_PID", "ROBOFY_CHATBOT_ID"]


async def serve(users: int) -> list[robofy.RobofyError]:
    api_key, pid, chatbot_id = (os.environ[name] for name in VARIABLES)
    failures: list[robofy.RobofyError] = []
    async with robofy.AsyncClient(api_key, base_url=os.environ.get("ROBOFY_BASE_URL")) as client:

        async def serve_user(number: int) -> None:
            session_id = f"9187{number:08}"  # commonly the user's WhatsApp number
            query = f"Hello, I am user {number}"
            try:
                await client.whatsapp_chat(pid=pid, chatbot_id=chatbot_id, session_id=session_id, query=query)
                # Here a gateway forwards the answer to the user.
            except robofy.RobofyError as error:
                failures.append(error)

        began = time.monotonic()
        waiting = {asyncio.create_task(serve_user(number)) for number in range(users)}
        try:
            while waiting:
                _, waiting = await asyncio.wait(waiting, timeout=0.2)
                stats = client.stats()
                line = f"{stats.answered} answered, {len(failures)} failed, {len(waiting)} waiting"
                print(f"\r{line}, {stats.connections} connections ", end="", flush=True)
        finally:  # Ctrl-C comes here too; what still waits is then cancelled
            seconds, answered = time.monotonic() - began, client.stats().answered
            print(f"\n{answered} answers in {seconds:.1f} s: {answered / seconds:.0f} a second")
    return failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, epilog=f"Set {', '.join(VARIABLES)} beforehand.")
    parser.add_argument("users", nargs="?", type=int, default=1000, help="how many write a message (1000)")
    users = parser.parse_args().users
    missing = [name for name in VARIABLES if name not in os.environ]
    if missing:
        parser.error(f"set {', '.join(missing)} in the environment")
    try:
        failures = asyncio.run(serve(users))
    except KeyboardInterrupt:
        sys.exit(130)
    if failures:
        sys.exit(f"gateway_loop.py: {len(failures)} failed, the first with: {failures[0]}")


if __name__ == "__main__":
    main()
