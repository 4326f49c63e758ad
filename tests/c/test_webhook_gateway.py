"""The whole bot in C: signed webhooks in, answers out at Meta's API, and nothing lost or doubled by kill -9."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from c_programs import BINARIES, compile_program
from cloud_api import Gateway, Meta
from library import link_shared
from record import received
from standin import ROOT, Standin
from waiting import wait_until

EXAMPLE = ROOT / "examples" / "webhook_gateway.c"
@pytest.fixture(scope="module")
def program(need: Callable[[str], str]) -> Path:
    if not Path("/usr/include/microhttpd.h").exists():
        pytest.skip("libmicrohttpd-dev is not installed: tests/setup installs it")
    link = [*link_shared(), "-lmicrohttpd", "-lcurl"]
    return compile_program(need("cc"), EXAMPLE, BINARIES / "example" / "webhook_gateway", *link)


@pytest.fixture
def meta() -> Iterator[Meta]:
    with Meta() as meta:
        yield meta
        meta.shutdown()


@pytest.fixture
def gateway(program: Path, meta: Meta, standin: Standin, tmp_path: Path) -> Iterator[Gateway]:
    urls = {"ROBOFY_BASE_URL": standin.url, "WHATSAPP_URL": meta.url}
    gateway = Gateway(lambda port: [program, port, tmp_path / "inbox"], tmp_path, **urls)
    yield gateway
    if gateway.process.poll() is None:
        gateway.close()


def test_a_burst_is_answered_once_and_quoted(gateway: Gateway, meta: Meta, standin: Standin) -> None:
    meta.busy.add("15550100")
    assert gateway.write("15550100", 1, "!answer=**Nine** delay-ms=1000") == 200
    assert gateway.write("15550100", 1, "!answer=**Nine** delay-ms=1000") == 200
    assert gateway.write("15550100", 2, "headers=1") == 200
    wait_until(lambda: bool(meta.sent))
    [answer] = meta.sent
    assert (answer["text"]["body"], answer["context"]) == ("*Nine*", {"message_id": "15550100.2"})
    assert meta.typing == ["15550100.2"]
    assert received(standin) == {"!answer=**Nine** delay-ms=1000\nheaders=1": 1}


def test_a_stranger_is_refused_and_meta_is_known(gateway: Gateway, meta: Meta) -> None:
    assert gateway.write("15550100", 1, "Hello", secret="another") == 401
    query = "hub.mode=subscribe&hub.challenge=4711&hub.verify_token="
    assert gateway.call("GET", f"/?{query}my-token") == (200, "4711")
    assert gateway.call("GET", f"/?{query}another")[0] == 403
    assert meta.sent == []


def test_kill_9_in_mid_burst_loses_and_doubles_nothing(gateway: Gateway, meta: Meta, standin: Standin) -> None:
    users = [f"1555010{number}" for number in range(8)]
    for user in users:
        assert gateway.write(user, 1, f"!answer={user}") == 200
    gateway.kill()
    # Nobody knows whether the agent has answered these.
    doubtful = {request["body"]["user_context"]["session_id"] for request in standin.requests()}
    gateway.start()
    for user in users:
        assert gateway.write(user, 1, f"!answer={user}") == 200
        assert gateway.write(user, 2, "headers=1") == 200
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
    assert asked == {user: [f"!answer={user}", "headers=1"] for user in users}
    sure = [user for user in users if user not in doubtful]
    assert [meta.texts(user)[0] for user in sure] == sure
    # What was being sent when it was killed may be sent again.
    doubled = sum(len(meta.texts(user)) > 2 for user in users)
    assert doubled <= 1


def test_what_the_agent_has_is_awaited_when_it_is_told_to_end(gateway: Gateway, meta: Meta, standin: Standin) -> None:
    assert gateway.write("15550100", 1, "!delay-ms=2000 answer=late") == 200
    wait_until(lambda: bool(standin.requests()))
    gateway.close()
    assert meta.texts("15550100") == ["late"]


def test_it_says_how_it_is_called_and_is_short(program: Path) -> None:
    ended = subprocess.run([str(program)], stderr=subprocess.PIPE, text=True)
    assert (ended.returncode, "webhook_gateway PORT FOLDER" in ended.stderr) == (2, True)
    assert len(EXAMPLE.read_text().splitlines()) < 200
