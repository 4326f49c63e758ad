"""The package for Go, against the header and the library of this checkout."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from library import shared_library
from standin import Standin
from toolchains import BINDINGS, assert_it_chats, assert_the_readme_shows, succeed, surroundings

PACKAGE = BINDINGS / "go"


@pytest.fixture
def go(need: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> str:
    directory = shared_library().parent
    monkeypatch.setenv("CGO_LDFLAGS", f"-L{directory} -Wl,-rpath,{directory}")
    return need("go")


# Where nothing has been built yet, the standard library is, twice.
@pytest.mark.timeout(1200)
def test_the_go_package(go: str, standin: Standin) -> None:
    succeed(go, "vet", ".", cwd=PACKAGE)
    succeed(go, "test", "-race", "-count=1", ".", cwd=PACKAGE, env=surroundings(standin))


def test_the_go_package_is_formatted(need: Callable[[str], str]) -> None:
    assert succeed(need("gofmt"), "-l", ".", cwd=PACKAGE) == ""


def test_the_go_program(go: str, standin: Standin) -> None:
    assert_it_chats(go, "run", "chat.go", cwd=PACKAGE, standin=standin)


def test_the_program_in_the_go_readme() -> None:
    assert_the_readme_shows("go", "chat.go")
