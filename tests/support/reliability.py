"""Writes what the tests of a part of the suite found: target/reliability/<part>.json, for docs/reliability.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from standin import TARGET

_RECORDS = TARGET / "reliability"


class ReliabilityRecord:
    """The outcome of each case of a part, and the figures that it gave with `record_property`."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._cases: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        module, _, case = report.nodeid.partition("::")
        decisive = report.when == "call" or not report.passed
        if Path(module).parent.name == self._part and decisive:
            name, _, variant = case.partition("[")
            self._cases.append(
                {
                    "name": name.removeprefix("test_").replace("_", " "),
                    "variant": variant.removesuffix("]"),
                    "outcome": report.outcome,
                    "seconds": round(report.duration, 2),
                    "figures": dict(report.user_properties),
                }
            )

    def pytest_sessionfinish(self) -> None:
        if not self._cases:
            return
        record = {
            "part": self._part,
            "command": f"target/venv/bin/python -m pytest -c tests/pytest.ini -q -n 4 tests/{self._part}",
            "cases": sorted(self._cases, key=lambda case: (case["name"], case["variant"])),
        }
        _RECORDS.mkdir(parents=True, exist_ok=True)
        (_RECORDS / f"{self._part}.json").write_text(json.dumps(record, indent=1) + "\n")


def keep_record(config: pytest.Config, part: str) -> None:
    """To be called by the part's conftest.py; of parallel runs, the one that hears of all of them keeps it."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(ReliabilityRecord(part))
