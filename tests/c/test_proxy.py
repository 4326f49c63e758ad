"""Through a real proxy, chosen or from the environment, or past it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from c_programs import Programs
from record import received
from standin import Standin
from tinyproxy import Tinyproxy

OK = 0
CONNECT = 2


def test_a_chat_is_tunnelled(programs: Programs, tls: Standin, tinyproxy: Tinyproxy) -> None:
    programs.run("proxy", tls.url, tls.ca_file, tinyproxy.url, OK)
    assert tinyproxy.tunnels() == [f"localhost:{tls.port}"]
    assert received(tls) == {"Hello": 1}


def test_a_proxy_may_want_a_password(
    programs: Programs, tls: Standin, start_tinyproxy: Callable[..., Tinyproxy]
) -> None:
    proxy = start_tinyproxy("BasicAuth user proxy-password")
    programs.run("proxy", tls.url, tls.ca_file, proxy.url.replace("//", "//user:proxy-password@"), OK)
    programs.run("proxy", tls.url, tls.ca_file, proxy.url.replace("//", "//user:not-proxy-password@"), CONNECT)
    programs.run("proxy", tls.url, tls.ca_file, proxy.url, CONNECT)
    assert received(tls) == {"Hello": 1}


def test_a_proxy_may_deny(programs: Programs, tls: Standin, start_tinyproxy: Callable[..., Tinyproxy]) -> None:
    proxy = start_tinyproxy("ConnectPort 1")
    programs.run("proxy", tls.url, tls.ca_file, proxy.url, CONNECT)
    assert tls.requests() == []


def test_a_dead_proxy_is_no_way_to_the_service(programs: Programs, tls: Standin, tinyproxy: Tinyproxy) -> None:
    tinyproxy.stop()
    programs.run("proxy", tls.url, tls.ca_file, tinyproxy.url, CONNECT)
    assert tls.requests() == []


def test_the_environments_proxy_is_used(programs: Programs, tinyproxy: Tinyproxy) -> None:
    programs.run("proxy", "https://agents.robofy.invalid", "-", "-", CONNECT, HTTPS_PROXY=tinyproxy.url)
    assert tinyproxy.tunnels() == ["agents.robofy.invalid:443"]


@pytest.mark.parametrize(
    ("chosen", "environment"), [("", {}), ("-", {"NO_PROXY": "robofy.invalid"})], ids=["by option", "by NO_PROXY"]
)
def test_the_environments_proxy_is_declined(
    programs: Programs, tinyproxy: Tinyproxy, chosen: str, environment: dict[str, str]
) -> None:
    environment = {"HTTPS_PROXY": tinyproxy.url, **environment}
    programs.run("proxy", "https://agents.robofy.invalid", "-", chosen, CONNECT, **environment)
    assert tinyproxy.requests() == []


def test_the_environments_proxy_is_not_for_loopback(programs: Programs, tls: Standin, tinyproxy: Tinyproxy) -> None:
    programs.run("proxy", tls.url, tls.ca_file, "-", OK, HTTPS_PROXY=tinyproxy.url, ALL_PROXY=tinyproxy.url)
    assert tinyproxy.requests() == []


def test_plain_http_never_goes_through_a_proxy(programs: Programs, standin: Standin, tinyproxy: Tinyproxy) -> None:
    programs.run("proxy", standin.url, "-", tinyproxy.url, OK, HTTP_PROXY=tinyproxy.url)
    assert tinyproxy.requests() == []
