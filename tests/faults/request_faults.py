"""Faults of any call: the message is a request by its path, which reqwest makes."""

from __future__ import annotations

from dataclasses import replace

from fault import Fault, Status
from flood_faults import FLOODS
from http_faults import FAULTS as HTTP
from places import standin

_REQUEST = {"method": "POST"}
_SEEN = "the service may have acted on it"
_CHANGED = "the service has seen the request"


def _fault(name: str, status: tuple[Status, ...], says: str, query: str, http_status: int = 0, **more: object) -> Fault:
    fault = Fault(name, standin(), status, says, http_status, query=query)
    return _as_request(replace(fault, **more))  # type: ignore[arg-type]


def _as_request(fault: Fault) -> Fault:
    return replace(fault, options={**fault.options, **_REQUEST})


def _known(name: str, faults: list[Fault], **more: object) -> Fault:
    [fault] = [fault for fault in faults if fault.name == name]
    return _as_request(replace(fault, **more))  # type: ignore[arg-type]


_TIMEOUT = (Status.TIMEOUT,)
_LOST = (Status.INTERRUPTED,)
_CUT = (Status.PROTOCOL, Status.INTERRUPTED)
_SHORT = {"timeout_ms": 600}

FAULTS = [
    _fault("an answer", (Status.OK,), "", "Hello", answer="Hello"),
    _fault("no response", _TIMEOUT, "may have acted", "!delay-ms=60000", options=_SHORT),
    _fault("no body", _TIMEOUT, "may have acted", "!body-delay-ms=60000", options=_SHORT),
    _fault("a body in drips", _TIMEOUT, "may have acted", "!drip-ms=200", options=_SHORT),
    _fault("closed before the response", _LOST, _SEEN, "!close=before"),
    _fault("reset before the response", _LOST, _SEEN, "!reset=before"),
    _fault("closed in the body", _CUT, _CHANGED, "!close=midway", 200),
    _fault("reset in the body", _CUT, _CHANGED, "!reset=midway", 200),
    _fault("cut short", _CUT, _CHANGED, "!truncate", 200),
    _fault("no HTTP", (Status.PROTOCOL,), "not HTTP as it should be", "!garbage"),
    _fault("a huge answer", (Status.PROTOCOL,), "larger than 8388608 bytes", "!huge=50000000", 200),
    _fault("a huge answer in chunks", (Status.PROTOCOL,), "larger than", "!huge-chunked=50000000", 200),
    # Nothing but GET and HEAD is sent again.
    _fault("503", (Status.SERVER,), "unavailable", "!status=503", 503, retryable=True, code="SERVICE_UNAVAILABLE"),
    _fault("500", (Status.SERVER,), "may have done", "!status=500", 500, code="INTERNAL_SERVER_ERROR"),
    _known("a body without end", HTTP),
    _known("an error body without end", HTTP),
    *(_as_request(fault) for fault in FLOODS),
]
