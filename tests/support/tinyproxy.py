"""A real tinyproxy as a child process, with its log."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from pathlib import Path

from ports import free_port

_START_SECONDS = 30


class Tinyproxy:
    """Runs from construction to `stop()` on a free port; further lines of its configuration may be given."""

    def __init__(self, binary: str, directory: Path, *configuration: str) -> None:
        self._log = directory / "tinyproxy.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = directory / "tinyproxy.conf"
        lines = [
            f"Port {self.port}",
            "Listen 127.0.0.1",
            "Allow 127.0.0.1",
            f'LogFile "{self._log}"',
            "LogLevel Connect",
            *configuration,
        ]
        config.write_text("\n".join(lines) + "\n")
        self._process = subprocess.Popen(
            [binary, "-d", "-c", str(config)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._wait_until_listening()

    def log(self) -> str:
        """What it has logged so far."""
        return self._log.read_text() if self._log.exists() else ""

    def tunnels(self) -> list[str]:
        """The `host:port` of each tunnel asked for, granted or not."""
        return re.findall(r"^CONNECT .* Request .*: CONNECT (\S+)", self.log(), re.MULTILINE)

    def requests(self) -> list[str]:
        """The first line of every request, tunnels included."""
        return re.findall(r"^CONNECT .* Request .*?: (.*)", self.log(), re.MULTILINE)

    def stop(self) -> None:
        """Ends the process; a second call does nothing."""
        with self._process:
            self._process.terminate()

    def _wait_until_listening(self) -> None:
        give_up = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < give_up:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        self._process.terminate()
        output = self._process.communicate()[0].decode(errors="replace")
        raise RuntimeError(f"tinyproxy did not start: {output or self.log()}")
