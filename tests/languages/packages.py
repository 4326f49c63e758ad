"""What the tests of the languages' packages share: their surroundings, and their programs run to their end."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional

import pytest
from library import HEADERS, shared_library
from standin import ROOT, Standin

BINDINGS = ROOT / "bindings"
API_KEY = "a-test-key"

_PATIENCE_SECONDS = 900
_NONE: Mapping[str, str] = {}


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


def copy_of(package: Path, directory: Path) -> Path:
    """The package as it is under version control, where a build may leave what it likes."""
    ignored = (package / ".gitignore").read_text().split()
    names = shutil.ignore_patterns(*(name.strip("/") for name in ignored))
    return Path(shutil.copytree(package, directory / package.name, ignore=names))


def run(
    command: Sequence[object], standin: Optional[Standin] = None, cwd: Path = ROOT, more: Mapping[str, str] = _NONE
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end; one that does not chat needs no stand-in and has the machine's environment."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment(standin, more) if standin else {**os.environ, **more},
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
    )


def succeed(
    command: Sequence[object],
    standin: Optional[Standin] = None,
    cwd: Path = ROOT,
    more: Mapping[str, str] = _NONE,
    *,
    may_warn: bool = False,
) -> str:
    """What a command printed, which must end well and complain of nothing."""
    done = run(command, standin, cwd, more)
    if done.returncode or (done.stderr and not may_warn):
        pytest.fail(f"{done.args} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}", pytrace=False)
    return done.stdout


def check_five_lines(
    program: Sequence[object], standin: Standin, cwd: Path = ROOT, more: Mapping[str, str] = _NONE
) -> None:
    """The program prints the answer; its failure is told on standard error, with the service's code and status 1."""
    assert succeed([*program, "Grüße, 你好"], standin, cwd, more) == 'Hello! You wrote: "Grüße, 你好".\n'

    failed = run([*program, "!status=403 code=FORBIDDEN"], standin, cwd, more)
    assert failed.returncode == 1
    assert "FORBIDDEN" in failed.stderr
    assert failed.stdout == ""
    assert API_KEY not in failed.stderr


def check_more(program: Sequence[object], standin: Standin, cwd: Path) -> None:
    """The program of what is beside chats: a request, files, lists, and an answer while it is written."""
    printed = succeed([*program, "/v1/ai-agent/files", "/v1/ai-agent/events"], standin, cwd).splitlines()
    assert printed[0] == "200 application/json"
    assert printed[1].lower() == "true"
    assert [json.loads(line)["name"] for line in printed[2:8]] == [f"Lead {n}" for n in range(6)]
    assert printed[8:10] == ["918727000000", "918727000001"]
    assert "0.7" in printed[10]
    assert "secret" not in printed[10]
    assert re.fullmatch(r'Hello! You wrote: "Hello"\. \(.+\)', printed[11])


def check_webhook(program: Sequence[object], standin: Standin, cwd: Path) -> None:
    """The program is given a file with a body of Meta's, and its signature; what it prints last is the HTTP status."""
    message = {"from": "918727000000", "id": "wamid.1", "type": "text", "text": {"body": '!answer="**Hello**"'}}
    body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": {"messages": [message]}}]}]}).encode()
    (cwd / "body").write_bytes(body)
    right = "sha256=" + hmac.new(b"my-app-secret", body, hashlib.sha256).hexdigest()
    for signature, printed in (right, "*Hello*\n200\n"), (f"{right}0", "401\n"):
        assert succeed([*program, "body", signature], standin, cwd, {"META_APP_SECRET": "my-app-secret"}) == printed


def check_finds_the_installed_library(
    program: Sequence[object], standin: Standin, directory: Path, more: Mapping[str, str] = _NONE
) -> None:
    """Without ROBOFY_LIBRARY the system's loader is asked, by the library's versioned name first."""
    (directory / "librobofy.so.0").symlink_to(shared_library())
    installed = {"ROBOFY_LIBRARY": "", "LD_LIBRARY_PATH": str(directory), **more}
    assert succeed([*program, "Hello"], standin, more=installed) == 'Hello! You wrote: "Hello".\n'


def readme_of(program: Path) -> str:
    return next(path for path in (folder / "README.md" for folder in program.parents) if path.exists()).read_text()


def examples_beside(program: Path) -> list[str]:
    """The package's README has the program as it is; what else it shows in that language is given back."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", readme_of(program), re.DOTALL | re.MULTILINE)
    shown = [language for language, text in blocks if text == program.read_text()]
    assert shown, f"README.md does not show {program.name}"
    return [text for language, text in blocks if language == shown[0] and text != program.read_text()]


def check_leads_to_an_answer(
    program: Path, command: str, standin: Standin, directory: Path, more: Mapping[str, str] = _NONE
) -> None:
    """README's commands in a project outside of the checkout, where `make install` has put the library below HOME."""
    readme, path = readme_of(program), directory / "home/.local"
    (path / "lib").mkdir(parents=True)
    for name in ("librobofy.so", "librobofy.so.0"):
        (path / "lib" / name).symlink_to(shared_library())
    (path / "include").symlink_to(HEADERS)
    project = directory / "project"
    project.mkdir(exist_ok=True)
    shutil.copy(program, project)

    [block] = [
        text for text in re.findall(r"^```console\n(.*?)^```", readme, re.DOTALL | re.MULTILINE) if "CHECKOUT" in text
    ]
    lines = [line.removeprefix("$ ").replace("CHECKOUT", str(ROOT)) for line in block.splitlines()]
    installed = lines.index(f"make -C {ROOT} install PREFIX=$HOME/.local") + 1
    assert f"`{command}`" in readme
    script = "\n".join([*lines[installed:], command])
    environment = {"HOME": str(directory / "home"), "ROBOFY_LIBRARY": "", "LD_LIBRARY_PATH": "", **more}
    printed = succeed(["sh", "-ec", script], standin, project, environment, may_warn=True)
    assert printed.splitlines()[-1] == 'Hello! You wrote: "Hello".'
