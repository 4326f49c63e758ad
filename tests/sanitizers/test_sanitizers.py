"""The checkers see what they are for: one that is silent about this would be silent about everything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from c_programs import SOURCES, compile_program
from sanitizers import SANITIZED
from standin import TARGET

LINKINGS = os.environ.get("ROBOFY_LINKING", "asan").split()
FINDINGS = {
    "asan": {
        "leak": "detected memory leaks",
        "read-after-free": "heap-use-after-free",
        "overflow": "signed integer overflow",
    },
    "tsan": {"race": "data race"},
}


@pytest.mark.parametrize(
    ("linking", "fault"), [(linking, fault) for linking in LINKINGS for fault in FINDINGS.get(linking, ())]
)
def test_it_is_seen(need: Callable[[str], str], linking: str, fault: str) -> None:
    sanitized = SANITIZED[linking](need)
    source = Path(__file__).with_name("faulty.c")
    binary = compile_program(
        sanitized.compiler, source, TARGET / "c-tests" / linking / "faulty", f"-I{SOURCES}", *sanitized.link
    )
    result = subprocess.run(
        [str(binary), fault],
        env={**os.environ, **sanitized.options},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert result.returncode != 0
    assert FINDINGS[linking][fault] in result.stdout
