"""robofy.hpp compiles without a warning in each standard, with and without RTTI, and links in several units."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cpp_programs import BINARIES, HERE, SANITIZED, STRICT, compile_cpp
from description import described
from library import HEADERS
from standin import Standin

PARTS = [HEADERS / "robofy.hpp", *sorted((HEADERS / "robofy").glob("*.hpp"))]


@pytest.mark.parametrize("rtti", ["-frtti", "-fno-rtti"])
@pytest.mark.parametrize("standard", ["c++17", "c++20", "c++2b"])
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_it_compiles_twice(need: Callable[[str], str], compiler: str, standard: str, rtti: str) -> None:
    command = [need(compiler), f"-std={standard}", rtti, *STRICT, f"-I{HEADERS}", "-fsyntax-only", "-xc++", "-"]
    text = "#include <robofy.hpp>\n#include <robofy/fake.hpp>\n" * 2
    compiled = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert (compiled.returncode, compiled.stdout) == (0, "")


@pytest.mark.parametrize("part", PARTS, ids=[part.name for part in PARTS])
def test_each_part_compiles_alone(need: Callable[[str], str], part: Path) -> None:
    command = [need("g++"), "-std=c++17", *STRICT, f"-I{HEADERS}", "-fsyntax-only", "-xc++", "-"]
    text = f"#include <{part.relative_to(HEADERS)}>\n" * 2
    compiled = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert (compiled.returncode, compiled.stdout) == (0, "")


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_two_units_include_it(need: Callable[[str], str], standin: Standin, compiler: str) -> None:
    units = [HERE / "first_unit.cpp", HERE / "second_unit.cpp"]
    binary = compile_cpp(need(compiler), units, BINARIES / "units" / compiler, "-std=c++17")
    subprocess.run([str(binary), standin.url], check=True, timeout=120)


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_a_later_librarys_status_is_a_plain_error(need: Callable[[str], str], standin: Standin, compiler: str) -> None:
    units = [HERE / "later_library.cpp", HERE / "later_status.cpp"]
    flags = ["-std=c++17", "-O2", "-fstrict-enums"]
    binary = compile_cpp(need(compiler), units, BINARIES / "later" / compiler, *flags)
    subprocess.run([str(binary), standin.url], check=True, timeout=120)


def functions_in(*names: str) -> set[str]:
    return set(re.findall(r"\brobofy_\w+(?=[(>])", "".join((HEADERS / name).read_text() for name in names)))


def test_it_covers_the_c_interface() -> None:
    names = [str(part.relative_to(HEADERS)) for part in PARTS if not part.name.startswith("fake")]
    assert {function.name for function in described().functions} - functions_in(*names) == set()


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_a_fake_stands_in_for_the_library(need: Callable[[str], str], compiler: str) -> None:
    flags = ["-std=c++17", *SANITIZED]
    binary = compile_cpp(need(compiler), [HERE / "fake.cpp"], BINARIES / "fake" / compiler, *flags, link=list)
    subprocess.run([str(binary)], check=True, timeout=120)
    symbols = subprocess.run([need("nm"), "--defined-only", str(binary)], stdout=subprocess.PIPE, text=True, check=True)
    defined = set(re.findall(r" T (robofy_\w+)$", symbols.stdout, re.MULTILINE))
    assert defined == {function.name for function in described().functions}
