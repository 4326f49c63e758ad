"""Programs built with pkg-config, against an installation and without the source tree."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from projects import assert_it_chats, assert_linked, copy_source, printed, run
from standin import Standin

# A first run builds the library, and others wait for it.
pytestmark = pytest.mark.timeout(1200)

COMPILERS = {"C": "cc", "CXX": "c++"}


@pytest.fixture(params=["C", "CXX"])
def compiled(
    request: pytest.FixtureRequest, need: Callable[[str], str], tmp_path: Path, prefix: Path
) -> Callable[..., Path]:
    """Compiles a program with further arguments, of which PKG_CONFIG stands for pkg-config's answer."""
    language = request.param
    compiler, source = need(COMPILERS[language]), copy_source(language, tmp_path)

    def program(*arguments: str) -> Path:
        run(compiler, source.name, *arguments, "-o", "chat", cwd=tmp_path)
        return tmp_path / "chat"

    return program


@pytest.fixture
def pkg_config(need: Callable[[str], str], prefix: Path) -> Callable[..., list[str]]:
    command = [need("pkg-config"), f"--with-path={prefix / 'lib' / 'pkgconfig'}"]
    return lambda *options: shlex.split(printed(*command, *options, "robofy"))


def test_shared(
    standin: Standin, prefix: Path, compiled: Callable[..., Path], pkg_config: Callable[..., list[str]]
) -> None:
    program = compiled(*pkg_config("--cflags", "--libs"), f"-Wl,-rpath,{prefix / 'lib'}")
    assert_linked(program, "shared")
    assert_it_chats(standin, program)


def test_static_as_a_whole(
    standin: Standin, compiled: Callable[..., Path], pkg_config: Callable[..., list[str]]
) -> None:
    program = compiled("-static", *pkg_config("--static", "--cflags", "--libs"))
    assert "INTERP" not in printed("readelf", "-lW", program)
    assert_it_chats(standin, program)


def test_the_archive_in_a_dynamic_program(
    standin: Standin, compiled: Callable[..., Path], pkg_config: Callable[..., list[str]]
) -> None:
    [directory] = pkg_config("--variable=libdir")
    private = [name for name in pkg_config("--static", "--libs-only-l") if name != "-lrobofy"]
    program = compiled(*pkg_config("--cflags"), f"{directory}/librobofy.a", *private)
    assert_linked(program, "static")
    assert_it_chats(standin, program)


def test_it_tells_the_librarys_version(pkg_config: Callable[..., list[str]], prefix: Path) -> None:
    [version] = pkg_config("--modversion")
    assert (prefix / "lib" / f"librobofy.so.{version}").is_file()
