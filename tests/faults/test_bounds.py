"""The time that a fault may take follows from what its caller has set."""

from __future__ import annotations

import pytest
from fault import Ends, Fault, Status
from network_faults import nowhere


def _bound(status: Status, **more: object) -> float:
    return Fault("of a test", nowhere("http://127.0.0.1"), (status,), **more).bound  # type: ignore[arg-type]


def test_a_deadline_bounds_what_it_ends() -> None:
    assert _bound(Status.TIMEOUT, options={"timeout_ms": 1000}) == pytest.approx(1.3)
    assert _bound(Status.SERVER, options={"timeout_ms": 1000}, ends=Ends.BY_DEADLINE) == pytest.approx(1.3)


def test_connect_timeouts_add_up_with_the_waits_between_them() -> None:
    options = {"connect_timeout_ms": 700}
    bound = _bound(Status.CONNECT, attempts=3, options=options, ends=Ends.BY_CONNECT_TIMEOUTS)
    assert bound == pytest.approx(1.2 * (3 * 0.7 + 0.5 + 1) + 0.1)


def test_what_ends_earlier_has_a_time_of_its_own() -> None:
    assert _bound(Status.CONNECT, within=1) == 1
    assert _bound(Status.CONNECT, within=1, attempts=2) == 1.5
    assert _bound(Status.OK, within=1, attempts=None, options={"max_retries": 4}) == 8.5
