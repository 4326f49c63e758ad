"""What a stand-in has received, looked up by query."""

from __future__ import annotations

from collections import Counter
from typing import Any

from standin import Standin


def whole_requests(standin: Standin) -> list[dict[str, Any]]:
    """Those that were not broken off before their end, oldest first."""
    return [request for request in standin.requests() if request["body"] is not None]


def received(standin: Standin) -> Counter[str]:
    """How often each query arrived."""
    return Counter(request["body"]["query"] for request in whole_requests(standin))


def requests_of(standin: Standin, *queries: str) -> list[dict[str, Any]]:
    return [request for request in whole_requests(standin) if request["body"]["query"] in queries]


def request_of(standin: Standin, query: str) -> dict[str, Any]:
    [request] = requests_of(standin, query)
    return request


def header_of(request: dict[str, Any], name: str) -> str:
    [value] = [value for known, value in request["headers"] if known == name]
    return str(value)
