"""Messages that are submitted: each completes once, in order and at a pace where that is asked for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from c_programs import Programs
from record import received, request_of, requests_of, whole_requests
from standin import Standin
from waiting import wait_until


def test_every_tag_completes_once(programs: Programs, service: Standin) -> None:
    # Over HTTP/1.1 each chat has a connection, and so a descriptor, of its own.
    chats = 1000 if service.ca_file else 400
    programs.run("submitting", service.url, service.ca_file or "-", chats)


def test_polling_waits_as_long_as_told(programs: Programs, service: Standin) -> None:
    programs.run("polling", service.url, service.ca_file or "-")


def test_the_descriptor_is_readable_while_completions_wait(programs: Programs, standin: Standin) -> None:
    programs.run("descriptor", standin.url)


def test_a_cancelled_chat_completes_at_once_and_the_service_is_told(programs: Programs, service: Standin) -> None:
    process = programs.start("cancelling", service.url, service.ca_file or "-")
    wait_until(lambda: service.stats()["in_flight"] == 10)
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()
    # Long before their deadline.
    wait_until(lambda: service.stats()["in_flight"] == 0, seconds=20)
    programs.finish(process, "\n")
    if service.ca_file:
        cancelled, next_one = connections(service, "!delay-ms=60000"), connections(service, "after the cancelled")
        assert next_one <= cancelled, "the connection did not outlive the cancelled streams"


@pytest.mark.parametrize("when", ["soon", "late"])
def test_a_burst_of_cancels_hurts_nobody_else(programs: Programs, service: Standin, when: str) -> None:
    programs.run("cancel_bursts", service.url, service.ca_file or "-", when)


def connections(service: Standin, query: str) -> set[int]:
    return {request["connection"] for request in requests_of(service, query)}


def test_no_more_are_in_flight_than_allowed(programs: Programs, standin: Standin) -> None:
    programs.run("in_flight", standin.url)
    assert received(standin)["called at the limit"] == 1


def test_messages_of_a_session_arrive_in_order(programs: Programs, service: Standin) -> None:
    programs.run("sessions", service.url, service.ca_file or "-")
    conversations = by_session(service)
    assert len([name for name in conversations if name.startswith("conversation-")]) == 20
    for name, requests in conversations.items():
        if name.startswith("conversation-"):
            assert_one_after_another(requests)
    # Behind a message that was cancelled, and may have been before it left.
    called = [request for request in conversations["called"] if request["body"]["query"] != "!delay-ms=60000"]
    assert len(called) == 5
    assert_one_after_another(called)
    assert not any(query.startswith("never sent") for query in received(service))


def by_session(service: Standin) -> dict[str, list[dict[str, Any]]]:
    """The requests of each session that was named, in the order of their arrival."""
    sessions = defaultdict(list)
    for request in whole_requests(service):
        sessions[request["body"]["user_context"].get("session_id", "")].append(request)
    return sessions


def assert_one_after_another(requests: list[dict[str, Any]]) -> None:
    """Each came after the one before was answered; queries are `!delay-ms=DELAY code=NUMBER`."""
    words = [request["body"]["query"].replace("=", " ").split() for request in requests]
    assert [int(number) for *_, number in words] == list(range(len(requests)))
    for (_, delay, *_), before, after in zip(words, requests, requests[1:]):
        # Arrivals are noted in whole milliseconds.
        assert after["received_ms"] - before["received_ms"] >= int(delay) - 1


def test_an_account_keeps_its_pace(programs: Programs, standin: Standin) -> None:
    programs.run("pace", standin.url)
    assert not any(query.startswith("never sent") for query in received(standin))
    assert received(standin)["!status=503 code=ONCE"] == 1
    assert_paced(standin, "submitted at a pace", count=15, burst=5)
    assert_paced(standin, "called at a pace", count=6, burst=1)


def assert_paced(standin: Standin, query: str, count: int, burst: int) -> None:
    """At 600 a minute a message has its moment every 100 ms, the first not before the unpaced one has arrived."""
    before = request_of(standin, f"before {query}")["received_ms"]
    arrived = [request["received_ms"] for request in requests_of(standin, query)]
    assert len(arrived) == count
    for number, moment in enumerate(arrived[burst:], start=1):
        # Arrivals are noted in whole milliseconds.
        assert moment - before >= number * 100 - 1
