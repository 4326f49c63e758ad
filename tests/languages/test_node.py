"""The package for Node.js, installed with npm in a copy of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from standin import Standin
from toolchains import assert_it_chats, assert_the_readme_shows, copy_of, succeed, surroundings


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
