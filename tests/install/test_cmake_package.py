"""Programs built with find_package, against an installation that was moved since."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from projects import assert_it_chats, assert_linked, build_project, configure, copy_project
from standin import Standin

# A first run builds the library, and others wait for it.
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def moved(make: Callable[..., str], tmp_path_factory: pytest.TempPathFactory, need: Callable[[str], str]) -> Path:
    """An installation that is no longer where it was installed."""
    need("readelf")
    directory = tmp_path_factory.mktemp("moved")
    make("install", PREFIX=directory / "before")
    return Path(shutil.move(directory / "before", directory / "after"))


WAYS = {
    "as it comes": ([], "robofy::robofy", "shared"),
    "robofy_shared": ([], "robofy::robofy_shared", "shared"),
    "robofy_static": ([], "robofy::robofy_static", "static"),
    "component shared": (["-DCOMPONENTS=shared", "-DBUILD_SHARED_LIBS=OFF"], "robofy::robofy", "shared"),
    "component static": (["-DCOMPONENTS=static"], "robofy::robofy", "static"),
    "both components": (["-DCOMPONENTS=static;shared"], "robofy::robofy", "shared"),
    "BUILD_SHARED_LIBS": (["-DBUILD_SHARED_LIBS=OFF"], "robofy::robofy", "static"),
}


@pytest.mark.parametrize("language", ["C", "CXX"])
@pytest.mark.parametrize("way", WAYS)
def test_a_program_is_built_and_chats(standin: Standin, moved: Path, tmp_path: Path, way: str, language: str) -> None:
    definitions, target, kind = WAYS[way]
    definitions = [*definitions, *copy_project("found", language, tmp_path)]
    program = build_project(tmp_path, f"-DCMAKE_PREFIX_PATH={moved}", f"-DTARGET={target}", *definitions)
    assert_linked(program, kind)
    assert_it_chats(standin, program)


@pytest.mark.parametrize(
    ("asked", "words"),
    [("-DVERSION=1.0", "0.1.0"), ("-DVERSION=0.2", "0.1.0"), ("-DCOMPONENTS=framework", "framework")],
    ids=["major version", "later version", "unknown component"],
)
def test_what_is_not_there_is_not_found(moved: Path, tmp_path: Path, asked: str, words: str) -> None:
    definitions = copy_project("found", "C", tmp_path)
    status, output = configure(tmp_path, f"-DCMAKE_PREFIX_PATH={moved}", "-DTARGET=robofy::robofy", asked, *definitions)
    assert status
    assert words in output


def test_an_earlier_version_is_enough(moved: Path, tmp_path: Path) -> None:
    definitions = copy_project("found", "C", tmp_path)
    status, output = configure(
        tmp_path, f"-DCMAKE_PREFIX_PATH={moved}", "-DTARGET=robofy::robofy", "-DVERSION=0.1", *definitions
    )
    assert not status, output
