"""Programs of projects that build the library from its source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from library import shared_library
from projects import CMAKE, assert_it_chats, assert_linked, build_project, copy_project, files_below, run
from standin import ROOT, TARGET, Standin

# One builds all the library in a folder of its own.
pytestmark = pytest.mark.timeout(1200)

# Where cargo has built already: what differs from the default, a folder inside of the project's build, is the time.
FROM_SOURCE = [f"-DCHECKOUT={ROOT}", f"-DROBOFY_TARGET_DIR={TARGET}"]

WAYS = {
    "added": ("added", [], "robofy::robofy", "shared"),
    "added, robofy_static": ("added", [], "robofy::robofy_static", "static"),
    "added, BUILD_SHARED_LIBS": ("added", ["-DBUILD_SHARED_LIBS=OFF"], "robofy::robofy", "static"),
    "fetched": ("fetched", [], "robofy::robofy", "shared"),
}


@pytest.fixture
def built_before(need: Callable[[str], str]) -> Path:
    for tool in ("cmake", "readelf", "cargo"):
        need(tool)
    return shared_library()


@pytest.mark.parametrize("language", ["C", "CXX"])
@pytest.mark.parametrize("way", WAYS)
def test_a_program_is_built_and_chats(
    standin: Standin, built_before: Path, tmp_path: Path, way: str, language: str
) -> None:
    project, definitions, target, kind = WAYS[way]
    definitions = [*definitions, *FROM_SOURCE, *copy_project(project, language, tmp_path)]
    before = built_before.stat().st_mtime_ns
    program = build_project(tmp_path, f"-DTARGET={target}", *definitions)
    assert_linked(program, kind)
    assert_it_chats(standin, program)
    assert built_before.stat().st_mtime_ns == before, "cargo's own library was built anew"


@pytest.mark.parametrize("asked", [False, True], ids=["by default", "with ROBOFY_INSTALL"])
def test_the_projects_installation_has_the_library_only_if_asked(
    built_before: Path, tmp_path: Path, asked: bool
) -> None:
    definitions = [*FROM_SOURCE, *copy_project("added", "C", tmp_path), "-DTARGET=robofy::robofy"]
    build_project(tmp_path, *definitions, *(["-DROBOFY_INSTALL=ON"] if asked else []))
    run(CMAKE, "--install", tmp_path / "build", "--prefix", tmp_path / "prefix")
    installed = files_below(tmp_path / "prefix")
    assert "bin/chat" in installed
    assert ("include/robofy.h" in installed) == asked
    assert len(installed) == 1 or asked


def test_cargo_builds_inside_of_the_projects_build_folder(built_before: Path, tmp_path: Path) -> None:
    definitions = copy_project("added", "C", tmp_path)
    run(CMAKE, "-S", tmp_path, "-B", tmp_path / "build", f"-DCHECKOUT={ROOT}", "-DTARGET=robofy::robofy", *definitions)
    cache = (tmp_path / "build" / "CMakeCache.txt").read_text()
    assert f"ROBOFY_TARGET_DIR:PATH={tmp_path / 'build' / 'robofy' / 'cargo'}" in cache
