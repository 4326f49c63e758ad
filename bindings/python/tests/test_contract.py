"""The contract of the bindings, kept: every promise runs the cases that all languages run."""

from typing import Any

import promises
import promises_api
import pytest
from contract import keeping
from contract import promises as promised
from standin import Standin

PROMISES: dict[str, Any] = promised("python")


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_is_kept(standin: Standin, promise: str) -> None:
    with keeping("python", promise):
        keep = getattr(promises_api, promise, None) or getattr(promises, promise)
        keep(PROMISES[promise], standin)
