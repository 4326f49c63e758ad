"""Runs the console sessions of a page, one after another in a folder that looks like the checkout."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pages import Example
from programs import OTHERS, PATIENCE_SECONDS, environment
from standin import ROOT, TARGET, Standin

# Commands that are run. So is what lies in target/ or is named with ./
RUN = {"cc", "gcc", "clang", "c++", "g++", "clang++", "ls", "nm", "readelf"}

# Commands that are not, and what tests them.
TESTED_BY = {
    "apt-get": "make setup, on a machine without the packages",
    "brew": "nothing: macOS",
    "cargo": "make build, make test and make check",
    "cd": "what comes after it",
    "cmake": "tests/install",
    "dpkg": "tests/install",
    "echo": "what it is piped to",
    "export": "nothing to be tested",
    "git": "nothing: the network",
    "install": "nothing: the reader's home",
    "make": "CI runs the targets; here each has to exist",
    "man": "tests/docs/test_doc_reference.py",
    "pip": "the tests of the Python package",
    "pkg-config": "tests/install",
    "printf": "what it is piped to",
    "python": "the tests of the Python package",
    "python3": "the tests of the Python package",
    "robofy": "tests/cli",
    "sudo": "what comes after it",
    **dict.fromkeys(("composer", "go", "npm", "perl"), "tests/languages"),
    **dict.fromkeys(("javac", "mcs", "nunit-console"), "tests/languages"),
    "dotnet": "nothing: Debian has none",
    "mvn": "nothing: its own registry",
}
PLACEHOLDER = "#include <stdio.h>\n#include <robofy.h>\nint main(void) { return puts(robofy_version()) < 0; }\n"


@dataclass
class Command:
    line: str
    output: str

    @property
    def tool(self) -> str:
        return shlex.split(self.line, comments=True)[0]


def commands(session: str) -> Iterator[Command]:
    """What stands after each `$`, with the lines below it as its output; a backslash at the end goes on."""
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        line, _, output = re.sub(r"\\\n> ?", "", part).partition("\n")
        yield Command(line, output)


class Checkout:
    """A folder with what the sessions of a page name; what they build in target/ stays here."""

    def __init__(self, directory: Path, standin: Standin) -> None:
        self._directory = directory
        self._standin = standin
        (directory / "target").mkdir()
        (directory / "target" / "release").symlink_to(TARGET / "release")
        for name in ("include", "examples", "bindings"):
            (directory / name).symlink_to(ROOT / name)
        for name in ("program.c", "program.cpp"):
            (directory / name).write_text(PLACEHOLDER, encoding="utf-8")

    def try_session(self, session: Example) -> None:
        for command in commands(session.text):
            self._try(command, session)

    def _try(self, command: Command, session: Example) -> None:
        tool = command.tool
        if tool == "make":
            check_targets(command, session)
        elif tool.endswith(("/python", "/pip")):
            self._try_python(command, session)
        elif tool.removeprefix("target/release/") in TESTED_BY:
            return
        elif any(library in command.line and not is_installed(header) for header, library in OTHERS.items()):
            return
        elif tool in RUN or tool.startswith(("target/", "./")):
            self._run(command, command.line, session)
        else:
            pytest.fail(f"{session}: {tool} is neither run nor in TESTED_BY of tests/docs/consoles.py", pytrace=False)

    def _try_python(self, command: Command, session: Example) -> None:
        """A virtual environment of the page's: the package is taken from the checkout, not installed into it."""
        if command.tool.endswith("/python"):
            self._run(command, command.line.replace(command.tool, shlex.quote(sys.executable), 1), session)

    def _run(self, command: Command, line: str, session: Example) -> None:
        ran = subprocess.run(
            ["bash", "-c", line],
            cwd=self._directory,
            env=environment(self._standin),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        if ran.returncode:
            pytest.fail(f"{session}: {command.line!r} ended with {ran.returncode}:\n{ran.stdout}", pytrace=False)
        shown = command.output.strip()
        if shown and not doctest.OutputChecker().check_output(f"{shown}\n", ran.stdout, doctest.ELLIPSIS):
            pytest.fail(f"{session}: {command.line!r} says\n{ran.stdout}instead of\n{shown}", pytrace=False)


def is_installed(header: str) -> bool:
    return Path("/usr/include", header.strip("<>")).exists()


def check_targets(command: Command, session: Example) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = [word for word in shlex.split(command.line, comments=True)[1:] if re.fullmatch("[a-z][a-z-]*", word)]
    assert set(named) <= targets, f"{session}: {command.line!r} names what the Makefile does not have"
