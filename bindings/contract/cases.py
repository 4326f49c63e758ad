"""What the contract's cases may hold: what no language's tests look at is refused, as it would pass for kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

CONTRACT = Path(__file__).with_name("contract.json")

Contract = Mapping[str, Any]

_FIELDS = {"status", "http_status", "code", "detail", "retryable", "retry_after_ms", "names"}
# Of these promises every case is tried; of the others there is one.
_SEVERAL = {
    "typed_errors": {"query", "timeout_ms", "base_url", *_FIELDS},
    "texts": {"query", "arrives", "needs"},
    "answers": {"query", "answer", "status", "http_status"},
    "requests": {"method", "path", "query", "body", *_FIELDS},
    "streams": {"query", "answer", "session", *_FIELDS},
}
_ONE = {
    "nul": {"query", "status", "names"},
    "invalid_utf8": {"query_bytes", "arrives"},
    "many": {"chats", "query", "answer", "within_ms"},
    "order": {"session_id", "queries", "answers"},
    "cancel": {"query", "after_ms", "status", "within_ms"},
    "overloaded": {"max_in_flight", "first", "query", "status"},
    "uploads": {"path", "file_name", "content"},
    "lists": {"leads", "sessions", "temperature", "key"},
    "stream_cancel": {"query", "answer", "status", "within_ms"},
    "closed": set[str](),
    "fork": set[str](),
    "exit": {"query", "within_ms"},
    "interrupt": {"query", "after_ms", "within_ms"},
    "leak": {"chats", "clients", "grows_mb"},
    "credentials": {"environments_key", "status", "names"},
    "loading": set[str](),
}
# What a language's texts must be able to hold, or the case is passed over.
_NEEDS = {"surrogates"}


class ContractError(Exception):
    """The contract, or what was found of it, is not as it should be."""


def read(path: Path = CONTRACT) -> Contract:
    contract: Contract = json.loads(path.read_text(encoding="utf-8"))
    for problem in _problems(contract):
        raise ContractError(problem)
    return contract


def _problems(contract: Contract) -> Iterator[str]:
    ids = [promise["id"] for promise in contract["promises"]]
    if sorted(ids) != sorted({*_SEVERAL, *_ONE}):
        yield f"the promises are not those of {Path(__file__).name}"
    for promise in contract["promises"]:
        yield from _problems_of(promise["id"], promise.get("cases", [{}]))
    for language, holes in contract["holes"].items():
        if language not in contract["languages"] or not all(holes.values()) or not set(holes) <= set(ids):
            yield f"the holes of {language} are not those of a language, or have no reason"


def _problems_of(promise: str, cases: list[Mapping[str, Any]]) -> Iterator[str]:
    if promise in _ONE and len(cases) != 1:
        yield f"{promise} has one case, and not {len(cases)}: some tests would try the first alone"
    if not any("needs" not in case for case in cases):
        yield f"{promise} has no case that every language tries"
    keys = _SEVERAL.get(promise, set()) | _ONE.get(promise, set())
    for case in cases:
        if unknown := set(case) - keys:
            yield f"{promise} has a case with {', '.join(sorted(unknown))}, which no test looks at"
        if case.get("needs", "surrogates") not in _NEEDS:
            yield f"{promise} has a case that needs {case['needs']}, which nobody tells"
