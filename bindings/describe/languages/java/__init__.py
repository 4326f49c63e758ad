"""Java: the native methods, the statuses, an exception class for each, the kinds of events, and the options."""

from __future__ import annotations

from interface import Interface

from .events import event_kind
from .failures import exception, status
from .native import native
from .options import options

_PACKAGE = "bindings/java/src/main/java/ai/robofy"


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_PACKAGE}/Native.java": native(interface),
        f"{_PACKAGE}/Status.java": status(interface),
        f"{_PACKAGE}/RobofyException.java": exception(interface),
        f"{_PACKAGE}/StreamEventKind.java": event_kind(interface),
        f"{_PACKAGE}/Options.java": options(interface),
    }
