"""A service that repeats the key it was sent, wherever a response has room for it: in the place that the query names."""

from __future__ import annotations

import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

PLACES = ["message", "detail", "code", "all", "html", "text", "array", "header", "retry-after", "reason", "answer-less"]
STATUSES = [200, 201, 301, 400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, place = request["query"].split()
        key = self.headers["Authorization"]
        body = _body(place, key)
        self.send_response(int(status), key if place == "reason" else None)
        if place == "header":
            self.send_header("X-Key", key)
            self.send_header("Location", f"http://127.0.0.1:1/{key.split()[-1]}")
            self.send_header("WWW-Authenticate", f'Bearer realm="{key}"')
        if place == "retry-after":
            self.send_header("Retry-After", key)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _body(place: str, key: str) -> bytes:
    said = {"message": "no", "error": {"code": "NO", "detail": "No."}}
    if place == "all":
        said = {"message": key, "error": {"code": key, "detail": f"{key} {key}"}}
    elif place == "message":
        said = {"message": f"The key {key} is unknown"}
    elif place in ("code", "detail"):
        said["error"] = {"code": "NO", "detail": "No.", place: f"<{key}>"}
    elif place == "html":
        return f"<html><title>Sorry</title><p>{key}</p></html>".encode()
    elif place == "text":
        return f"unknown: {key}".encode()
    elif place == "array":
        return json.dumps([key, {"key": key.split()[-1]}]).encode()
    elif place == "answer-less":
        return json.dumps({"message": key, "data": {"session_id": key}}).encode()
    return json.dumps(said).encode()


class Echo:
    """Runs on a free loopback port from construction to the end of a `with` block."""

    def __init__(self) -> None:
        self._server: socketserver.BaseServer = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Echo:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
