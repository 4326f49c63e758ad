"""A stand-in for Meta's Cloud API, and the webhooks that it would send to a gateway under test."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import threading
import urllib.error
import urllib.request
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable

from ports import free_port
from waiting import wait_until

ACCOUNT = {
    "ROBOFY_API_KEY": "demo-key",
    "ROBOFY_PID": "project-1",
    "ROBOFY_CHATBOT_ID": "agent-1",
    "WHATSAPP_TOKEN": "a-token",
    "WHATSAPP_APP_SECRET": "app-secret",
    "WHATSAPP_VERIFY_TOKEN": "my-token",
}


class Meta(ThreadingHTTPServer):
    """Takes what is sent; the first try for a user in `busy` is one message too many."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Endpoint)
        self.sent: list[dict[str, Any]] = []
        self.typing: list[str] = []
        self.busy: set[str] = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v26.0"

    def texts(self, user: str) -> list[str]:
        return [message["text"]["body"] for message in self.sent if message["to"] == user]

    def take(self, path: str, token: str | None, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if (path, token) != ("/v26.0/106/messages", "Bearer a-token"):
            return 401, {"error": {"code": 190}}
        if body.get("status") == "read":
            self.typing.append(body["message_id"])
            return 200, {"success": True}
        if body["to"] in self.busy:
            self.busy.discard(body["to"])
            return 400, {"error": {"message": "(#130429) Rate limit hit", "code": 130429}}
        self.sent.append(body)
        contact = {"input": body["to"], "wa_id": body["to"]}
        return 200, {"contacts": [contact], "messages": [{"id": f"wamid.out.{len(self.sent)}"}]}


class Endpoint(BaseHTTPRequestHandler):
    server: Meta

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = self.server.take(self.path, self.headers["Authorization"], body)
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


class Gateway:
    """An example, at a port and in a folder of its own; it can be killed and started again."""

    def __init__(self, command: Callable[[int], list[object]], folder: Path, **environment: str) -> None:
        self.port = free_port()
        self._command = [str(word) for word in command(self.port)]
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        self._environment = {**kept, **ACCOUNT, **environment}
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, env=self._environment, cwd=self._folder)
        wait_until(lambda: self.process.poll() is not None or self.call("GET", "/")[0] == 403)
        assert self.process.poll() is None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            body,
            {name.replace("_", "-"): value for name, value in headers.items()},
            method=method,
        )
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with closing(error):
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def write(self, user: str, number: int, text: str, secret: str = "app-secret") -> int:
        message = {"from": user, "id": f"{user}.{number}", "timestamp": "4102444800", "type": "text"}
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106"},
            "contacts": [{"profile": {"name": "A user"}, "wa_id": user}],
            "messages": [{**message, "text": {"body": text}}],
        }
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        signed = {"Content_Type": "application/json", "X_Hub_Signature_256": signature}
        return self.call("POST", "/", body, **signed)[0]

    def close(self) -> None:
        self.process.terminate()
        assert self.process.wait(60) == 0
