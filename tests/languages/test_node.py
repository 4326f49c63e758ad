"""The package for Node.js, installed with npm in a copy of its own."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from contract import Contract
from library import shared_library
from packages import BINDINGS, check_five_lines, copy_of, examples_beside, succeed
from standin import ROOT, Standin

PACKAGE = BINDINGS / "node"


@pytest.fixture(scope="session")
def package(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("node")
    copy = copy_of(PACKAGE, tmp_path_factory.mktemp("bindings"))
    succeed([need("npm"), "ci", "--no-audit", "--no-fund"], cwd=copy, may_warn=True)
    return copy


def test_the_node_package_keeps_the_contract(package: Path, standin: Standin) -> None:
    contract = Contract("node")
    succeed(["npm", "test"], standin, package, contract.environment)
    contract.check()


def test_the_types_for_typescript(package: Path) -> None:
    succeed(["npm", "run", "check"], cwd=package)


def test_the_node_program(package: Path, standin: Standin) -> None:
    check_five_lines(["node", "chat.mjs"], standin, package)


def test_the_node_readme_shows_the_program_and_no_other() -> None:
    assert examples_beside(PACKAGE / "chat.mjs") == []


@pytest.mark.parametrize("kind", ["commonjs", "module"])
def test_the_node_readme_leads_to_an_answer(
    need: Callable[[str], str], standin: Standin, tmp_path: Path, kind: str
) -> None:
    need("npm")
    installed, pack = _console(PACKAGE / "README.md")
    assert installed.startswith("export ROBOFY_LIBRARY=$HOME/.local/lib/")
    library = tmp_path / "home" / installed.partition("=$HOME/")[2]
    library.parent.mkdir(parents=True)
    library.symlink_to(shared_library())
    project = tmp_path / "project"
    project.mkdir()
    (project / "package.json").write_text(json.dumps({"name": "gateway", "type": kind}))
    shutil.copy(PACKAGE / "chat.mjs", project)

    environment = {"HOME": str(tmp_path / "home"), "ROBOFY_LIBRARY": ""}
    commands = f"set -e; {installed}; {pack} --no-audit --no-fund >/dev/null 2>&1; node chat.mjs Hello"
    printed = succeed(["sh", "-c", commands], standin, project, environment)
    assert printed == 'Hello! You wrote: "Hello".\n'


def _console(readme: Path) -> tuple[str, str]:
    """What README has a user type after `make install`."""
    [block] = re.findall(r"^```console\n(.*?)^```", readme.read_text(), re.DOTALL | re.MULTILINE)
    make, *commands = [line.removeprefix("$ ") for line in block.splitlines()]
    assert make == "make -C CHECKOUT install PREFIX=$HOME/.local"
    export, pack = (command.replace("CHECKOUT", str(ROOT)) for command in commands)
    return export, pack
