"""C#: the delegates, the handles, the statuses, an exception class for each, the enumerations, the options, a webhook's event."""

from __future__ import annotations

from interface import Interface

from .events import enumeration, event
from .failures import failures, status
from .inbox import inbox_options, inbox_stats, outcome
from .native import handles, native
from .options import options

_PACKAGE = "bindings/csharp/src"


def files(interface: Interface) -> dict[str, str]:
    enums = {f"{_PACKAGE}/{enum.name}.cs": enumeration(enum) for enum in interface.enums}
    return enums | {
        f"{_PACKAGE}/Native.cs": native(interface),
        f"{_PACKAGE}/Handles.cs": handles(interface),
        f"{_PACKAGE}/Status.cs": status(interface),
        f"{_PACKAGE}/Failures.cs": failures(interface),
        f"{_PACKAGE}/Options.Settings.cs": options(interface),
        f"{_PACKAGE}/Event.cs": event(interface),
        f"{_PACKAGE}/InboxOptions.Settings.cs": inbox_options(interface),
        f"{_PACKAGE}/InboxStats.Figures.cs": inbox_stats(interface),
        f"{_PACKAGE}/Outcome.Properties.cs": outcome(interface),
    }
