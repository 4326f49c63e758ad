"""docs/languages.md is what the languages' tests have found, and a hole has its reason."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pages import Page
from standin import ROOT

PUBLISH = ROOT / "bindings" / "contract" / "publish.py"
CONTRACT = json.loads(PUBLISH.with_name("contract.json").read_text(encoding="utf-8"))
PROMISES = [promise["id"] for promise in CONTRACT["promises"]]


def publish(directory: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, str(PUBLISH), "--results", str(directory), "--page", str(directory / "page.md")]
    ran = subprocess.run([*command, *arguments], capture_output=True, text=True)
    return ran.returncode, ran.stderr


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Every language keeps what is no hole of its own."""
    for language in CONTRACT["languages"]:
        holes = CONTRACT["holes"].get(language, {})
        kept = [promise for promise in PROMISES if promise not in holes]
        (tmp_path / f"{language}.txt").write_text("".join(f"{promise}\n" for promise in kept))
    return tmp_path


def test_every_language_has_its_column_and_every_promise_its_row(results: Path) -> None:
    assert publish(results) == (0, "")
    lines = [line for line in (results / "page.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines[2:]] == [
        promise["text"] for promise in CONTRACT["promises"]
    ]
    assert all(line.count(" | ") == len(CONTRACT["languages"]) for line in lines)
    assert sum(line.count("| no <sup>") for line in lines) == sum(map(len, CONTRACT["holes"].values()))


def test_each_reason_is_told(results: Path) -> None:
    publish(results)
    written = (results / "page.md").read_text(encoding="utf-8")
    for holes in CONTRACT["holes"].values():
        for reason in holes.values():
            assert reason in written


def test_what_has_changed_since_is_seen(results: Path) -> None:
    publish(results)
    assert publish(results, "--check") == (0, "")
    (results / "page.md").write_text("another")
    status, said = publish(results, "--check")
    assert status == 1
    assert "is not what the results say" in said


def test_results_that_are_missing_are_named(results: Path) -> None:
    (results / "perl.txt").unlink()
    status, said = publish(results)
    assert (status, "no results of perl in" in said) == (1, True)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda kept: kept[1:], f"neither kept nor a hole with a reason: {PROMISES[0]}"),
        (lambda kept: [*kept, "unheard_of"], "the contract does not know: unheard_of"),
    ],
    ids=["missing", "unknown"],
)
def test_a_language_whose_results_do_not_fit_is_named(results: Path, change: object, complaint: str) -> None:
    assert callable(change)
    file = results / "c.txt"
    file.write_text("\n".join(change(file.read_text().split())))
    assert publish(results) == (1, f"bindings/contract/publish.py: c: {complaint}\n")


def test_every_language_of_the_contract_has_a_page(results: Path) -> None:
    publish(results)
    named = (results / "page.md").read_text(encoding="utf-8")
    for link in Page(str((results / "page.md").resolve())).links():
        assert (ROOT / "docs" / link).is_file(), link
    assert named.startswith("<!-- Generated")
