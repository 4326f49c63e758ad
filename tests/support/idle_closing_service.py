"""A service over TLS and HTTP/1.1 that closes a connection soon after its second answer, without saying so before."""

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
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._server.server_port}"

    def is_left(self) -> bool:
        """Whether every client has taken in that its connection is closed, by the kernel's word."""
        return not re.search(rf" 0100007F:{self._server.server_port:04X} (01|08) ", Path("/proc/net/tcp").read_text())

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
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = _PATIENCE_SECONDS
            answers = 0

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                received.append((request["query"], self.client_address[1]))
                body = json.dumps({"message": "Success", "data": {"answer": "Hello!"}}).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.answers += 1
                if self.answers == 2:
                    self.connection.settimeout(_IDLE_SECONDS)

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        return Handler
