"""Where the host runs: with nothing around it, or under a clock that jumps."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from c_programs import Programs
from standin import Standin

NOWHERE = {"SSL_CERT_FILE": "/nowhere/roots.pem", "SSL_CERT_DIR": "/nowhere/certs"}


@pytest.fixture
def services(standin: Standin, start_standin: Callable[..., Standin]) -> list[object]:
    """As a chat by address reaches them: no name has to be resolved."""
    tls = start_standin(tls="valid")
    return [standin.url, tls.url.replace("localhost", "127.0.0.1"), tls.ca_file]


@pytest.fixture
def empty_root(static_programs: Programs, services: list[object], tmp_path: Path) -> Path:
    """A directory with the program, what the loader needs, the CA file and not a thing else."""
    root = tmp_path / "root"
    linked = subprocess.run(["ldd", str(static_programs.binary("bare"))], check=True, stdout=subprocess.PIPE, text=True)
    for library in [*re.findall(r"(/\S+)", linked.stdout), str(services[-1])]:
        copy = root / library.lstrip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, copy)
    return root


@pytest.mark.skipif(os.geteuid() != 0, reason="chroot needs root")
def test_a_container_with_nothing_in_it(static_programs: Programs, services: list[object], empty_root: Path) -> None:
    static_programs.run("bare", empty_root, *services)


def test_the_authorities_are_looked_for_where_none_are(programs: Programs, services: list[object]) -> None:
    programs.run("bare", "-", *services, **NOWHERE)


@pytest.fixture(scope="session")
def libfaketime() -> str:
    for directory in Path("/usr/lib").glob("*/faketime"):
        return str(directory / "libfaketimeMT.so.1")
    pytest.skip("libfaketime is not installed: install it to run this test")


def test_deadlines_run_on_while_the_clock_jumps(
    programs: Programs, service: Standin, libfaketime: str, tmp_path: Path
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    faked = {
        "LD_PRELOAD": libfaketime,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    programs.run("clock_jumps", service.url, service.ca_file or "-", clock, **faked)
