"""What a package's program from webhook to answer must do, with Meta's API played by a server of the test's own."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Optional

from packages import environment
from standin import Standin
from waiting import wait_until

_SECRET = "my-app-secret"
# Long enough for typing to be shown.
_TWO = "!delay-ms=3000 answer=two"
_CHANNEL = "106"


class Meta(ThreadingHTTPServer):
    """Takes messages; what is to be refused, by its text, is so once, with this code."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Messages)
        self.texts: list[str] = []
        self.typing = 0
        self.refused: dict[str, int] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, path: str, token: Optional[str], message: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        assert (path, token) == (f"/{_CHANNEL}/messages", "Bearer a-token"), (path, token)
        if "typing_indicator" in message:
            self.typing += 1
            return 200, {"success": True}
        text = message["text"]["body"]
        if code := self.refused.pop(text, None):
            return 400, {"error": {"code": code}}
        self.texts.append(text)
        return 200, {"messages": [{"id": f"wamid.ours{len(self.texts)}"}]}


class _Messages(BaseHTTPRequestHandler):
    server: Meta

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = self.server.take(self.path, self.headers["Authorization"], message)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def check_gateway(program: Sequence[object], standin: Standin, cwd: Path, folder: Path) -> None:
    """The program is given a path for its inbox and a port. It answers a burst once, and what a kill has left undone."""
    with Meta() as meta:
        threading.Thread(target=meta.serve_forever, daemon=True).start()
        own = {
            "META_APP_SECRET": _SECRET,
            "META_VERIFY_TOKEN": "a-verify-token",
            "META_TOKEN": "a-token",
            "GRAPH_URL": meta.url,
        }
        port = _free_port()
        command = [*program, folder / "inbox", port]
        meta.refused = {"*one*": 130429}
        with _running(command, standin, cwd, own, port) as process:
            query = "hub.mode=subscribe&hub.challenge=7&hub.verify_token="
            assert _fetch(port, f"{query}a-verify-token") == (200, b"7")
            assert _fetch(port, f"{query}another")[0] == 403
            assert _offer(port, "a", "!answer=**one**", sign=False) == 401
            for _ in range(2):
                assert _offer(port, "a", "!answer=**one**") == 200
            wait_until(lambda: meta.texts == ["*one*"])
            assert _offer(port, "b", _TWO) == 200
            process.kill()
        with _running(command, standin, cwd, own, port):
            assert _offer(port, "b", _TWO) == 200
            wait_until(lambda: meta.typing >= 1)
            wait_until(lambda: "two" in meta.texts)
            # Once more if it was killed before it had reported that it was sent.
            assert meta.texts in (["*one*", "two"], ["*one*", "*one*", "two"])
        meta.shutdown()


@contextmanager
def _running(
    command: Sequence[object], standin: Standin, cwd: Path, more: Mapping[str, str], port: int
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([str(word) for word in command], cwd=cwd, env=environment(standin, more)) as process:
        try:
            wait_until(lambda: process.poll() is not None or _listens(port))
            assert process.poll() is None
            yield process
        finally:
            process.kill()


def _listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _offer(port: int, message_id: str, text: str, *, sign: bool = True) -> int:
    """The HTTP status of a webhook that is answered."""
    message = {"from": "1555", "id": message_id, "timestamp": "4102444800", "type": "text", "text": {"body": text}}
    value = {"metadata": {"phone_number_id": _CHANNEL}, "messages": [message]}
    body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).encode()
    signature = hmac.new(_SECRET.encode(), body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/webhook", body)
    request.add_header("Content-Type", "application/json")
    if sign:
        request.add_header("X-Hub-Signature-256", f"sha256={signature}")
    return _answer(request)[0]


def _fetch(port: int, query: str) -> tuple[int, bytes]:
    return _answer(urllib.request.Request(f"http://127.0.0.1:{port}/webhook?{query}"))


def _answer(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()
