"""Each language's page leads from nothing to an answer: the lines of its first sessions are run.

Those of C and C++ are run here, in an empty folder with a home of its own, after `make install` of this checkout.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from consoles import TESTED_BY, commands
from pages import Page, installations, language_pages
from programs import PATIENCE_SECONDS, environment
from standin import ROOT, Standin
from turns import one_at_a_time

PAGES = language_pages()

# What runs the lines of a page.
RUN_BY = {
    "C": "tests/docs/test_doc_installs.py",
    "C++ 17": "tests/docs/test_doc_installs.py",
    "Python 3.9": "bindings/python/tests/test_building.py",
    "Rust": "tests/crate/test_crate.py",
    "Node.js 18": "tests/languages/test_node.py",
    "Go 1.19": "tests/languages/test_go.py",
    "Java 17": "tests/languages/test_java.py",
    "C#": "tests/languages/test_csharp.py",
    "PHP 8.1": "tests/languages/test_php.py",
    "Ruby 3.0": "tests/languages/test_ruby.py",
    "LuaJIT 2.1": "tests/languages/test_luajit.py",
    "Perl 5.20": "tests/languages/test_perl.py",
    "Shell": "tests/install/test_installing.py",
}
# Packages that bring the library along.
WITH_LIBRARY = {"Python 3.9", "Rust"}


def test_something_runs_the_lines_of_every_page() -> None:
    assert sorted(RUN_BY) == sorted(PAGES)
    for who in RUN_BY.values():
        assert (ROOT / who).is_file()


@pytest.mark.parametrize("language", sorted(set(PAGES) - WITH_LIBRARY))
def test_every_page_says_where_the_library_comes_from(language: str) -> None:
    text = (ROOT / PAGES[language]).read_text(encoding="utf-8")
    assert re.search(r"\bmake (?:-C \S+ )?install\b", text)


@pytest.mark.parametrize("tool", [tool for tool, who in TESTED_BY.items() if who.startswith("tests/")])
def test_a_tool_is_called_by_what_is_said_to_test_it(tool: str) -> None:
    named = ROOT / TESTED_BY[tool]
    tests = [named] if named.is_file() else named.glob("*.py")
    assert any(re.search(rf'["\'(/ ]{re.escape(tool)}["\' ]', test.read_text(encoding="utf-8")) for test in tests)


# Where nothing has been built yet, the library is.
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "language", [language for language, who in RUN_BY.items() if who.endswith(Path(__file__).name)]
)
def test_the_page_leads_from_nothing_to_an_answer(
    language: str, need: Callable[[str], str], standin: Standin, tmp_path: Path
) -> None:
    for tool in ("make", "cmake", "cc", "c++", "pkg-config"):
        need(tool)
    sessions = installations()[PAGES[language]]
    install, *lines = [command.line for session in sessions for command in commands(session.text)]
    assert install.endswith("make install PREFIX=$HOME/.local")

    home, project = tmp_path / "home", tmp_path / "project"
    project.mkdir()
    (project / "examples").symlink_to(ROOT / "examples")
    if language != "C":
        (project / "program.cpp").write_text(first_program(language), encoding="utf-8")
    with one_at_a_time("make"):
        run(f"make -C '{ROOT}' install PREFIX='{home / '.local'}'")

    harness = ("ROBOFY_LIBRARY", "LD_LIBRARY_PATH", "PYTHONPATH")
    variables = {name: value for name, value in environment(standin).items() if name not in harness}
    said = run("\n".join(["set -eu", *lines]), cwd=project, env={**variables, "HOME": str(home)})
    assert said == 'Hello! You wrote: "Hello".\n'


def first_program(language: str) -> str:
    """The page's, which is to talk to the stand-in."""
    program = next(example.text for example in Page(PAGES[language]).examples() if example.language == "cpp")
    standin = 'Client client(robofy::Options().set_base_url(std::getenv("ROBOFY_BASE_URL")));'
    assert "Client client;" in program
    return program.replace("Client client;", standin)


def run(script: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    ran = subprocess.run(
        ["bash", "-c", script], cwd=cwd, env=env, capture_output=True, text=True, timeout=PATIENCE_SECONDS * 10
    )
    assert ran.returncode == 0, f"{script}\n{ran.stdout}{ran.stderr}"
    return ran.stdout
