"""The tests run against the package's sources and the library that cargo built, or the one ROBOFY_LIBRARY names."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from standin import TARGET, Standin

SOURCES = Path(__file__).resolve().parents[1] / "src"

os.environ.setdefault("ROBOFY_LIBRARY", str(TARGET / "release" / "librobofy.so"))
sys.path.insert(0, str(SOURCES))
os.environ["PYTHONPATH"] = str(SOURCES)  # for the programs that tests start

if not Path(os.environ["ROBOFY_LIBRARY"]).is_file():
    pytest.exit(f"{os.environ['ROBOFY_LIBRARY']} is missing: run `cargo build --release` first", returncode=1)

import robofy  # noqa: E402


@pytest.fixture
def client(standin: Standin) -> Iterator[robofy.Client]:
    """A client of the shared stand-in that shows each failure as it is, with no retries."""
    with robofy.Client("a-test-key", base_url=standin.url, max_retries=0) as client:
        yield client
