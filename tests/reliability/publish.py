#!/usr/bin/env python3
"""Writes docs/reliability.md from the records that the parts of the suite leave in target/reliability.

A record is a JSON object: `part`, the `command` that makes it anew, `cases` (each with `name` and `outcome`, and, where
there is more to say, `variant`, `seconds` and `figures`), and `totals`. The fault matrix has columns of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RECORDS = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "reliability"
PAGE = ROOT / "docs" / "reliability.md"
MATRIX = "faults"
# What a healthy client may wait beside a fault that names no other bound (tests/faults/fault.py).
NEIGHBOUR_MS = 50

Record = dict[str, Any]

HEAD = """\
# Reliability

What was done to the library, and what became of it. Each section names the command that does it again;
`tests/reliability/publish.py` writes this page from what those commands recorded.

{summary}"""

FAULTS = """\
## Faults

**{survived} of {tried} faults survived.** Each fault meets a call that waits, messages that were submitted, and
submitted messages beside a healthy client of the same process. A flood meets the first and the last of these. In all,
{chats} messages went out. A fault is survived if all of this holds:

- every message of it ends exactly once, with the documented status;
- the median time is within the bound, and no message takes ten times as long;
- the healthy client gets each of its answers, and soon;
- the service has seen no message twice that it may have seen;
- the API key went nowhere else, and no error shows a programmer's notation;
- no memory (LeakSanitizer), descriptor or thread is left.

Times are the slowest message's, in seconds. If a deadline ends a fault, the bound is 1.2 times the deadline and 100 ms.
The neighbour is the healthy client: the longest time that it waited for an answer, in milliseconds, without the time
that the machine withheld from its threads. 50 are allowed unless the cell names more. Some faults list several
statuses: the network decides which of two events comes first.

    {command}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, default=RECORDS, help="where the records are (default: %(default)s)")
    parser.add_argument("--page", type=Path, default=PAGE, help="what to write (default: %(default)s)")
    arguments = parser.parse_args()
    records = {record["part"]: record for record in map(load, sorted(arguments.records.glob("*.json")))}
    if not records:
        print(f"no record in {arguments.records}: run the tests first, for instance `make test`", file=sys.stderr)
        return 1
    arguments.page.parent.mkdir(parents=True, exist_ok=True)
    arguments.page.write_text(page(records))
    return 0


def load(path: Path) -> Record:
    record: Record = json.loads(path.read_text())
    return record


def page(records: dict[str, Record]) -> str:
    columns = ["part", "cases", "passed", "not checked"]
    sections = [HEAD.format(summary=table(columns, map(summary, records.values())))]
    if MATRIX in records:
        sections.append(fault_matrix(records[MATRIX]))
    sections += [section(record) for part, record in records.items() if part != MATRIX]
    return "\n".join(sections)


def summary(record: Record) -> list[str]:
    cases = record["cases"]
    unchecked = sum(not was_checked(case) for case in cases)
    return [title(record), str(len(cases)), str(passed(cases)), str(unchecked or "")]


def passed(cases: Sequence[Record]) -> int:
    return sum(case["outcome"] == "passed" for case in cases)


def was_checked(case: Record) -> bool:
    """What could not be checked, for a reason that the outcome names, has neither passed nor failed."""
    return not str(case["outcome"]).startswith("not checked")


def title(record: Record) -> str:
    part = str(record["part"]).replace("_", " ")
    return part[:1].upper() + part[1:]


def fault_matrix(record: Record) -> str:
    """A table for each group, with a row for each fault."""
    faults: dict[tuple[str, str], list[Record]] = {}
    for case in record["cases"]:
        faults.setdefault((case["group"], case["name"]), []).append(case)
    tried = {fault for fault, cases in faults.items() if all(map(was_checked, cases))}
    survived = {fault for fault in tried if passed(faults[fault]) == len(faults[fault])}
    ways = sorted({case["variant"] for case in record["cases"]})
    text = FAULTS.format(
        survived=len(survived),
        tried=len(tried),
        chats=sum(case.get("chats", 0) for case in record["cases"]),
        command=record["command"],
    )
    for group in dict.fromkeys(group for group, _ in faults):
        rows = [fault_row(name, cases, ways) for (of, name), cases in faults.items() if of == group]
        counts = (sum(of == group for of, _ in some) for some in (survived, tried))
        text += f"\n### {group[:1].upper() + group[1:]}: {' of '.join(map(str, counts))}\n\n"
        text += table(["fault", "expected", "seen", "HTTP", *ways, "bound", "neighbour (ms)"], rows)
    return text


def fault_row(name: str, cases: list[Record], ways: Sequence[str]) -> list[str]:
    seen = list(dict.fromkeys(status for case in cases for status in case.get("seen", "nothing").split(" or ")))
    failed = [case["outcome"] for case in cases if case["outcome"] != "passed"]
    http_status = max(case.get("http_status", 0) for case in cases)
    seconds = {case["variant"]: case.get("seconds") for case in cases}
    waited = [neighbour(case) for case in cases if "neighbour_ms" in case]
    return [
        name,
        cases[0]["expected"],
        " or ".join(seen) + (f" ({failed[0]})" if failed else ""),
        str(http_status or ""),
        *(number(seconds.get(way)) for way in ways),
        f"{cases[0]['bound']:g}",
        *(waited or [""]),
    ]


def neighbour(case: Record) -> str:
    usual = case["neighbour_bound_ms"] == NEIGHBOUR_MS
    return f"{case['neighbour_ms']:.1f}" + ("" if usual else f" of {case['neighbour_bound_ms']}")


def section(record: Record) -> str:
    """Any other part: its totals, and its cases with the variants of each taken together."""
    cases = record["cases"]
    checked = sum(map(was_checked, cases))
    unchecked = f" {len(cases) - checked} could not be checked." if checked < len(cases) else ""
    text = f"## {title(record)}\n\n{passed(cases)} of {checked} passed.{unchecked}\n\n    {record['command']}\n"
    totals = list(flat(record.get("totals", {})))
    if totals:
        text += "\n"
        text += table(["total", ""], [[name, number(value)] for name, value in totals])
    by_name: dict[str, list[Record]] = {}
    for case in cases:
        by_name.setdefault(case["name"], []).append(case)
    if by_name:
        text += "\n"
        rows = [case_row(name, of_name) for name, of_name in by_name.items()]
        text += table(["case", "runs", "outcome", "slowest (s)", "figures"], rows)
    return text


def case_row(name: str, cases: list[Record]) -> list[str]:
    times = [case["seconds"] for case in cases if "seconds" in case]
    outcomes = ", ".join(dict.fromkeys(str(case["outcome"]) for case in cases))
    return [name, str(len(cases)), outcomes, number(max(times)) if times else "", "; ".join(figures(cases))]


def figures(cases: list[Record]) -> Iterator[str]:
    """What a case tells beside the usual fields."""
    usual = {"name", "variant", "outcome", "seconds", "figures"}
    for case in cases:
        told = {name: value for name, value in case.items() if name not in usual} | case.get("figures", {})
        if told:
            variant = f"{case['variant']}: " if case.get("variant") else ""
            yield variant + ", ".join(f"{name} {number(value)}" for name, value in flat(told))


def flat(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Objects within objects, as one list of named values."""
    for name, value in values.items():
        label = prefix + name.replace("_", " ")
        if isinstance(value, dict):
            yield from flat(value, f"{label}: ")
        else:
            yield label, value


def number(value: object) -> str:
    """A figure as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace(",", " ")
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def table(columns: Sequence[str], rows: Iterator[list[str]] | list[list[str]]) -> str:
    """A table of Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
