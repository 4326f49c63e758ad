"""The Ruby gem: its own tests, its five-line program, and its packaging."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from contract import Contract
from library import shared_library
from packages import BINDINGS, check_finds_the_installed_library, check_five_lines, examples_beside, succeed
from standin import Standin

GEM = BINDINGS / "ruby"

# What the README's examples leave out.
_BEFORE = """
require "robofy"
client = Robofy::Client.new("key", pid: "1", chatbot_id: "2", base_url: ENV["ROBOFY_BASE_URL"])
users = { "918727000000" => "!answer=one", "918727000001" => "!answer=two" }
"""


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    """One that streams too."""
    with Standin("--stream-path", "/v1/ai-agent/events") as running:
        yield running


def test_its_own_tests_and_the_contract(need: Callable[[str], str], standin: Standin) -> None:
    contract = Contract("ruby")
    succeed([need("rake"), "test"], standin, GEM, contract.environment)
    contract.check()


def test_the_five_line_program(need: Callable[[str], str], standin: Standin) -> None:
    check_five_lines([need("ruby"), "-I", GEM / "lib", GEM / "chat.rb"], standin)


def test_it_finds_the_installed_library(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    check_finds_the_installed_library([need("ruby"), "-I", GEM / "lib", GEM / "chat.rb"], standin, tmp_path)


def test_the_readmes_examples(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    threads, calls, upload, stream, webhook, _inbox, errors, fake = examples_beside(GEM / "chat.rb")
    program = (
        f"{_BEFORE}{threads}puts answers\n{errors}{calls}{upload}{stream}{webhook}{fake}"
        "puts client.whatsapp_chat(query: 'Hi')"
    )
    (tmp_path / "program.rb").write_text(program)

    printed = succeed([need("ruby"), "-I", GEM / "lib", tmp_path / "program.rb"], standin).splitlines()
    hello = 'Hello! You wrote: "Hello".'
    assert printed[:4] == ["one", "two", hello, "200 application/json 6"]
    assert printed[4:13] == [*(f"Lead {n}" for n in range(6)), "918727000000: Hello", "918727000001: ", "0.7"]
    *progress, uploaded, streamed, session, part, read, refused, faked = printed[13:]
    assert all(re.fullmatch(r"\d+ of \d+ bytes", line) for line in progress)
    assert (uploaded, streamed, read, refused, faked) == ("200", hello, "200", "401", "Hello!")
    assert 'You wrote: "Hello".' in part
    assert session


def test_the_readmes_bot(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    [program] = [example for example in examples_beside(GEM / "chat.rb") if "Robofy::Inbox.new" in example]
    (tmp_path / "program.rb").write_text(program)

    more = {"BOT_PATH": str(tmp_path / "bot")}
    printed = succeed([need("ruby"), "-I", GEM / "lib", tmp_path / "program.rb"], standin, more=more).splitlines()
    # It is not told if the answer was faster.
    printed = [line for line in printed if line != "918727000000 sees that we are typing"]
    assert sorted(printed) == ["200", "200", 'Hello! You wrote: "Hello', 'there".']


def test_the_readmes_lines_install_a_gem_that_works_without_the_checkout(
    need: Callable[[str], str], standin: Standin, tmp_path: Path
) -> None:
    need("gem")
    [line] = re.findall(r"^\$ (cd bindings/ruby && .+)$", (GEM / "README.md").read_text(), re.MULTILINE)
    checkout = tmp_path / "checkout"
    shutil.copytree(GEM, checkout / "bindings" / "ruby")
    installed = tmp_path / "lib"
    installed.mkdir()
    (installed / "librobofy.so.0").symlink_to(shared_library())
    system = {"HOME": str(tmp_path), "ROBOFY_LIBRARY": "", "LD_LIBRARY_PATH": str(installed)}
    succeed(["sh", "-c", line], standin, checkout, system, may_warn=True)
    shutil.rmtree(checkout)
    shutil.copy(GEM / "chat.rb", tmp_path)

    printed = succeed([need("ruby"), "chat.rb", "Hello"], standin, tmp_path, system)
    assert printed == 'Hello! You wrote: "Hello".\n'
