"""The C++ programs under the sanitizers: of each compiler, in several standards, with and without RTTI."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cpp_programs import SANITIZED, CppPrograms

WAYS = {
    "g++-c++17": ["g++", "-std=c++17"],
    "clang++-c++17": ["clang++", "-std=c++17"],
    "g++-c++20-no-rtti": ["g++", "-std=c++20", "-fno-rtti"],
    "clang++-c++20-no-rtti": ["clang++", "-std=c++20", "-fno-rtti"],
}


@pytest.fixture(scope="session", params=WAYS)
def programs(request: pytest.FixtureRequest, need: Callable[[str], str]) -> CppPrograms:
    compiler, *flags = WAYS[request.param]
    return CppPrograms(request.param, need(compiler), *flags, *SANITIZED)


@pytest.fixture(scope="session")
def coroutine_programs(need: Callable[[str], str]) -> CppPrograms:
    return CppPrograms("coroutines", need("g++"), "-std=c++20", *SANITIZED)


@pytest.fixture(scope="session")
def native_programs(need: Callable[[str], str]) -> CppPrograms:
    """Without sanitizers, which keep freed memory: for what counts memory."""
    return CppPrograms("native", need("g++"), "-std=c++17")
