"""Ports of this machine that nobody else gets: to listen on later, or where nobody listens."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from itertools import cycle

# Below those that the system gives to whoever asks for any (net.ipv4.ip_local_port_range).
_FIRST = 20_000
# Each test process takes from a stretch of its own, so that parallel ones do not meet.
_STRETCH = 64
_STRETCHES = 199


def _stretch() -> Iterator[int]:
    begin = _FIRST + os.getpid() % _STRETCHES * _STRETCH
    return cycle(range(begin, begin + _STRETCH))


_ports = _stretch()


def free_port() -> int:
    """For a server that has to be told its port before it listens."""
    for _ in range(_STRETCH):
        port = next(_ports)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise RuntimeError("no port is free")


class DeadPort:
    """Connecting to it is refused for as long as it is entered: it is taken, and nobody listens."""

    def __init__(self) -> None:
        self._socket = socket.socket()

    def __enter__(self) -> int:
        self._socket.bind(("127.0.0.1", 0))
        return int(self._socket.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._socket.close()
