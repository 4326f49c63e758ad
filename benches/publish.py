#!/usr/bin/env python3
"""Writes docs/performance.md and its plots from a record of benches/run.py."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from harness import conversation, decision, environment, gateway, overhead, requests, streams, table, tls
from harness.paths import BENCHES, RECORD, ROOT
from harness.problem import Problem
from harness.process import output_of
from harness.results import Case, Results
from harness.targets import judge

PAGE = """\
# Performance

What a decision needs comes first, each figure beside those of what you would use instead. [All
figures](#all-figures) follow. Measured on {date} on {cpu}, {cores} cores, {memory_mb} MB, {kernel}, over TLS and HTTP/2
unless a section says otherwise. Each figure is the median of several runs, in which the clients take turns.

{decision}

More accounts cost little: a thousand clients, one for each API key, take {kb_per_client} KB each.

## All figures

`{command}` measured them, and `make bench` measures anew. `benches/results.json` holds every run. Ratios are to
libcurl. At one thread the server and the client run on different CPUs; otherwise the scheduler decides.

{versions}

### Blocking calls

{calls}
{tls}{requests}
{plots}
{cold}
### Chats in flight

{flights}

libcurl multi opens a connection for each chat, unless it is given a limit. 50 connections is the best limit that was
found.

### Gateways

{gateways}

An idle client is one whose chat ended two seconds before. strace watches it for ten seconds. Its last HTTP/2
connection makes a few system calls later: when its ping timer ends, 20 s after the chat, and when it is closed, after
50 s. Nothing wakes after that.
{streams}{conversation}
## Targets

{verdicts}
"""
TLS = """
{table}

Over TLS nginx has four workers, and each listener speaks one protocol. The proxy is `benches/c/connect_proxy.c`.
"""
REQUESTS = """
### Requests

{table}

A request is a GET by `robofy_client_request`, of whose answer `data` is read; libcurl's is parsed with cJSON.
"""
STREAMS = """
### Answers in events

{table}

The answers are the stand-in's, over TLS and HTTP/2. A delta's time is from its leaving the service to the caller's
having it, while the other streams wait.
"""
CONVERSATION = """
### The conversation layer

{table}

Webhooks are Meta's and signed; their time, and that of texts, is on a processor, so that other programs do not change it.
`peak_per_byte` is the memory that a call adds at its peak, by the body's size. Durable offers are synced to the disk before they
return; where threads offer at once, a transaction has those of many. The sessions in flight have three messages each, and the agent
thinks for ten seconds: their memory is the inbox's and the client's. The million messages come in bursts of 20, and an inbox remembers
each for five seconds; `resident_growth_kb` is anonymous memory, since the pages of the store's file are the page cache's.
"""
COLD = """
### Cold starts

{table}

A cold start is the time from the start of a process to its first answer. "The system's authorities" are the system's
bundle of certificates. "A CA file" holds one certificate; robofy reads the system's too.
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
    charts = json.dumps([question.chart(results) for question in decision.asked(results)])
    draw = [environment.python(), BENCHES / "python" / "plots.py", source, directory, "--bars", charts]
    plots = output_of(draw, timeout=120).splitlines()
    clients = Case(gateway.SCENARIO, gateway.MANY_CLIENTS.name, gateway.PEER)
    page = PAGE.format(
        **record["machine"],
        decision=decision.report(results),
        kb_per_client=table.number(results.median(clients, "kb_per_client"), 1),
        command=record["command"],
        versions="\n".join(f"- {peer}: {version}" for peer, version in record["versions"].items()),
        calls=table.calls_table(results, overhead.SCENARIO),
        tls=where_measured(TLS, table.calls_table(results, tls.SCENARIO)),
        cold=where_measured(COLD, table.cold_table(results)),
        flights=table.flight_table(results),
        gateways=table.figures_table(results, gateway.SCENARIO),
        requests=where_measured(REQUESTS, table.calls_table(results, requests.SCENARIO)),
        streams=where_measured(STREAMS, table.figures_table(results, streams.SCENARIO)),
        conversation=where_measured(CONVERSATION, table.figures_table(results, conversation.SCENARIO)),
        plots="\n\n".join(f"![{Path(plot).stem.replace('-', ' ')}]({plot})" for plot in plots),
        verdicts=table.verdict_table(judge(results)),
    )
    (directory / "performance.md").write_text(page)
    print(f"written: {directory / 'performance.md'} and {len(plots)} plots")


def where_measured(section: str, figures: str) -> str:
    return section.format(table=figures) if figures else ""


if __name__ == "__main__":
    sys.exit(main())
