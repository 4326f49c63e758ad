"""The Perl distribution: its own tests and the contract, its programs, and its packaging."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from contract import Contract
from library import shared_library
from packages import (
    BINDINGS,
    check_finds_the_installed_library,
    check_five_lines,
    copy_of,
    examples_beside,
    succeed,
)
from standin import ROOT, Standin

WEBHOOKS = ROOT / "conversation/tests/webhook"
DISTRIBUTION = BINDINGS / "perl"
STREAM = "/v1/ai-agent/events"


@pytest.fixture
def standin() -> Iterator[Standin]:
    """One that streams too."""
    with Standin("--stream-path", STREAM) as standin:
        yield standin


def test_its_own_tests_and_the_contract(need: Callable[[str], str], standin: Standin) -> None:
    contract = Contract("perl")
    more = {**contract.environment, "ROBOFY_WEBHOOKS": str(WEBHOOKS)}
    succeed([need("prove"), "-l", "t"], standin, cwd=DISTRIBUTION, more=more)
    contract.check()


def test_the_program_of_the_readme(need: Callable[[str], str], standin: Standin) -> None:
    check_five_lines([need("perl"), f"-I{DISTRIBUTION}/lib", DISTRIBUTION / "chat.pl"], standin)


def test_it_finds_the_installed_library(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    program = [need("perl"), f"-I{DISTRIBUTION}/lib", DISTRIBUTION / "chat.pl"]
    check_finds_the_installed_library(program, standin, tmp_path)


def test_the_readme_reaches_the_rest_of_the_api(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    printed, more = [], {"ROBOFY_STREAM_PATH": STREAM, "BOT_PATH": str(tmp_path / "bot")}
    for example in examples_beside(DISTRIBUTION / "chat.pl"):
        (tmp_path / "example.pl").write_text(example)
        command = [need("perl"), f"-I{DISTRIBUTION}/lib", tmp_path / "example.pl"]
        printed += succeed(command, standin, more=more).splitlines()
    # It is not told if the answer was faster.
    *printed, first, second = [line for line in printed if not line.endswith(" sees that we are typing")]
    assert '"Hello' in first
    assert 'there"' in second
    assert printed == [
        "200 application/json HASH",
        "918727000000: Hello",
        "918727000001: ",
        *(f"Lead {number}" for number in range(6)),
        "0.7",
        "uploaded",
        'Hello! You wrote: "Hello".',
        'Hello! You wrote: "Hello".',
        "200",
        "401",
        "200",
        "200",
    ]


def test_the_example_serves_many_users_on_an_event_loop(need: Callable[[str], str], standin: Standin) -> None:
    queries = ["!delay-ms=500 answer=late", "Grüße", "!status=403 code=FORBIDDEN"]
    example = DISTRIBUTION / "examples" / "io_async.pl"
    printed = succeed([need("perl"), f"-I{DISTRIBUTION}/lib", example, *queries], standin).splitlines()

    assert len(printed) == 3
    assert 'Grüße: Hello! You wrote: "Grüße".' in printed
    assert any("403 FORBIDDEN" in line for line in printed)
    assert printed[-1] == "!delay-ms=500 answer=late: late"


def test_its_documentation_is_well_formed(need: Callable[[str], str]) -> None:
    names = ("Robofy.pm", "Robofy/Failures.pm", "Robofy/Fields.pm", "Robofy/Parameters.pm")
    documented = [DISTRIBUTION / "lib" / name for name in names]
    succeed([need("podchecker"), "-warnings", *documented], may_warn=True)


def test_the_readme_leads_to_an_answer_without_the_checkout(
    need: Callable[[str], str], standin: Standin, tmp_path: Path
) -> None:
    checkout, elsewhere = tmp_path / "checkout", tmp_path / "elsewhere"
    copy_of(DISTRIBUTION, checkout / "bindings")
    elsewhere.mkdir()
    shutil.copy(DISTRIBUTION / "chat.pl", elsewhere)
    (checkout / "Makefile").write_text(f"install:\n\tinstall -D {shared_library()} $(PREFIX)/lib/librobofy.so.0\n")
    [install, *_] = re.findall(
        r"^```console\n(.*?)^```", (DISTRIBUTION / "README.md").read_text(), re.DOTALL | re.MULTILINE
    )
    commands = [line.removeprefix("$ ") for line in install.splitlines() if "apt-get" not in line]
    commands.append("test ! -e $HOME/perl5/lib/perl5/chat.pl")
    run_there = f"rm -r {checkout} && cd {elsewhere} && {need('perl')} chat.pl Hello"

    surroundings = {"HOME": str(tmp_path), "ROBOFY_LIBRARY": ""}
    script = "\n".join(["set -e", *commands, run_there])
    printed = succeed([need("sh"), "-c", script], standin, checkout, surroundings)
    assert printed.endswith('\nHello! You wrote: "Hello".\n')
