"""Tables that repeat what the header has leave nothing out."""

from __future__ import annotations

import re

from library import HEADERS
from standin import ROOT

HEADER = (HEADERS / "robofy.h").read_text(encoding="utf-8")


def first_column(page: str, heading: str) -> str:
    section = (ROOT / page).read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return "\n".join(re.findall(r"^\| ([^|]*) \|", section, re.MULTILINE))


def test_every_status_has_its_place_among_the_retries() -> None:
    statuses = set(re.findall(r"ROBOFY_STATUS_(\w+) = ", HEADER)) - {"OK"}
    assert set(re.findall(r"`([A-Z_]+)`", first_column("docs/errors-and-retries.md", "The one question"))) == statuses


def test_every_figure_has_its_metric() -> None:
    [comment] = re.findall(r"/\*\*(?:(?!\*/).)*\*/\n(?=char \*robofy_client_stats)", HEADER, re.DOTALL)
    figures = re.findall(r"`(\w+)`", "\n".join(re.findall(r"^ \* - (.*?):", comment, re.MULTILINE)))
    rows = re.findall(r"`(\w+)", first_column("docs/operations.md", "Figures, and Prometheus"))
    assert sorted(rows) == sorted(figures)
    assert len(figures) == 12


def test_every_function_is_in_the_way_in() -> None:
    declared = re.findall(r"^\w[\w *]*\b(robofy_\w+)\(", HEADER, re.MULTILINE)
    assert sorted(re.findall(r"`(robofy_\w+)`", first_column("README.md", "Functions"))) == sorted(declared)


def test_every_status_is_in_the_way_in() -> None:
    declared = re.findall(r"ROBOFY_STATUS_(\w+) = (\d+)", HEADER)
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Statuses\n")[1].split("\n## ")[0]
    assert [(name, number) for number, name in re.findall(r"^\| (\d+) \| `(\w+)`", section, re.MULTILINE)] == declared
