"""The C programs in each way of linking them, and once more under valgrind."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from c_programs import Programs, valgrind
from library import link_shared, link_static, shared_library
from sanitizers import SANITIZED
from standin import Standin

LINKINGS = os.environ.get("ROBOFY_LINKING", "shared static valgrind").split()


@pytest.fixture(scope="session", params=LINKINGS)
def programs(request: pytest.FixtureRequest, need: Callable[[str], str]) -> Programs:
    if request.param in SANITIZED:
        return SANITIZED[request.param](need)
    compiler = need("cc")
    if request.param == "static":
        return Programs("static", compiler, link_static())
    if request.param == "valgrind":
        return Programs("valgrind", compiler, link_shared("valgrind"), runner=valgrind(need))
    return Programs("shared", compiler, link_shared())


@pytest.fixture(scope="session", params=["shared", "static"])
def native_programs(request: pytest.FixtureRequest, need: Callable[[str], str]) -> Programs:
    """For what memcheck is too slow or too much of a disturbance for: many chats at once, and rest."""
    return Programs(request.param, need("cc"), link_shared() if request.param == "shared" else link_static())


@pytest.fixture(scope="session", params=["release", "valgrind"])
def loading(request: pytest.FixtureRequest, need: Callable[[str], str]) -> tuple[Programs, str]:
    """Programs that are linked to no library, and the library that they load."""
    runner = valgrind(need) if request.param == "valgrind" else []
    return Programs(f"loading-{request.param}", need("cc"), [], runner), str(shared_library(request.param))


@pytest.fixture(params=["http", "https"])
def service(request: pytest.FixtureRequest, standin: Standin, start_standin: Callable[..., Standin]) -> Standin:
    """Over HTTP/1.1 without TLS, and over HTTP/2 with it."""
    return standin if request.param == "http" else start_standin(tls="valid")


@pytest.fixture
def tls(start_standin: Callable[..., Standin]) -> Standin:
    return start_standin(tls="valid")
