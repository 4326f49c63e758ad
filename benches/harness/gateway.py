"""What a gateway relies on beside speed: ordered sessions, nothing that grows, many accounts, a silent idle client."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from . import environment, nginx, programs
from .gated import Gated, gated
from .nginx import RANDOM_DELAY, Nginx, Site
from .plan import Plan
from .programs import Builder
from .results import Case, Figures, Results
from .trace import syscalls_of

SCENARIO = "gateway"
WORKERS = 4
SITES = {
    "at once": Site(streams=250),
    "after 1 s": Site(delay="1", streams=250),
    "after a random delay": Site(delay=RANDOM_DELAY, streams=250),
}
PEER = "robofy"

CHATS, SESSIONS, CLIENTS = 1000, 100, 1000
SOAK_CHATS, SOAK_EARLY, SOAK_WINDOW = 1_000_000, 100_000, 1000
SETTLE_SECONDS, IDLE_SECONDS = 2.0, 10.0


@dataclass(frozen=True)
class Setting:
    """One measurement: the program, its numbers, and what is read at its stops."""

    name: str
    program: Builder
    site: str
    numbers: tuple[int, ...]
    read: Callable[[Gated, Nginx], Figures]


def read_sessions(program: Gated, server: Nginx) -> Figures:
    program.go()
    return program.next_event("done")


def read_soak(program: Gated, server: Nginx) -> Figures:
    early = program.snapshot()
    program.go()
    figures = program.next_event("done")
    end = program.snapshot()
    figures.update(
        resident_growth_kb=end.resident_kb - early.resident_kb,
        descriptor_growth=end.descriptors - early.descriptors,
        thread_growth=end.threads - early.threads,
        cpu_us_per_chat=(end.cpu_s - early.cpu_s) * 1e6 / (SOAK_CHATS - SOAK_EARLY),
    )
    return figures


def read_clients(program: Gated, server: Nginx) -> Figures:
    first = program.snapshot()
    program.go()
    program.next_event("ready")
    all_made, connections = program.snapshot(), server.connections_accepted()
    program.go()
    figures = program.next_event("done")
    figures.update(
        kb_per_client=(all_made.resident_kb - first.resident_kb) / (CLIENTS - 1),
        threads=max(program.most_threads, program.snapshot().threads),
        connections=server.connections_accepted() - connections - 1,
    )
    return figures


def read_idle(program: Gated, server: Nginx) -> Figures:
    time.sleep(SETTLE_SECONDS)
    syscalls = syscalls_of(program.child.pid, IDLE_SECONDS)
    program.go()
    figures = program.next_event("done")
    figures["syscalls_per_s"] = syscalls / IDLE_SECONDS
    return figures


SESSIONS_IN_ORDER = Setting(
    f"{CHATS} chats of {SESSIONS} ordered sessions",
    programs.robofy_program("sessions_robofy"),
    "after a random delay",
    (CHATS, SESSIONS),
    read_sessions,
)
SOAK = Setting(
    f"{SOAK_CHATS} chats, {SOAK_WINDOW} in flight",
    programs.robofy_program("soak_robofy"),
    "at once",
    (SOAK_CHATS, SOAK_EARLY, SOAK_WINDOW),
    read_soak,
)
MANY_CLIENTS = Setting(
    f"{CLIENTS} clients", programs.robofy_program("clients_robofy"), "after 1 s", (CLIENTS,), read_clients
)
IDLE = Setting("an idle client", programs.robofy_program("idle_robofy"), "at once", (), read_idle)
SETTINGS = [SESSIONS_IN_ORDER, SOAK, MANY_CLIENTS, IDLE]


def run(plan: Plan, results: Results, versions: dict[str, str]) -> None:
    if not plan.chosen([PEER]):
        return
    programs.require_tools("nginx", "strace")
    tls = environment.certificates()
    versions["nginx"] = nginx.version()
    commands = {setting.name: setting.program(plan) for setting in SETTINGS}
    with nginx.serving(SCENARIO, SITES, WORKERS, tls) as server:
        for number in range(plan.flight_runs):
            for setting in SETTINGS:
                plan.progress(f"{SCENARIO}: run {number + 1} of {plan.flight_runs}: {setting.name}")
                words = [*commands[setting.name].words, server.ports[setting.site], *setting.numbers]
                with gated([*words, environment.CA_FILE]) as program:
                    versions[PEER] = program.next_event("ready")["version"]
                    results.add(Case(SCENARIO, setting.name, PEER), setting.read(program, server))
