"""The package for Node.js, installed with npm in a copy of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from c_interface import signature, signatures, without_const
from packages import BINDINGS, check_five_lines, copy_of, examples_beside, succeed
from standin import Standin

PACKAGE = BINDINGS / "node"

# What koffi calls otherwise than C does.
_KOFFI = {"RobofyText": "char *", "_Out_ RobofyError * *": "RobofyError * *", "void *": "char *"}


@pytest.fixture(scope="session")
def package(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("node")
    copy = copy_of(PACKAGE, tmp_path_factory.mktemp("bindings"))
    succeed([need("npm"), "ci", "--no-audit", "--no-fund"], cwd=copy, may_warn=True)
    return copy


def test_the_node_package(package: Path, standin: Standin) -> None:
    succeed(["npm", "test"], standin, package)


def test_the_types_for_typescript(package: Path) -> None:
    succeed(["npm", "run", "check"], cwd=package)


def test_the_node_program(package: Path, standin: Standin) -> None:
    check_five_lines(["node", "chat.js"], standin, package)


def test_the_node_readme_shows_the_program_and_no_other() -> None:
    assert examples_beside(PACKAGE / "chat.js") == []


def test_the_signatures_in_node_are_those_of_the_header() -> None:
    native = (PACKAGE / "lib" / "native.js").read_text()
    bound = re.findall(r"bind\('([\w ]+[ *]+?)(robofy_\w+)\((.*?)\)'\)", native)
    assert bound
    for returns, name, parameters in bound:
        result, *taken = without_const(signatures()[name])
        declared = [_KOFFI.get(each, each) for each in without_const(signature(returns, parameters))]
        assert declared == [result.replace("RobofyStatus", "uint32_t"), *taken], name
