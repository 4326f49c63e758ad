"""Python: the ctypes signatures, enumerations, events, outcomes and failures, and the constructors that take options."""

from __future__ import annotations

from interface import Interface

from .declarations import declarations
from .events import enums, event
from .failures import failures, status
from .inboxes import inbox_options
from .options import options
from .outcomes import outcome

_PACKAGE = "bindings/python/src/robofy"


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_PACKAGE}/_declarations.py": declarations(interface),
        f"{_PACKAGE}/_enums.py": enums(interface),
        f"{_PACKAGE}/_event.py": event(interface),
        f"{_PACKAGE}/_outcome.py": outcome(interface),
        f"{_PACKAGE}/_status.py": status(interface),
        f"{_PACKAGE}/_failures.py": failures(interface),
        f"{_PACKAGE}/_options.py": options(interface),
        f"{_PACKAGE}/_inbox_options.py": inbox_options(interface),
    }
