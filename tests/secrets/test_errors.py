"""The key is in nothing that a failure lets out, whatever fails and whoever repeats the key."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from c_programs import Programs
from conftest import Canary, let_out
from echo import PLACES, STATUSES, Echo
from recorder import Recorder
from standin import Standin

Said = Callable[..., bytes]


def statuses(said: bytes) -> set[int]:
    """The library's statuses, of which each line begins with one."""
    return {int(number) for number in re.findall(rb"^(\d+) \d+ ", said, re.MULTILINE)} - {0}


def test_a_service_that_repeats_the_key(said: Said, canary: Canary) -> None:
    with Echo() as echo:
        out = said(canary, echo.url, [f"{status} {place}" for status in STATUSES for place in PLACES])
    assert canary.found_in(out) == []
    assert b"[API key]" in out
    assert statuses(out) == {6, 7, 8, 9, 10, 11, 12}


@pytest.mark.parametrize("most", [25, 40, 60])
def test_a_body_that_is_cut_within_the_key(said: Said, canary: Canary, most: int) -> None:
    with Echo() as echo:
        out = said(canary, echo.url, [f"{status} {place}" for status in (401, 502) for place in PLACES], most=most)
    assert canary.text[:12].encode() not in out


@pytest.mark.parametrize("certificate", ["expired", "not-yet-valid", "wrong-name", "self-signed", "untrusted"])
def test_tls_failures(said: Said, canary: Canary, start_standin: Callable[..., Standin], certificate: str) -> None:
    service = start_standin(tls=certificate)
    out = said(canary, service.url, ["Hello"], service.ca_file)
    assert canary.found_in(out) == []
    assert statuses(out) == {3}


def test_connections_that_break_and_bodies_that_are_none(said: Said, canary: Canary, standin: Standin) -> None:
    broken = ["!garbage", "!reset=before", "!reset=midway", "!close=before", "!truncate", "!not-json", "!bad-utf8"]
    broken += ["!huge=100000", "!redirect=http://127.0.0.1:1/", "!delay-ms=20000", "!body-delay-ms=20000", "!no-answer"]
    out = said(canary, standin.url, broken)
    assert canary.found_in(out) == []
    assert statuses(out) == {4, 5, 6}


def test_broken_streams(said: Said, canary: Canary, start_standin: Callable[..., Standin]) -> None:
    service = start_standin(tls="valid")
    broken = ["!refuse-stream", "!reset-stream=before", "!garbage", "!status=401", "!truncate", "!delay-ms=20000"]
    out = said(canary, service.url, broken, service.ca_file)
    assert canary.found_in(out) == []
    assert {2, 4, 5, 8} <= statuses(out)


def test_nobody_answers(said: Said, canary: Canary) -> None:
    refused, unknown = (said(canary, url, ["Hello"]) for url in ("http://127.0.0.1:1", "https://agents.robofy.invalid"))
    assert canary.found_in(refused + unknown) == []
    assert statuses(refused) == {2}
    # Some name servers are silent, and some know every name.
    assert statuses(unknown)
    assert statuses(unknown) <= {2, 3, 4}


def test_a_panic(programs: Programs, canary: Canary, standin: Standin, empty: Path) -> None:
    by_name = standin.url.replace("127.0.0.1", "localhost")
    out = let_out([str(programs.binary("panics")), standin.url, by_name], [canary.text], empty)
    assert out.count(b"could not be looked up, there was no thread") == 2, out
    assert canary.found_in(out) == []
    assert b"panicked" not in out


@pytest.mark.parametrize("flaw", [" with a space", "\x7f", "é"])
def test_a_key_that_cannot_be_one(said: Said, canary: Canary, flaw: str) -> None:
    out = said(Canary(canary.text + flaw), "http://127.0.0.1:1", ["Hello"])
    assert canary.found_in(out) == []
    assert statuses(out) == {1}


@pytest.mark.parametrize(
    "base_url",
    [
        "https://{}@agents.robofy.invalid",
        "https://user:{}@agents.robofy.invalid",
        "https://agents.robofy.invalid/?key={}",
        "http://agents.robofy.invalid/{}",
        "ftp://{}",
        "{}",
    ],
)
def test_a_key_that_got_into_the_base_url(said: Said, canary: Canary, base_url: str) -> None:
    out = said(canary, base_url.format(canary.text), ["Hello"])
    assert canary.found_in(out) == []
    assert statuses(out) == {1}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage",
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 403 Forbidden\r\nX-Echo: {password}\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 Connection established\r\n\r\n",
    ],
    ids=["silence", "garbage", "407", "403", "a tunnel to nowhere"],
)
def test_a_proxy_that_fails_gives_its_password_away_to_nobody(said: Said, canary: Canary, answer: bytes) -> None:
    password = Canary(canary.text.replace("canary", "proxy-password"))
    with Recorder(answer.replace(b"{password}", password.text.encode())) as proxy:
        url = f"http://user:{password.text}@127.0.0.1:{proxy.port}"
        out = said(canary, "https://agents.robofy.invalid", ["Hello"], proxy=url)
    assert password.found_in(out) == canary.found_in(out) == []
    assert statuses(out) <= {2, 3, 4}
    assert b"CONNECT agents.robofy.invalid:443" in proxy.heard
    assert canary.found_in(bytes(proxy.heard)) == []


@pytest.mark.parametrize(
    "proxy",
    [
        "ftp://user:{}@127.0.0.1:1",
        "socks4://user:{}@127.0.0.1:1",
        "http://user:{}@",
        "://user:{}@127.0.0.1",
        "user:{}@127.0.0.1:1",
        "http://user:{}#more@127.0.0.1:1",
        "http://user:{}/more@127.0.0.1:1",
        "{}",
    ],
)
def test_a_proxy_that_cannot_be_one(said: Said, canary: Canary, proxy: str) -> None:
    password = Canary(canary.text.replace("canary", "proxy-password"))
    out = said(canary, "https://agents.robofy.invalid", ["Hello"], proxy=proxy.format(password.text))
    assert password.found_in(out) == []
    assert statuses(out) == {1}


@pytest.mark.parametrize("scheme", ["http", "https", "socks5", "socks5h"])
@pytest.mark.parametrize("password", ["{}", "{}%23more", "{}@more"])
def test_a_proxy_that_is_not_there(said: Said, canary: Canary, scheme: str, password: str) -> None:
    secret = Canary(canary.text.replace("canary", "proxy-password"))
    proxy = f"{scheme}://user:{password.format(secret.text)}@127.0.0.1:1"
    out = said(canary, "https://agents.robofy.invalid", ["Hello"], proxy=proxy)
    assert secret.found_in(out) == canary.found_in(out) == []
    assert b"more" not in out
    assert statuses(out) == {2}
