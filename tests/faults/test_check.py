"""`robofy check` goes the way that a message goes: what one reaches, the other reaches."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from address_faults import PLACES, addressed
from driver import KEY
from fault import Bench, Place
from standin import TARGET

_DEAD = "10.1.1.1"


def _check(place: Place) -> dict[str, object]:
    command = [*place.network, str(TARGET / "release" / "robofy"), "check", "--json", "--no-message"]
    command += ["--base-url", place.url, "--ca-file", str(place.ca_file), "--proxy", "", "--connect-timeout", "3"]
    environment = {**os.environ, "ROBOFY_API_KEY": KEY}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, env=environment)
    outcome: dict[str, object] = json.loads(done.stdout)
    return outcome


@pytest.mark.parametrize("name", PLACES)
def test_an_address_that_leads_nowhere(name: str, bench: Bench) -> None:
    outcome = _check(PLACES[name](bench))
    assert outcome["ok"], outcome


def test_no_address_leads_anywhere(bench: Bench) -> None:
    outcome = _check(addressed(_DEAD, dead=_DEAD)(bench))
    assert outcome["failed_step"] == "tcp", outcome
