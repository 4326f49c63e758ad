"""The statuses, and an exception class for each."""

from __future__ import annotations

from interface import Interface, Status
from words import MARK

from .forms import QUOTES, class_of, docstring

_BASES = {"INVALID_ARGUMENT": "RobofyError, ValueError", "TIMEOUT": "RobofyError, TimeoutError"}


def status(interface: Interface) -> str:
    label = interface.function("robofy_status_name")
    members = "\n".join(
        f"    {status.name} = {status.number}\n{docstring(status.text)}" for status in interface.statuses
    )
    return f"""\
{QUOTES}What became of a call.

{MARK}
{QUOTES}

import enum
from typing import Optional

from robofy._native import lib


class Status(enum.IntEnum):
{docstring("The library's status of a call; the numbers are stable. A later library's own is `UNKNOWN_<number>`.")}

{members}

    @property
    def label(self) -> str:
{docstring(label.text, "        ")}
        return str(lib.robofy_status_name(self).decode())

    @classmethod
    def _missing_(cls, value: object) -> "Optional[Status]":
        if not isinstance(value, int):
            return None
        unknown = int.__new__(cls, value)
        unknown._name_ = f"UNKNOWN_{{value}}"
        unknown._value_ = value
        return unknown
"""


def failures(interface: Interface) -> str:
    classes = "\n\n\n".join(_error_class(status) for status in interface.failures)
    return f"""\
{QUOTES}An exception class for each status.

{MARK}
{QUOTES}

from robofy._errors import RobofyError
from robofy._status import Status


{classes}


BY_STATUS = {{cls.status: cls for cls in RobofyError.__subclasses__()}}
"""


def _error_class(status: Status) -> str:
    bases = _BASES.get(status.name, "RobofyError")
    return f"class {class_of(status.name)}({bases}):\n{docstring(status.text)}\n\n    status = Status.{status.name}"
