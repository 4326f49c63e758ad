"""The soak's judgement: what must never happen is a problem, and Ctrl-C ends it with the totals so far."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RUN = Path(__file__).with_name("run.py")

_specification = importlib.util.spec_from_file_location("soak", RUN)
assert _specification
assert _specification.loader
soak = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(soak)

NEVER = ["lost", "unaccounted", "twice", "out_of_order", "unsound", "refused", "bad_children"]


def totals(**changes: Any) -> dict[str, Any]:
    held = {"heap_bytes": 1 << 20, "resident_bytes": 10 << 20, "descriptors": 10, "threads": 4}
    looks = {name: dict(held) for name in ("before", "warm", "late", "after")}
    return {**dict.fromkeys(NEVER, 0), **looks, "answered": 9, "seconds": 600.0, "interrupted": False, **changes}


def test_a_sound_run_has_no_problems() -> None:
    assert soak.broken_promises(totals()) == []


@pytest.mark.parametrize("name", NEVER)
def test_what_must_never_happen_is_a_problem(name: str) -> None:
    assert soak.broken_promises(totals(**{name: 1})) == [f"{name}: 1"]


def test_children_that_ctrl_c_left_without_services_are_no_problem() -> None:
    assert soak.broken_promises(totals(bad_children=1, interrupted=True)) == []


def test_a_run_without_an_answer_proves_nothing() -> None:
    assert soak.broken_promises(totals(answered=0))


@pytest.mark.parametrize("look", ["late", "after"])
@pytest.mark.parametrize(("name", "grown"), [("heap_bytes", 4 << 20), ("descriptors", 500), ("threads", 7)])
def test_growth_is_a_problem(look: str, name: str, grown: int) -> None:
    grew = {**totals()[look], name: grown}
    assert len(soak.broken_promises(totals(**{look: grew}))) == 1


def test_ctrl_c_ends_it_with_the_totals_so_far() -> None:
    process = subprocess.Popen(
        [sys.executable, str(RUN), "--seconds", "600"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    first = process.stdout.readline()
    assert " sent, " in first
    # As a terminal does: to every process of the group.
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "nothing lost, nothing grew" in output
    assert "unaccounted" not in output
