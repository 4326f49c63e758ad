"""What the faults are made with, and the record of how they ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from c_programs import compile_program
from certificates import Authority
from fault import Bench
from library import link_shared
from standin import TARGET

_RECORD = TARGET / "reliability" / "faults.json"
_COMMAND = "make faults"


@pytest.fixture(scope="session")
def driver(need: Callable[[str], str], worker_id: str) -> Path:
    """The program that sends into faults, under AddressSanitizer and LeakSanitizer."""
    source = Path(__file__).with_name("driver.c")
    binary = TARGET / "fault-tests" / f"driver-{worker_id}"
    return compile_program(need("cc"), source, binary, "-fsanitize=address", *link_shared())


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def bench(need: Callable[[str], str], tmp_path: Path, authority: Authority) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield Bench(need, tmp_path, authority, stack)


class _Record:
    """What became of each fault, for docs/reliability.md."""

    def __init__(self) -> None:
        self._cases: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        case = dict(report.user_properties).get("case")
        if report.when == "call" and isinstance(case, dict):
            self._cases.append({**case, "outcome": report.outcome})

    def pytest_sessionfinish(self) -> None:
        if self._cases:
            _RECORD.parent.mkdir(parents=True, exist_ok=True)
            record = {
                "part": "faults",
                "command": _COMMAND,
                "cases": sorted(self._cases, key=lambda case: (case["row"], case["variant"])),
            }
            _RECORD.write_text(json.dumps(record, indent=1) + "\n")


def pytest_configure(config: pytest.Config) -> None:
    """Of parallel processes the one that hears of every test keeps the record."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Record())
