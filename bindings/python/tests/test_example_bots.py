"""The whole bots: signed webhooks in, answers out at Meta's API, and nothing lost or doubled by kill -9."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cloud_api import Gateway, Meta
from examples import EXAMPLES
from record import received
from standin import Standin
from waiting import wait_until

pytest.importorskip("fastapi")
pytest.importorskip("flask")
pytest.importorskip("pywa")
pytest.importorskip("uvicorn")

# Runs a bot as it stands, but with the test's Meta and service, at the test's port, and with bursts of two messages.
DRIVER = """
import functools, os, runpy, sys
import flask, httpx, robofy, uvicorn

example, port = sys.argv[1], int(sys.argv[2])
for name in ("Client", "AsyncClient"):
    setattr(robofy, name, functools.partial(getattr(robofy, name), base_url=os.environ["ROBOFY_BASE_URL"]))
robofy.Inbox = functools.partial(robofy.Inbox, quiet=3000, max_wait=3000, max_messages=2)

def at_the_tests_meta(handle):
    def handled(transport, request):
        assert str(request.url).startswith("https://graph.facebook.com/v26.0/"), request.url
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=int(os.environ["META_PORT"]))
        return handle(transport, request)
    return handled

httpx.HTTPTransport.handle_request = at_the_tests_meta(httpx.HTTPTransport.handle_request)
httpx.AsyncHTTPTransport.handle_async_request = at_the_tests_meta(httpx.AsyncHTTPTransport.handle_async_request)
run = flask.Flask.run
flask.Flask.run = lambda app, **_: run(app, port=port)
names = runpy.run_path(example, run_name="__main__")
uvicorn.run(names["app"], port=port, log_level="warning")
"""
BOTS = ["bot.py", "fastapi_cloud_api.py", "pywa_bot.py"]
USER = "15550100"


@pytest.fixture
def meta() -> Iterator[Meta]:
    with Meta() as meta:
        yield meta
        meta.shutdown()


@pytest.fixture(params=BOTS)
def bot(request: pytest.FixtureRequest, meta: Meta, standin: Standin, tmp_path: Path) -> Iterator[Gateway]:
    driver = tmp_path / "driver.py"
    driver.write_text(DRIVER)
    bot = Gateway(
        lambda port: [sys.executable, driver, EXAMPLES / request.param, port],
        tmp_path,
        ROBOFY_BASE_URL=standin.url,
        META_PORT=str(meta.server_address[1]),
    )
    yield bot
    bot.kill()


def test_kill_9_in_the_middle_of_a_burst_loses_and_doubles_nothing(bot: Gateway, meta: Meta, standin: Standin) -> None:
    meta.busy.add(USER)
    assert bot.write(USER, 1, "!answer=**Nine** delay-ms=1000") == 200
    bot.kill()
    bot.start()
    assert bot.write(USER, 2, "headers=1") == 200
    wait_until(lambda: bool(meta.sent))

    # It is sent once, although the first try was one too many.
    (answer,) = meta.sent
    assert (answer["text"]["body"], answer["context"]) == ("*Nine*", {"message_id": f"{USER}.2"})
    assert received(standin) == {"!answer=**Nine** delay-ms=1000\nheaders=1": 1}
    # Meta sends again what it has heard nothing of; the session goes on.
    assert bot.write(USER, 1, "!answer=**Nine** delay-ms=1000") == 200
    assert bot.write(USER, 3, "!answer=Ten") == 200
    assert bot.write(USER, 4, "headers=1") == 200
    wait_until(lambda: meta.texts(USER) == ["*Nine*", "Ten"])


def test_a_stranger_is_refused_and_meta_is_known(bot: Gateway, meta: Meta, standin: Standin) -> None:
    assert bot.write(USER, 1, "Hello", secret="another") in (401, 500)
    assert bot.write(USER, 2, "Hello", secret="another") in (401, 500)
    query = "hub.mode=subscribe&hub.challenge=4711&hub.verify_token="
    assert bot.call("GET", f"/?{query}my-token") == (200, "4711")
    assert bot.call("GET", f"/?{query}another")[0] == 403
    assert bot.write(USER, 1, "!answer=one") == 200
    assert bot.write(USER, 2, "headers=1") == 200
    wait_until(lambda: meta.texts(USER) == ["one"])
    assert received(standin) == {"!answer=one\nheaders=1": 1}


def test_the_bot_of_the_readme_is_25_lines() -> None:
    assert sum(bool(line.strip()) for line in (EXAMPLES / "bot.py").read_text().splitlines()) <= 25
