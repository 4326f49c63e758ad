"""A client's figures, typed."""

import asyncio
import dataclasses
import json
import pickle
import re
import threading

import pytest
from chats import chat, chat_async, wait_until_chats_are_in_flight
from standin import Standin

import robofy
from robofy import _stats
from robofy._failure import take_text
from robofy._native import lib


def test_a_new_clients_figures_are_all_zero(client: robofy.Client) -> None:
    stats = client.stats()

    statuses = {status.name.lower() for status in robofy.Status} - {"ok", "cancelled", "overloaded"}
    assert statuses <= set(stats.failed)
    assert not any(stats.failed.values())
    gauges = (stats.in_flight, stats.queued, stats.uncollected, stats.connections)
    counters = (stats.answered, stats.cancelled, stats.refused, stats.retried, stats.bytes_sent, stats.bytes_received)
    assert gauges + counters == (0,) * 10
    assert stats.latency == robofy.Latency(count=0, min=0, mean=0, p50=0, p90=0, p99=0, p999=0, max=0)


def test_chats_are_counted_by_how_they_ended(standin: Standin) -> None:
    with robofy.Client("key", base_url=standin.url) as client:
        for query, timeout in (("!status=401", None), ("!status=401", None), ("!delay-ms=60000", 1)):
            with pytest.raises(robofy.RobofyError):
                chat(client, query, timeout=timeout)
        for _ in range(3):
            chat(client)
        chat(client, "!status=503 fails=1")
        stats = client.stats()

    assert stats.answered == 4
    assert {name: count for name, count in stats.failed.items() if count} == {"unauthorized": 2, "timeout": 1}
    assert stats.retried == 1
    assert stats.bytes_sent > 500
    assert stats.bytes_received > 200
    assert stats.connections >= 1


def test_latency_is_in_seconds(client: robofy.Client) -> None:
    for delay in (100, 1000, 5000):
        chat(client, f"!delay-ms={delay}")
    latency = client.stats().latency

    assert latency.count == 3
    assert 0.09 < latency.min < latency.p50 < latency.p99 <= latency.max * 1.02
    assert 0.99 < latency.p50 < 4.9 < latency.max < 60
    assert latency.min < latency.mean < latency.max
    assert latency.p50 < latency.p90 <= latency.p99 <= latency.p999


def test_calls_of_every_thread_are_in_flight(standin: Standin, client: robofy.Client) -> None:
    threads = [threading.Thread(target=chat, args=(client, "!delay-ms=5000")) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait_until_chats_are_in_flight(standin, 3)
    assert client.stats().in_flight == 3

    for thread in threads:
        thread.join()
    assert client.stats().in_flight == 0


def test_an_async_clients_figures(standin: Standin) -> None:
    async def converse() -> tuple[robofy.Stats, robofy.Stats]:
        async with robofy.AsyncClient("key", base_url=standin.url, max_in_flight=3) as client:
            chats = [asyncio.ensure_future(chat_async(client, "!delay-ms=5000")) for _ in range(3)]
            await asyncio.to_thread(wait_until_chats_are_in_flight, standin, 3)
            with pytest.raises(robofy.OverloadedError):
                await chat_async(client)
            amid = client.stats()
            chats[0].cancel()
            await asyncio.wait(chats)
            return amid, client.stats()

    amid, after = asyncio.run(converse())

    assert (amid.in_flight, amid.refused, amid.cancelled, amid.answered) == (3, 1, 0, 0)
    assert (after.in_flight, after.refused, after.cancelled, after.answered) == (0, 1, 1, 2)


def test_every_figure_of_the_library_has_its_field(client: robofy.Client) -> None:
    figures = json.loads(take_text(lib.robofy_client_stats(client._pointer)))
    latency = [re.sub("_us$", "", name) for name in figures["latency"]]

    assert [field.name for field in dataclasses.fields(robofy.Stats)] == list(figures)
    assert [field.name for field in dataclasses.fields(robofy.Latency)] == latency


def test_figures_of_a_later_library_are_passed_over(client: robofy.Client) -> None:
    figures = json.loads(take_text(lib.robofy_client_stats(client._pointer)))
    figures["mood"] = "good"
    figures["failed"]["bored"] = 1
    figures["latency"]["p42_us"] = 42
    later = _stats.parse(json.dumps(figures))

    assert dataclasses.replace(later, failed={}) == dataclasses.replace(client.stats(), failed={})
    assert later.failed["bored"] == 1


def test_a_snapshot_cannot_be_changed_and_can_be_pickled(client: robofy.Client) -> None:
    stats = client.stats()

    with pytest.raises(dataclasses.FrozenInstanceError):
        stats.answered = 5  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(stats)) == stats


def test_a_closed_client_has_no_figures(client: robofy.Client) -> None:
    client.close()
    with pytest.raises(RuntimeError, match="closed"):
        client.stats()
