"""Runs the tests and the five-line programs of the scripting languages' packages against the stand-in."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from library import HEADERS, shared_library
from standin import ROOT, Standin

API_KEY = "a-test-key"

_PATIENCE_SECONDS = 240
_NONE: Mapping[str, str] = {}
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_CPLUSPLUS = re.compile(r"#ifdef __cplusplus.*?#endif", re.DOTALL)
_PREPROCESSOR = re.compile(r"^#(?:.*\\\n)*.*$", re.MULTILINE)
_FUNCTION = re.compile(r"^(?P<returns>[\w ]+[ *])(?P<name>robofy_\w+)\((?P<takes>[^)]*)\);$", re.MULTILINE)


def declarations() -> str:
    """The header without comments and preprocessor, one declaration a line: what an FFI's parser takes."""
    code = _PREPROCESSOR.sub("", _CPLUSPLUS.sub("", _COMMENT.sub("", (HEADERS / "robofy.h").read_text())))
    statements = re.findall(r"[^;{]+(?:{[^}]*}[^;]*)?;", code)
    return "".join(" ".join(statement.split()) + "\n" for statement in statements)


def signatures() -> dict[str, list[str]]:
    """Each function's C types, what it returns first; const is left out except where it tells who owns a text."""
    return {
        match["name"]: [_c_type(match["returns"]), *map(_c_type, _parameters(match["takes"]))]
        for match in _FUNCTION.finditer(declarations())
    }


def statuses() -> dict[str, int]:
    """The numbers of the statuses, by their names without ROBOFY_STATUS_."""
    return {name: int(number) for name, number in re.findall(r"ROBOFY_STATUS_(\w+) = (\d+)", declarations())}


def _parameters(takes: str) -> list[str]:
    """Their types, without their names."""
    return [] if takes == "void" else [re.sub(r"\w+$", "", taken.strip()) for taken in takes.split(",")]


def _c_type(spelled: str) -> str:
    words = spelled.replace("*", " * ").split()
    if "char" not in words:
        words = [word for word in words if word != "const"]
    return " ".join(words)


def environment(standin: Standin, more: Mapping[str, str] = _NONE) -> dict[str, str]:
    """The machine's, without its proxies, with what the packages and their five-line programs read."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {
        **kept,
        "LC_ALL": "C.UTF-8",
        "ROBOFY_LIBRARY": str(shared_library()),
        "ROBOFY_BASE_URL": standin.url,
        "ROBOFY_API_KEY": API_KEY,
        "ROBOFY_PID": "31415",
        "ROBOFY_CHATBOT_ID": "DKDvwn",
        **more,
    }


def run(
    command: Sequence[object], standin: Standin, cwd: Path = ROOT, more: Mapping[str, str] = _NONE
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment(standin, more),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
    )


def succeed(command: Sequence[object], standin: Standin, cwd: Path = ROOT, more: Mapping[str, str] = _NONE) -> str:
    """What a command printed, which must end well and complain of nothing."""
    done = run(command, standin, cwd, more)
    if done.returncode or done.stderr:
        pytest.fail(f"{done.args} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}", pytrace=False)
    return done.stdout


def check_five_lines(
    interpreter: Sequence[object], program: Path, standin: Standin, more: Mapping[str, str] = _NONE
) -> None:
    """The program prints the answer; its failure is told on standard error, with the service's code and status 1."""
    assert succeed([*interpreter, program, "Grüße, 你好"], standin, more=more) == 'Hello! You wrote: "Grüße, 你好".\n'

    failed = run([*interpreter, program, "!status=403 code=FORBIDDEN"], standin, more=more)
    assert failed.returncode == 1
    assert "FORBIDDEN" in failed.stderr
    assert failed.stdout == ""
    assert API_KEY not in failed.stderr


def check_finds_the_installed_library(
    interpreter: Sequence[object], program: Path, standin: Standin, directory: Path, more: Mapping[str, str] = _NONE
) -> None:
    """Without ROBOFY_LIBRARY the system's loader is asked, by the library's versioned name first."""
    (directory / "librobofy.so.0").symlink_to(shared_library())
    installed = {"ROBOFY_LIBRARY": "", "LD_LIBRARY_PATH": str(directory), **more}
    assert succeed([*interpreter, program, "Hello"], standin, more=installed) == 'Hello! You wrote: "Hello".\n'


def check_readme_shows(program: Path) -> None:
    """The package's README has the program as it is."""
    readme = (program.parent / "README.md").read_text()
    blocks = re.findall(r"^```\w*\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    assert program.read_text() in blocks
