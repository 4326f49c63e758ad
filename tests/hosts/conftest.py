"""The host programs, and the services that they talk to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from c_programs import Programs
from library import link_shared, link_static
from reliability import keep_record
from standin import Standin

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    keep_record(config, "hosts")


@pytest.fixture(scope="session")
def programs(need: Callable[[str], str]) -> Programs:
    return Programs("hosts", need("cc"), link_shared(), sources=HERE)


@pytest.fixture(scope="session")
def static_programs(need: Callable[[str], str]) -> Programs:
    """Programs that hold the library, so that they need no file of it where they run."""
    return Programs("hosts-static", need("cc"), link_static(), sources=HERE)


@pytest.fixture(params=["http", "https-http1", "https-http2"])
def service(request: pytest.FixtureRequest, standin: Standin, start_standin: Callable[..., Standin]) -> Standin:
    """A service for each way in which the library talks."""
    if request.param == "http":
        return standin
    return start_standin("--http", "1" if request.param == "https-http1" else "auto", tls="valid")
