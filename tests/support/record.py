"""What a stand-in has received, looked up by query."""

from __future__ import annotations

from collections import Counter
from typing import Any

from standin import Standin


def received(standin: Standin) -> Counter[str]:
    """How often each query arrived."""
    return Counter(request["body"]["query"] for request in standin.requests())


def request_of(standin: Standin, query: str) -> dict[str, Any]:
    [request] = [request for request in standin.requests() if request["body"]["query"] == query]
    return request


def header_of(request: dict[str, Any], name: str) -> str:
    [value] = [value for known, value in request["headers"] if known == name]
    return str(value)
