"""Chats in flight: thousands at once over TLS and HTTP/2, answered a second later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import environment, nginx, programs
from .gated import gated
from .nginx import Site
from .plan import Plan
from .problem import Problem
from .programs import Builder, Command
from .results import Case, Figures, Results

SCENARIO = "flight"
WORKERS = 4
SITES = {f"{streams} streams": Site(delay="1", streams=streams) for streams in (100, 250, 1000)}


@dataclass(frozen=True)
class Setting:
    site: str
    chats: int
    peers: Mapping[str, Builder]
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.chats} chats, {self.site}" + (f", {self.kind}" if self.kind else "")


ROBOFY = programs.robofy_program("flight_robofy")

BURST = Setting(
    "250 streams",
    10_000,
    {
        "robofy": ROBOFY,
        "libcurl multi": programs.c_program("flight_libcurl_multi", programs.LIBCURL, more=["10000"]),
        "libcurl multi (50 connections)": programs.c_program("flight_libcurl_multi", programs.LIBCURL, more=["50"]),
        "reqwest": programs.rust_program("flight_reqwest"),
    },
)
FEW_STREAMS = Setting("100 streams", 10_000, {"robofy": ROBOFY})
MANY_STREAMS = Setting("1000 streams", 10_000, {"robofy": ROBOFY})
THREADS = Setting(
    "250 streams",
    1_000,
    {
        "robofy": ROBOFY,
        "reqwest::blocking": programs.rust_program("flight_reqwest_blocking"),
        "requests": programs.python_program("flight_requests"),
        "httpx": programs.python_program("flight_httpx"),
    },
    kind="a thread each but for robofy",
)
ASYNCIO = Setting(
    "250 streams",
    5_000,
    {
        "robofy.AsyncClient": programs.robofy_python_program("flight_robofy_async"),
        "httpx.AsyncClient": programs.python_program("flight_httpx_async"),
        "aiohttp": programs.python_program("flight_aiohttp"),
    },
    kind="Python asyncio",
)
SETTINGS = [BURST, FEW_STREAMS, MANY_STREAMS, THREADS, ASYNCIO]


def run(plan: Plan, results: Results, versions: dict[str, str]) -> None:
    programs.require_tools("nginx")
    tls = environment.certificates()
    versions["nginx"] = nginx.version()
    commands = {(str(each), peer): each.peers[peer](plan) for each in SETTINGS for peer in plan.chosen(each.peers)}
    with nginx.serving(SCENARIO, SITES, WORKERS, tls) as server:
        for number in range(plan.flight_runs):
            for setting in SETTINGS:
                for peer in plan.in_turn(plan.chosen(setting.peers), number):
                    plan.progress(f"{SCENARIO}: run {number + 1} of {plan.flight_runs}: {setting}: {peer}")
                    figures, versions[peer] = measure(commands[str(setting), peer], server, setting)
                    results.add(Case(SCENARIO, str(setting), peer), figures)


def measure(command: Command, server: nginx.Nginx, setting: Setting) -> tuple[Figures, str]:
    numbers = [server.ports[setting.site], setting.chats, *command.more]
    with gated([*command.words, *numbers, environment.CA_FILE], command.environment) as program:
        version = program.next_event("ready")["version"]
        connections, idle = server.connections_accepted(), program.snapshot()
        program.go()
        figures = program.next_event("done")
        if not figures["answered"]:
            raise Problem(f"{version}: none of {setting.chats} chats was answered")
        after = program.snapshot()
        connections = server.connections_accepted() - connections - 1
    cpu_s = after.cpu_s - idle.cpu_s
    figures.update(
        peak_kb_per_chat=(after.peak_kb - idle.resident_kb) / setting.chats,
        threads=max(program.most_threads, after.threads),
        connections=connections,
        cpu_s=cpu_s,
        cpu_us_per_chat=cpu_s * 1e6 / setting.chats,
    )
    return figures, version
