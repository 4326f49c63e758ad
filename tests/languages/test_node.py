"""The package for Node.js, installed with npm in a copy of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from contract import Contract
from packages import BINDINGS, check_five_lines, check_leads_to_an_answer, check_more, copy_of, examples_beside, succeed
from standin import ROOT, Standin

PACKAGE = BINDINGS / "node"
CASES = {"ROBOFY_WEBHOOK_CASES": str(ROOT / "conversation/tests/webhook")}


@pytest.fixture(scope="session")
def package(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("node")
    copy = copy_of(PACKAGE, tmp_path_factory.mktemp("bindings"))
    succeed([need("npm"), "ci", "--no-audit", "--no-fund"], cwd=copy, may_warn=True)
    return copy


def test_the_node_package_keeps_the_contract(package: Path, standin: Standin) -> None:
    contract = Contract("node")
    succeed(["npm", "test"], standin, package, {**contract.environment, **CASES})
    contract.check()


def test_the_types_for_typescript(package: Path) -> None:
    succeed(["npm", "run", "check"], cwd=package)


def test_the_node_program(package: Path, standin: Standin) -> None:
    check_five_lines(["node", "chat.mjs"], standin, package)


def test_the_node_program_of_the_rest(package: Path, standin: Standin) -> None:
    check_more(["node", "more.mjs"], standin, package)


def test_the_node_program_of_webhooks(package: Path, standin: Standin) -> None:
    printed = succeed(["node", "webhook.mjs"], standin, package)
    assert printed == 'to 918727000000: Hello! You wrote: "Hello".\n200 401\n'


def test_the_node_readme_shows_the_programs_and_no_other() -> None:
    others = [(PACKAGE / name).read_text() for name in ("more.mjs", "webhook.mjs", "bot.mjs")]
    assert examples_beside(PACKAGE / "chat.mjs") == others


@pytest.mark.parametrize("kind", ["commonjs", "module"])
def test_the_node_readme_leads_to_an_answer(
    need: Callable[[str], str], standin: Standin, tmp_path: Path, kind: str
) -> None:
    need("npm")
    project = tmp_path / "project"
    project.mkdir()
    (project / "package.json").write_text(json.dumps({"name": "gateway", "type": kind}))
    quiet = {"npm_config_audit": "false", "npm_config_fund": "false"}
    check_leads_to_an_answer(PACKAGE / "chat.mjs", "node chat.mjs Hello", standin, tmp_path, quiet)
