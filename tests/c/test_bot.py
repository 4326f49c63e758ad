"""README's bot in C: signed webhooks in, answers out at Meta's API, and nothing lost or doubled by kill -9."""

from __future__ import annotations

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

EXAMPLE = ROOT / "examples" / "bot.c"
AT_HOME = Path(__file__).with_name("at_home.h")
USERS = [f"1555010{number}" for number in range(8)]


@pytest.fixture(scope="module")
def program(need: Callable[[str], str]) -> Path:
    if not Path("/usr/include/civetweb.h").exists():
        pytest.skip("libcivetweb-dev is not installed: tests/setup installs it")
    link = [*link_shared(), "-lcivetweb", "-include", str(AT_HOME)]
    return compile_program(need("cc"), EXAMPLE, BINARIES / "example" / "bot", *link)


@pytest.fixture
def meta() -> Iterator[Meta]:
    with Meta() as meta:
        yield meta
        meta.shutdown()


@pytest.fixture
def bot(program: Path, meta: Meta, standin: Standin, tmp_path: Path) -> Iterator[Gateway]:
    command = ["/bin/sh", "-c", 'PORT=$0 exec "$1"']
    environment = {"ROBOFY_BASE_URL": standin.url, "WHATSAPP_URL": f"{meta.url}/106"}
    bot = Gateway(lambda port: [*command, port, program], tmp_path, **environment)
    yield bot
    bot.kill()


def test_a_burst_is_answered_once_and_quoted_also_where_meta_is_busy(
    bot: Gateway, meta: Meta, standin: Standin
) -> None:
    meta.busy.add("15550100")
    assert bot.write("15550100", 1, "!answer=**Nine** delay-ms=1000") == 200
    assert bot.write("15550100", 1, "!answer=**Nine** delay-ms=1000") == 200
    assert bot.write("15550100", 2, "headers=1") == 200
    wait_until(lambda: bool(meta.sent))
    [answer] = meta.sent
    assert (answer["text"]["body"], answer["context"]) == ("*Nine*", {"message_id": "15550100.2"})
    assert meta.typing == ["15550100.2"]
    assert received(standin) == {"!answer=**Nine** delay-ms=1000\nheaders=1": 1}


def test_a_stranger_is_refused_and_meta_is_known(bot: Gateway, meta: Meta) -> None:
    assert bot.write("15550100", 1, "Hello", secret="another") == 401
    query = "hub.mode=subscribe&hub.challenge=4711&hub.verify_token="
    assert bot.call("GET", f"/?{query}my-token") == (200, "4711")
    assert bot.call("GET", f"/?{query}another")[0] == 403
    assert meta.sent == []


def test_kill_9_in_mid_burst_loses_and_doubles_nothing(bot: Gateway, meta: Meta, standin: Standin) -> None:
    for user in USERS:
        assert bot.write(user, 1, f"!answer={user}") == 200
    bot.kill()
    bot.start()
    for user in USERS:
        assert bot.write(user, 1, f"!answer={user}") == 200
    wait_until(lambda: all(meta.texts(user) for user in USERS))
    # What was being sent when it was killed may be sent again.
    assert sum(len(meta.texts(user)) > 1 for user in USERS) <= 1
    assert sum(received(standin).values()) == len(USERS)


def test_it_is_short() -> None:
    assert len(EXAMPLE.read_text().splitlines()) <= 40
