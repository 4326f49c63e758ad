#!/usr/bin/env python3
"""Runs mixed load against stand-in services over plain HTTP/1.1, TLS with HTTP/2 and TLS with HTTP/1.1, for a while.

Ctrl-C ends it early, with the totals so far. What is judged at the end: every message that was sent is answered, failed
or cancelled, none lost and none twice; sessions kept their order; memory, descriptors and threads are where they were.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support")]

from library import HEADERS, link_shared  # noqa: E402
from standin import ROOT, TARGET, Standin  # noqa: E402

RECORD = TARGET / "reliability" / "soak.json"
C = ["-std=c99", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-O1"]

# Below this nothing has had the time to be warm, and growth would mean nothing.
LEAST_SECONDS_FOR_GROWTH = 10
# What allocators and caches move up and down by, far less than what a leak of a few bytes a chat adds up to.
HEAP_SLACK_BYTES = 1 << 20
HEAP_SLACK_WITHOUT_CLIENTS_BYTES = 128 << 10
RESIDENT_SLACK_BYTES = 24 << 20
# Idle connections, which come and go; a long run waits until they have gone.
DESCRIPTOR_SLACK, DESCRIPTOR_SLACK_AFTER_LONG = 50, 8
LONG_SECONDS = 240
# Of a connection over TLS, with its buffers.
HEAP_BYTES_PER_DESCRIPTOR = 64 << 10
# Those for getaddrinfo, which come when a name is looked up and go after ten idle seconds.
THREAD_SLACK = 2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600, help="how long (default %(default)s)")
    arguments = parser.parse_args()
    program = compile_soak()
    with Standin("--delay-ms", "1") as plain, Standin(tls="valid") as http2, Standin("--http", "1", tls="valid") as tls:
        totals = run([str(program), str(arguments.seconds), *services(plain, http2, tls)])
    if totals is None:
        print("the soak ended without its totals", file=sys.stderr)
        return 1
    problems = broken_promises(totals)
    report(totals, problems)
    # What was cut short is no figure to publish.
    if not totals["interrupted"]:
        record(arguments.seconds, totals, problems)
    return 1 if problems else 0


def compile_soak() -> Path:
    program = TARGET / "soak"
    command = ["cc", *C, f"-I{HEADERS}", f"-I{ROOT / 'tests' / 'c'}", str(HERE / "soak.c"), "-o", str(program)]
    subprocess.run([*command, *link_shared(), "-lpthread"], check=True)
    return program


def services(*standins: Standin) -> list[str]:
    return [word for standin in standins for word in (standin.url, str(standin.ca_file or "-"))]


def run(command: list[str]) -> dict[str, Any] | None:
    """Passes on the progress; the last line is the totals. Ctrl-C reaches the program too, which then ends."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    totals = None
    for line in process.stdout or []:
        if line.startswith("{"):
            totals = json.loads(line)
        else:
            print(line, end="", flush=True)
    return totals if process.wait() == 0 else None


def broken_promises(totals: dict[str, Any]) -> list[str]:
    problems = [
        f"{name}: {totals[name]}"
        for name in ("lost", "unaccounted", "twice", "out_of_order", "unsound", "refused")
        if totals[name]
    ]
    if not totals["answered"]:
        problems.append("nothing was answered")
    # Ctrl-C reaches the services too, and with them goes what the children wait for.
    if totals["bad_children"] and not totals["interrupted"]:
        problems.append(f"bad_children: {totals['bad_children']}")
    before, warm, late, after = (totals[name] for name in ("before", "warm", "late", "after"))
    if after["threads"] != before["threads"] or after["descriptors"] != before["descriptors"]:
        problems.append(f"threads or descriptors are left without clients: {before} became {after}")
    if totals["interrupted"] or totals["seconds"] < LEAST_SECONDS_FOR_GROWTH:
        return problems
    more_connections = max(0, late["descriptors"] - warm["descriptors"])
    is_long = totals["seconds"] >= LONG_SECONDS
    for name, earlier, later, slack in (
        ("heap_bytes", before, after, HEAP_SLACK_WITHOUT_CLIENTS_BYTES),
        ("heap_bytes", warm, late, HEAP_SLACK_BYTES + more_connections * HEAP_BYTES_PER_DESCRIPTOR),
        ("resident_bytes", warm, late, RESIDENT_SLACK_BYTES),
        ("descriptors", warm, late, DESCRIPTOR_SLACK_AFTER_LONG if is_long else DESCRIPTOR_SLACK),
        ("threads", warm, late, THREAD_SLACK),
    ):
        if later[name] > earlier[name] + slack:
            problems.append(f"{name} grew from {earlier[name]:,} to {later[name]:,}")
    return problems


def report(totals: dict[str, Any], problems: list[str]) -> None:
    statuses = ", ".join(f"{name} {count:,}" for name, count in totals["failed_by_status"].items())
    print(
        f"\n{totals['sent']:,} sent = {totals['answered']:,} answered + {totals['failed']:,} failed + "
        f"{totals['cancelled']:,} cancelled, in {totals['seconds']:.0f} s\nfailed: {statuses}\n"
        f"lost {totals['lost']}, twice {totals['twice']}, out of order {totals['out_of_order']}; "
        f"{totals['clients']:,} clients, {totals['forks']:,} forks"
    )
    print(f"{'':22}{'heap':>12} {'resident':>12} {'descriptors':>12} {'threads':>8}")
    for name, title in {
        "before": "without clients, early",
        "warm": "clients at rest, early",
        "late": "clients at rest, late",
        "after": "without clients, late",
    }.items():
        held = totals[name]
        print(
            f"{title:22}{held['heap_bytes']:12,} {held['resident_bytes']:12,} {held['descriptors']:12} "
            f"{held['threads']:8}"
        )
    print("\n".join(problems) or "nothing lost, nothing grew")


def record(seconds: int, totals: dict[str, Any], problems: list[str]) -> None:
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    outcome = "; ".join(problems) or "passed"
    case = {"name": "nothing lost, nothing grew", "outcome": outcome, "seconds": totals["seconds"]}
    command = f"make soak SOAK_SECONDS={seconds}"
    contents = {"part": "soak", "command": command, "totals": totals, "cases": [case]}
    RECORD.write_text(json.dumps(contents, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
