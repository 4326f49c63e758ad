"""A case of the contract that some language's tests would pass over is refused, and so are results from before it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contract import cases

Change = Callable[[dict[str, Any]], object]


def promise(contract: dict[str, Any], name: str) -> Any:
    return next(each for each in contract["promises"] if each["id"] == name)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            lambda contract: promise(contract, "cancel")["cases"].append({"query": "Hi"}),
            "cancel has one case, and not 2",
        ),
        (lambda contract: promise(contract, "texts")["cases"].clear(), "texts has no case that every language tries"),
        (lambda contract: promise(contract, "texts")["cases"].pop(0), "texts has no case that every language tries"),
        (lambda contract: promise(contract, "nul")["cases"][0].update(state="x"), "state, which no test looks at"),
        (lambda contract: promise(contract, "texts")["cases"][0].update(needs="emoji"), "texts has .*(case|emoji)"),
        (lambda contract: contract["promises"].append({"id": "new"}), "the promises are not those"),
        (lambda contract: contract["holes"]["go"].update(fork=""), "the holes of go are not"),
        (lambda contract: contract["holes"].update(cobol={}), "the holes of cobol are not"),
    ],
)
def test_what_some_tests_would_not_see_is_refused(tmp_path: Path, change: Change, complaint: str) -> None:
    contract = json.loads(cases.CONTRACT.read_text(encoding="utf-8"))
    change(contract)
    (tmp_path / "contract.json").write_text(json.dumps(contract), encoding="utf-8")
    with pytest.raises(cases.ContractError, match=complaint):
        cases.read(tmp_path / "contract.json")


def test_results_from_before_a_case_are_not_taken(tmp_path: Path) -> None:
    contract = cases.read()
    for language in contract["languages"]:
        kept = [each["id"] for each in contract["promises"] if each["id"] not in contract["holes"].get(language, {})]
        (tmp_path / f"{language}.txt").write_text("\n".join(kept))
    page = ["--results", str(tmp_path), "--page", str(tmp_path / "page.md")]
    publish = [sys.executable, str(cases.CONTRACT.with_name("publish.py")), *page]
    assert subprocess.run(publish).returncode == 0

    before = cases.CONTRACT.stat().st_mtime - 1
    os.utime(tmp_path / "perl.txt", (before, before))
    told = subprocess.run(publish, stderr=subprocess.PIPE, text=True)
    assert (told.returncode, "the results of perl are older than contract.json" in told.stderr) == (1, True)
