"""`robofy check` goes the way that a message goes: what one reaches, the other reaches."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import proxy_faults
import pytest
import tunnel_faults
from address_faults import PLACES, addressed
from driver import KEY
from fault import Bench, Fault, Place, Status
from standin import TARGET

_DEAD, _GOOD = "10.1.1.1", "10.1.1.2"
# What a message meets before it is sent.
_PROXIES = [
    fault
    for fault in (*proxy_faults.FAULTS, *tunnel_faults.FAULTS)
    if set(fault.status) <= {Status.OK, Status.CONNECT, Status.TLS}
]


def _check(place: Place, seconds: float = 3) -> dict[str, Any]:
    command = [*place.network, str(TARGET / "release" / "robofy"), "check", "--json", "--no-message"]
    command += ["--base-url", place.url, "--ca-file", str(place.ca_file), "--proxy", place.proxy]
    command += ["--connect-timeout", str(seconds)]
    environment = {**os.environ, "ROBOFY_API_KEY": KEY}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, env=environment, check=False)
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def _detail(outcome: dict[str, Any], step: str) -> str:
    [detail] = [one["detail"] for one in outcome["steps"] if one["step"] == step]
    return str(detail)


@pytest.mark.parametrize("name", PLACES)
def test_an_address_that_leads_nowhere(name: str, bench: Bench) -> None:
    outcome = _check(PLACES[name](bench))
    assert outcome["ok"], outcome


def test_no_address_leads_anywhere(bench: Bench) -> None:
    outcome = _check(addressed(_DEAD, dead=_DEAD)(bench))
    assert outcome["failed_step"] == "tcp", outcome


def test_the_addresses_and_the_one_that_answered_are_told(bench: Bench) -> None:
    outcome = _check(addressed(_DEAD, _GOOD, dead=_DEAD)(bench))
    assert _detail(outcome, "dns") == f"service.example is {_DEAD}, {_GOOD}"
    assert _detail(outcome, "tcp").startswith(f"connected to {_GOOD}:")


@pytest.mark.parametrize("fault", _PROXIES, ids=lambda fault: fault.name)
def test_a_proxy(fault: Fault, bench: Bench) -> None:
    place = fault.peer(bench)
    outcome = _check(place, seconds=0.7 if "timeout" in fault.says else 5)
    if fault.status == (Status.OK,):
        assert outcome["ok"], outcome
        assert " made a tunnel to " in _detail(outcome, "proxy")
        return
    [failed] = [one for one in outcome["steps"] if one["result"] == "failed"]
    assert failed["error"]["status"] in {status.name.lower() for status in fault.status}, outcome
    assert fault.says in failed["error"]["message"]
    assert failed["step"] in ("proxy", "tls")
