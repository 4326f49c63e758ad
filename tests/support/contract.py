"""The contract of the bindings: what a language's suite is told of it, and what it has found kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from standin import ROOT, TARGET
from turns import one_at_a_time

sys.path.append(str(ROOT / "bindings" / "contract"))

import cases as cases

# A file a language with the promises that its last run has found kept, for docs/languages.md.
_RESULTS = TARGET / "contract"


def promises(language: str) -> dict[str, list[Any]]:
    """The cases of each promise that the language keeps."""
    contract = cases.read()
    holes = contract["holes"].get(language, {})
    return {each["id"]: each.get("cases", [{}]) for each in contract["promises"] if each["id"] not in holes}


@contextmanager
def keeping(language: str, promise: str) -> Iterator[None]:
    """Around the test of one promise, of a suite that has a test for each."""
    _record(language, promise, is_kept=False)
    yield
    _record(language, promise, is_kept=True)


def _record(language: str, promise: str, *, is_kept: bool) -> None:
    with one_at_a_time("contract"):
        _RESULTS.mkdir(parents=True, exist_ok=True)
        file = _RESULTS / f"{language}.txt"
        kept = set(file.read_text(encoding="utf-8").split()) if file.is_file() else set()
        kept = kept | {promise} if is_kept else kept - {promise}
        file.write_text("".join(f"{each}\n" for each in sorted(kept)), encoding="utf-8")


class Contract:
    """Of one run of a suite that writes itself what it has found kept."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._results = _RESULTS / f"{language}.txt"
        self._results.parent.mkdir(parents=True, exist_ok=True)
        self._results.write_text("")
        self.environment = {"ROBOFY_CONTRACT": str(cases.CONTRACT), "ROBOFY_CONTRACT_RESULTS": str(self._results)}

    def check(self) -> None:
        """Every promise is kept once, or is a hole with a reason."""
        contract = cases.read()
        kept = self._results.read_text(encoding="utf-8").split()
        promises = [promise["id"] for promise in contract["promises"]]
        assert sorted([*kept, *contract["holes"].get(self._language, {})]) == sorted(promises)
