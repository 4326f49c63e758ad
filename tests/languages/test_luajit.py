"""The LuaJIT module: its own tests and the contract, its program, and its packaging."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from contract import Contract
from library import shared_library
from packages import (
    BINDINGS,
    check_finds_the_installed_library,
    check_five_lines,
    copy_of,
    examples_beside,
    succeed,
)
from standin import ROOT, Standin

WEBHOOKS = ROOT / "conversation/tests/webhook"
MODULE = BINDINGS / "luajit"
STREAM = "/v1/ai-agent/events"
# What the README's example leaves out.
_BEFORE_TOGETHER = """
local robofy = require "robofy"
local client = assert(robofy.client { base_url = os.getenv "ROBOFY_BASE_URL", pid = "1", chatbot_id = "2" })
local users = { ["918727000000"] = "!answer=one", ["918727000001"] = "!answer=two" }
"""
MODULE_PATH = {"LUA_PATH": f"{MODULE}/?.lua;{MODULE}/?/init.lua;;"}


@pytest.fixture
def standin() -> Iterator[Standin]:
    """One that streams too."""
    with Standin("--stream-path", STREAM) as standin:
        yield standin


def test_its_own_tests_and_the_contract(need: Callable[[str], str], standin: Standin) -> None:
    contract = Contract("luajit")
    more = {**contract.environment, "ROBOFY_WEBHOOKS": str(WEBHOOKS)}
    succeed([need("luajit"), "test/run.lua"], standin, cwd=MODULE, more=more)
    contract.check()


def test_the_program_of_the_readme(need: Callable[[str], str], standin: Standin) -> None:
    check_five_lines([need("luajit"), MODULE / "chat.lua"], standin, more=MODULE_PATH)


def test_it_finds_the_installed_library(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    check_finds_the_installed_library([need("luajit"), MODULE / "chat.lua"], standin, tmp_path, MODULE_PATH)


def test_the_readme_leads_to_an_answer_without_the_checkout(
    need: Callable[[str], str], standin: Standin, tmp_path: Path
) -> None:
    checkout, elsewhere = tmp_path / "checkout", tmp_path / "elsewhere"
    copy_of(MODULE, checkout / "bindings")
    elsewhere.mkdir()
    shutil.copy(MODULE / "chat.lua", elsewhere)
    (checkout / "Makefile").write_text(f"install:\n\t@install -D {shared_library()} $(PREFIX)/lib/librobofy.so.0\n")
    readme = (MODULE / "README.md").read_text()
    [install, *_] = re.findall(r"^```console\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    commands = [line.removeprefix("$ ") for line in install.splitlines() if "apt-get" not in line]
    run_there = f"rm -r {checkout} && cd {elsewhere} && {need('luajit')} chat.lua Hello"

    script = "\n".join(["set -e", *commands, run_there])
    printed = succeed([need("sh"), "-c", script], standin, checkout, {"HOME": str(tmp_path), "ROBOFY_LIBRARY": ""})
    assert printed == 'Hello! You wrote: "Hello".\n'


def test_the_readme_lets_many_users_chat_at_once(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    *_, together = examples_beside(MODULE / "chat.lua")
    (tmp_path / "together.lua").write_text(_BEFORE_TOGETHER + together)

    printed = succeed([need("luajit"), tmp_path / "together.lua"], standin, more=MODULE_PATH)
    assert sorted(printed.splitlines()) == ["918727000000\tone", "918727000001\ttwo"]


def test_the_readme_reaches_the_rest_of_the_api(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    *examples, _ = examples_beside(MODULE / "chat.lua")
    printed = []
    for example in examples:
        (tmp_path / "example.lua").write_text(example)
        more = {**MODULE_PATH, "ROBOFY_STREAM_PATH": STREAM, "BOT_PATH": str(tmp_path / "bot")}
        printed += succeed([need("luajit"), tmp_path / "example.lua"], standin, more=more).splitlines()
    # It is not told if the answer was faster.
    *printed, first, second = [line for line in printed if not line.endswith(" sees that we are typing")]
    assert '"Hello' in first
    assert 'there"' in second
    assert printed == [
        "200\tapplication/json\ttrue",
        "918727000000\tHello",
        "918727000001\tnil",
        *(f'{{"name":"Lead {number}"}}' for number in range(6)),
        "0.7",
        "true",
        'Hello! You wrote: "Hello".',
        'Hello! You wrote: "Hello".',
        "200",
        "401",
        "200",
        "200",
    ]


def test_the_rock_holds_every_file() -> None:
    rockspec = next(MODULE.glob("*.rockspec")).read_text()
    assert all(f'"robofy/{file.name}"' in rockspec for file in (MODULE / "robofy").glob("*.lua"))
