"""The reference of the C interface: complete, without a warning, and a man page for each function."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from library import HEADERS
from standin import ROOT

FUNCTIONS = (ROOT / "tests" / "abi" / "symbols.txt").read_text(encoding="utf-8").split()
HEADER = (HEADERS / "robofy.h").read_text(encoding="utf-8")
TYPES = re.findall(r"^typedef (?:struct|enum) (\w+)", HEADER, re.MULTILINE)
STATUSES = re.findall(r"\b(ROBOFY_STATUS_\w+) = ", HEADER)

Need = Callable[[str], str]


def build(root: Path, change: tuple[str, str] = ("", "")) -> subprocess.CompletedProcess[str]:
    """The reference, as `make docs` builds it, of a copy in which something may stand otherwise in the header."""
    for part in ("include", "docs/reference"):
        shutil.copytree(ROOT / part, root / part)
    shutil.copy(ROOT / "docs" / "functions.md", root / "docs")
    header = root / "include" / "robofy.h"
    assert change[0] in HEADER
    header.write_text(HEADER.replace(*change, 1), encoding="utf-8")
    command = [str(root / "docs" / "reference" / "build")]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture(scope="module")
def reference(need: Need, tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("doxygen")
    root = tmp_path_factory.mktemp("reference")
    built = build(root)
    assert (built.returncode, built.stdout) == (0, "")
    return root / "target" / "docs"


@pytest.fixture(scope="module")
def read(need: Need, reference: Path) -> Callable[[str], str]:
    """A man page as a reader sees it; what troubles the formatter is a failure."""
    man = need("man")

    def read(name: str) -> str:
        page = reference / "man" / "man3" / f"{name}.3"
        shown = subprocess.run(
            [man, "--warnings", "-l", str(page)],
            capture_output=True,
            env={**os.environ, "MANWIDTH": "500", "MAN_KEEP_FORMATTING": "", "LC_ALL": "C.UTF-8"},
            text=True,
            check=True,
        )
        assert shown.stderr == ""
        return re.sub(r".\x08", "", shown.stdout)

    return read


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_has_its_man_page(read: Callable[[str], str], function: str) -> None:
    declared = re.search(rf"^(?P<result>\w[\w *]*)\b{function}\((?P<parameters>[^;]*)\);", HEADER, re.MULTILINE)
    assert declared
    page = read(function)
    assert page.startswith(f"{function}(3)")
    assert re.search(rf"^NAME\n +{function} - \w.*[^.]$", page, re.MULTILINE)
    explained = page.partition("\nPARAMETERS\n")[2]
    for parameter in re.findall(r"(\w+)(?=,|$)", declared["parameters"].replace("void", "")):
        assert re.search(rf"^ +{parameter}\b", explained, re.MULTILINE), parameter
    assert ("\nRETURN VALUE\n" in page) == (declared["result"].strip() != "void")


@pytest.mark.parametrize("name", TYPES)
def test_each_type_has_its_man_page(read: Callable[[str], str], name: str) -> None:
    assert re.search(rf"^NAME\n +{name} - \w", read(name), re.MULTILINE)


def test_the_synopses_are_the_headers_declarations(read: Callable[[str], str], need: Need) -> None:
    synopses = [read(name).split("SYNOPSIS")[1].split("Link with")[0] for name in FUNCTIONS]
    declarations = "\n".join(synopses)
    command = [need("cc"), "-std=c99", "-Wall", "-Wextra", "-Werror", f"-I{HEADERS}", "-fsyntax-only", "-xc", "-"]
    compiled = subprocess.run(command, input=declarations, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert compiled.returncode == 0, compiled.stdout


def test_there_is_an_overview(read: Callable[[str], str]) -> None:
    page = read("robofy")
    for name in (*FUNCTIONS, *TYPES):
        assert f"{name}(3)" in page
    for rule in ("Ownership.", "Errors.", "Threads.", "Fork.", "Signals."):
        assert rule in page


def test_statuses_are_explained(read: Callable[[str], str]) -> None:
    page = read("RobofyStatus")
    assert len(STATUSES) == 18
    for status in STATUSES:
        assert re.search(rf"^ +{status} = \d+\n +\S", page, re.MULTILINE), status


def test_the_pages_name_the_version_that_the_header_has(read: Callable[[str], str]) -> None:
    [version] = re.findall(r'#define ROBOFY_VERSION "(.*)"', HEADER)
    assert f"robofy {version}" in read("robofy_version")


def test_the_html_has_each_function_in_its_theme(reference: Path) -> None:
    themes = "".join(page.read_text(encoding="utf-8") for page in (reference / "c").glob("group__*.html"))
    for function in FUNCTIONS:
        assert f">{function}</a>" in themes or f"{function} (" in themes, function
    assert "Ownership." in (reference / "c" / "index.html").read_text(encoding="utf-8")


def test_cpp_has_its_html(reference: Path) -> None:
    assert (reference / "cpp" / "index.html").exists() == (HEADERS / "robofy.hpp").exists()


@pytest.mark.parametrize(
    ("documented", "not_documented", "complaint"),
    [
        ("@param url", "url", "parameter 'url'"),
        ("@return A client", "A client", "return type of member robofy_client_new is not documented"),
        ("/**\n   * No error.\n   */\n", "", "ROBOFY_STATUS_OK"),
        ("/**\n * The version of the library that is loaded", "/*\n * The version of the library", "robofy_version"),
    ],
    ids=["parameter", "result", "value", "function"],
)
def test_what_is_not_documented_fails_the_build(
    need: Need, tmp_path: Path, documented: str, not_documented: str, complaint: str
) -> None:
    need("doxygen")
    built = build(tmp_path, (documented, not_documented))
    assert built.returncode != 0
    assert complaint in built.stdout


def test_a_function_without_a_theme_fails_the_build(need: Need, tmp_path: Path) -> None:
    need("doxygen")
    built = build(tmp_path, ("const char *robofy_version(void)", "const char *robofy_unheard_of(void)"))
    assert built.returncode != 0
    assert "robofy_unheard_of has no row in docs/functions.md" in built.stdout
