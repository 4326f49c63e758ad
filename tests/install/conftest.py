"""An installation in a folder of its own, and a tool to install."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from library import HEADERS, shared_library
from projects import run
from standin import ROOT
from turns import one_at_a_time


@pytest.fixture(scope="session")
def make(need: Callable[[str], str]) -> Callable[..., str]:
    """Runs make in the checkout, with variables."""
    command = [need("make"), "-C", str(ROOT)]
    need("cmake")

    def made(*goals: str, **variables: object) -> str:
        assignments = [f"{name}={value}" for name, value in variables.items()]
        with one_at_a_time("make"):
            return run(*command, *goals, *assignments)

    return made


@pytest.fixture(scope="session")
def prefix(make: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation as a packager makes it: staged with DESTDIR, then put where PREFIX says."""
    directory = tmp_path_factory.mktemp("installed")
    final, stage = directory / "prefix", directory / "stage"
    make("install", PREFIX=final, DESTDIR=stage)
    shutil.move(stage / final.relative_to("/"), final)
    shutil.rmtree(stage)
    return final


@pytest.fixture
def tool(need: Callable[[str], str], tmp_path: Path) -> Path:
    """A command-line tool that prints the library's version, linked as cargo links one, with two pages."""
    need("patchelf")
    directory = tmp_path / "tool"
    for page in ("share/man/man1/robofy.1", "share/bash-completion/completions/robofy"):
        (directory / page).parent.mkdir(parents=True)
        (directory / page).write_text(".TH ROBOFY 1\n")
    source = directory / "robofy.c"
    source.write_text(
        "#include <stdio.h>\n#include <robofy.h>\nint main(void) { return puts(robofy_version()) < 0; }\n"
    )
    link = [f"-L{shared_library().parent}", "-lrobofy", "-Wl,-rpath,$ORIGIN/../lib"]
    run(need("cc"), f"-I{HEADERS}", source, "-o", directory / "robofy", *link)
    return directory / "robofy"
