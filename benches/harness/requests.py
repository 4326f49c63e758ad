"""Requests that are no chats: threads that GET back to back, plain and over TLS."""

from __future__ import annotations

from dataclasses import dataclass

from . import environment, nginx, overhead, programs, tls
from .nginx import Site
from .overhead import Placement
from .plan import Plan
from .results import Case, Results

SCENARIO = "requests"
PEERS = {
    "robofy": programs.robofy_program("request_robofy"),
    "libcurl": programs.c_program("request_libcurl_cjson", programs.LIBCURL),
}
PLAIN = "plain HTTP/1.1"
SITES = {PLAIN: Site(), **tls.SITES}
THREADS = (1, 16)


@dataclass(frozen=True)
class Setting:
    protocol: str
    threads: int

    def __str__(self) -> str:
        over = "" if self.protocol == PLAIN else " over TLS"
        return f"GET, {self.protocol}{over}, {self.threads} thread{'s' * (self.threads > 1)}"


SETTINGS = [Setting(protocol, threads) for protocol in SITES for threads in THREADS]


def run(plan: Plan, results: Results, versions: dict[str, str]) -> None:
    programs.require_tools("nginx", "taskset")
    commands = {peer: PEERS[peer](plan) for peer in plan.chosen(PEERS)}
    certificates = environment.certificates()
    versions["nginx"] = nginx.version()
    with nginx.serving(SCENARIO, SITES, tls.WORKERS, certificates) as server:
        for number in range(plan.runs):
            plan.progress(f"{SCENARIO}: run {number + 1} of {plan.runs}")
            for setting in SETTINGS:
                placement = Placement.of(setting.threads)
                server.confine_to(placement.server)
                where = address(server, setting.protocol)
                for peer in plan.in_turn(commands, number):
                    figures = overhead.calls(commands[peer], where, placement, setting.threads, plan.seconds)
                    versions[peer] = figures.pop("version")
                    results.add(Case(SCENARIO, str(setting), peer), figures)


def address(server: nginx.Nginx, protocol: str) -> list[object]:
    if protocol == PLAIN:
        return ["--port", server.ports[protocol]]
    return [*tls.address(server.ports, protocol), "--ca-file", environment.CA_FILE]
