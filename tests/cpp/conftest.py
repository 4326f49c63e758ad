"""The C++ programs under the sanitizers, by each compiler, with and without RTTI, and without sanitizers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cpp_programs import SANITIZED, CppPrograms

WAYS = {"g++": ["-std=c++17"], "clang++": ["-std=c++17"]}
NO_RTTI = {"g++": ["-std=c++20", "-fno-rtti"], "clang++": ["-std=c++20", "-fno-rtti"]}
COROUTINES = {"g++": ["-std=c++20"], "clang++": ["-std=c++20"]}


@pytest.fixture(scope="session", params=WAYS)
def programs(request: pytest.FixtureRequest, need: Callable[[str], str]) -> CppPrograms:
    compiler = request.param
    return CppPrograms(compiler, need(compiler), *WAYS[compiler], *SANITIZED)


@pytest.fixture(scope="session", params=NO_RTTI)
def programs_without_rtti(request: pytest.FixtureRequest, need: Callable[[str], str]) -> CppPrograms:
    compiler = request.param
    return CppPrograms(f"{compiler}-no-rtti", need(compiler), *NO_RTTI[compiler], *SANITIZED)


@pytest.fixture(scope="session", params=COROUTINES)
def coroutine_programs(request: pytest.FixtureRequest, need: Callable[[str], str]) -> CppPrograms:
    compiler = request.param
    return CppPrograms(f"{compiler}-coroutines", need(compiler), *COROUTINES[compiler], *SANITIZED)


@pytest.fixture(scope="session")
def native_programs(need: Callable[[str], str]) -> CppPrograms:
    """Optimised and without sanitizers, which keep freed memory: for what counts memory."""
    return CppPrograms("native", need("g++"), "-std=c++17", "-O2")
