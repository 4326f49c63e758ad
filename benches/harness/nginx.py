"""nginx as the server, under its own prefix and on free ports: nobody's hand but its authors'."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .paths import SCRATCH
from .problem import SETUP_HINT, Problem
from .process import running

DATA = (
    '"message":"Success","data":{"answer":"Hello! How can I help you with your setup today?",'
    '"session_id":"918727000001"}'
)
RANDOM_DELAY = "$random_delay"

CONFIGURATION = """\
{modules}
daemon off;
worker_processes {workers};
pid nginx.pid;
error_log error.log;
events {{ worker_connections 16384; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
    default_type application/json;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    split_clients $request_id $random_delay {{
        10% 0.05; 10% 0.10; 10% 0.15; 10% 0.20; 10% 0.25; 10% 0.30; 10% 0.35; 10% 0.40; 10% 0.45; * 0.50;
    }}
    server {{ listen 127.0.0.1:{status_port}; location / {{ stub_status; }} }}
{servers}
}}
"""


@dataclass(frozen=True)
class Tls:
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Site:
    """One listener: when it answers, over TLS or not, and how many streams an HTTP/2 connection to it may carry."""

    delay: str | None = None  # seconds or an nginx variable; None: at once
    streams: int | None = None  # over TLS; None: HTTP/1.1 alone
    tls: bool = False  # HTTP/1.1 over TLS
    only_http2: bool = False  # a peer that comes with HTTP/1.1 is refused

    def configuration(self, port: int, tls: Tls | None) -> str:
        lines = [*self.listening(port, tls), *self.answering()]
        return "    server {\n        " + "\n        ".join(lines) + "\n    }"

    def listening(self, port: int, tls: Tls | None) -> list[str]:
        # `reuseport` spreads connections over the workers by a hash, so that no peer gains by when it connects; the
        # backlog is for peers that open a connection a chat.
        options = f"listen 127.0.0.1:{port} reuseport backlog=4096"
        if tls is None or not (self.tls or self.streams):
            return [f"{options};"]
        certificate = [f"ssl_certificate {tls.certificate};", f"ssl_certificate_key {tls.key};"]
        if self.streams is None:
            return [f"{options} ssl;", *certificate]
        return [
            f"{options} ssl http2;",
            *certificate,
            f"http2_max_concurrent_streams {self.streams};",
            *["if ($http2 = '') { return 505; }"] * self.only_http2,
        ]

    def answering(self) -> list[str]:
        if self.delay is None:
            return [f"location / {{ return 200 '{{{DATA}}}'; }}"]
        reply = f'{{{DATA},"delay":"$delay"}}'
        return [f"set $delay {self.delay};", f"location / {{ echo_sleep $delay; echo -n '{reply}'; }}"]


@dataclass(frozen=True)
class Nginx:
    ports: Mapping[str, int]
    status_port: int
    master: int

    def confine_to(self, cpus: set[int]) -> None:
        workers = Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        for pid in workers:
            os.sched_setaffinity(int(pid), cpus)

    def connections_accepted(self) -> int:
        """So far, with the one that asks this."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.status_port}/", timeout=30) as status:
            numbers = re.findall(r"\d+", status.read().decode())
        return int(numbers[1])


def version() -> str:
    return built("nginx version: (.*)")


def built(pattern: str) -> str:
    """What the nginx binary says of itself."""
    said = subprocess.run(["nginx", "-V"], text=True, capture_output=True, check=True).stderr
    found = re.search(pattern, said)
    return found.group(1) if found else "unknown"


def modules(sites: Mapping[str, Site]) -> str:
    """The directive that loads what the sites need: nginx itself cannot answer late."""
    if all(site.delay is None for site in sites.values()):
        return ""
    module = Path(built(r"--modules-path=(\S+)")) / "ngx_http_echo_module.so"
    if not module.exists():
        raise Problem(f"nginx has no echo module ({module}): {SETUP_HINT}")
    return f"load_module {module};"


@contextmanager
def serving(name: str, sites: Mapping[str, Site], workers: int, tls: Tls | None = None) -> Iterator[Nginx]:
    prefix = SCRATCH / f"nginx-{name}"
    shutil.rmtree(prefix, ignore_errors=True)
    prefix.mkdir(parents=True)
    status_port, *ports = free_ports(1 + len(sites))
    listening = dict(zip(sites, ports))
    servers = "\n".join(site.configuration(listening[key], tls) for key, site in sites.items())
    text = CONFIGURATION.format(modules=modules(sites), workers=workers, status_port=status_port, servers=servers)
    (prefix / "nginx.conf").write_text(text)
    command = ["nginx", "-p", prefix, "-c", "nginx.conf"]
    output = prefix / "output"
    with output.open("w") as said, running(command, stderr=said) as child:
        wait_until_it_listens(child, status_port, output)
        yield Nginx(listening, status_port, child.pid)


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def wait_until_it_listens(child: subprocess.Popen[str], port: int, output: Path, seconds: float = 10.0) -> None:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if child.poll() is not None:
            raise Problem(f"a server did not start: {output.read_text().strip()}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise Problem(f"a server does not listen on port {port} after {seconds:.0f} s; see {output}")
