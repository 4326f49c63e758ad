"""tinyproxy as the proxy: a thread a tunnel, on a free port."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from . import nginx
from .paths import SCRATCH
from .process import running

CONFIGURATION = """\
Listen 127.0.0.1
Port {port}
MaxClients 1000
Timeout 600
LogLevel Critical
LogFile "{log}"
"""


@dataclass(frozen=True)
class Proxy:
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def confine_to(self, cpus: set[int]) -> None:
        """The tunnels that are yet to be made."""
        os.sched_setaffinity(self.pid, cpus)


@contextmanager
def serving(name: str) -> Iterator[Proxy]:
    prefix = SCRATCH / f"tinyproxy-{name}"
    shutil.rmtree(prefix, ignore_errors=True)
    prefix.mkdir(parents=True)
    (port,) = nginx.free_ports(1)
    (prefix / "tinyproxy.conf").write_text(CONFIGURATION.format(port=port, log=prefix / "log"))
    command = ["tinyproxy", "-d", "-c", prefix / "tinyproxy.conf"]
    with (prefix / "output").open("w") as output, running(command, stdout=output, stderr=output) as child:
        nginx.wait_until_it_listens(child, port, prefix)
        yield Proxy(port, child.pid)
