"""The stand-in service as a child process, with its record of what it received."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))

# A control request takes no proxy that a test has put into the environment.
_DIRECTLY = urllib.request.ProxyHandler({})


def standin_binary() -> Path:
    """The built stand-in: `ROBOFY_STANDIN`, or the release build."""
    binary = Path(os.environ.get("ROBOFY_STANDIN", TARGET / "release" / "robofy-standin"))
    if not binary.is_file():
        raise FileNotFoundError(
            f"{binary} is missing: run `cargo build --release -p robofy-standin`, or name another in ROBOFY_STANDIN"
        )
    return binary


class Standin:
    """Runs from construction to `stop()`; arguments are passed on as `robofy-standin --help` has them.

    `network` is a command that runs a program in a network of its own.
    """

    def __init__(self, *arguments: str, tls: str | None = None, port: int = 0, network: Sequence[str] = ()) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="robofy-standin-")
        self.ca_file = Path(self._directory.name, "ca.pem") if tls else None
        command = [*network, str(standin_binary()), "--exit-with-parent", "--port", str(port), *arguments]
        if tls:
            command += ["--tls", tls, "--ca-out", str(self.ca_file)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self._announced_url()

    def __enter__(self) -> Standin:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def requests(self) -> list[dict[str, Any]]:
        """What was received, oldest first: method, path, version, headers, body, connection, received_ms."""
        received: list[dict[str, Any]] = self._control("GET", "requests")
        return received

    def clear(self) -> None:
        """Forgets the requests and the conversations."""
        self._control("DELETE", "requests")

    def stats(self) -> dict[str, int]:
        """Counts of connections and requests since the start."""
        counts: dict[str, int] = self._control("GET", "stats")
        return counts

    def stop(self) -> None:
        """Ends the process; a second call does nothing."""
        with self._process:
            self._process.terminate()
        self._directory.cleanup()

    def _announced_url(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout else ""
        announcement, _, url = line.strip().rpartition(" ")
        if announcement != "listening on":
            self.stop()
            raise RuntimeError(
                f"the stand-in did not start: it said {line!r} and ended with {self._process.returncode}"
            )
        return url

    def _control(self, method: str, what: str) -> Any:
        request = urllib.request.Request(f"{self.url}/standin/{what}", method=method)
        opener = urllib.request.build_opener(_DIRECTLY, urllib.request.HTTPSHandler(context=_trusting()))
        with opener.open(request, timeout=30) as response:
            return json.loads(response.read() or "null")


def _trusting() -> ssl.SSLContext:
    """For a stand-in whose certificate is wrong on purpose."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
