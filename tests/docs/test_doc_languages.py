"""README's table of languages: each page shows a program, and something runs that."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import Example, Page, language_pages
from programs import Need, has_main, try_c, try_python
from standin import ROOT, Standin

# What runs the program of a page.
RUN_BY = {
    "C": "tests/docs/test_doc_examples.py",
    "C++ 17": "tests/docs/test_doc_examples.py",
    "Python 3.9": "bindings/python/tests/test_readme.py",
    "Rust": "tests/crate/test_crate.py",
    "Node.js 18": "tests/languages/test_node.py",
    "Go 1.19": "tests/languages/test_go.py",
    "Java 17": "tests/languages/test_java.py",
    "C#": "tests/languages/test_csharp.py",
    "PHP 8.1": "tests/languages/test_php.py",
    "Ruby 3.0": "tests/languages/test_ruby.py",
    "LuaJIT 2.1": "tests/languages/test_luajit.py",
    "Perl 5.20": "tests/languages/test_perl.py",
    "Shell": "tests/cli/test_cli_send.py",
}
PAGES = language_pages()


def program_of(language: str) -> Path | None:
    """The file beside the page that the page shows."""
    [program] = sorted((ROOT / PAGES[language]).parent.glob("chat.*")) or [None]
    return program


def test_every_page_is_run_by_something() -> None:
    assert sorted(PAGES) == sorted(RUN_BY)
    for language, test in RUN_BY.items():
        program = program_of(language)
        assert program is None or re.search(rf"\b{program.stem}\b", (ROOT / test).read_text(encoding="utf-8"))
        assert (ROOT / test).is_file()


@pytest.mark.parametrize("language", PAGES)
def test_a_page_shows_a_whole_program(language: str) -> None:
    program = program_of(language)
    shown = [example for example in Page(PAGES[language]).examples() if example.language != "text"]
    if program:
        assert program.read_text(encoding="utf-8") in [example.text for example in shown]
    else:
        assert any(has_main(example.text) or example.language in ("python", "console") for example in shown), (
            "no program"
        )


@pytest.mark.parametrize("program", sorted(path.name for path in (ROOT / "examples").glob("hello.*")))
def test_the_first_programs_print_the_answer(program: str, tmp_path: Path, need: Need, standin: Standin) -> None:
    path = ROOT / "examples" / program
    example = Example(f"examples/{program}", 1, path.suffix.strip("."), path.read_text(encoding="utf-8"))
    if example.language == "py":
        try_python(example, tmp_path, standin)
    else:
        try_c(example, tmp_path, need, standin)
    [request] = standin.requests()
    assert request["body"]["query"] == "Hello"
