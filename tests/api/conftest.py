"""The Python package of this checkout, and Prism with the document of the service."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

import pytest
from library import shared_library
from npm import installed
from prism import PACKAGE, Prism
from standin import ROOT

os.environ.setdefault("ROBOFY_LIBRARY", str(shared_library()))
sys.path.insert(0, str(ROOT / "bindings" / "python" / "src"))

import robofy  # noqa: E402


@pytest.fixture(scope="session")
def prism(need: Callable[[str], str]) -> Iterator[Prism]:
    with Prism(need("node"), installed(PACKAGE, need)) as prism:
        yield prism


@pytest.fixture
def client(prism: Prism) -> Iterator[robofy.Client]:
    with robofy.Client("a-test-key", base_url=prism.url, max_retries=0, pid="31415", chatbot_id="DKDvwn") as client:
        yield client
