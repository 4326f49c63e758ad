"""Many chats at once with requests: a session and a thread for each, since a Session is not meant to be shared."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import chat
import gate
import requests


def main() -> None:
    flight = gate.arguments(__doc__)
    own = threading.local()

    def send(number: int) -> bool:
        if not hasattr(own, "session"):
            own.session = requests.Session()
            own.session.verify = flight.ca_file
            own.session.trust_env = False
        try:
            response = own.session.post(
                flight.url, json=chat.request(number), headers=chat.HEADERS, timeout=chat.TIMEOUT
            )
            response.raise_for_status()
            return chat.is_answer(response.json())
        except requests.RequestException as error:
            return chat.failed(error)

    with ThreadPoolExecutor(flight.chats) as pool:
        gate.ready(f"requests {requests.__version__}")
        began = time.monotonic()
        answered = sum(pool.map(send, range(flight.chats)))
        gate.done(time.monotonic() - began, answered, flight.chats - answered)


if __name__ == "__main__":
    main()
