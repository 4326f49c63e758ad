"""Connections are kept between calls, and their loss between calls goes unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from c_programs import Programs
from idle_closing_service import IdleClosingService
from ports import free_port
from record import received, request_of
from standin import Standin
from waiting import wait_until


def test_a_connection_serves_the_next_call(programs: Programs, standin: Standin) -> None:
    programs.finish(programs.start("keep_alive", standin.url), "\n")
    assert request_of(standin, "before")["connection"] == request_of(standin, "after")["connection"]


def test_a_connection_that_the_service_closed_between_two_calls_is_not_noticed(
    programs: Programs, start_standin: Callable[..., Standin]
) -> None:
    before = start_standin(port=free_port())
    process = programs.start("keep_alive", before.url)
    wait_until(lambda: received(before)["before"] == 1 and before.stats()["in_flight"] == 0)
    before.stop()
    after = start_standin(port=before.port)
    programs.finish(process, "\n")
    assert received(after) == {"after": 1}


def test_nor_is_one_over_tls(programs: Programs, need: Callable[[str], str], tmp_path: Path) -> None:
    with IdleClosingService(tmp_path, need("openssl")) as service:
        process = programs.start("keep_alive", service.url, service.ca_file)
        wait_until(lambda: len(service.received) == 2)
        wait_until(service.has_closed)
        programs.finish(process, "\n")
    queries, connections = zip(*service.received)
    assert queries == ("first", "before", "after")
    assert connections[1] != connections[2]
