"""The reference is whole: every public name says what it is, and pdoc writes it down without a warning."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdoc.doc
import pytest

import robofy
import robofy.testing
import robofy.text
import robofy.webhook

Name = pdoc.doc.Doc[Any]

MODULES = ("robofy", "robofy.testing", "robofy.text", "robofy.webhook")
TEMPLATES = Path(__file__).parents[1] / "reference"


def public_names() -> Iterator[Name]:
    modules = (robofy, robofy.testing, robofy.text, robofy.webhook)
    members = [member for module in modules for member in pdoc.doc.Module(module).members.values()]
    for member in members:
        if member.name not in ("__version__", "testing", "text", "webhook"):  # which explain themselves
            yield member
        if isinstance(member, pdoc.doc.Class):
            own = (inner for inner in member.members.values() if inner.taken_from[0].startswith("robofy"))
            yield from (inner for inner in own if not inner.name.startswith("_"))


def says_what_it_is(name: Name) -> bool:
    """An error class's status is explained where it is declared for all of them."""
    return bool(name.docstring.strip()) or name.qualname.endswith("Error.status")


@pytest.mark.parametrize("name", list(public_names()), ids=lambda name: name.fullname)
def test_a_public_name_says_what_it_is(name: Name) -> None:
    assert says_what_it_is(name)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    directory = tmp_path_factory.mktemp("reference")
    pdoc_command = [sys.executable, "-W", "error", "-m", "pdoc", "--docformat", "google", "--no-show-source"]
    written = subprocess.run(
        [*pdoc_command, "-t", str(TEMPLATES), "-o", str(directory), *MODULES],
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    assert (written.returncode, written.stdout, written.stderr) == (0, "", "")
    return Path(directory, "robofy.html").read_text()


@pytest.mark.parametrize("name", robofy.__all__)
def test_the_page_has_every_public_name(page: str, name: str) -> None:
    assert f'id="{name}"' in page


@pytest.mark.parametrize("client", ["Client", "AsyncClient"])
def test_the_page_has_each_clients_options_and_methods(page: str, client: str) -> None:
    methods = ["__init__", "whatsapp_chat", "stats", "close" if client == "Client" else "aclose"]

    assert all(f'id="{client}.{method}"' in page for method in methods)


@pytest.mark.parametrize("chapter", ["Units", "Errors", "Threads", "Forks"])
def test_the_page_has_the_rules_that_hold_for_every_call(page: str, chapter: str) -> None:
    assert f">{chapter}</h1>" in page
