"""The LuaJIT module: its own tests and its five-line program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scripts import check_finds_the_installed_library, check_five_lines, check_readme_shows, declarations, succeed
from standin import ROOT, Standin

MODULE = ROOT / "bindings" / "luajit"
MODULE_PATH = {"LUA_PATH": f"{MODULE}/?.lua;{MODULE}/?/init.lua;;"}


def test_its_own_tests(need: Callable[[str], str], standin: Standin) -> None:
    succeed([need("luajit"), "test/run.lua"], standin, cwd=MODULE)


def test_the_five_line_program(need: Callable[[str], str], standin: Standin) -> None:
    check_five_lines([need("luajit")], MODULE / "chat.lua", standin, MODULE_PATH)


def test_it_finds_the_installed_library(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    check_finds_the_installed_library([need("luajit")], MODULE / "chat.lua", standin, tmp_path, MODULE_PATH)


def test_the_readme_shows_the_program() -> None:
    check_readme_shows(MODULE / "chat.lua")


def test_its_declarations_are_those_of_the_header() -> None:
    assert f"return [[\n{declarations()}]]\n" in (MODULE / "robofy" / "declarations.lua").read_text()


def test_the_rock_holds_every_file() -> None:
    rockspec = next(MODULE.glob("*.rockspec")).read_text()
    assert all(f'"robofy/{file.name}"' in rockspec for file in (MODULE / "robofy").glob("*.lua"))
