"""The Perl distribution: its own tests, its programs, and its packaging."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from c_interface import signatures, statuses
from packages import BINDINGS, check_finds_the_installed_library, check_five_lines, examples_beside, succeed
from standin import Standin

DISTRIBUTION = BINDINGS / "perl"


def test_its_own_tests(need: Callable[[str], str], standin: Standin) -> None:
    succeed([need("prove"), "-l", "t"], standin, cwd=DISTRIBUTION)


def test_the_five_line_program(need: Callable[[str], str], standin: Standin) -> None:
    check_five_lines([need("perl"), f"-I{DISTRIBUTION}/lib", DISTRIBUTION / "chat.pl"], standin)


def test_it_finds_the_installed_library(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    program = [need("perl"), f"-I{DISTRIBUTION}/lib", DISTRIBUTION / "chat.pl"]
    check_finds_the_installed_library(program, standin, tmp_path)


def test_the_readme_shows_the_program_and_no_other() -> None:
    assert examples_beside(DISTRIBUTION / "chat.pl") == []


def test_the_example_serves_many_users_on_an_event_loop(need: Callable[[str], str], standin: Standin) -> None:
    queries = ["!delay-ms=500 answer=late", "Grüße", "!status=403 code=FORBIDDEN"]
    example = DISTRIBUTION / "examples" / "io_async.pl"
    printed = succeed([need("perl"), f"-I{DISTRIBUTION}/lib", example, *queries], standin).splitlines()

    assert len(printed) == 3
    assert 'Grüße: Hello! You wrote: "Grüße".' in printed
    assert any("403 FORBIDDEN" in line for line in printed)
    assert printed[-1] == "!delay-ms=500 answer=late: late"


def test_its_signatures_and_statuses_are_those_of_the_header(need: Callable[[str], str], standin: Standin) -> None:
    code = "print JSON::PP::encode_json([\\%Robofy::Native::SIGNATURES, \\@Robofy::Error::STATUSES])"
    printed = succeed([need("perl"), f"-I{DISTRIBUTION}/lib", "-MRobofy", "-MJSON::PP", "-e", code], standin)
    declared, names = json.loads(printed)

    assert declared == {name: signature for name, signature in signatures().items() if name in declared}
    assert names == [name.lower() for name, number in sorted(statuses().items(), key=lambda item: item[1]) if number]


def test_it_installs_and_works_without_the_checkout(
    need: Callable[[str], str], standin: Standin, tmp_path: Path
) -> None:
    source, base = tmp_path / "source", tmp_path / "installed"
    shutil.copytree(DISTRIBUTION, source)
    perl = need("perl")
    succeed([perl, "Makefile.PL", f"INSTALL_BASE={base}"], standin, cwd=source)
    succeed([need("make"), "install"], standin, cwd=source)
    shutil.move(source / "chat.pl", tmp_path / "chat.pl")
    shutil.rmtree(source)

    printed = succeed([perl, tmp_path / "chat.pl", "Hello"], standin, tmp_path, {"PERL5LIB": f"{base}/lib/perl5"})
    assert printed == 'Hello! You wrote: "Hello".\n'
