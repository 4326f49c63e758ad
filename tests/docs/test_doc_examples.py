"""Every example in the documentation works as it stands there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from consoles import Checkout
from pages import ELSEWHERE, PLAIN, TESTED, Example, Page, examples, pages
from programs import try_c, try_python, try_rust
from standin import ROOT, Standin

Need = Callable[[str], str]


@pytest.mark.parametrize("example", examples("c", "cpp"), ids=str)
def test_c(example: Example, tmp_path: Path, need: Need, standin: Standin) -> None:
    try_c(example, tmp_path, need, standin)


@pytest.mark.parametrize("example", examples("python"), ids=str)
def test_python(example: Example, tmp_path: Path, standin: Standin) -> None:
    try_python(example, tmp_path, standin)


def test_rust(tmp_path: Path, need: Need) -> None:
    for example in examples("rust"):
        try_rust(example, tmp_path, need)


@pytest.mark.parametrize("page", sorted({example.page for example in examples("console")}))
def test_console(page: str, tmp_path: Path, standin: Standin) -> None:
    checkout = Checkout(tmp_path, standin)
    for session in examples("console"):
        if session.page == page:
            checkout.try_session(session)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.path)
def test_every_language_is_known(page: Page) -> None:
    unknown = [str(example) for example in page.examples() if example.language not in TESTED | ELSEWHERE | PLAIN]
    assert not unknown, "what is to be done with these is to be said in tests/docs/pages.py"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.path)
def test_what_is_said_to_be_a_file_is_that_file(page: Page) -> None:
    text = (ROOT / page.path).read_text(encoding="utf-8")
    for target, block in re.findall(r"This is \[`[^`]+`\]\(([^)]+)\):\n\n```\w+\n(.*?)```", text, re.DOTALL):
        assert (ROOT / page.path).parent.joinpath(target).read_text(encoding="utf-8") == block, f"{page.path}: {target}"
