"""The package for .NET, built and run with Mono."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from contract import Contract
from gateway import check_gateway
from packages import (
    BINDINGS,
    check_five_lines,
    check_leads_to_an_answer,
    check_more,
    check_webhook,
    copy_of,
    examples_beside,
    run,
    succeed,
)
from standin import ROOT, Standin

PACKAGE = BINDINGS / "csharp"


@pytest.fixture(scope="session")
def package(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("mono")
    copy = copy_of(PACKAGE, tmp_path_factory.mktemp("bindings"))
    # References in the documentation are checked; members of a base class need none of their own.
    library = [
        "-langversion:7",
        "-warnaserror",
        "-nowarn:1591",
        "-doc:Robofy.xml",
        "-target:library",
        "-out:Robofy.dll",
    ]
    succeed([need("mcs"), *library, *sorted((copy / "src").iterdir())], cwd=copy)
    for program in ("chat.cs", "more.cs", "webhook.cs", "inbox.cs"):
        succeed(["mcs", "-langversion:7", "-warnaserror", "-r:Robofy.dll", program], cwd=copy)
    return copy


@pytest.fixture(scope="session")
def tests(package: Path, need: Callable[[str], str]) -> list[str]:
    """The command that runs the package's tests."""
    found = sorted(Path("/usr/lib/cli").glob("nunit.framework-*/nunit.framework.dll"))
    if not found:
        pytest.skip("NUnit is not installed: apt-get install nunit-console libnunit-cil-dev")
    nunit = shutil.copy(found[-1], package)
    references = ["-r:Robofy.dll", f"-r:{Path(nunit).name}"]
    sources = sorted((package / "tests").iterdir())
    succeed(["mcs", "-langversion:7", "-warnaserror", *references, "-out:Tests.exe", *sources], cwd=package)
    return [need("nunit-console"), "Tests.exe", "-nologo", "-noxml", "-domain=None", "-process=Single"]


def test_the_csharp_package(package: Path, tests: list[str], standin: Standin) -> None:
    succeed(tests, standin, package, {"ROBOFY_WEBHOOKS": str(ROOT / "conversation/tests/webhook")})


def test_csharp_keeps_the_contract(package: Path, tests: list[str], standin: Standin) -> None:
    contract = Contract("csharp")
    succeed([*tests, "-run=ContractTest"], standin, package, contract.environment)
    contract.check()


def test_the_csharp_tests_message_no_live_service(package: Path, tests: list[str], standin: Standin) -> None:
    more = {"ROBOFY_BASE_URL": "https://agents.robofy.ai", "ROBOFY_LIBRARY": "/nowhere"}
    assert re.search(r"Failures: 0.*Ignored: [1-9]", succeed(tests, standin, package, more), re.DOTALL)


def test_the_csharp_program(package: Path, standin: Standin) -> None:
    check_five_lines(["mono", "chat.exe"], standin, package)


def test_a_library_that_csharp_cannot_use_is_named_with_what_to_do(package: Path, standin: Standin) -> None:
    for library in ("/nowhere/librobofy.so", "libc.so.6"):
        done = run(["mono", "chat.exe", "Hello"], standin, package, {"ROBOFY_LIBRARY": library})
        assert done.returncode != 0
        assert "point ROBOFY_LIBRARY to the shared library" in done.stderr
        assert "TypeInitializationException" not in done.stderr


def test_the_csharp_program_of_the_rest(package: Path, standin: Standin) -> None:
    check_more(["mono", "more.exe"], standin, package)


def test_the_csharp_program_of_a_webhook(package: Path, standin: Standin) -> None:
    check_webhook(["mono", "webhook.exe"], standin, package)


def test_the_csharp_program_of_an_inbox(package: Path, standin: Standin, tmp_path: Path) -> None:
    check_gateway(["mono", "inbox.exe"], standin, package, tmp_path)


def test_the_csharp_readme_shows_the_programs_and_no_other() -> None:
    programs = [(PACKAGE / name).read_text() for name in ("more.cs", "webhook.cs", "inbox.cs")]
    assert examples_beside(PACKAGE / "chat.cs") == programs


def test_the_csharp_readme_leads_to_an_answer(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    need("mcs")
    check_leads_to_an_answer(PACKAGE / "chat.cs", "mcs -r:Robofy.dll chat.cs && mono chat.exe Hello", standin, tmp_path)
