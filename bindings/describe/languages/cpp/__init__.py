"""C++: the statuses with their exception classes, what is set and read of a handle, and the values of the fake."""

from __future__ import annotations

from interface import Interface

from .errors import errors
from .fake import fake_answers, fake_inbox, fake_values
from .getters import getters
from .values import values

_DIRECTORY = "include/robofy"


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_DIRECTORY}/errors.hpp": errors(interface),
        f"{_DIRECTORY}/values.hpp": values(interface),
        f"{_DIRECTORY}/getters.hpp": getters(interface),
        f"{_DIRECTORY}/fake_values.hpp": fake_values(interface),
        f"{_DIRECTORY}/fake_answers.hpp": fake_answers(interface),
        f"{_DIRECTORY}/fake_inbox.hpp": fake_inbox(interface),
    }
