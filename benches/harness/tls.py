"""What a user meets: threads that call back to back over TLS, HTTP/1.1 and HTTP/2, directly and through a proxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import environment, nginx, overhead, programs
from . import proxy as proxies
from .nginx import Nginx, Site
from .overhead import Placement
from .plan import Plan
from .programs import Command
from .proxy import Proxy
from .results import Case, Figures, Results

SCENARIO = "tls"
WORKERS = 4
PEERS = {peer: overhead.PEERS[peer] for peer in ("robofy", "libcurl")}
THREADS = (1, 4, 16, 64)
PROXIED_THREADS = (1, 16)
HTTP1, HTTP2 = "HTTP/1.1", "HTTP/2"
SITES = {HTTP1: Site(tls=True), HTTP2: Site(streams=128, only_http2=True)}


@dataclass(frozen=True)
class Setting:
    protocol: str
    threads: int
    proxied: bool = False

    def __str__(self) -> str:
        through = " through a proxy" * self.proxied
        return f"{self.protocol} over TLS{through}, {self.threads} thread{'s' * (self.threads > 1)}"


SETTINGS = [
    *(Setting(protocol, threads) for protocol in SITES for threads in THREADS),
    *(Setting(protocol, threads, proxied=True) for protocol in SITES for threads in PROXIED_THREADS),
]


def run(plan: Plan, results: Results, versions: dict[str, str]) -> None:
    programs.require_tools("nginx", "taskset")
    commands = {peer: PEERS[peer](plan) for peer in plan.chosen(PEERS)}
    certificates = environment.certificates()
    versions["nginx"] = nginx.version()
    with nginx.serving(SCENARIO, SITES, WORKERS, certificates) as server, proxies.serving() as proxy:
        for number in range(plan.runs):
            plan.progress(f"{SCENARIO}: run {number + 1} of {plan.runs}")
            for setting in SETTINGS:
                for peer in plan.in_turn(commands, number):
                    figures = measure(commands[peer], server, proxy, setting, plan.seconds)
                    versions[peer] = figures.pop("version")
                    results.add(Case(SCENARIO, str(setting), peer), figures)


def measure(command: Command, server: Nginx, proxy: Proxy, setting: Setting, seconds: float) -> Figures:
    placement = Placement.of(setting.threads)
    server.confine_to(placement.server)
    proxy.confine_to(placement.server)
    where = [*address(server.ports, setting.protocol), "--ca-file", environment.CA_FILE]
    if setting.proxied:
        where += ["--proxy", proxy.url]
    return overhead.calls(command, where, placement, setting.threads, seconds)


def address(ports: Mapping[str, int], protocol: str) -> list[object]:
    return ["--port", ports[protocol], "--tls", *["--http2"] * (protocol == HTTP2)]
