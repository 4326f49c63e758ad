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
    overhead = [entry for entry in entries if entry["scenario"] == "overhead"]
    flights = [entry for entry in entries if entry["scenario"] == "flight"]
    if overhead:
        draw_overhead(overhead, "calls_per_s", "calls a second", arguments.directory / "performance-calls.png")
        draw_overhead(overhead, "cpu_us_per_call", "CPU us a call", arguments.directory / "performance-cpu.png")
    if flights:
        draw_flights(flights, arguments.directory / "performance-flight.png")


def draw_overhead(entries: Entries, metric: str, title: str, path: Path) -> None:
    """A panel for each number of nginx workers, a line for each peer, over the number of threads."""
    workers = unique(entry["setting"].split(", ")[0] for entry in entries)
    figure, panels = plt.subplots(1, len(workers), figsize=(5.5 * len(workers), 4), sharey=True, squeeze=False)
    for panel, server in zip(panels[0], workers):
        of_server = [entry for entry in entries if entry["setting"].startswith(server + ",")]
        for peer in unique(entry["peer"] for entry in of_server):
            mine = [entry for entry in of_server if entry["peer"] == peer]
            threads = [entry["setting"].split(", ")[1].split()[0] for entry in mine]
            panel.plot(threads, [entry["median"][metric] for entry in mine], marker="o", label=peer)
        panel.set(title=server, xlabel="threads")
        panel.grid(alpha=0.3)
    panels[0][0].set(ylabel=title, ylim=(0, None))  # last: the panels share it
    panels[0][0].legend()
    save(figure, path)


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
