"""The header is C99 and C++17, compiles alone and twice, knows its version, and is what the source generates."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from library import HEADERS, link_shared
from standin import TARGET

HEADER = HEADERS / "robofy.h"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
COMPILERS = {
    "gcc": ["-std=c99", "-xc"],
    "clang": ["-std=c99", "-xc"],
    "g++": ["-std=c++17", "-xc++"],
    "clang++": ["-std=c++17", "-xc++"],
}

Compile = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture(params=COMPILERS)
def compile_text(request: pytest.FixtureRequest, need: Callable[[str], str]) -> Compile:
    """Compiles a text strictly with one compiler; a warning is a failure."""
    command = [need(request.param), *COMPILERS[request.param], *STRICT, f"-I{HEADERS}", "-fsyntax-only", "-"]

    def compile_text(text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    return compile_text


def header_version() -> tuple[int, int, int]:
    parts = dict(re.findall(r"#define ROBOFY_VERSION_(MAJOR|MINOR|PATCH) (\d+)", HEADER.read_text()))
    return int(parts["MAJOR"]), int(parts["MINOR"]), int(parts["PATCH"])


def assert_compiles(compiled: subprocess.CompletedProcess[str]) -> None:
    assert compiled.returncode == 0, compiled.stdout
    assert compiled.stdout == ""


def test_it_compiles_alone(compile_text: Compile) -> None:
    assert_compiles(compile_text('#include "robofy.h"\n'))


def test_its_opening_example_compiles(compile_text: Compile) -> None:
    opening, _, _ = HEADER.read_text().partition("These rules hold")
    example = re.findall(r"^ \*     (.*)$", opening, re.MULTILINE)
    assert example[-1] == "robofy_client_free(client);"
    body = "\n".join(example)
    assert_compiles(compile_text(f'#include <stdio.h>\n#include "robofy.h"\nint main(void) {{\n{body}\n}}\n'))


def test_it_compiles_twice_in_one_file(compile_text: Compile) -> None:
    assert_compiles(compile_text('#include "robofy.h"\n#include <robofy.h>\nextern RobofyStatus status;\n'))


def test_its_handles_are_opaque(compile_text: Compile) -> None:
    for handle in ("Options", "Client", "Message", "Reply", "Call", "Response", "Upload", "Completion", "Error", "Event"):
        compiled = compile_text(f'#include "robofy.h"\nunsigned long size = sizeof(Robofy{handle});\n')
        assert compiled.returncode != 0
        assert "incomplete type" in compiled.stdout


def test_statuses_have_the_numbers_that_programs_were_compiled_with(compile_text: Compile) -> None:
    names = (
        "OK INVALID_ARGUMENT CONNECT TLS TIMEOUT INTERRUPTED PROTOCOL BAD_REQUEST UNAUTHORIZED FORBIDDEN NOT_FOUND"
        " RATE_LIMITED SERVER CANCELLED OVERLOADED INTERNAL SIGNATURE STORAGE"
    ).split()
    checks = [f"extern int number{n}[ROBOFY_STATUS_{name} == {n} ? 1 : -1];" for n, name in enumerate(names)]
    assert_compiles(compile_text("\n".join(['#include "robofy.h"', *checks, ""])))


def test_its_version_can_be_asked_for(compile_text: Compile) -> None:
    major, minor, patch = header_version()
    reached = [(major, minor, patch), (0, 0, 0), (major, 0, 0), (major, minor, 0)]
    ahead = [(major, minor, patch + 1), (major, minor + 1, 0), (major + 1, 0, 0), (99, 0, 0)]
    older = [(major, minor, patch - 1)] if patch else []
    older += [(major, minor - 1, 999)] if minor else []
    older += [(major - 1, 999, 999)] if major else []
    lines = ['#include "robofy.h"']
    for version in reached + older:
        lines += [f"#if !ROBOFY_VERSION_AT_LEAST{version}", f"#error {version} is reached", "#endif"]
    for version in ahead:
        lines += [f"#if ROBOFY_VERSION_AT_LEAST{version}", f"#error {version} is not reached", "#endif"]
    assert_compiles(compile_text("\n".join([*lines, ""])))


def test_the_library_has_the_headers_version(need: Callable[[str], str], tmp_path: Path) -> None:
    program = '#include <stdio.h>\n#include "robofy.h"\nint main(void) { return puts(robofy_version()) < 0; }\n'
    binary = tmp_path / "version"
    command = [need("cc"), f"-I{HEADERS}", "-xc", "-", "-o", str(binary), *link_shared()]
    subprocess.run(command, input=program, text=True, check=True)
    version = subprocess.run([str(binary)], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    assert version == ".".join(map(str, header_version()))
    assert f'#define ROBOFY_VERSION "{version}"' in HEADER.read_text()


def test_every_function_says_what_it_does_and_since_when() -> None:
    text = HEADER.read_text()
    declared = re.findall(r"^\w[\w *]*\b(robofy_\w+)\(", text, re.MULTILINE)
    documented = re.findall(r"Since \d+\.\d+\.\d+\.\n \*/\n\w[\w *]*\b(robofy_\w+)\(", text)
    assert declared
    assert documented == declared


def test_it_is_what_the_source_generates() -> None:
    generated = list(TARGET.glob("release/build/robofy-*/out/robofy.h"))
    assert generated, "no header was generated: run `cargo build --release` first"
    newest = max(generated, key=lambda path: path.stat().st_mtime)
    assert HEADER.read_bytes() == newest.read_bytes(), (
        "include/robofy.h is not what the source generates: run `ROBOFY_UPDATE_HEADER=1 cargo build --release`"
    )
