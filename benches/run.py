#!/usr/bin/env python3
"""The library beside its peers: the same work, on the same servers, in one run."""

from __future__ import annotations

import argparse
import json
import shlex
import signal
import sys
from pathlib import Path
from typing import Any

from harness import cold, conversation, flight, gateway, machine, overhead, requests, streams, table, tls
from harness.paths import RECORD, ROOT, SCRATCH
from harness.plan import Plan
from harness.problem import Problem
from harness.results import Results
from harness.targets import Verdict, judge

SCENARIOS = {
    overhead.SCENARIO: overhead.run,
    tls.SCENARIO: tls.run,
    requests.SCENARIO: requests.run,
    cold.SCENARIO: cold.run,
    flight.SCENARIO: flight.run,
    gateway.SCENARIO: gateway.run,
    streams.SCENARIO: streams.run,
    conversation.SCENARIO: conversation.run,
}
RECORDED = list(SCENARIOS)
PEERS = sorted({*overhead.PEERS, *(peer for setting in flight.SETTINGS for peer in setting.peers), gateway.PEER})

Record = dict[str, Any]


def main() -> int:
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    plan = Plan(
        runs=arguments.runs or (3 if arguments.quick else 11),
        flight_runs=arguments.runs or (1 if arguments.quick else 5),
        seconds=0.3 if arguments.quick else 0.6,
        library_dir=arguments.library.resolve(),
        peers=frozenset(arguments.peers) if arguments.peers else None,
    )
    results = Results()
    versions: dict[str, str] = {}
    record: Record = {
        "machine": machine.describe(),
        "command": shlex.join(["benches/run.py", *sys.argv[1:]]),
        "versions": versions,
    }
    try:
        for name in arguments.only or RECORDED:
            SCENARIOS[name](plan, results, versions)
    except Problem as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: interrupted; nothing was written", file=sys.stderr)
        return 130
    verdicts = judge(results)
    record.update(targets=[verdict.as_json() for verdict in verdicts], results=results.as_json())
    print_report(record, results, verdicts)
    write(record, arguments.out or (RECORD if is_whole(arguments) else SCRATCH / "results.json"))
    return exit_status(verdicts, arguments.report_only)


def parse_arguments() -> argparse.Namespace:
    record, scratch = RECORD.relative_to(ROOT), (SCRATCH / "results.json").relative_to(ROOT)
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="ends with 1 if a target is missed, with 2 if something is missing; benches/setup installs the servers "
        f"and C libraries. Peers: {', '.join(PEERS)}.",
    )
    parser.add_argument("--quick", action="store_true", help="fewer, shorter runs: a look, not a record")
    parser.add_argument(
        "--only",
        action="append",
        choices=list(SCENARIOS),
        help=f"this scenario; may be repeated (default: {', '.join(RECORDED)})",
    )
    parser.add_argument("--peers", nargs="+", choices=PEERS, metavar="PEER", help="these peers alone")
    parser.add_argument("--runs", type=positive, metavar="N", help="interleaved runs (11, of many chats in flight 5)")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help=f"the figures ({record} after a whole run, else {scratch})"
    )
    parser.add_argument(
        "--library",
        type=Path,
        default=ROOT / "target" / "release",
        metavar="DIR",
        help="where librobofy.so is (target/release)",
    )
    parser.add_argument("--report-only", action="store_true", help="a missed target does not fail the command")
    return parser.parse_args()


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def is_whole(arguments: argparse.Namespace) -> bool:
    return not (arguments.quick or arguments.only or arguments.peers)


def print_report(record: Record, results: Results, verdicts: list[Verdict]) -> None:
    host = record["machine"]
    print(f"\n{host['cpu']}, {host['cores']} cores, {host['kernel']}; medians; ratios are to libcurl\n")
    for peer, version in record["versions"].items():
        print(f"- {peer}: {version}")
    print(f"\n{table.report(results)}")
    if verdicts:
        print(f"\n{table.verdict_table(verdicts)}")


def write(record: Record, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(record, indent=1) + "\n")
    print(f"\nwritten: {out}")


def exit_status(verdicts: list[Verdict], report_only: bool) -> int:
    missed = [verdict for verdict in verdicts if not verdict.met]
    for verdict in missed:
        print(f"bench: missed: {verdict}", file=sys.stderr)
    return 1 if missed and not report_only else 0


if __name__ == "__main__":
    sys.exit(main())
