"""Every fault of the matrix, met by a call that waits, by a message that was submitted, and beside a healthy client."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median

import address_faults
import authority_faults
import flood_faults
import framing_faults
import header_faults
import http2_faults
import http_faults
import idle_faults
import json_faults
import limit_faults
import network_faults
import proxy_faults
import pytest
import request_faults
import tls_faults
import tunnel_faults
import upload_faults
from _pytest.mark import ParameterSet
from debug_text import debug_text
from driver import KEY, Report, run
from fault import STALL, Bench, Fault, Place, Status

GROUPS: dict[str, list[Fault]] = {
    "network": network_faults.FAULTS,
    "address": address_faults.FAULTS,
    "HTTP": http_faults.FAULTS,
    "framing": framing_faults.FAULTS,
    "between calls": idle_faults.FAULTS,
    "HTTP/2": http2_faults.FAULTS,
    "limits": limit_faults.FAULTS,
    "upload": upload_faults.FAULTS,
    "flood": flood_faults.FAULTS,
    "request": request_faults.FAULTS,
    "headers": header_faults.FAULTS,
    "TLS": tls_faults.FAULTS,
    "authority": authority_faults.FAULTS,
    "JSON": json_faults.FAULTS,
    "tunnel": tunnel_faults.FAULTS,
    "proxy": proxy_faults.FAULTS,
}
MATRIX = [(group, fault) for group, faults in GROUPS.items() for fault in faults]

# From the free of the last client to its return; the header allows a second where a name lookup is stuck.
# glibc keeps the stacks of a few ended threads, and with each a table of 304 bytes.
_CACHED_STACKS = 4 * 304
_FREE_MS = 2000
# A submit does not wait for the network; this is for a machine that is busy.
_SUBMIT_MS = 1000


def _case(group: str, fault: Fault, way: str) -> ParameterSet:
    return pytest.param(group, fault, way, id=f"{group}: {fault.name}-{way}".replace(" ", "-"))


@pytest.mark.parametrize(("group", "fault", "way"), [_case(*row, way) for row in MATRIX for way in row[1].ways])
def test_a_message_survives(
    group: str, fault: Fault, way: str, bench: Bench, driver: Path, record_property: Callable[[str, object], None]
) -> None:
    place = fault.peer(bench)
    row = MATRIX.index((group, fault))
    case: dict[str, object] = {"row": row, "group": group, "name": fault.name, "variant": way, "bound": fault.bound}
    case["expected"] = " or ".join(status.name for status in fault.status)
    record_property("case", case)
    settings = {**_settings(fault, place, way), **(_neighbour(bench, place) if way == "beside" else {})}
    runner = [*place.network, *place.limits]
    report = run(driver, settings, runner, place.environment, fault.patience_seconds)
    case["seen"] = " or ".join(status.name for status in Status if status in {chat.status for chat in report.chats})
    case["http_status"] = max(chat.http_status for chat in report.chats)
    case["chats"] = len(report.chats)
    case["seconds"] = max(chat.elapsed_ms for chat in report.chats) / 1000
    if way == "beside":
        case["neighbour_ms"] = report["neighbour_added_us"] / 1000
        case["neighbour_bound_ms"] = fault.neighbour_ms
        _judge_neighbour(fault, report)
    _judge_outcomes(fault, report)
    _judge_service(fault, report, place)
    _judge_process(fault, report)


def _settings(fault: Fault, place: Place, way: str) -> dict[str, object]:
    return {
        "url": place.url,
        "key": KEY,
        "query": fault.query,
        "proxy": place.proxy,
        **({"ca_file": place.ca_file} if place.ca_file else {}),
        **({"submits": 1} if way != "blocking" else {}),
        "patience_ms": int(1000 * (fault.last_bound + 10)),
        **fault.options,
    }


def _neighbour(bench: Bench, place: Place) -> dict[str, object]:
    """A healthy service, of the stand-in, which the fault leaves alone."""
    service = bench.standin(network=place.network)
    return {"neighbour": service.url, "neighbour_service": service.process_id}


def _judge_neighbour(fault: Fault, report: Report) -> None:
    """Whoever talks to a healthy service does not notice; the driver complains of a chat that failed."""
    assert report["neighbour_chats"] > 0
    assert report["neighbour_added_us"] <= 1000 * fault.neighbour_ms


def _judge_outcomes(fault: Fault, report: Report) -> None:
    """Each chat ends once, as documented, in its time, and says so in a line for a person."""
    rounds, chats = int(str(fault.options.get("rounds", 2))), int(str(fault.options.get("chats", 1)))
    assert len({chat.session for chat in report.chats}) == len(report.chats) == 2 * rounds * chats
    assert report["lost_chats"] == report["extra_completions"] == 0
    assert [chat.status for chat in report.warming if chat.status] == []
    assert median(chat.elapsed_ms - chat.withheld_ms for chat in report.chats) <= 1000 * fault.bound
    for chat in report.chats:
        assert chat.status in fault.status, chat
        assert chat.elapsed_ms <= 1000 * fault.last_bound, chat
        if chat.status == Status.OK:
            assert chat.answer, chat
            assert fault.answer.format(session=chat.session) in chat.answer, chat
            assert chat.attempts == fault.attempts or _is_open(fault), chat
            continue
        assert chat.http_status == fault.http_status or (_is_open(fault) and not chat.http_status), chat
        assert chat.retryable == fault.retryable or _is_open(fault), chat
        assert fault.retry_after[0] <= chat.retry_after_ms <= fault.retry_after[1], chat
        assert chat.code == fault.code, chat
        assert fault.says in (chat.message or ""), chat
        for text in (chat.message, chat.code, chat.detail):
            assert KEY not in (text or ""), chat
        assert chat.message, chat
        assert chat.message.isprintable(), chat
        assert debug_text(chat.message) is None, (debug_text(chat.message), chat.message)
    if fault.check:
        fault.check(report.chats)
    if fault.attempts and not _is_open(fault):
        retried = sum(stats["retried"] for stats in report.stats)
        assert retried == (fault.attempts - 1) * len(report.chats)
    _judge_sums(report)


def _is_open(fault: Fault) -> bool:
    """The network decides how often the message is sent."""
    return fault.attempts is None or len(fault.status) > 1


def _judge_sums(report: Report) -> None:
    statuses = Counter(chat.status for chat in report.chats + report.warming)
    assert sum(stats["answered"] for stats in report.stats) == statuses.pop(Status.OK, 0)
    failed = Counter({name: sum(stats["failed"][name] for stats in report.stats) for name in report.stats[0]["failed"]})
    assert +failed == Counter({Status(status).name.lower(): count for status, count in statuses.items()})
    assert [stats["in_flight"] for stats in report.stats] == [0] * len(report.stats)


def _judge_service(fault: Fault, report: Report, place: Place) -> None:
    """A message that may have been seen was not sent twice, and the key went where it belongs."""
    if place.seen is not None:
        seen = place.seen()
        for chat in report.chats:
            assert seen.get(chat.session, 0) in fault.seen, chat
    for stranger in place.strangers:
        assert KEY.encode() not in stranger()


def _judge_process(fault: Fault, report: Report) -> None:
    """Nothing is left: no descriptor, thread or memory (what LeakSanitizer finds has failed the run already)."""
    assert report["descriptors_grown"] < fault.connections
    assert report["descriptors_left"] == 0
    assert report["threads_left"] == 0
    assert report["heap_grown"] <= _CACHED_STACKS
    assert 0 < report["peak_kb"] <= 1024 * fault.peak_mb
    # The machine may stall in one of the cycles.
    assert min(report.free_ms) <= _FREE_MS
    assert max(report.free_ms) <= STALL * _FREE_MS
    assert min(report.submit_ms) <= _SUBMIT_MS
    assert max(report.submit_ms) <= STALL * _SUBMIT_MS
