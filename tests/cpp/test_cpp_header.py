"""robofy.hpp compiles without a warning in each standard, with and without RTTI, and links in several units."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest
from cpp_programs import BINARIES, HERE, STRICT, compile_cpp
from library import HEADERS
from standin import Standin

HEADER = HEADERS / "robofy.hpp"


@pytest.mark.parametrize("rtti", ["-frtti", "-fno-rtti"])
@pytest.mark.parametrize("standard", ["c++17", "c++20", "c++2b"])
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_it_compiles_alone_and_twice(need: Callable[[str], str], compiler: str, standard: str, rtti: str) -> None:
    command = [need(compiler), f"-std={standard}", rtti, *STRICT, f"-I{HEADERS}", "-fsyntax-only", "-xc++", "-"]
    text = '#include "robofy.hpp"\n#include <robofy.hpp>\n'
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


def test_it_covers_the_c_interface() -> None:
    declared = set(re.findall(r"^\w[\w *]*\b(robofy_\w+)\(", (HEADERS / "robofy.h").read_text(), re.MULTILINE))
    assert declared - set(re.findall(r"\brobofy_\w+", HEADER.read_text())) == set()
