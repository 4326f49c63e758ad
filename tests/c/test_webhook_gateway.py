"""The whole bots in C, a gateway and README's of 40 lines: signed webhooks in, answers out at Meta's API, and nothing lost or doubled by kill -9."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable

import pytest
from c_programs import BINARIES, compile_program
from library import link_shared
from ports import free_port
from record import received
from standin import ROOT, Standin
from waiting import wait_until

GATEWAY, BOT = ROOT / "examples" / "webhook_gateway.c", ROOT / "examples" / "bot.c"
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
        return 200, {"contacts": [{"wa_id": body["to"]}], "messages": [{"id": f"wamid.out.{len(self.sent)}"}]}


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
    """The example, at a port and a folder of its own; it can be killed and started again."""

    forbidden = 403

    def __init__(self, program: Path, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.folder = folder
        self._command = [str(program), *self.arguments()]
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        self._environment = {**kept, **ACCOUNT, **environment, "PORT": str(self.port)}
        self.start()

    def arguments(self) -> list[str]:
        return [str(self.port), str(self.folder)]

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, env=self._environment, cwd=self.folder.parent)
        wait_until(lambda: self.process.poll() is not None or self.call("GET", "/") == (self.forbidden, ""))
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
        value = {"metadata": {"phone_number_id": "106"}, "messages": [{**message, "text": {"body": text}}]}
        body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).encode()
        signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return self.call("POST", "/", body, X_Hub_Signature_256=signature)[0]

    def close(self) -> None:
        self.process.terminate()
        assert self.process.wait(60) == 0


class Bot(Gateway):
    """README's program: it keeps what came in in the folder that it is started in."""

    forbidden = 401

    def arguments(self) -> list[str]:
        return []

    def close(self) -> None:
        self.process.terminate()
        assert self.process.wait(60) == -signal.SIGTERM


def compiled(need: Callable[[str], str], source: Path, header: str, *link: str) -> Path:
    if not Path("/usr/include", header).exists():
        pytest.skip(f"{header} is not installed: tests/setup installs it")
    return compile_program(need("cc"), source, BINARIES / "example" / source.stem, *link_shared(), *link)


@pytest.fixture(scope="module")
def program(need: Callable[[str], str]) -> Path:
    return compiled(need, GATEWAY, "microhttpd.h", "-lmicrohttpd", "-lcurl")


@pytest.fixture(scope="module")
def bot(need: Callable[[str], str]) -> Path:
    at_home = ["-include", str(Path(__file__).with_name("at_home.h"))]
    return compiled(need, BOT, "civetweb.h", "-lcivetweb", *at_home)


@pytest.fixture
def meta() -> Iterator[Meta]:
    with Meta() as meta:
        yield meta
        meta.shutdown()


@pytest.fixture(params=[GATEWAY.stem, BOT.stem])
def gateway(request: pytest.FixtureRequest, meta: Meta, standin: Standin, tmp_path: Path) -> Iterator[Gateway]:
    is_bot = request.param == BOT.stem
    program = request.getfixturevalue("bot" if is_bot else "program")
    made = Bot if is_bot else Gateway
    url = f"{meta.url}/106" if is_bot else meta.url
    gateway = made(program, tmp_path / "inbox", ROBOFY_BASE_URL=standin.url, WHATSAPP_URL=url)
    yield gateway
    if gateway.process.poll() is None:
        gateway.close()


def test_a_burst_is_answered_once_and_quoted(gateway: Gateway, meta: Meta, standin: Standin) -> None:
    meta.busy.add("15550100")
    assert gateway.write("15550100", 1, "!answer=**Nine**") == 200
    assert gateway.write("15550100", 1, "!answer=**Nine**") == 200
    assert gateway.write("15550100", 2, "headers=1") == 200
    wait_until(lambda: bool(meta.sent))
    [answer] = meta.sent
    assert (answer["text"]["body"], answer["context"]) == ("*Nine*", {"message_id": "15550100.2"})
    assert meta.typing == ["15550100.2"]
    assert received(standin) == {"!answer=**Nine**\nheaders=1": 1}


def test_a_stranger_is_refused_and_meta_is_known(gateway: Gateway, meta: Meta) -> None:
    assert gateway.write("15550100", 1, "Hello", secret="another") == 401
    query = "hub.mode=subscribe&hub.challenge=4711&hub.verify_token="
    assert gateway.call("GET", f"/?{query}my-token") == (200, "4711")
    assert gateway.call("GET", f"/?{query}another")[0] == gateway.forbidden
    assert meta.sent == []


def test_kill_9_in_mid_burst_loses_and_doubles_nothing(gateway: Gateway, meta: Meta, standin: Standin) -> None:
    users = [f"1555010{number}" for number in range(8)]
    for user in users:
        assert gateway.write(user, 1, f"!answer={user}") == 200
    gateway.kill()
    gateway.start()
    for user in users:
        assert gateway.write(user, 1, f"!answer={user}") == 200
        assert gateway.write(user, 2, f"!answer={user}") == 200
    asked: dict[str, list[str]] = {}

    def is_all_asked() -> bool:
        asked.clear()
        for request in standin.requests():
            body = request["body"]
            asked.setdefault(body["user_context"]["session_id"], []).extend(body["query"].split("\n"))
        return all(len(asked.get(user, [])) >= 2 for user in users)

    wait_until(is_all_asked)
    wait_until(lambda: all(meta.texts(user) for user in users))
    gateway.close()
    assert asked == {user: [f"!answer={user}"] * 2 for user in users}
    # What was being sent when it was killed may be sent again.
    doubled = sum(len(meta.texts(user)) > 2 for user in users)
    assert doubled <= 1


def test_it_says_how_it_is_called_and_is_short(program: Path) -> None:
    ended = subprocess.run([str(program)], stderr=subprocess.PIPE, text=True)
    assert (ended.returncode, "webhook_gateway PORT FOLDER" in ended.stderr) == (2, True)
    assert len(GATEWAY.read_text().splitlines()) < 200


def test_the_bot_of_the_readme_is_shorter() -> None:
    assert len(BOT.read_text().splitlines()) <= 40
