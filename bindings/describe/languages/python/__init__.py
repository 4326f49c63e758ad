"""Python: the ctypes signatures, the enumerations, a webhook's event, a class for each status, and the constructor that takes the options."""

from __future__ import annotations

from interface import Interface

from .declarations import declarations
from .events import enums, event
from .failures import failures, status
from .options import options

_PACKAGE = "bindings/python/src/robofy"


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_PACKAGE}/_declarations.py": declarations(interface),
        f"{_PACKAGE}/_enums.py": enums(interface),
        f"{_PACKAGE}/_event.py": event(interface),
        f"{_PACKAGE}/_status.py": status(interface),
        f"{_PACKAGE}/_failures.py": failures(interface),
        f"{_PACKAGE}/_options.py": options(interface),
    }
