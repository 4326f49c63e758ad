"""How a program is measured from outside.

It says "ready", waits for "go", does its work, says "done", and leaves when its input closes. The harness reads its
memory, threads and CPU time at each stop.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Flight:
    port: int
    chats: int
    ca_file: str

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/v1/ai-agent/whatsapp/chat"


def arguments(description: str | None) -> Flight:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("port", type=int)
    parser.add_argument("chats", type=int)
    parser.add_argument("ca_file")
    return Flight(**vars(parser.parse_args()))


def ready(version: str) -> None:
    print(json.dumps({"event": "ready", "version": version}), flush=True)
    if not sys.stdin.readline():
        sys.exit(0)


def done(wall_s: float, answered: int, failed: int) -> None:
    print(json.dumps({"event": "done", "wall_s": wall_s, "answered": answered, "failed": failed}), flush=True)
    sys.stdin.read()
