"""A canary for a key, new at each run, and the programs that are to keep it."""

from __future__ import annotations

import base64
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from c_programs import Programs
from library import link_shared
from reliability import keep_record
from standin import ROOT, TARGET, Standin

HERE = Path(__file__).parent

# What people set to see more. A key log would open every recorded connection.
LOG_SWITCHES = {
    "RUST_LOG": "trace",
    "RUST_BACKTRACE": "full",
    "RUST_LIB_BACKTRACE": "1",
    "RUST_LOG_STYLE": "always",
    "TRACING_LEVEL": "trace",
    "LOG_LEVEL": "trace",
    "DEBUG": "*",
    "HYPER_LOG": "trace",
    "REQWEST_LOG": "trace",
}


def pytest_configure(config: pytest.Config) -> None:
    keep_record(config, "secrets")


@dataclass(frozen=True)
class Canary:
    """A secret, and the forms in which it could show."""

    text: str

    def forms(self) -> dict[str, bytes]:
        forms = {"as it is": self.text.encode(), "reversed": self.text[::-1].encode()}
        forms["as hex"] = self.text.encode().hex().encode()
        # Wherever it stands in a longer text, one of three alignments is in its base64.
        for before in range(3):
            encoded = base64.b64encode(b"x" * before + self.text.encode())
            forms[f"as base64, {before} after"] = encoded[4 if before else 0 : len(encoded) // 4 * 4 - 4]
        return forms

    def found_in(self, where: bytes) -> list[str]:
        return [name for name, form in self.forms().items() if form in where]


@pytest.fixture
def canary() -> Canary:
    return Canary(f"canary-{secrets.token_hex(16)}")


@pytest.fixture(scope="session")
def programs(need: Callable[[str], str]) -> Programs:
    return Programs("secrets", need("cc"), link_shared(), sources=HERE)


def let_out(command: Sequence[str], lines: Sequence[str], directory: Path) -> bytes:
    """All that a program with these lines of input lets out: what it prints, and the files that it writes."""
    done = subprocess.run(
        command,
        input="\n".join(lines).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=directory,
        timeout=120,
        env={
            **os.environ,
            **LOG_SWITCHES,
            "SSLKEYLOGFILE": str(directory / "keys.log"),
            "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ROBOFY_LIBRARY": str(TARGET / "release" / "librobofy.so"),
        },
    )
    assert done.returncode == 0, done.stdout
    assert list(directory.iterdir()) == [], "SSLKEYLOGFILE is not honoured, and nothing else is written"
    return done.stdout


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    directory = tmp_path / "empty"
    directory.mkdir()
    return directory


@pytest.fixture(params=["C", "Python"])
def said(request: pytest.FixtureRequest, programs: Programs, empty: Path) -> Callable[..., bytes]:
    """What is let out when the chats fail."""
    script = HERE / "failures.py"
    command = [str(programs.binary("failures"))] if request.param == "C" else [sys.executable, str(script)]

    def run(
        canary: Canary, url: str, queries: Sequence[str], ca_file: object = "-", proxy: str = "-", most: int = 65536
    ) -> bytes:
        return let_out([*command, url, str(ca_file or "-"), proxy, str(most)], [canary.text, *queries], empty)

    return run


@pytest.fixture(params=["http", "https-http1", "https-http2"])
def service(request: pytest.FixtureRequest, standin: Standin, start_standin: Callable[..., Standin]) -> Standin:
    """A service for each way in which the library talks."""
    if request.param == "http":
        return standin
    return start_standin("--http", "1" if request.param == "https-http1" else "auto", tls="valid")
