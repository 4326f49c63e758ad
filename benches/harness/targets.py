"""What the library promises of its speed and its weight, each promise judged by a figure of the run."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass

from . import cold, conversation, flight, gateway, overhead, requests, streams, tls
from .results import Case, Results

SENSES = {"<=": operator.le, "<": operator.lt, ">=": operator.ge}


@dataclass(frozen=True)
class Target:
    """A median, or its ratio to another peer's, held against a bound."""

    case: Case
    metric: str
    sense: str
    bound: float
    than: str | None = None

    def figure(self, results: Results) -> float | None:
        if self.than is None:
            return results.median(self.case, self.metric)
        return results.ratio(self.case, self.than, self.metric)

    def __str__(self) -> str:
        of = f" / {self.than}" if self.than else ""
        return f"{self.case.scenario}, {self.case.setting}: {self.metric} of {self.case.peer}{of}"


@dataclass(frozen=True)
class Verdict:
    target: Target
    figure: float

    @property
    def bound(self) -> str:
        return f"{self.target.sense} {round(self.target.bound, 3):,}"

    @property
    def met(self) -> bool:
        return bool(SENSES[self.target.sense](self.figure, self.target.bound))

    def __str__(self) -> str:
        return f"{self.target} is {self.figure:.3f}, wanted {self.bound}"

    def as_json(self) -> dict[str, object]:
        return {
            "target": str(self.target),
            "bound": self.bound,
            "figure": round(self.figure, 4),
            "met": self.met,
        }


def against_libcurl(setting: overhead.Setting, metric: str, sense: str, bound: float) -> Target:
    return Target(Case(overhead.SCENARIO, str(setting), "robofy"), metric, sense, bound, than="libcurl")


def over_tls(setting: tls.Setting, metric: str, sense: str, bound: float) -> Target:
    return Target(Case(tls.SCENARIO, str(setting), "robofy"), metric, sense, bound, than="libcurl")


def of_requests(setting: requests.Setting, metric: str, sense: str, bound: float) -> Target:
    return Target(Case(requests.SCENARIO, str(setting), "robofy"), metric, sense, bound, than="libcurl")


def from_cold(setting: cold.Setting, metric: str, sense: str, bound: float) -> Target:
    return Target(Case(cold.SCENARIO, str(setting), "robofy"), metric, sense, bound, than="libcurl")


def in_flight(
    setting: flight.Setting, metric: str, sense: str, bound: float, peer: str = "robofy", than: str | None = None
) -> Target:
    return Target(Case(flight.SCENARIO, str(setting), peer), metric, sense, bound, than)


def at_gateway(setting: gateway.Setting, metric: str, sense: str, bound: float) -> Target:
    return Target(Case(gateway.SCENARIO, setting.name, gateway.PEER), metric, sense, bound)


def in_events(metric: str, sense: str, bound: float) -> Target:
    return Target(Case(streams.SCENARIO, streams.SETTING, streams.PEER), metric, sense, bound)


def in_conversation(setting: str, metric: str, sense: str, bound: float) -> Target:
    return Target(Case(conversation.SCENARIO, setting, conversation.PEER), metric, sense, bound)


# By protocol and number of threads: p50, calls a second, CPU a call.
TLS_BOUNDS: dict[tuple[str, int], tuple[float, float | None, float]] = {
    (tls.HTTP1, 1): (0.77, 1.3, 0.73),
    (tls.HTTP1, 4): (0.59, 1.5, 0.54),
    (tls.HTTP1, 16): (0.41, 1.4, 0.53),
    (tls.HTTP1, 64): (0.80, 1.8, 0.49),
    (tls.HTTP2, 1): (0.80, None, 0.85),
    (tls.HTTP2, 4): (0.64, 1.6, 0.55),
    (tls.HTTP2, 16): (0.70, 1.7, 0.48),
    (tls.HTTP2, 64): (0.67, 2.0, 0.44),
}


def tls_targets() -> Iterator[Target]:
    for (protocol, threads), (p50, calls, cpu) in TLS_BOUNDS.items():
        setting = tls.Setting(protocol, threads)
        yield over_tls(setting, "p50_us", "<=", p50)
        yield over_tls(setting, "p99_us", "<=", 1.0)
        if calls:
            yield over_tls(setting, "calls_per_s", ">=", calls)
        yield over_tls(setting, "cpu_us_per_call", "<=", cpu)
    for setting in tls.SETTINGS:
        if setting.proxied:
            yield over_tls(setting, "p50_us", "<=", 1.0)
            yield over_tls(setting, "p99_us", "<=", 1.0)
            yield over_tls(setting, "cpu_us_per_call", "<=", 1.0)


def requests_targets() -> Iterator[Target]:
    """At most 1.2 of libcurl's time and CPU. With more threads than CPUs a call's time is its share of all calls'."""
    for setting in requests.SETTINGS:
        if setting.threads == 1:
            yield of_requests(setting, "p50_us", "<=", 1.2)
        else:
            yield of_requests(setting, "calls_per_s", ">=", 1 / 1.2)
        yield of_requests(setting, "cpu_us_per_call", "<=", 1.2)


