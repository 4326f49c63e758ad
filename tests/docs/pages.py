"""The pages of the documentation: their examples, links and headings."""

from __future__ import annotations

import functools
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from standin import ROOT

TESTED = {"c", "cpp", "python", "rust", "console"}
# Tested where the binding is: tests/languages.
ELSEWHERE = {"js", "javascript", "ts", "typescript", "go", "java", "php", "ruby", "lua", "perl", "csharp"}
# Nothing that runs.
PLAIN = {"text", "json", "yaml", "toml", "ini", "xml", "cmake", "make", "makefile", "dockerfile", "diff", "prometheus"}

# Examples that other tests run, by page and language.
RUN_BY_OTHERS = {
    ("bindings/python/README.md", "python"): "bindings/python/tests/test_readme.py",
    ("client/README.md", "rust"): "cargo test --doc, of the crate",
    ("tests/standin/README.md", "rust"): "lines of the stand-in's own documentation, whose doctests run",
}


@dataclass(frozen=True)
class Example:
    page: str
    line: int
    language: str
    text: str
    # The heading above it.
    section: str = ""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Page:
    """A Markdown file, by its path in the repository."""

    path: str

    def tokens(self) -> list[Token]:
        return MarkdownIt("commonmark").enable("table").parse((ROOT / self.path).read_text(encoding="utf-8"))

    def examples(self) -> Iterator[Example]:
        section = ""
        tokens = self.tokens()
        for before, token in zip([None, *tokens], tokens):
            if before and before.type == "heading_open":
                section = token.content
            elif token.type == "fence" and token.map:
                language = re.split("[ ,]", token.info.strip())[0]
                yield Example(self.path, token.map[0] + 1, language, token.content, section)

    def links(self) -> Iterator[str]:
        for token in self.tokens():
            for child in token.children or []:
                target = child.attrGet("href") or child.attrGet("src")
                if target is not None:
                    yield str(target)

    def codes(self) -> Iterator[str]:
        """What stands between single backticks."""
        for token in self.tokens():
            yield from (child.content for child in token.children or [] if child.type == "code_inline")

    def anchors(self) -> set[str]:
        """What a link may name after #: the headings, as GitHub and GitLab write them."""
        found: list[str] = []
        tokens = self.tokens()
        for opening, heading in zip(tokens, tokens[1:]):
            if opening.type == "heading_open":
                words = "".join(child.content for child in heading.children or []).strip().lower()
                slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
                again = sum(re.fullmatch(rf"{re.escape(slug)}(-\d+)?", anchor) is not None for anchor in found)
                found.append(f"{slug}-{again}" if again else slug)
        return set(found)


def pages() -> list[Page]:
    """Every Markdown file."""
    return [Page(path) for path in files() if path.endswith(".md")]


@functools.cache
def files() -> list[str]:
    """Every file that is checked in, or about to be, by its path in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.split("\n")
    return [path for path in sorted(set(listed)) if path and (ROOT / path).is_file()]


def examples(*languages: str) -> list[Example]:
    """Those of all pages that are tested here."""
    found = [example for page in pages() for example in page.examples() if example.language in languages]
    return [
        example
        for example in found
        if (example.page, example.language) not in RUN_BY_OTHERS and not is_installation(example)
    ]


def is_installation(example: Example) -> bool:
    """Of the sessions that lead from nothing to an answer: tests/docs/test_doc_installs.py says what runs them."""
    return example in installations().get(example.page, [])


@functools.cache
def installations() -> dict[str, list[Example]]:
    """Of each language's page: the sessions of the first section that has some."""
    found: dict[str, list[Example]] = {}
    for page in language_pages().values():
        sessions = [example for example in Page(page).examples() if example.language == "console"]
        found[page] = [session for session in sessions if session.section == sessions[0].section]
    return found


@functools.cache
def language_pages() -> dict[str, str]:
    """README's table of languages: the page of each."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [table] = re.findall(r"^\| language \| native library \|\n(.*?)\n\n", readme, re.DOTALL | re.MULTILINE)
    return dict(re.findall(r"^\| \[([^]]+)\]\(([^)]+)\) \|", table, re.MULTILINE))
