"""The LuaJIT module: its own tests and its five-line program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from c_interface import declarations
from packages import BINDINGS, check_finds_the_installed_library, check_five_lines, examples_beside, succeed
from standin import Standin

MODULE = BINDINGS / "luajit"
# What the README's example leaves out.
_BEFORE_TOGETHER = """
local robofy = require "robofy"
local client = assert(robofy.client("key", { base_url = os.getenv "ROBOFY_BASE_URL" }))
local pid, chatbot_id = "1", "2"
local users = { ["918727000000"] = "!answer=one", ["918727000001"] = "!answer=two" }
"""
MODULE_PATH = {"LUA_PATH": f"{MODULE}/?.lua;{MODULE}/?/init.lua;;"}


def test_its_own_tests(need: Callable[[str], str], standin: Standin) -> None:
    succeed([need("luajit"), "test/run.lua"], standin, cwd=MODULE)


def test_the_five_line_program(need: Callable[[str], str], standin: Standin) -> None:
    check_five_lines([need("luajit"), MODULE / "chat.lua"], standin, more=MODULE_PATH)


def test_it_finds_the_installed_library(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    check_finds_the_installed_library([need("luajit"), MODULE / "chat.lua"], standin, tmp_path, MODULE_PATH)


def test_the_readme_lets_many_users_chat_at_once(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    [together] = examples_beside(MODULE / "chat.lua")
    (tmp_path / "together.lua").write_text(_BEFORE_TOGETHER + together)

    printed = succeed([need("luajit"), tmp_path / "together.lua"], standin, more=MODULE_PATH)
    assert sorted(printed.splitlines()) == ["918727000000\tone", "918727000001\ttwo"]


def test_its_declarations_are_those_of_the_header() -> None:
    assert f"return [[\n{declarations()}]]\n" in (MODULE / "robofy" / "declarations.lua").read_text()


def test_the_rock_holds_every_file() -> None:
    rockspec = next(MODULE.glob("*.rockspec")).read_text()
    assert all(f'"robofy/{file.name}"' in rockspec for file in (MODULE / "robofy").glob("*.lua"))
