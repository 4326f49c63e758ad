"""docs/reliability.md counts what was checked, and says of the rest that it was not."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from standin import ROOT


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "reliability"))
    monkeypatch.delitem(sys.modules, "publish", raising=False)
    import publish

    return publish.page


def record(part: str, *outcomes: str) -> dict[str, Any]:
    cases = [{"name": f"case {number}", "outcome": outcome} for number, outcome in enumerate(outcomes)]
    return {part: {"part": part, "command": "make audit", "cases": cases, "totals": {}}}


def test_what_was_not_checked_has_not_failed(page: Any) -> None:
    written = page(record("supply_chain", "passed", "passed", "not checked: no network"))
    assert "| Supply chain | 3 | 2 | 1 |" in written
    assert "2 of 2 passed. 1 could not be checked." in written
    assert "| case 2 | 1 | not checked: no network |" in written


def test_what_has_failed_is_counted(page: Any) -> None:
    written = page(record("supply_chain", "passed", "failed"))
    assert "| Supply chain | 2 | 1 |  |" in written
    assert "\n1 of 2 passed.\n" in written


def test_a_fault_that_was_not_checked_was_not_tried(page: Any) -> None:
    usual = {"group": "TLS", "variant": "blocking", "expected": "TLS", "bound": 1.0}
    faults = record("faults", "passed", "failed", "not checked: no mitmproxy")
    for case in faults["faults"]["cases"]:
        case.update(usual)
    written = page(faults)
    assert "**1 of 2 faults survived.**" in written
    assert "### TLS: 1 of 2" in written
