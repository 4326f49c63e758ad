"""The tool's declarations of the library's functions are those of the header, and it uses no other symbol of it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from cli_tool import Tool
from library import HEADERS
from pycparser import c_ast, c_parser
from standin import ROOT

BINDING = (ROOT / "cli" / "src" / "binding.rs").read_text()
FIXED_WIDTH = "typedef int int32_t; typedef unsigned uint32_t; typedef long int64_t; typedef unsigned long uint64_t;"
RUST = {
    "c_char": "char",
    "bool": "_Bool",
    "i32": "int32_t",
    "u32": "uint32_t",
    "i64": "int64_t",
    "u64": "uint64_t",
}


@pytest.fixture(scope="module")
def header(need: Callable[[str], str]) -> c_ast.FileAST:
    text = re.sub(r"^#include.*", "", (HEADERS / "robofy.h").read_text(), flags=re.MULTILINE)
    preprocess = [need("cc"), "-E", "-P", "-D", "bool=_Bool", "-x", "c", "-"]
    code = subprocess.run(preprocess, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout
    return c_parser.CParser().parse(FIXED_WIDTH + code)


@pytest.fixture(scope="module")
def prototypes(header: c_ast.FileAST) -> dict[str, str]:
    return {
        node.name: f"{c_name(node.type.type)} ({', '.join(takes(node.type))})"
        for node in header.ext
        if isinstance(node, c_ast.Decl) and isinstance(node.type, c_ast.FuncDecl)
    }


def takes(function: c_ast.FuncDecl) -> list[str]:
    names = [f"{parameter.name}: {c_name(parameter.type)}" for parameter in function.args.params]
    return [] if names == ["None: void"] else names


def c_name(node: Any) -> str:
    if isinstance(node, c_ast.PtrDecl):
        return f"{c_name(node.type)} *"
    if isinstance(node, c_ast.TypeDecl):
        return " ".join([*node.quals, *node.type.names])
    return c_name(node.type)


def from_rust(name: str) -> str:
    if name.startswith("*mut "):
        return f"{from_rust(name[5:])} *"
    if name.startswith("*const "):
        return f"const {from_rust(name[7:])} *"
    return RUST.get(name, name)


def declared() -> dict[str, str]:
    found = re.findall(r"pub fn (robofy_\w+)\(([^)]*)\)(?: -> ([^;]+))?;", BINDING)
    prototypes = {}
    for name, parameters, returns in found:
        pairs = [pair.strip().split(": ") for pair in parameters.split(",") if pair.strip()]
        listed = ", ".join(f"{parameter}: {from_rust(kind)}" for parameter, kind in pairs)
        prototypes[name] = f"{from_rust(returns) if returns else 'void'} ({listed})"
    return prototypes


DECLARED = declared()


def test_the_declarations_are_found() -> None:
    assert len(DECLARED) == len(re.findall(r"^ +pub fn robofy_", BINDING, re.MULTILINE)) > 30


@pytest.mark.parametrize("name", DECLARED)
def test_a_declaration_is_the_headers(prototypes: dict[str, str], name: str) -> None:
    assert DECLARED[name] == prototypes[name]


def test_the_statuses_are_the_headers(header: c_ast.FileAST) -> None:
    failure = (ROOT / "cli" / "src" / "failure.rs").read_text()
    [names] = re.findall(r"const NAMES: [^=]+= \[(.*?)\];", failure, re.DOTALL)
    [enum] = [node.type.type for node in header.ext if isinstance(node, c_ast.Typedef) and node.name == "RobofyStatus"]
    statuses = [one.name[len("ROBOFY_STATUS_") :].lower() for one in enum.values.enumerators]
    assert re.findall(r'"(\w+)"', names) == statuses
    for name, number in re.findall(r"pub const (\w+): Self = Self::Library\((\d+)\);", failure):
        assert statuses[int(number)] == name.lower()


def test_the_tool_takes_the_public_functions_alone(tool: Tool, need: Callable[[str], str]) -> None:
    listing = subprocess.run(
        [need("nm"), "-D", "--undefined-only", str(tool.path)], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    used = set(re.findall(r" U (robofy_\w+)", listing))
    assert used
    assert used <= set(DECLARED)


def test_both_versions_are_told(tool: Tool) -> None:
    ran = tool.run("--version")
    [version] = re.findall(r'define ROBOFY_VERSION "(.*)"', (HEADERS / "robofy.h").read_text())
    assert ran.stdout == f"robofy {version} (library {version})\n"