TARGETS = [
    against_libcurl(overhead.Setting(1, 1), "p50_us", "<=", 1.05),
    against_libcurl(overhead.Setting(4, 1), "p50_us", "<", 1.0),
    *(against_libcurl(overhead.Setting(4, threads), "calls_per_s", ">=", 1.0) for threads in (4, 16, 64)),
    *(against_libcurl(overhead.Setting(4, threads), "cpu_us_per_call", "<=", 1.0) for threads in (4, 16, 64)),
    *(against_libcurl(setting, "p99_us", "<=", 1.0) for setting in overhead.SETTINGS),
    *tls_targets(),
    *requests_targets(),
    *(from_cold(setting, "first_answer_ms", "<=", 0.9) for setting in cold.SETTINGS),
    in_flight(flight.BURST, "answered", ">=", flight.BURST.chats),
    in_flight(flight.FEW_STREAMS, "answered", ">=", flight.FEW_STREAMS.chats),
    in_flight(flight.MANY_STREAMS, "answered", ">=", flight.MANY_STREAMS.chats),
    in_flight(flight.BURST, "wall_s", "<=", 1.45),
    in_flight(flight.BURST, "peak_kb_per_chat", "<=", 13.0),
    in_flight(flight.BURST, "threads", "<=", 4),
    in_flight(flight.BURST, "wall_s", ">=", 5.0, peer="libcurl multi", than="robofy"),
    in_flight(flight.BURST, "wall_s", ">=", 5.0, peer="reqwest", than="robofy"),
    in_flight(flight.FEW_STREAMS, "wall_s", "<=", 1.6),
    in_flight(flight.MANY_STREAMS, "wall_s", "<=", 1.6),
    in_flight(flight.ASYNCIO, "cpu_s", ">=", 5.0, peer="httpx.AsyncClient", than="robofy.AsyncClient"),
    in_flight(flight.ASYNCIO, "cpu_s", ">=", 2.0, peer="aiohttp", than="robofy.AsyncClient"),
    at_gateway(gateway.SESSIONS_IN_ORDER, "answered", ">=", gateway.CHATS),
    at_gateway(gateway.SESSIONS_IN_ORDER, "out_of_order", "<=", 0),
    at_gateway(gateway.SESSIONS_IN_ORDER, "wall_per_longest_session", "<=", 1.1),
    at_gateway(gateway.SOAK, "answered", ">=", gateway.SOAK_CHATS),
    at_gateway(gateway.SOAK, "resident_growth_kb", "<", 2048),
    at_gateway(gateway.SOAK, "descriptor_growth", "<=", 0),
    at_gateway(gateway.SOAK, "thread_growth", "<=", 0),
    at_gateway(gateway.MANY_CLIENTS, "answered", ">=", gateway.CLIENTS),
    at_gateway(gateway.MANY_CLIENTS, "creation_s", "<=", 0.1),
    at_gateway(gateway.MANY_CLIENTS, "kb_per_client", "<=", 16),
    at_gateway(gateway.MANY_CLIENTS, "threads", "<=", 4),
    at_gateway(gateway.MANY_CLIENTS, "connections", "<=", 12),
    at_gateway(gateway.IDLE, "syscalls_per_s", "<=", 0),
    in_events("answered", ">=", streams.STREAMS),
    in_events("kb_per_stream", "<=", 8),
    in_events("threads", "<=", 4),
    in_events("delta_p50_us", "<=", 1000),
    in_events("delta_p99_us", "<=", 1000),
    in_conversation(conversation.SMALL_WEBHOOK, "cpu_us_per_call", "<=", 10),
    in_conversation(conversation.LARGE_WEBHOOK, "cpu_us_per_call", "<=", 15_000),
    in_conversation(conversation.LARGE_WEBHOOK, "peak_per_byte", "<=", 3),
    in_conversation(conversation.SMALLEST_MESSAGES, "peak_per_byte", "<=", 3),
    in_conversation(conversation.FORMAT, "cpu_us_per_call", "<=", 5000),
    in_conversation(conversation.SPLIT, "cpu_us_per_call", "<=", 2000),
    in_conversation(conversation.IN_MEMORY, "cpu_us_per_offer", "<=", 5),
    in_conversation(conversation.OFFERS, "offers_per_s", ">=", 20_000),
    in_conversation(conversation.ALONE, "syncs_per_offer", "<=", 1),
    in_conversation(conversation.FLIGHT, "answered", ">=", conversation.SESSIONS * conversation.BURST),
    in_conversation(conversation.FLIGHT, "peak_kb_per_session", "<=", 4 + 3),
    in_conversation(conversation.FLIGHT, "threads", "<=", 3),
    in_conversation(conversation.SOAK, "answered", ">=", conversation.MESSAGES),
    in_conversation(conversation.SOAK, "resident_growth_kb", "<", 2048),
    in_conversation(conversation.SOAK, "descriptor_growth", "<=", 0),
    # A million messages take 100 MB.
    in_conversation(conversation.SOAK, "disk_kb", "<=", 50 * 1024),
    in_conversation(conversation.IDLE, "syscalls_per_s", "<=", 0),
    in_conversation(conversation.LIBRARY, "kb", "<=", 3.5 * 1024),
]


def judge(results: Results) -> list[Verdict]:
    """A verdict for each target whose figure this run has."""
    figures = ((target, target.figure(results)) for target in TARGETS)
    return [Verdict(target, figure) for target, figure in figures if figure is not None]
