"""A service over TLS and HTTP/1.1 that closes a connection soon after it has answered, without a word that it will."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

_IDLE_SECONDS = 0.3
_PATIENCE_SECONDS = 60


class IdleClosingService:
    """Runs while it is entered; `received` has a query and its connection for each request."""

    def __init__(self, directory: Path, openssl: str) -> None:
        self.ca_file = directory / "certificate.pem"
        key = directory / "key.pem"
        command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        command += ["-days", "2", "-subj", "/CN=robofy test", "-addext", "subjectAltName=IP:127.0.0.1"]
        command += ["-addext", "basicConstraints=critical,CA:FALSE"]
        subprocess.run([*command, "-keyout", key, "-out", self.ca_file], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, key)
        context.set_alpn_protocols(["http/1.1"])
        self.received: list[tuple[str, int]] = []
        self._closed = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._server.server_port}"

    def has_closed(self) -> bool:
        """Whether it has closed the last message's connection and the client's kernel knows it."""
        ends = f"0100007F:{self.received[-1][1]:04X} 0100007F:{self._server.server_port:04X}"
        return self._closed.is_set() and not re.search(f" {ends} 01 ", Path("/proc/net/tcp").read_text())

    def __enter__(self) -> IdleClosingService:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        received, closed = self.received, self._closed

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # For the first request, whose connection is slow to be made.
            timeout = _PATIENCE_SECONDS

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                received.append((request["query"], self.client_address[1]))
                body = json.dumps({"message": "Success", "data": {"answer": "Hello!"}}).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                if len(received) > 1:
                    self.connection.settimeout(_IDLE_SECONDS)

            def log_error(self, format: str, *arguments: Any) -> None:
                """The next request has not come in time."""
                closed.set()

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        return Handler
