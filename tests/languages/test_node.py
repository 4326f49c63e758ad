"""The package for Node.js, installed with npm in a copy of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from standin import Standin
from toolchains import (
    BINDINGS,
    assert_it_chats,
    assert_the_readme_shows,
    c_parameters,
    c_type,
    copy_of,
    header_functions,
    succeed,
    surroundings,
)

# What koffi calls otherwise than C does.
_KOFFI = {"RobofyText": "char*", "_Out_ RobofyError**": "RobofyError**", "void*": "char*"}


@pytest.fixture(scope="session")
def package(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("node")
    copy = copy_of("node", tmp_path_factory.mktemp("bindings"))
    succeed(need("npm"), "install", "--no-audit", "--no-fund", cwd=copy)
    return copy


def test_the_node_package(package: Path, standin: Standin) -> None:
    succeed("npm", "test", cwd=package, env=surroundings(standin))


def test_the_types_for_typescript(package: Path) -> None:
    succeed("npm", "run", "check", cwd=package)


def test_the_node_program(package: Path, standin: Standin) -> None:
    assert_it_chats("node", "chat.js", cwd=package, standin=standin)


def test_the_program_in_the_node_readme() -> None:
    assert_the_readme_shows("node", "chat.js")


def test_the_signatures_in_node_are_those_of_the_header() -> None:
    native = (BINDINGS / "node" / "lib" / "native.js").read_text()
    bound = re.findall(r"bind\('([\w ]+[ *]+?)(robofy_\w+)\((.*?)\)'\)", native)
    assert bound
    for returns, name, parameters in bound:
        result, taken = header_functions()[name]
        expected = (result.replace("RobofyStatus", "uint32_t"), taken)
        assert (_in_c(c_type(returns)), [_in_c(each) for each in c_parameters(parameters)]) == expected, name


def _in_c(koffi: str) -> str:
    return _KOFFI.get(koffi, koffi)
