"""A package's program of an inbox, between a channel's webhooks and the stand-in: what it answers and sends."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from packages import environment
from standin import Standin

_PATIENCE_SECONDS = 120
_SECRET = "my-app-secret"
_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class _Graph(ThreadingHTTPServer):
    """Meta's API: it has too much to do at the first message, and takes the others."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Endpoint)
        self.came: queue.Queue[tuple[str, str, str]] = queue.Queue()
        self.fails = 1


class _Endpoint(BaseHTTPRequestHandler):
    server: _Graph

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer: dict[str, object] = {"messages": [{"id": "wamid.out"}]}
        status = 200
        if body.get("type") == "text":
            self.server.came.put((self.path, self.headers["Authorization"], body["text"]["body"]))
            self.server.fails -= 1
            if self.server.fails >= 0:
                status, answer = 400, {"error": {"code": 130429}}
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is printed."""


@contextmanager
def _graph() -> Iterator[_Graph]:
    with _Graph() as graph:
        thread = threading.Thread(target=graph.serve_forever)
        thread.start()
        try:
            yield graph
        finally:
            graph.shutdown()
            thread.join()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _message(id: str, text: str) -> bytes:
    message = {"from": "918727000000", "id": id, "timestamp": "4102444800", "type": "text", "text": {"body": text}}
    value = {"metadata": {"phone_number_id": "106"}, "messages": [message]}
    return json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).encode()


def _status_of(url: str, body: bytes, secret: str = _SECRET) -> int:
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(url, body, {"X-Hub-Signature-256": signature})
    ends = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with _DIRECTLY.open(request, timeout=_PATIENCE_SECONDS) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:  # it does not listen yet
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)


def check_inbox(program: Sequence[object], standin: Standin, cwd: Path, directory: Path) -> None:
    """The program is given where it is to listen, and a folder. A burst is answered once, and sent until taken."""
    with _graph() as graph:
        more = {
            "META_APP_SECRET": _SECRET,
            "META_ACCESS_TOKEN": "my-token",
            "META_GRAPH_URL": f"http://127.0.0.1:{graph.server_port}",
        }
        at = f"127.0.0.1:{_free_port()}"
        command = [*map(str, program), at, str(directory / "inbox")]
        running = subprocess.Popen(command, cwd=cwd, env=environment(standin, more))
        try:
            url = f"http://{at}/"
            first = _message("wamid.1", "!answer=**one**")
            assert _status_of(url, first, "another") == 401
            assert _status_of(url, first) == 200
            assert _status_of(url, first) == 200
            assert _status_of(url, _message("wamid.2", "headers=1")) == 200
            for _ in range(2):
                assert graph.came.get(timeout=_PATIENCE_SECONDS) == ("/106/messages", "Bearer my-token", "*one*")
        finally:
            running.terminate()
            running.wait(_PATIENCE_SECONDS)
        assert graph.came.empty()
    assert (directory / "inbox").is_dir()
