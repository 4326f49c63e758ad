"""The tests run against the package's sources and the library that cargo built, or the one ROBOFY_LIBRARY names."""

import asyncio
import contextlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from standin import TARGET, Standin

BINDING = Path(__file__).resolve().parents[1]
SOURCES = BINDING / "src"

os.environ.setdefault("ROBOFY_LIBRARY", str(TARGET / "release" / "librobofy.so"))
sys.path[:0] = [str(SOURCES), str(BINDING)]
os.environ["PYTHONPATH"] = str(SOURCES)  # for the programs that tests start

if not Path(os.environ["ROBOFY_LIBRARY"]).is_file():
    pytest.exit(f"{os.environ['ROBOFY_LIBRARY']} is missing: run `cargo build --release` first", returncode=1)

pytest.register_assert_rewrite("promises")

import robofy  # noqa: E402


@pytest.fixture
def client(standin: Standin) -> Iterator[robofy.Client]:
    """A client of the shared stand-in that shows each failure as it is, with no retries."""
    with robofy.Client("a-test-key", base_url=standin.url, max_retries=0) as client:
        yield client


@pytest.fixture
def async_client(standin: Standin) -> robofy.AsyncClient:
    """The same for event loops. A test that leaves it open has it closed by being forgotten."""
    return robofy.AsyncClient("a-test-key", base_url=standin.url, max_retries=0)


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Any:
    """Run a coroutine to its end on a new event loop of this kind."""
    return pytest.importorskip("uvloop").run if request.param == "uvloop" else asyncio.run


@pytest.fixture
def no_descriptors() -> contextlib.AbstractContextManager[None]:
    """A block in which the process can open no file, socket or eventfd."""

    @contextlib.contextmanager
    def exhausted() -> Iterator[None]:
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)

    return exhausted()


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `distribute.py` has put the sdist, and the wheel that it built from it: once for all workers of a run."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    finished = run / "distributions"
    with FileLock(run / "distributions.lock"):
        if not finished.is_dir():
            made = finished.with_suffix(".unfinished")
            command = [sys.executable, str(BINDING / "distribute.py"), "--out", str(made)]
            distributed = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            assert distributed.returncode == 0, distributed.stdout
            made.rename(finished)
    return finished


@pytest.fixture(scope="session")
def wheel(distributions: Path) -> Path:
    (wheel,) = distributions.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def sdist(distributions: Path) -> Path:
    (sdist,) = distributions.glob("*.tar.gz")
    return sdist
