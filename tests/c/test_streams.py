"""Streams: many chats at once over few connections, as many as the service allows, and what becomes of a lost one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from c_programs import Programs
from record import header_of, received
from standin import Standin

StartStandin = Callable[..., Standin]


def connections(standin: Standin) -> int:
    return len({request["connection"] for request in standin.requests()})


@pytest.mark.parametrize(
    ("streams", "chats", "expected"), [(128, 1000, 8), (100, 1000, 10), (10, 100, 10), (1, 50, 50), (1000, 500, 2)]
)
def test_a_connection_carries_as_many_chats_as_the_service_allows(
    native_programs: Programs, start_standin: StartStandin, streams: int, chats: int, expected: int
) -> None:
    tls = start_standin("--max-concurrent-streams", str(streams), tls="valid")
    native_programs.run("streams", "parallel", tls.url, tls.ca_file, chats, 5000, 30000)
    assert connections(tls) == expected
    assert tls.stats()["max_in_flight"] > chats * 0.9
    assert set(received(tls).values()) == {1}, "a message was sent twice"


@pytest.mark.parametrize("kind", ["valid", None])
def test_over_http1_each_chat_has_its_connection(
    programs: Programs, start_standin: StartStandin, kind: str | None
) -> None:
    standin = start_standin("--http", "1", tls=kind)
    programs.run("streams", "parallel", standin.url, standin.ca_file or "-", 50, 2000, 30000)
    assert connections(standin) == 50
    assert {request["version"] for request in standin.requests()} == {"HTTP/1.1"}


def test_a_goaway_loses_nothing(programs: Programs, tls: Standin) -> None:
    programs.run("streams", "goaway", tls.url, tls.ca_file)
    assert connections(tls) > 1


def test_a_lost_connection_ends_its_chats_and_no_others(programs: Programs, tls: Standin) -> None:
    programs.run("streams", "lost", tls.url, tls.ca_file)
    assert received(tls)["!delay-ms=60000"] == 49, "a message that may have been seen was sent again"
    assert connections(tls) == 2


def test_a_refused_stream_is_tried_again(programs: Programs, tls: Standin) -> None:
    programs.run("streams", "refused", tls.url, tls.ca_file)
    assert set(received(tls).values()) == {2}
    assert connections(tls) == 1


def test_a_thousand_accounts_share_threads_and_connections(programs: Programs, tls: Standin) -> None:
    programs.run("accounts", tls.url, tls.ca_file)
    requests = tls.requests()
    assert len(requests) == (100 if programs.kind == "valgrind" else 1000)
    for request in requests:
        number = request["body"]["query"].rpartition("=")[2]
        assert header_of(request, "authorization") == f"Bearer key-{number}"
    assert connections(tls) <= 12
