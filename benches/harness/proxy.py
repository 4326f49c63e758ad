"""A proxy for tunnels on a free port: c/connect_proxy.c, a thread a tunnel, which holds nothing back as Nagle would."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from . import nginx, programs
from .paths import SCRATCH
from .process import running


@dataclass(frozen=True)
class Proxy:
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def confine_to(self, cpus: set[int]) -> None:
        """The tunnels that are yet to be made: a thread runs where the one that made it does."""
        os.sched_setaffinity(self.pid, cpus)


@contextmanager
def serving() -> Iterator[Proxy]:
    (port,) = nginx.free_ports(1)
    output = SCRATCH / "proxy-output"
    with output.open("w") as said, running([programs.compile_c("connect_proxy", ()), port], stderr=said) as child:
        nginx.wait_until_it_listens(child, port, output)
        yield Proxy(port, child.pid)
