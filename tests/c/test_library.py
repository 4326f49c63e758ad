"""The shared library exports its functions alone, needs next to nothing, and loads the way its hosts need it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest
from library import HEADERS, shared_library

LARGEST_BYTES = 4_000_000
SYSTEM_LIBRARIES = re.compile(r"lib(c|m|gcc_s)\.so\.\d+|ld-linux[-\w]*\.so\.\d+")


@pytest.fixture(scope="module")
def dynamic_section(need: Callable[[str], str]) -> str:
    command = [need("readelf"), "-dW", str(shared_library())]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def test_it_exports_the_headers_functions_and_nothing_else(need: Callable[[str], str]) -> None:
    command = [need("nm"), "-D", "--defined-only", "--format=posix", str(shared_library())]
    listed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    exported = {line.split()[0]: line.split()[1] for line in listed.splitlines()}
    declared = re.findall(r"^\w[\w *]*\b(robofy_\w+)\(", (HEADERS / "robofy.h").read_text(), re.MULTILINE)
    assert exported == dict.fromkeys(declared, "T")


def test_it_needs_only_the_systems_own_libraries(dynamic_section: str) -> None:
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic_section)
    assert "libc.so.6" in needed
    assert [name for name in needed if not SYSTEM_LIBRARIES.fullmatch(name)] == []


def test_it_knows_its_name(dynamic_section: str) -> None:
    [soname] = re.findall(r"\(SONAME\).*\[(.+)\]", dynamic_section)
    assert soname.startswith("librobofy.so")


def test_it_is_never_unmapped(dynamic_section: str) -> None:
    [flags] = re.findall(r"\(FLAGS_1\)\s+Flags:(.*)", dynamic_section)
    assert "NODELETE" in flags.split()


def test_it_looks_for_libraries_nowhere_of_its_own(dynamic_section: str) -> None:
    assert "RPATH" not in dynamic_section
    assert "RUNPATH" not in dynamic_section


def test_it_is_small() -> None:
    assert shared_library().stat().st_size < LARGEST_BYTES
