"""Projects outside of the source tree: made from the folders here, built, and run against the stand-in."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from standin import ROOT, Standin

HERE = Path(__file__).resolve().parent
SOURCES = {"C": ROOT / "examples" / "chat.c", "CXX": HERE / "chat.cpp"}
CMAKE = ROOT / "packaging" / "cmake"

_PATIENCE_SECONDS = 900


def run(*command: object, cwd: Path | None = None, **environment: str) -> str:
    """What a command says, its complaints included; that it fails is the test's failure."""
    status, output = outcome(*command, cwd=cwd, **environment)
    if status:
        pytest.fail(f"{' '.join(map(str, command))} ended with {status}:\n{output}", pytrace=False)
    return output


def printed(*command: object, cwd: Path | None = None, **environment: str) -> str:
    """What a command writes to its standard output alone: data, free of a warning or of what the command waits for."""
    result = _ran(*command, stderr=subprocess.PIPE, cwd=cwd, **environment)
    if result.returncode:
        said = f"{result.stdout}{result.stderr}"
        pytest.fail(f"{' '.join(map(str, command))} ended with {result.returncode}:\n{said}", pytrace=False)
    return result.stdout


def outcome(*command: object, cwd: Path | None = None, **environment: str) -> tuple[int, str]:
    """A command's status, and what it says."""
    result = _ran(*command, stderr=subprocess.STDOUT, cwd=cwd, **environment)
    return result.returncode, result.stdout


def _ran(*command: object, stderr: int, cwd: Path | None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        timeout=_PATIENCE_SECONDS,
    )


def copy_source(language: str, directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(SOURCES[language], directory))


def copy_project(name: str, language: str, directory: Path) -> list[str]:
    """Copies a CMake project; what it has to be told of its program."""
    copy_source(language, directory)
    shutil.copy(HERE / name / "CMakeLists.txt", directory)
    return [f"-DLANGUAGE={language}", f"-DSOURCE={SOURCES[language].name}"]


def configure(directory: Path, *definitions: str) -> tuple[int, str]:
    return outcome(CMAKE, "-S", directory, "-B", directory / "build", *definitions)


def build_project(directory: Path, *definitions: str) -> Path:
    """Configures and builds a CMake project; its program."""
    status, output = configure(directory, *definitions)
    if status:
        pytest.fail(f"cmake {' '.join(definitions)} ended with {status}:\n{output}", pytrace=False)
    run(CMAKE, "--build", directory / "build")
    return directory / "build" / "chat"


def assert_it_chats(standin: Standin, *command: object) -> None:
    """The program sends one message and prints the stand-in's answer to it."""
    output = printed(
        *command,
        "Is anybody there?",
        ROBOFY_BASE_URL=standin.url,
        ROBOFY_API_KEY="key",
        ROBOFY_PID="pid",
        ROBOFY_CHATBOT_ID="chatbot",
    )
    assert 'agent: Hello! You wrote: "Is anybody there?".' in output.splitlines()
    assert [request["body"]["query"] for request in standin.requests()] == ["Is anybody there?"]


def needed(binary: Path) -> list[str]:
    """The names of the shared libraries that a file asks for."""
    listed = printed("readelf", "-dW", binary)
    return [line.split("[")[1].rstrip("]") for line in listed.splitlines() if "(NEEDED)" in line]


def assert_linked(binary: Path, kind: str) -> None:
    assert ("librobofy.so.0" in needed(binary)) == (kind == "shared")


def files_below(directory: Path) -> Sequence[str]:
    """Every file and link, by its path from there."""
    return sorted(
        str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_symlink() or not path.is_dir()
    )
