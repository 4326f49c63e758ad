"""Tables that repeat what the header has leave nothing out."""

from __future__ import annotations

import json
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


def rows_of(page: str) -> list[list[str]]:
    """The cells of each row, headings apart."""
    lines = re.findall(r"^\| (.*) \|$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    return [re.split(r"(?<!\\) \| ", line) for line in lines if not line.startswith("---")]


def test_every_function_has_its_row() -> None:
    declared = re.findall(r"^\w[\w *]*\b(robofy_\w+)\(", HEADER, re.MULTILINE)
    rows = [cells for cells in rows_of("docs/functions.md") if cells[0].startswith("`")]
    assert sorted(name.strip("`") for name, _, _ in rows) == sorted(declared)
    assert all(text and since for _, text, since in rows)


def test_every_status_has_its_row() -> None:
    declared = [(number, f"`{name}`") for name, number in re.findall(r"ROBOFY_STATUS_(\w+) = (\d+)", HEADER)]
    rows = rows_of("docs/statuses.md")[1:]
    assert [(number, name) for number, name, _, _ in rows] == declared
    assert all(meaning and (advice or name == "`OK`") for _, name, meaning, advice in rows)


def test_every_option_has_its_row_with_its_default() -> None:
    declared = re.findall(r"^void (robofy_options_set_\w+)\(", HEADER, re.MULTILINE)
    rows = rows_of("docs/options.md")[1:]
    assert [name.strip("`") for name, *_ in rows] == declared
    assert all(len(cells) == 5 and all(cells) for cells in rows)


def test_the_way_in_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 300


def test_the_comparison_has_the_figures_that_were_measured() -> None:
    """README's table against an HTTP client, and what benches/run.py recorded."""
    measured = json.loads((ROOT / "benches" / "results.json").read_text(encoding="utf-8"))["results"]
    medians = {
        each["peer"]: each["median"] for each in measured if each["setting"].startswith("1000 chats, 250 streams")
    }
    named = {"robofy": "robofy", "requests": "Python's requests", "reqwest::blocking": "Rust's reqwest"}
    rows = {cells[0].partition(",")[0]: cells[1:] for cells in rows_of("README.md")}
    for peer, name in named.items():
        median = medians[peer]
        expected = [
            f"{median['wall_s']:.2f} s",
            f"{median['peak_kb_per_chat']:.0f} KB",
            f"{median['cpu_us_per_chat']:,.0f} µs".replace(",", " "),
            f"{median['threads']:,.0f}".replace(",", " "),
        ]
        assert rows[name] == expected
