"""Draws a record's figures, one PNG a question. Prints the names of those that the page does not name itself."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402 - the backend is chosen first

Entries = list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record", type=Path)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--bars", type=json.loads, default=[], help="charts with a bar for each peer, as JSON")
    arguments = parser.parse_args()
    entries = json.loads(arguments.record.read_text())["results"]
    calls = [entry for entry in entries if entry["scenario"] in ("overhead", "tls") and "proxy" not in entry["setting"]]
    for chart in arguments.bars:
        draw_bars(chart, arguments.directory / chart["file"])
    if calls:
        draw_calls(calls, "calls_per_s", "calls a second", arguments.directory / "performance-calls.png")
        draw_calls(calls, "cpu_us_per_call", "CPU us a call", arguments.directory / "performance-cpu.png")
        draw_calls(calls, "p99_us", "us, 99th percentile", arguments.directory / "performance-p99.png", scale="log")
        print("\n".join(("performance-calls.png", "performance-cpu.png", "performance-p99.png")))


def draw_calls(entries: Entries, metric: str, title: str, path: Path, scale: str = "linear") -> None:
    """A panel for each server, a line for each peer, over the number of threads."""
    servers = unique(server_of(entry) for entry in entries)
    peers = unique(entry["peer"] for entry in entries)
    rows = (len(servers) + 1) // 2
    figure, grid = plt.subplots(rows, 2, figsize=(11, 3.6 * rows), sharey=True, squeeze=False)
    for panel, server in zip(grid.flat, servers):
        of_server = [entry for entry in entries if server_of(entry) == server]
        for number, peer in enumerate(peers):
            mine = [entry for entry in of_server if entry["peer"] == peer]
            threads = [entry["setting"].split(", ")[1].split()[0] for entry in mine]
            figures = [entry["median"][metric] for entry in mine]
            if mine:
                panel.plot(threads, figures, marker="o", label=peer, color=f"C{number}")
        panel.set(title=server, xlabel="threads")
        panel.grid(alpha=0.3, which="both")
    for row in grid:
        row[0].set(ylabel=title)
    grid[0][0].set(yscale=scale)  # last: the panels share it
    if scale == "linear":
        grid[0][0].set(ylim=(0, None))
    grid[0][0].legend()
    for panel in grid.flat[len(servers) :]:
        panel.set_visible(False)
    save(figure, path)


def server_of(entry: dict[str, Any]) -> str:
    server: str = entry["setting"].split(", ")[0]
    return f"plain HTTP/1.1, {server}" if entry["scenario"] == "overhead" else server


def draw_bars(chart: dict[str, Any], path: Path) -> None:
    """A bar for each peer, robofy's in a colour of its own."""
    peers = list(chart["bars"])
    figure, panel = plt.subplots(figsize=(8, 0.9 + 0.5 * len(peers)))
    colours = ["C0" if peer.startswith("robofy") else "0.75" for peer in peers]
    bars = panel.barh(peers, list(chart["bars"].values()), color=colours)
    panel.bar_label(bars, fmt=f"%.{chart['digits']}f", padding=3)
    panel.set(title=chart["title"], xlabel=chart["unit"])
    panel.margins(x=0.15)
    panel.invert_yaxis()
    save(figure, path)


def save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    plt.close(figure)


def unique(values: Any) -> list[str]:
    return list(dict.fromkeys(values))


if __name__ == "__main__":
    main()
