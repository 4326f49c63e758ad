"""The binary interface's part of the reliability record."""

from __future__ import annotations

import pytest
from reliability import keep_record


def pytest_configure(config: pytest.Config) -> None:
    keep_record(config, "abi")
