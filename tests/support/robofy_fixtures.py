"""The pytest plugin that every Python-run test shares: what they run against, and what absence means."""

from __future__ import annotations

import os
import resource
import shutil
import signal
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from standin import Standin
from tinyproxy import Tinyproxy

_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)

# A shell's background job is deaf to Ctrl-C, and so would be the programs that it is tried on.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Neither the make that runs the tests nor the account in the user's shell may change what a program prints.
for _variable in "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "ROBOFY_API_KEY", "ROBOFY_BASE_URL", "ROBOFY_CHATBOT_ID", "ROBOFY_PID":
    os.environ.pop(_variable, None)

# A thousand chats over HTTP/1.1 are as many connections, and the usual limit of descriptors is hardly more.
_SOFT, _HARD = resource.getrlimit(resource.RLIMIT_NOFILE)
if _SOFT != resource.RLIM_INFINITY and _SOFT < 4096:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096 if _HARD == resource.RLIM_INFINITY else min(4096, _HARD), _HARD))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _without_skip(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _without_skip(report)


def _without_skip(report: _Report) -> _Report:
    """Where CI is true nothing may be passed over: a skip is a failure."""
    if report.skipped and os.environ.get("CI") == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason} (a skip is a failure where CI=true)"
    return report


@pytest.fixture(scope="session")
def need() -> Callable[[str], str]:
    """The path of a tool; a test whose tool is absent says so and is skipped."""

    def path_of(tool: str) -> str:
        path = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/sbin")
        if path is None:
            pytest.skip(f"{tool} is not installed: install it to run this test")
        return path

    return path_of


@pytest.fixture(scope="session")
def _session_standin() -> Iterator[Standin]:
    with Standin("--stream-path", "/v1/ai-agent/events") as standin:
        yield standin


@pytest.fixture
def standin(_session_standin: Standin) -> Standin:
    """A stand-in over plain http that remembers nothing of earlier tests."""
    _session_standin.clear()
    return _session_standin


@pytest.fixture
def start_standin() -> Iterator[Callable[..., Standin]]:
    """Starts a stand-in with arguments of its own; it stops at the end of the test."""
    running: list[Standin] = []

    def start(*arguments: str, **options: Any) -> Standin:
        running.append(Standin(*arguments, **options))
        return running[-1]

    yield start
    for standin in running:
        standin.stop()


@pytest.fixture
def start_tinyproxy(need: Callable[[str], str], tmp_path: Path) -> Iterator[Callable[..., Tinyproxy]]:
    """Starts a tinyproxy with further lines of configuration; it stops at the end of the test."""
    running: list[Tinyproxy] = []
    binary = need("tinyproxy")

    def start(*configuration: str) -> Tinyproxy:
        directory = tmp_path / f"tinyproxy-{len(running)}"
        directory.mkdir()
        running.append(Tinyproxy(binary, directory, *configuration))
        return running[-1]

    yield start
    for proxy in running:
        proxy.stop()


@pytest.fixture
def tinyproxy(start_tinyproxy: Callable[..., Tinyproxy]) -> Tinyproxy:
    """A proxy for everyone on this machine."""
    return start_tinyproxy()
