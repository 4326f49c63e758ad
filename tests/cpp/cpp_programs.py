"""Compiles the C++ test programs in several ways and runs them: each is silent where all is well."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from c_programs import Programs
from library import HEADERS, link_shared
from standin import TARGET

HERE = Path(__file__).parent
BINARIES = TARGET / "cpp-tests"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
SANITIZED = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]

_OPTIONS = {"ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"}


def compile_cpp(
    compiler: str, sources: Sequence[Path], binary: Path, *flags: str, link: Callable[[], list[str]] = link_shared
) -> Path:
    """Compiles a program against the header and links it, by default to the shared library, without a warning."""
    binary.parent.mkdir(parents=True, exist_ok=True)
    # Put into place whole: another run may compile or execute the same program just now.
    unfinished = binary.with_name(f"{binary.name}.{os.getpid()}")
    command = [compiler, *STRICT, "-g", *flags, f"-I{HEADERS}", f"-I{HERE}", *map(str, sources)]
    command += ["-o", str(unfinished), *link(), "-pthread"]
    compiled = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if compiled.returncode or compiled.stdout:
        pytest.fail(f"{sources[0].name} does not compile:\n{compiled.stdout}", pytrace=False)
    unfinished.replace(binary)
    return binary


class CppPrograms(Programs):
    """The programs here, compiled in one way."""

    def __init__(self, kind: str, compiler: str, *flags: str) -> None:
        super().__init__(kind, compiler, [], sources=HERE)
        self.compiler, self.flags = compiler, flags

    def binary(self, name: str) -> Path:
        if name not in self._compiled:
            source = self._sources / f"{name}.cpp"
            self._compiled[name] = compile_cpp(self.compiler, [source], BINARIES / self.kind / name, *self.flags)
        return self._compiled[name]

    def start(self, name: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
        return super().start(name, *arguments, **{**_OPTIONS, **environment})
