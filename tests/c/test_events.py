"""Answers that come in events, over HTTP/1.1 without TLS and over HTTP/2 with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from c_programs import Programs
from record import header_of, received
from standin import Standin

STREAM = "/v1/ai-agent/a-stream"


@pytest.fixture(params=["http", "https"])
def streaming(request: pytest.FixtureRequest, start_standin: Callable[..., Standin]) -> Standin:
    return start_standin("--stream-path", STREAM, tls="valid" if request.param == "https" else None)


def test_an_answer_comes_in_events_and_each_end_is_told(programs: Programs, streaming: Standin) -> None:
    programs.run("events", streaming.url, streaming.ca_file or "-")
    requests = streaming.requests()
    assert {request["path"] for request in requests} == {STREAM}
    assert {header_of(request, "authorization") for request in requests} == {"Bearer canary-key-41d7"}
    sent = received(streaming)
    assert {sent["!deltas=4 reset=midway"], sent["!answer=Hello no-done"]} == {1}, "it was sent again"


def test_streams_in_event_loops_and_threads(programs: Programs, streaming: Standin) -> None:
    programs.run("event_loops", streaming.url, streaming.ca_file or "-")


def test_a_stream_is_its_parents_after_fork(programs: Programs, streaming: Standin) -> None:
    # A child leaves alone what it inherited of its parent's connections, which leak checkers call lost.
    unchecked = {"VALGRIND_OPTS": "--leak-check=no", "ASAN_OPTIONS": "detect_leaks=0"}
    programs.run("event_forks", streaming.url, streaming.ca_file or "-", **unchecked)
