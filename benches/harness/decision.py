"""What a decision needs: a question each, with the figures of robofy and of what one would use instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import flight, overhead, table
from .results import Case, Results

WALL = ("wall_s", "until all are answered (s)", 2)
CPU = ("cpu_us_per_chat", "CPU a chat (us)", 0)
MEMORY = ("peak_kb_per_chat", "memory a chat (KB)", 1)
THREADS = ("threads", "threads", 0)
CONNECTIONS = ("connections", "connections", 0)
ANSWERED = ("answered", "answered", 0)


@dataclass(frozen=True)
class Question:
    title: str
    text: str
    scenario: str
    setting: str
    # The first is the chart's.
    columns: tuple[table.Column, ...]

    @property
    def file(self) -> str:
        return f"performance-{self.title.lower().replace(' ', '-')}.png"

    def cases(self, results: Results) -> list[Case]:
        return [case for case in results.cases(self.scenario) if case.setting == self.setting]

    def table(self, results: Results) -> str:
        header = ["client", *(title for _, title, _ in self.columns)]
        rows = [[case.peer, *table.medians(results, case, self.columns)] for case in self.cases(results)]
        return table.render(header, rows)

    def chart(self, results: Results) -> dict[str, Any]:
        """What benches/python/plots.py draws."""
        metric, unit, digits = self.columns[0]
        bars = {case.peer: results.median(case, metric) for case in self.cases(results)}
        return {"file": self.file, "title": self.title, "unit": unit, "digits": digits, "bars": bars}


QUESTIONS = (
    Question(
        "A thousand users at once",
        "1 000 chats begin at once, and each is answered after one second. robofy submits them from one thread. The\n"
        "others need a thread for each chat.",
        flight.SCENARIO,
        str(flight.THREADS),
        (WALL, CPU, MEMORY, THREADS, CONNECTIONS, ANSWERED),
    ),
    Question(
        "A Python gateway",
        "5 000 chats begin at once in one asyncio program, and each is answered after one second.",
        flight.SCENARIO,
        str(flight.ASYNCIO),
        (WALL, CPU, MEMORY, CONNECTIONS, ANSWERED),
    ),
    Question(
        "One call",
        "One thread calls again and again over plain HTTP/1.1 on loopback, and the server answers at once. An agent\n"
        "takes seconds, so this matters only for the CPU that calls use. A raw socket shows what the kernel takes.",
        overhead.SCENARIO,
        "4 nginx workers, 1 thread",
        (
            ("p50_us", "median (us)", 1),
            ("p99_us", "99th percentile (us)", 0),
            ("cpu_us_per_call", "CPU a call (us)", 1),
        ),
    ),
    Question(
        "Memory",
        "10 000 chats wait at once in one process.",
        flight.SCENARIO,
        str(flight.BURST),
        (MEMORY, WALL, CPU, THREADS, CONNECTIONS),
    ),
)


def asked(results: Results) -> Iterator[Question]:
    """The questions that this run answers, with a peer at least."""
    return (question for question in QUESTIONS if len(question.cases(results)) > 1)


def report(results: Results) -> str:
    sections = (
        f"## {each.title}\n\n{each.text}\n\n{each.table(results)}\n\n![{each.title}]({each.file})"
        for each in asked(results)
    )
    return "\n\n".join(sections)
