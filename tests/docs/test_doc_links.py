"""Links within the repository lead somewhere, and every page can be found."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pages import Page, files, pages
from standin import ROOT

INDEX = "docs/README.md"


def destination(page: Page, link: str) -> tuple[Path, str] | None:
    """The file and the anchor that a link within the repository names."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    path = (ROOT / page.path).parent / unquote(parts.path) if parts.path else ROOT / page.path
    return path.resolve(), parts.fragment


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.path)
def test_links_lead_somewhere(page: Page) -> None:
    broken = []
    for link in page.links():
        there = destination(page, link)
        if there is None:
            continue
        path, anchor = there
        is_there = path.exists() and path.is_relative_to(ROOT)
        if not is_there or (anchor and anchor not in Page(str(path.relative_to(ROOT))).anchors()):
            broken.append(link)
    assert not broken


def names_of_files(page: Page) -> list[str]:
    """Paths that begin with a folder of the repository; on the pages of the tests also names alone."""
    folders = {path.partition("/")[0] for path in files() if "/" in path}
    names = [code for code in page.codes() if re.fullmatch(r"[\w.*/-]+\.(?:c|cpp|h|hpp|json|md|py|rs|supp|toml)", code)]
    names = [name for name in names if not name.startswith("target/")]
    return [name for name in names if name.split("/")[0] in folders or page.path.startswith(("tests/", "benches/"))]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.path)
def test_files_that_are_named_are_there(page: Page) -> None:
    known = [f"/{path}" for path in files()]
    names = {name: f"*/{name.replace('../', '')}" for name in names_of_files(page)}
    missing = [name for name, pattern in names.items() if not any(fnmatch(path, pattern) for path in known)]
    assert not missing


def test_the_index_leads_to_every_page() -> None:
    [index] = [page for page in pages() if page.path == INDEX]
    reached = {there[0] for link in index.links() if (there := destination(index, link))}
    missing = [page.path for page in pages() if page.path != INDEX and (ROOT / page.path).resolve() not in reached]
    assert not missing, f"{INDEX} does not name these"


def test_the_way_in_leads_to_the_index() -> None:
    [readme] = [page for page in pages() if page.path == "README.md"]
    assert INDEX in list(readme.links())
