"""Overhead: threads that call back to back over plain HTTP/1.1, against a server that answers at once."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from dataclasses import dataclass

from . import nginx, programs
from .plan import Plan
from .process import output_of
from .programs import Command
from .results import Case, Figures, Results

SCENARIO = "overhead"
PEERS = {
    "robofy": programs.robofy_program("blocking_robofy"),
    "libcurl": programs.c_program("blocking_libcurl_cjson", programs.LIBCURL),
    "reqwest::blocking": programs.rust_program("blocking_reqwest"),
    "raw socket": programs.c_program("raw_floor"),
}
THREADS = (1, 4, 16, 64)
WORKERS = (1, 4)
WARM_UP_SECONDS = 0.2
SITES = {"plain": nginx.Site()}


@dataclass(frozen=True)
class Setting:
    workers: int
    threads: int

    def __str__(self) -> str:
        return f"{self.workers} nginx worker{'s' * (self.workers > 1)}, {self.threads} thread{'s' * (self.threads > 1)}"


SETTINGS = [Setting(workers, threads) for workers in WORKERS for threads in THREADS]


@dataclass(frozen=True)
class Placement:
    """Which CPUs the server and the client may use.

    A lone caller and its server share a CPU in some runs and wake each other across CPUs in others, at a third or at
    the whole of the time, by the scheduler's mood. So at one thread they are kept apart; else both may go anywhere.
    """

    server: set[int]
    client: set[int]

    @classmethod
    def of(cls, threads: int) -> Placement:
        every = sorted(os.sched_getaffinity(0))
        if threads > 1 or len(every) == 1:
            return cls(set(every), set(every))
        return cls({every[-1]}, set(every[:-1]))


def run(plan: Plan, results: Results, versions: dict[str, str]) -> None:
    programs.require_tools("nginx", "taskset")
    commands = {peer: PEERS[peer](plan) for peer in plan.chosen(PEERS)}
    versions["nginx"] = nginx.version()
    with ExitStack() as servers:
        start = {workers: nginx.serving(f"{SCENARIO}-{workers}", SITES, workers) for workers in WORKERS}
        listening = {workers: servers.enter_context(server) for workers, server in start.items()}
        for number in range(plan.runs):
            plan.progress(f"{SCENARIO}: run {number + 1} of {plan.runs}")
            for setting in SETTINGS:
                for peer in plan.in_turn(commands, number):
                    figures = measure(commands[peer], listening[setting.workers], setting, plan.seconds)
                    versions[peer] = figures.pop("version")
                    results.add(Case(SCENARIO, str(setting), peer), figures)


def measure(command: Command, server: nginx.Nginx, setting: Setting, seconds: float) -> Figures:
    placement = Placement.of(setting.threads)
    server.confine_to(placement.server)
    return calls(command, ["--port", server.ports["plain"]], placement, setting.threads, seconds)


def calls(command: Command, where: list[object], placement: Placement, threads: int, seconds: float) -> Figures:
    """What a program of c/measure.h says of its calls."""
    words: list[object] = ["taskset", "--cpu-list", ",".join(map(str, sorted(placement.client))), *command.words]
    words += [*where, "--threads", threads, "--warm-up", WARM_UP_SECONDS, "--seconds", seconds]
    figures: Figures = json.loads(output_of(words, timeout=seconds + 60))
    return figures
