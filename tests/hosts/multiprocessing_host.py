"""A program whose client is made and used before its workers start: `multiprocessing_host.py fork|spawn URL [CA_FILE]`.

It prints the answers of its workers, and its own after them.
"""

from __future__ import annotations

import multiprocessing
import os
import sys

import robofy

_, METHOD, URL, *CA_FILE = sys.argv
# A spawned worker imports this module anew, and so makes a client of its own; a forked one inherits this.
CLIENT = robofy.Client("a-test-key", base_url=URL, ca_file=CA_FILE[0] if CA_FILE else None)


def ask(query: str) -> tuple[int, str]:
    return os.getpid(), CLIENT.whatsapp_chat(pid="31415", chatbot_id="DKDvwn", query=query).answer


def close_and_ask(query: str) -> tuple[int, str]:
    """The child's client is its own to close."""
    answer = ask(query)
    CLIENT.close()
    return answer


def main() -> None:
    before = ask("!answer=before")
    context = multiprocessing.get_context(METHOD)
    with context.Pool(4) as pool:
        answers = pool.map(ask, [f"!delay-ms=50 answer={i}" for i in range(40)], chunksize=1)
        pool.close()
        pool.join()
    process = context.Process(target=close_and_ask, args=("!answer=closed",))
    process.start()
    process.join()
    assert process.exitcode == 0, process.exitcode
    assert {worker for worker, _ in answers}.isdisjoint({os.getpid()})
    print(before[1], *(answer for _, answer in answers), ask("!answer=after")[1])


if __name__ == "__main__":
    main()
