"""Python's multiprocessing, with a client made before its workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from record import received
from standin import ROOT, TARGET, Standin

PROGRAM = Path(__file__).with_name("multiprocessing_host.py")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_of_multiprocessing(service: Standin, method: str) -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), method, service.url, *filter(None, [service.ca_file])],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
            "ROBOFY_LIBRARY": str(TARGET / "release" / "librobofy.so"),
            "PYTHONWARNINGS": "ignore::DeprecationWarning",
        },
    )
    assert done.stdout.split() == ["before", *map(str, range(40)), "after"]
    assert done.returncode == 0
    assert received(service)["!answer=closed"] == 1
