"""The Ruby gem: its own tests, its five-line program, and its packaging."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from c_interface import signatures, statuses
from packages import BINDINGS, check_finds_the_installed_library, check_five_lines, examples_beside, succeed
from standin import Standin

GEM = BINDINGS / "ruby"

# What the README's example leaves out.
_BEFORE_THREADS = """
require "robofy"
client = Robofy::Client.new("key", base_url: ENV["ROBOFY_BASE_URL"])
agent = { pid: "1", chatbot_id: "2" }
users = { "918727000000" => "!answer=one", "918727000001" => "!answer=two" }
"""


def test_its_own_tests(need: Callable[[str], str], standin: Standin) -> None:
    succeed([need("rake"), "test"], standin, cwd=GEM)


def test_the_five_line_program(need: Callable[[str], str], standin: Standin) -> None:
    check_five_lines([need("ruby"), GEM / "chat.rb"], standin)


def test_it_finds_the_installed_library(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    check_finds_the_installed_library([need("ruby"), GEM / "chat.rb"], standin, tmp_path)


def test_the_readme_lets_many_users_chat_at_once(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    _gemfile, threads = examples_beside(GEM / "chat.rb")
    (tmp_path / "threads.rb").write_text(f"{_BEFORE_THREADS}{threads}puts answers")

    assert succeed([need("ruby"), "-I", GEM / "lib", tmp_path / "threads.rb"], standin) == "one\ntwo\n"


def test_its_signatures_and_statuses_are_those_of_the_header(need: Callable[[str], str], standin: Standin) -> None:
    code = 'require "json"; require "robofy"; puts JSON.generate([Robofy::Native::SIGNATURES, Robofy::STATUSES.keys])'
    declared, names = json.loads(succeed([need("ruby"), "-I", GEM / "lib", "-e", code], standin))

    assert declared == {name: signature for name, signature in signatures().items() if name in declared}
    assert names == [name.lower() for name, number in sorted(statuses().items(), key=lambda item: item[1]) if number]


def test_the_gem_installs_and_works_without_the_checkout(
    need: Callable[[str], str], standin: Standin, tmp_path: Path
) -> None:
    gem = need("gem")
    built = tmp_path / "robofy.gem"
    gems = {"GEM_HOME": str(tmp_path / "gems")}
    succeed([gem, "build", "--silent", "--output", built, "robofy.gemspec"], standin, GEM, gems)
    install = [gem, "install", "--silent", "--local", "--ignore-dependencies", "--no-document", built]
    succeed(install, standin, tmp_path, gems)
    program = tmp_path / "chat.rb"
    text = (GEM / "chat.rb").read_text()
    in_the_checkout = 'require_relative "lib/robofy" # with the gem: require "robofy"'
    assert in_the_checkout in text
    program.write_text(text.replace(in_the_checkout, 'require "robofy"'))

    printed = succeed([need("ruby"), program, "Hello"], standin, tmp_path, gems)
    assert printed == 'Hello! You wrote: "Hello".\n'
