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
_rows: list[dict[str, Any]] = []


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


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """In the process that hears of every test, whichever ran it."""
    row = dict(report.user_properties).get("fault")
    if isinstance(row, dict) and (report.when == "call" or report.failed):
        _rows.append({**row, "survived": report.passed})


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _rows and not hasattr(session.config, "workerinput"):
        _RECORD.parent.mkdir(parents=True, exist_ok=True)
        _RECORD.write_text(json.dumps({"part": "faults", "cases": _rows}, indent=1) + "\n")
