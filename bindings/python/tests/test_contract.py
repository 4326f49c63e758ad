"""The contract of the bindings, kept: every promise runs the cases that all languages run."""

import json
import os
from pathlib import Path
from typing import Any

import promises
import pytest
from standin import ROOT, Standin

CONTRACT = json.loads(Path(os.environ.get("ROBOFY_CONTRACT", ROOT / "bindings/contract/contract.json")).read_text())
PROMISES: dict[str, Any] = {promise["id"]: promise.get("cases", []) for promise in CONTRACT["promises"]}
HOLES = CONTRACT["holes"].get("python", {})


@pytest.mark.parametrize("promise", [name for name in PROMISES if name not in HOLES])
def test_a_promise_is_kept(standin: Standin, promise: str) -> None:
    getattr(promises, promise)(PROMISES[promise], standin)

    results = os.environ.get("ROBOFY_CONTRACT_RESULTS")
    if results:
        with Path(results).open("a") as kept:
            kept.write(f"{promise}\n")
