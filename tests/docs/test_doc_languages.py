"""README's table of languages: each row shows the program that it is said to, and something runs that."""

from __future__ import annotations

import re

import pytest
from standin import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
[TABLE] = re.findall(r"<table>.*?</table>", README, re.DOTALL)
ROWS = re.findall(r"<tr><td>\n\n\[([^]]+)\]\(([^)]+)\)(.*?)</td></tr>", TABLE, re.DOTALL)

# The program of a row, and what runs it. Those of C, C++ and Python are run from the page itself.
PROGRAMS = {
    "C": ("examples/hello.c", "tests/docs/test_doc_examples.py"),
    "C++ 17": ("examples/hello.cpp", "tests/docs/test_doc_examples.py"),
    "Python 3.9": ("examples/hello.py", "tests/docs/test_doc_examples.py"),
    "Rust": ("client/examples/hello.rs", "client/tests/examples.rs"),
    "Node.js 18": ("bindings/node/chat.js", "tests/languages/test_node.py"),
    "Go 1.19": ("bindings/go/chat.go", "tests/languages/test_go.py"),
    "Java 17": ("bindings/java/chat.java", "tests/languages/test_java.py"),
    "C#": ("bindings/csharp/chat.cs", "tests/languages/test_csharp.py"),
    "PHP 8.1": ("bindings/php/chat.php", "tests/languages/test_php.py"),
    "Ruby 3.0": ("bindings/ruby/chat.rb", "tests/languages/test_ruby.py"),
    "LuaJIT 2.1": ("bindings/luajit/chat.lua", "tests/languages/test_luajit.py"),
    "Perl 5.20": ("bindings/perl/chat.pl", "tests/languages/test_perl.py"),
}


def test_every_row_is_run_by_something() -> None:
    assert [language for language, _, _ in ROWS] == [*PROGRAMS, "Shell"]
    for name, (program, test) in PROGRAMS.items():
        named_by = (ROOT / test).read_text(encoding="utf-8")
        assert test.startswith("tests/docs") or re.search(
            rf"\b{re.escape(program.rsplit('/')[-1].split('.')[0])}\b", named_by
        ), name


@pytest.mark.parametrize(("language", "page", "row"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_shows_its_page_and_its_program(language: str, page: str, row: str) -> None:
    assert (ROOT / page).is_file()
    install, program = re.findall(r"```\w+\n(.*?)```", row, re.DOTALL)
    assert install.startswith("$ ")
    if language != "Shell":
        assert program == (ROOT / PROGRAMS[language][0]).read_text(encoding="utf-8")
