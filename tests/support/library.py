"""The built library and its header, as a C compiler is told of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from standin import ROOT, TARGET

HEADERS = ROOT / "include"

_BUILD_COMMANDS = {"release": "cargo build --release", "valgrind": "cargo build --profile valgrind"}


def shared_library(profile: str = "release") -> Path:
    return _built(profile, "librobofy.so")


def static_library(profile: str = "release") -> Path:
    return _built(profile, "librobofy.a")


def link_shared(profile: str = "release") -> list[str]:
    """The linker's arguments for the shared library, found again at run time where it was built."""
    directory = shared_library(profile).parent
    return [f"-L{directory}", "-lrobofy", f"-Wl,-rpath,{directory}"]


def link_static(profile: str = "release") -> list[str]:
    """The linker's arguments for the static library and what it needs of the system."""
    return [str(static_library(profile)), "-lpthread", "-ldl", "-lm"]


def _built(profile: str, name: str) -> Path:
    path = TARGET / profile / name
    if not path.is_file():
        pytest.fail(f"{path} is missing: run `{_BUILD_COMMANDS[profile]}` first", pytrace=False)
    return path
