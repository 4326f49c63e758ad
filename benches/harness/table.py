"""The figures as Markdown tables, aligned for a terminal too."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from . import cold, flight, gateway, overhead, requests, streams, tls
from .results import Case, Results
from .targets import Verdict

Column = tuple[str, str, int]  # the metric, its title, its digits

CALLS_COLUMNS = [
    ("p50_us", "p50 us", 1),
    ("p99_us", "p99 us", 0),
    ("calls_per_s", "calls/s", 0),
    ("cpu_us_per_call", "CPU us/call", 1),
]
CALLS_RATIOS = [
    ("p50_us", "p50 ratio"),
    ("p99_us", "p99 ratio"),
    ("calls_per_s", "calls/s ratio"),
    ("cpu_us_per_call", "CPU ratio"),
]
COLD_COLUMNS = [("first_answer_ms", "first answer ms", 1), ("cpu_ms", "CPU ms", 1)]
COLD_RATIOS = [("first_answer_ms", "ratio"), ("cpu_ms", "CPU ratio")]
FLIGHT_COLUMNS = [
    ("answered", "answered", 0),
    ("wall_s", "wall s", 2),
    ("peak_kb_per_chat", "peak KB/chat", 1),
    ("threads", "threads", 0),
    ("connections", "connections", 0),
    ("cpu_us_per_chat", "CPU us/chat", 0),
]


def report(results: Results) -> str:
    tables = [
        calls_table(results, overhead.SCENARIO),
        calls_table(results, tls.SCENARIO),
        calls_table(results, requests.SCENARIO),
        cold_table(results),
        flight_table(results),
        figures_table(results, gateway.SCENARIO),
        figures_table(results, streams.SCENARIO),
    ]
    return "\n\n".join(table for table in tables if table)


def calls_table(results: Results, scenario: str) -> str:
    header = ["setting", "peer", *(column for _, column, _ in CALLS_COLUMNS), "calls/s quartiles"]
    header += [column for _, column in CALLS_RATIOS]
    rows = [
        [
            case.setting,
            case.peer,
            *medians(results, case, CALLS_COLUMNS),
            quartiles(results.values(case, "calls_per_s")),
            *ratios(results, case, CALLS_RATIOS),
        ]
        for case in results.cases(scenario)
    ]
    return render(header, rows)


def cold_table(results: Results) -> str:
    header = ["cold start", "peer", *(column for _, column, _ in COLD_COLUMNS), *(column for _, column in COLD_RATIOS)]
    rows = [
        [case.setting, case.peer, *medians(results, case, COLD_COLUMNS), *ratios(results, case, COLD_RATIOS)]
        for case in results.cases(cold.SCENARIO)
    ]
    return render(header, rows)


def flight_table(results: Results) -> str:
    header = ["setting", "peer", *(column for _, column, _ in FLIGHT_COLUMNS)]
    rows = [
        [case.setting, case.peer, *medians(results, case, FLIGHT_COLUMNS)] for case in results.cases(flight.SCENARIO)
    ]
    return render(header, rows)


def figures_table(results: Results, scenario: str) -> str:
    rows = [
        [case.setting, metric, number(results.median(case, metric), 3)]
        for case in results.cases(scenario)
        for metric in results.metrics(case)
    ]
    return render(["setting", "figure", "median"], rows)


def verdict_table(verdicts: Sequence[Verdict]) -> str:
    rows = [[str(each.target), each.bound, f"{each.figure:.3f}", "met" if each.met else "MISSED"] for each in verdicts]
    return render(["target", "bound", "figure", "verdict"], rows)


def render(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"

    return "\n".join([line(header), "| " + " | ".join("-" * width for width in widths) + " |", *map(line, rows)])


def medians(results: Results, case: Case, columns: Sequence[Column]) -> list[str]:
    return [number(results.median(case, metric), digits) for metric, _, digits in columns]


def ratios(results: Results, case: Case, metrics: Sequence[tuple[str, str]]) -> list[str]:
    return [number(results.ratio(case, "libcurl", metric), 2) for metric, _ in metrics]


def number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def quartiles(values: Sequence[float]) -> str:
    if len(values) < 4:
        return ""
    low, _, high = statistics.quantiles(values, n=4)
    return f"{low:.0f}-{high:.0f}"
