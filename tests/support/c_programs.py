"""Compiles the C test programs and runs them: each is silent where all is well."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from library import HEADERS
from standin import ROOT, TARGET

SOURCES = ROOT / "tests" / "c"
# A folder for each worker of pytest: nobody's program is replaced while it runs.
BINARIES = TARGET / "c-tests" / os.environ.get("PYTEST_XDIST_WORKER", "main")
C99 = ["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-O1"]

_PATIENCE_SECONDS = 240
_VALGRIND = {"ROBOFY_TEST_QUICK": "1", "VALGRIND_OPTS": "--leak-check=full"}


def compile_program(compiler: str, source: Path, binary: Path, *link: str) -> Path:
    """Compiles a C99 program against the header, without a warning."""
    binary.parent.mkdir(parents=True, exist_ok=True)
    include = [f"-I{HEADERS}", f"-I{SOURCES}"]
    # Put into place whole: another run may execute the same program just now.
    unfinished = binary.with_name(f"{binary.name}.{os.getpid()}")
    command = [compiler, *C99, *include, str(source), "-o", str(unfinished), *link, "-lpthread", "-ldl"]
    compiled = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if compiled.returncode or compiled.stdout:
        pytest.fail(f"{source.name} does not compile:\n{compiled.stdout}", pytrace=False)
    unfinished.replace(binary)
    return binary


class Programs:
    """The programs of a directory, linked in one way, perhaps each run by another program."""

    def __init__(
        self, kind: str, compiler: str, link: list[str], runner: Sequence[str] = (), sources: Path = SOURCES
    ) -> None:
        self.kind = kind
        self._sources = sources
        self._compiler = compiler
        self._link = link
        self._network: Sequence[str] = ()
        self._runner = runner
        self._compiled: dict[str, Path] = {}

    def without_library(self, kind: str) -> Programs:
        """The same programs, linked to no library: for those that load it."""
        return Programs(kind, self._compiler, [], self._runner, self._sources)

    def within(self, network: Sequence[str]) -> Programs:
        """The same programs, run by a command that runs them in a network of its own."""
        within = Programs(self.kind, self._compiler, self._link, self._runner, self._sources)
        within._network = network
        return within

    def run(self, name: str, *arguments: object, **environment: str) -> None:
        """Runs a program to its end, which must be a silent success."""
        self.finish(self.start(name, *arguments, **environment))

    def start(self, name: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
        command = [*self._network, *self._runner, str(self.binary(name)), *map(str, arguments)]
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**_environment(), **(_VALGRIND if self._runner else {}), **environment},
        )

    def finish(self, process: subprocess.Popen[str], line: str = "") -> None:
        """Gives a program its input and waits for its end, which must be a silent success."""
        try:
            output, _ = process.communicate(line, timeout=_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            pytest.fail(f"{process.args!r} did not end within {_PATIENCE_SECONDS} s:\n{output}", pytrace=False)
        if process.returncode or output:
            pytest.fail(f"{process.args!r} ended with {process.returncode}:\n{output}", pytrace=False)

    def binary(self, name: str) -> Path:
        """The program, compiled on first use."""
        if name not in self._compiled:
            binary = BINARIES / self.kind / name
            self._compiled[name] = compile_program(self._compiler, self._sources / f"{name}.c", binary, *self._link)
        return self._compiled[name]


def valgrind(need: Callable[[str], str]) -> list[str]:
    """Runs a program under memcheck: an error is a failure, and so is whatever stays allocated."""
    return [
        need("valgrind"),
        "--quiet",
        "--error-exitcode=99",
        "--show-leak-kinds=all",
        "--errors-for-leak-kinds=all",
        "--num-callers=40",
        f"--suppressions={SOURCES / 'valgrind.supp'}",
    ]


def _environment() -> dict[str, str]:
    """This machine's, without its proxies; freed memory is overwritten, so that its use is seen."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {**kept, "MALLOC_PERTURB_": "165"}
