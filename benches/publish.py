#!/usr/bin/env python3
"""Writes docs/performance.md and its plots from a record of benches/run.py."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from harness import environment, table
from harness.paths import BENCHES, RECORD, ROOT
from harness.problem import Problem
from harness.process import output_of
from harness.results import Results
from harness.targets import judge

PAGE = """\
# Performance

Measured on {date} on {cpu}, {cores} cores, {memory_mb} MB, {kernel}, with `{command}`; `make bench` measures anew. Each figure is
the median of interleaved runs; `benches/results.json` holds every run. Ratios are to libcurl. At one thread the server
and the client are kept on different CPUs; otherwise the scheduler decides.

{versions}

{tables}

Over TLS nginx has four workers, and each listener speaks one protocol. The proxy is `benches/c/connect_proxy.c`. A cold start is the time
from the start of a process to its first answer; "the system's authorities" are the system's bundle of certificates, "a
CA file" holds one, beside which robofy reads the system's too.

libcurl multi opens a connection for each chat unless it is told how many it may have; with 50 it is the best that could
be tuned. An idle client is one whose chat ended two seconds before: strace watches it for ten. Later its last HTTP/2
connection costs a few calls when its ping timer runs out, 20 s after the chat, and when it is let go, after 50 s; then
there is nothing left that could wake.

{plots}

## Targets

{verdicts}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--record", type=Path, default=RECORD, metavar="FILE", help="what to publish (the last whole run)"
    )
    parser.add_argument("--to", type=Path, default=ROOT / "docs", metavar="DIR", help="where to (docs)")
    arguments = parser.parse_args()
    try:
        publish(arguments.record, arguments.to)
    except Problem as problem:
        print(f"publish: {problem}", file=sys.stderr)
        return 2
    return 0


def publish(source: Path, directory: Path) -> None:
    if not source.exists():
        raise Problem(f"no record at {source}: run benches/run.py first")
    record: dict[str, Any] = json.loads(source.read_text())
    results = Results.from_json(record["results"])
    directory.mkdir(parents=True, exist_ok=True)
    draw = [environment.python(), BENCHES / "python" / "plots.py", source, directory]
    plots = output_of(draw, timeout=120).splitlines()
    page = PAGE.format(
        **record["machine"],
        command=record["command"],
        versions="\n".join(f"- {peer}: {version}" for peer, version in record["versions"].items()),
        tables=table.report(results),
        plots="\n\n".join(f"![{Path(plot).stem.replace('-', ' ')}]({plot})" for plot in plots),
        verdicts=table.verdict_table(judge(results)),
    )
    (directory / "performance.md").write_text(page)
    print(f"written: {directory / 'performance.md'} and {len(plots)} plots")


if __name__ == "__main__":
    sys.exit(main())
