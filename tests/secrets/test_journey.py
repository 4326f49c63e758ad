"""The key travels to the service and to nobody else."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest
from c_programs import Programs
from conftest import Canary
from record import header_of, received
from recorder import TUNNELS, Recorder
from standin import Standin

Said = Callable[..., bytes]


def test_a_proxy_sees_the_way_and_not_the_key(
    said: Said, canary: Canary, start_standin: Callable[..., Standin]
) -> None:
    service = start_standin(tls="valid")
    with Recorder(TUNNELS, upstream=("127.0.0.1", service.port)) as proxy:
        url = f"http://user:password@127.0.0.1:{proxy.port}"
        said(canary, service.url, ["Hello", "Hello again"], service.ca_file, url)
    heard = bytes(proxy.heard)
    heads = re.findall(rb"^[A-Z]+ .* HTTP/1.1\r\n(?:.+\r\n)*\r\n", heard, re.MULTILINE)
    assert heads
    for head in heads:
        assert head.startswith(b"CONNECT localhost:%d HTTP/1.1\r\n" % service.port)
        assert b"\r\nauthorization:" not in head.lower()
    assert canary.found_in(heard) == []
    assert b"Hello" not in heard
    assert {header_of(request, "authorization") for request in service.requests()} == {f"Bearer {canary.text}"}
    assert received(service)["Hello again"] > 0


def test_a_proxy_that_plays_the_service_gets_no_key(said: Said, canary: Canary) -> None:
    with Recorder(TUNNELS + b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n") as proxy:
        said(canary, "https://agents.robofy.invalid", ["Hello"], proxy=f"http://127.0.0.1:{proxy.port}")
    assert proxy.heard.startswith(b"CONNECT agents.robofy.invalid:443 ")
    assert canary.found_in(bytes(proxy.heard)) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
def test_a_redirect_is_not_followed(said: Said, canary: Canary, standin: Standin, status: int, host: str) -> None:
    with Recorder() as elsewhere:
        said(canary, standin.url, [f"!redirect=http://{host}:{elsewhere.port}/ status={status}"])
    assert elsewhere.heard == b""
    assert standin.requests() != []


@pytest.mark.parametrize(
    "base_url",
    [
        "http://agents.robofy.ai",
        "HTTP://agents.robofy.ai",
        "http:\\\\agents.robofy.ai",
        "http:agents.robofy.ai",
        " http://agents.robofy.ai",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::]",
        "http://[::ffff:10.0.0.1]",
        "http://0xA000001",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "http://notlocalhost",
        "http://localhost@agents.robofy.ai",
    ],
)
def test_plain_http_beyond_loopback_is_refused(said: Said, canary: Canary, base_url: str) -> None:
    out = said(canary, base_url, ["Hello"])
    assert b"base_url" in out
    assert re.search(rb"^1 0 ", out, re.MULTILINE)
    assert b"received" not in out, "there is no client"


@pytest.mark.parametrize("name", ["localhost", "my.localhost"])
def test_a_loopback_name_that_leads_elsewhere_is_not_followed(programs: Programs, canary: Canary, name: str) -> None:
    done = subprocess.run(
        [str(programs.binary("elsewhere")), f"http://{name}:80"],
        input=f"{canary.text}\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert done.stdout.startswith("1 lookups, 0 connections elsewhere, failed, status 2: ")
    assert "plain http" in done.stdout


def test_no_tls_to_speak_of_no_key(said: Said, canary: Canary) -> None:
    with Recorder(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as plain:
        said(canary, f"https://127.0.0.1:{plain.port}", ["Hello"])
    assert plain.heard
    assert canary.found_in(bytes(plain.heard)) == []
