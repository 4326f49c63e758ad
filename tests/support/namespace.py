"""A network of its own: what is dropped, refused or unreachable there troubles nobody else."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import threading
from pathlib import Path
from types import TracebackType

import pytest

_CLONE_NEWNET = 0x40000000


class Namespace:
    """A Linux network namespace with a loopback device, from construction to its end."""

    def __init__(self, *setup: str) -> None:
        if os.geteuid() != 0:
            pytest.skip("a network namespace needs root: run as root for this test")
        # Ends when its input does, so with this process at the latest.
        script = "ip link set lo up && echo ready && exec cat"
        self._holder = subprocess.Popen(
            ["unshare", "--net", "--mount", "sh", "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if not self._holder.stdout or self._holder.stdout.readline().strip() != "ready":
            raise RuntimeError("no network namespace: unshare or ip failed")
        for command in setup:
            self.run(command)

    def __enter__(self) -> Namespace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._holder:
            self._holder.terminate()

    @property
    def runner(self) -> list[str]:
        """Runs a program inside."""
        return ["nsenter", "--net", "--mount", f"--target={self._holder.pid}"]

    def replace(self, path: str, content: Path) -> None:
        """What programs inside read in place of that file."""
        self.run(f"mount --bind {content} {path}")

    def drop(self, destination: str) -> None:
        """Loses every packet to that address, without a word."""
        family = "ip6" if ":" in destination else "ip"
        for command in (
            "add table inet faults",
            "add chain inet faults input { type filter hook input priority 0; }",
            f"add rule inet faults input {family} daddr {destination} drop",
        ):
            self.run(f"nft '{command}'")

    def run(self, command: str) -> None:
        subprocess.run([*self.runner, "sh", "-c", command], check=True)

    def listener(
        self, kind: socket.SocketKind = socket.SOCK_STREAM, port: int = 0, host: str = "127.0.0.1"
    ) -> socket.socket:
        """A socket that was bound inside and can be served from outside."""
        made: list[socket.socket] = []
        thread = threading.Thread(target=lambda: made.append(self._bound(kind, port, host)))
        thread.start()
        thread.join()
        return made[0]

    def _bound(self, kind: socket.SocketKind, port: int, host: str) -> socket.socket:
        with Path(f"/proc/{self._holder.pid}/ns/net").open() as network:
            if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
        bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        if kind == socket.SOCK_STREAM:
            bound.listen(128)
        return bound
