"""Every figure of every run, and their medians."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Figures = dict[str, Any]  # what a run measured: numbers by name


@dataclass(frozen=True)
class Case:
    """One peer doing one scenario's work in one setting, e.g. ("overhead", "1 worker, 4 threads", "libcurl")."""

    scenario: str
    setting: str
    peer: str


@dataclass
class Results:
    runs: dict[Case, list[Figures]] = field(default_factory=dict)

    def add(self, case: Case, figures: Figures) -> None:
        self.runs.setdefault(case, []).append(figures)

    def values(self, case: Case, metric: str) -> list[float]:
        return [figures[metric] for figures in self.runs.get(case, [])]

    def median(self, case: Case, metric: str) -> float | None:
        values = self.values(case, metric)
        return statistics.median(values) if values else None

    def ratio(self, case: Case, other_peer: str, metric: str) -> float | None:
        mine = self.median(case, metric)
        theirs = self.median(Case(case.scenario, case.setting, other_peer), metric)
        return mine / theirs if mine is not None and theirs else None

    def metrics(self, case: Case) -> list[str]:
        return list(self.runs[case][0])

    def cases(self, scenario: str) -> Iterator[Case]:
        return (case for case in self.runs if case.scenario == scenario)

    @classmethod
    def from_json(cls, entries: list[dict[str, Any]]) -> Results:
        return cls({Case(each["scenario"], each["setting"], each["peer"]): each["runs"] for each in entries})

    def as_json(self) -> list[dict[str, object]]:
        return [
            {
                "scenario": case.scenario,
                "setting": case.setting,
                "peer": case.peer,
                "median": {metric: self.median(case, metric) for metric in self.metrics(case)},
                "runs": runs,
            }
            for case, runs in self.runs.items()
        ]
