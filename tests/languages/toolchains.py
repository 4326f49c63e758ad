"""What the tests of a language share: its copy of the package, its surroundings, its tools run to their end."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from library import shared_library
from standin import ROOT, Standin

BINDINGS = ROOT / "bindings"
_LONGEST_SECONDS = 240


def surroundings(standin: Standin) -> dict[str, str]:
    """The environment in which a program finds the built library and the stand-in."""
    return {
        **os.environ,
        "ROBOFY_LIBRARY": str(shared_library()),
        "ROBOFY_BASE_URL": standin.url,
        "ROBOFY_API_KEY": "a-test-key",
        "ROBOFY_PID": "31415",
        "ROBOFY_CHATBOT_ID": "DKDvwn",
    }


def copy_of(language: str, directory: Path) -> Path:
    """The package as it is under version control, where a build may leave what it likes."""
    copy = directory / language
    source = BINDINGS / language
    ignored = (source / ".gitignore").read_text().split() if (source / ".gitignore").exists() else []
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns(*(name.strip("/") for name in ignored)))
    return copy


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end, whatever that is."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=_LONGEST_SECONDS,
    )


def succeed(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """The output of a command that has to succeed."""
    done = run(*command, cwd=cwd, env=env)
    assert done.returncode == 0, f"{done.args} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def assert_it_chats(*program: str | Path, cwd: Path, standin: Standin) -> None:
    """The five-line program prints the answer; a failure goes to standard error, and its exit status is 1."""
    env = surroundings(standin)
    assert succeed(*program, "Hello", cwd=cwd, env=env) == 'Hello! You wrote: "Hello".\n'
    failed = run(*program, "!status=404 code=NO_AGENT detail=There_is_no_agent.", cwd=cwd, env=env)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "NO_AGENT" in failed.stderr


def assert_the_readme_shows(language: str, program: str) -> None:
    readme = (BINDINGS / language / "README.md").read_text()
    shown = re.findall(r"^```\w+\n(.*?)^```$", readme, flags=re.DOTALL | re.MULTILINE)
    assert (BINDINGS / language / program).read_text() in shown


def header_functions() -> dict[str, tuple[str, list[str]]]:
    """What robofy.h declares: each function's return type and its parameters' types, without const."""
    text = (ROOT / "include" / "robofy.h").read_text()
    text = re.sub(r"/\*.*?\*/|^#.*?$|//.*?$", "", text, flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"^([\w ]+[ *]+?)(robofy_\w+)\(([^)]*)\);", text, flags=re.MULTILINE)
    return {name: (c_type(returns), c_parameters(parameters)) for returns, name, parameters in found}


def c_parameters(parameters: str) -> list[str]:
    """The types of `const char *pid, bool retry`."""
    declared = [part.strip() for part in parameters.split(",")]
    return [c_type(re.sub(r"\w+$", "", part)) for part in declared if part not in ("", "void")]


def c_type(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("const ", "")).replace(" *", "*").strip()
