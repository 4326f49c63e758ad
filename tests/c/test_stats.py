"""A client's figures keep their promises, each field of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from c_programs import Programs
from record import header_of, received, requests_of, whole_requests
from standin import Standin
from waiting import wait_until

Stats = dict[str, Any]

STATUSES = {
    "invalid_argument",
    "connect",
    "tls",
    "timeout",
    "interrupted",
    "protocol",
    "bad_request",
    "unauthorized",
    "forbidden",
    "not_found",
    "rate_limited",
    "server",
    "cancelled",
    "overloaded",
    "internal",
    "signature",
    "storage",
}
LATENCIES = {"count", "min_us", "mean_us", "p50_us", "p90_us", "p99_us", "p999_us", "max_us"}
GAUGES = {"in_flight", "queued", "uncollected", "connections"}
COUNTERS = {"answered", "cancelled", "refused", "retried", "bytes_sent", "bytes_received"}


class Life:
    """What `stats.c` wrote down: the figures of each moment, and the replies that were received."""

    def __init__(self, output: Path, service: Standin) -> None:
        lines = [json.loads(line) for line in output.read_text().splitlines()]
        self.moments: dict[str, Stats] = {line["moment"]: line["stats"] for line in lines if "moment" in line}
        self.replies = [line for line in lines if "moment" not in line]
        self.service = service


@pytest.fixture(scope="module", params=[None, "valid"], ids=["http", "https"])
def life(
    programs: Programs, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Life]:
    output = tmp_path_factory.mktemp("stats") / "stats.jsonl"
    with Standin(tls=request.param) as service:
        process = programs.start("stats", service.url, service.ca_file or "-", output)
        wait_until(lambda: len(whole_requests(service)) == 4)
        programs.finish(process, "\n")
        yield Life(output, service)


def failed(**expected: int) -> dict[str, int]:
    return {**dict.fromkeys(STATUSES, 0), **expected}


def some(stats: Stats, *names: str) -> dict[str, int]:
    return {name: stats[name] for name in names}


def sent(service: Standin, *queries: str) -> int:
    """The bytes of these requests' bodies."""
    return sum(int(header_of(request, "content-length")) for request in requests_of(service, *queries))


def test_each_field_keeps_its_promise(life: Life) -> None:
    moments = life.moments

    new = moments["new"]
    assert set(new) == {*GAUGES, *COUNTERS, "failed", "latency"}
    assert set(new["latency"]) == LATENCIES
    assert some(new, *GAUGES, *COUNTERS) == dict.fromkeys(GAUGES | COUNTERS, 0)
    assert new["failed"] == failed()
    assert new["latency"] == dict.fromkeys(LATENCIES, 0)

    busy = moments["in flight"]
    assert some(busy, "in_flight", "queued", "uncollected") == {"in_flight": 5, "queued": 2, "uncollected": 1}
    assert some(busy, "answered", "cancelled", "refused") == {"answered": 0, "cancelled": 1, "refused": 1}
    assert busy["connections"] == 1 if life.service.ca_file else busy["connections"] >= 3
    assert busy["failed"] == failed()

    assert some(moments["cancelled"], "in_flight", "uncollected", "cancelled") == {
        "in_flight": 0,
        "uncollected": 6,
        "cancelled": 6,
    }
    assert moments["collected"]["uncollected"] == 0

    assert moments["failed"]["failed"] == failed(unauthorized=1, bad_request=1, server=2, timeout=1)
    assert some(moments["failed"], "in_flight", "queued", "answered") == {"in_flight": 0, "queued": 0, "answered": 0}
    assert moments["failed"]["bytes_received"] > 0

    answered = moments["answered"]
    assert some(answered, "in_flight", "queued", "uncollected") == {"in_flight": 0, "queued": 0, "uncollected": 0}
    assert some(answered, "answered", "cancelled", "refused", "retried") == {
        "answered": 10,
        "cancelled": 0,
        "refused": 0,
        "retried": 1,
    }
    assert answered["failed"] == failed()
    assert received(life.service)["!status=503 fails=1"] == 2
    assert answered["bytes_received"] > sum(reply["bytes"] for reply in life.replies)


def test_clients_are_counted_apart_and_connections_together(life: Life) -> None:
    before, after = dict(life.moments["failed"]), dict(life.moments["the other's"])
    assert after.pop("connections") == life.moments["answered"]["connections"]
    before.pop("connections")
    assert after == before


def test_those_queued_are_in_flight(life: Life) -> None:
    for moment, stats in life.moments.items():
        assert stats["queued"] <= stats["in_flight"], moment


def test_the_bytes_of_answered_chats_are_counted(life: Life) -> None:
    queries = ("Hello", "!emoji", "!delay-ms=100", "!status=503 fails=1", "!delay-ms=400", "!delay-ms=50")
    assert life.moments["answered"]["bytes_sent"] == sent(life.service, *queries)


def test_the_bytes_of_failed_and_cancelled_chats_are_counted(life: Life) -> None:
    queries = ("!delay-ms=60000", "!status=401", "!status=400", "!status=500")
    assert life.moments["failed"]["bytes_sent"] == sent(life.service, *queries)


def test_latencies_are_exact_to_one_percent(life: Life) -> None:
    elapsed = sorted(reply["elapsed_us"] for reply in life.replies)
    latency = life.moments["answered"]["latency"]
    assert latency["count"] == len(elapsed) == 10
    for name, exact in {
        "min_us": elapsed[0],
        "mean_us": sum(elapsed) // 10,
        "p50_us": elapsed[4],
        "p90_us": elapsed[8],
        "p99_us": elapsed[9],
        "p999_us": elapsed[9],
        "max_us": elapsed[9],
    }.items():
        assert latency[name] == pytest.approx(exact, rel=0.011, abs=2), name
