"""Draws a record's figures: one PNG a question. Prints the file names."""

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
    arguments = parser.parse_args()
    entries = json.loads(arguments.record.read_text())["results"]
    calls = [entry for entry in entries if entry["scenario"] in ("overhead", "tls") and "proxy" not in entry["setting"]]
    flights = [entry for entry in entries if entry["scenario"] == "flight"]
    if calls:
        draw_calls(calls, "calls_per_s", "calls a second", arguments.directory / "performance-calls.png")
        draw_calls(calls, "cpu_us_per_call", "CPU us a call", arguments.directory / "performance-cpu.png")
        draw_calls(calls, "p99_us", "us, 99th percentile", arguments.directory / "performance-p99.png", scale="log")
    if flights:
        draw_flights(flights, arguments.directory / "performance-flight.png")


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


def draw_flights(entries: Entries, path: Path) -> None:
    """A panel for each setting, a bar for each peer: how long until all are answered."""
    settings = unique(entry["setting"] for entry in entries)
    figure, panels = plt.subplots(len(settings), 1, figsize=(8, 1.9 * len(settings)), squeeze=False)
    for panel, setting in zip(panels[:, 0], settings):
        mine = [entry for entry in entries if entry["setting"] == setting]
        bars = panel.barh([entry["peer"] for entry in mine], [entry["median"]["wall_s"] for entry in mine])
        panel.bar_label(bars, fmt="%.2f s", padding=3)
        panel.set(title=setting)
        panel.margins(x=0.15)
        panel.invert_yaxis()
    panels[-1][0].set_xlabel("seconds until all are answered")
    save(figure, path)


def save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    plt.close(figure)
    print(path.name)


def unique(values: Any) -> list[str]:
    return list(dict.fromkeys(values))


if __name__ == "__main__":
    main()
