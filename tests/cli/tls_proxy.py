"""A proxy that is spoken to over TLS, as companies have them: haproxy in front of tinyproxy."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

import trustme
from tinyproxy import Tinyproxy

_START_SECONDS = 30

# A client that offers h2 gets it, and is then no longer understood in HTTP/1.1.
_CONFIGURATION = """
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
frontend tls
  bind 127.0.0.1:{port} ssl crt {certificate} alpn h2,http/1.1
  default_backend tinyproxy
backend tinyproxy
  server tinyproxy 127.0.0.1:{behind}
"""


class TlsProxy:
    """Runs from construction to `stop()`, at a URL whose certificate `authority` (PEM) has signed."""

    def __init__(self, haproxy: str, directory: Path, behind: Tinyproxy) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.url = f"https://localhost:{self.port}"
        signer = trustme.CA()
        self.authority = signer.cert_pem.bytes().decode()
        certificate = directory / "proxy.pem"
        signer.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(certificate))
        configuration = directory / "haproxy.cfg"
        configuration.write_text(_CONFIGURATION.format(port=self.port, certificate=certificate, behind=behind.port))
        self._process = subprocess.Popen([haproxy, "-db", "-q", "-f", str(configuration)])
        self._wait_until_listening()

    def stop(self) -> None:
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
        self.stop()
        raise RuntimeError("haproxy did not start")
