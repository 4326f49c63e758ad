"""Each option of a client has its effect."""

import socket
from pathlib import Path
from typing import Callable

import pytest
from chats import chat
from standin import Standin
from tinyproxy import Tinyproxy

import robofy

StartStandin = Callable[..., Standin]


def test_none_leaves_every_option_to_the_library(standin: Standin) -> None:
    with robofy.Client(
        "key",
        base_url=standin.url,
        timeout=None,
        connect_timeout=None,
        max_retries=None,
        retry_ambiguous=None,
        proxy=None,
        ca_file=None,
        user_agent=None,
        max_response_bytes=None,
        max_in_flight=None,
        ordered_sessions=None,
        rate_limit=None,
    ) as client:
        assert chat(client).answer


def test_a_path_in_base_url_comes_first(standin: Standin) -> None:
    with robofy.Client("key", base_url=f"{standin.url}/gateway") as client, pytest.raises(robofy.NotFoundError):
        chat(client)

    assert standin.requests()[0]["path"] == "/gateway/v1/ai-agent/whatsapp/chat"


def test_timeout_bounds_a_call(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url, timeout=0.2) as client, pytest.raises(robofy.ChatTimeoutError):
        chat(client, "!delay-ms=60000")


def test_timeout_of_a_call_comes_before_the_clients(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url, timeout=0.2) as client:
        assert chat(client, "!delay-ms=600", timeout=60).elapsed >= 0.6
    with robofy.Client("key", base_url=standin.url) as client, pytest.raises(robofy.ChatTimeoutError):
        chat(client, "!delay-ms=60000", timeout=0.2)


def test_connect_timeout_bounds_the_making_of_a_connection() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        with robofy.Client("key", base_url=url, connect_timeout=0.2, timeout=8, max_retries=0) as client:
            with pytest.raises(robofy.ConnectError) as caught:
                chat(client)
    assert caught.value.is_retryable


def test_max_retries_is_how_often_a_message_is_sent_again(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url, max_retries=1) as client:
        assert chat(client, "!status=503 fails=1").attempts == 2
        with pytest.raises(robofy.ServerError):
            chat(client, "!status=503 fails=2")
    assert len(standin.requests()) == 4


def test_retry_ambiguous_sends_again_what_the_agent_may_have_seen(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url) as careful, pytest.raises(robofy.ServerError):
        chat(careful, "!status=500 fails=1", session_id="careful")
    with robofy.Client("key", base_url=standin.url, retry_ambiguous=True) as eager:
        assert chat(eager, "!status=500 fails=1", session_id="eager").attempts == 2


def test_user_agent_names_the_product_first(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url, user_agent="my-gateway/1.2") as client:
        chat(client)

    headers = dict(standin.requests()[0]["headers"])
    assert headers["user-agent"] == f"my-gateway/1.2 robofy/{robofy.__version__}"


def test_max_response_bytes_refuses_a_longer_body(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url, max_response_bytes=10_000) as client:
        assert len(chat(client, "!huge=9000").answer) == 9000
        with pytest.raises(robofy.ProtocolError):
            chat(client, "!huge=11000")


def test_ca_file_is_trusted_besides_the_platforms_roots(start_standin: StartStandin) -> None:
    standin = start_standin(tls="valid")
    assert standin.ca_file
    for ca_file in (standin.ca_file, str(standin.ca_file)):
        with robofy.Client("key", base_url=standin.url, ca_file=ca_file) as client:
            assert chat(client).answer
    with robofy.Client("key", base_url=standin.url) as client, pytest.raises(robofy.TLSError):
        chat(client)


def test_an_unreadable_ca_file_is_refused_when_the_client_is_made(tmp_path: Path) -> None:
    with pytest.raises(robofy.InvalidArgumentError, match="ca_file"):
        robofy.Client("key", ca_file=tmp_path / "absent.pem")


def test_proxy_is_the_way_to_the_service(start_standin: StartStandin, tinyproxy: Tinyproxy) -> None:
    standin = start_standin(tls="valid")
    with robofy.Client("key", base_url=standin.url, ca_file=standin.ca_file, proxy=tinyproxy.url) as client:
        assert chat(client).answer

    assert f"CONNECT localhost:{standin.port}" in tinyproxy.log()


def test_a_dead_proxy_is_a_failure_to_connect(start_standin: StartStandin) -> None:
    standin = start_standin(tls="valid")
    proxied = robofy.Client(
        "key", base_url=standin.url, ca_file=standin.ca_file, proxy="http://127.0.0.1:9", max_retries=0
    )
    with proxied as client, pytest.raises(robofy.ConnectError):
        chat(client)
