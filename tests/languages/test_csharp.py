"""The package for .NET, built and run with Mono."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from standin import Standin
from toolchains import assert_it_chats, assert_the_readme_shows, copy_of, run, succeed, surroundings


@pytest.fixture(scope="session")
def package(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("mono")
    copy = copy_of("csharp", tmp_path_factory.mktemp("bindings"))
    library = ["-langversion:7", "-warnaserror", "-target:library", "-out:Robofy.dll"]
    succeed(need("mcs"), *library, *sorted((copy / "src").iterdir()), cwd=copy)
    succeed("mcs", "-langversion:7", "-warnaserror", "-r:Robofy.dll", "chat.cs", cwd=copy)
    return copy


@pytest.fixture(scope="session")
def nunit(package: Path) -> Path:
    """NUnit's assembly, beside the tests."""
    found = sorted(Path("/usr/lib/cli").glob("nunit.framework-*/nunit.framework.dll"))
    if not found:
        pytest.skip("NUnit is not installed: apt-get install nunit-console libnunit-cil-dev")
    return Path(shutil.copy(found[-1], package))


def test_the_csharp_package(package: Path, nunit: Path, need: Callable[[str], str], standin: Standin) -> None:
    sources = sorted((package / "tests").iterdir())
    compile_tests = ["mcs", "-langversion:7", "-warnaserror", "-target:library", "-r:Robofy.dll", f"-r:{nunit.name}"]
    succeed(*compile_tests, "-out:Tests.dll", *sources, cwd=package)
    runner = [need("nunit-console"), "Tests.dll", "-nologo", "-noxml", "-domain=None", "-process=Single"]
    succeed(*runner, cwd=package, env=surroundings(standin))


def test_the_csharp_program(package: Path, standin: Standin) -> None:
    assert_it_chats("mono", "chat.exe", cwd=package, standin=standin)


def test_a_library_that_csharp_cannot_use_is_named_with_what_to_do(package: Path, standin: Standin) -> None:
    for library in ("/nowhere/librobofy.so", "libc.so.6"):
        env = {**surroundings(standin), "ROBOFY_LIBRARY": library}
        done = run("mono", "chat.exe", "Hello", cwd=package, env=env)
        assert done.returncode != 0
        assert "point ROBOFY_LIBRARY to the shared library" in done.stderr


def test_the_program_in_the_csharp_readme() -> None:
    assert_the_readme_shows("csharp", "chat.cs")
