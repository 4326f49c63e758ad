"""Java: the native methods, the statuses, an exception class for each, the enumerations, the options, and the records of
a webhook's event and an inbox's outcome."""

from __future__ import annotations

from interface import Interface

from .events import enumeration, event, outcome
from .failures import exception, status
from .native import native
from .options import inbox_options, options

_PACKAGE = "bindings/java/src/main/java/ai/robofy"


def files(interface: Interface) -> dict[str, str]:
    enums = {f"{_PACKAGE}/{enum.name}.java": enumeration(enum) for enum in interface.enums}
    return enums | {
        f"{_PACKAGE}/Native.java": native(interface),
        f"{_PACKAGE}/Status.java": status(interface),
        f"{_PACKAGE}/RobofyException.java": exception(interface),
        f"{_PACKAGE}/Options.java": options(interface),
        f"{_PACKAGE}/InboxOptions.java": inbox_options(interface),
        f"{_PACKAGE}/Event.java": event(interface),
        f"{_PACKAGE}/Outcome.java": outcome(interface),
    }
