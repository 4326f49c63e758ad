"""One module a language: what of the description goes into which file, and how."""

from __future__ import annotations

import rules
from interface import Interface, InterfaceError
from words import WordError

from . import cpp, csharp, docs, go, java, luajit, node, perl, php, python, ruby, rust

_LANGUAGES = (cpp, csharp, docs, go, java, luajit, node, perl, php, python, ruby, rust)


def files(interface: Interface) -> dict[str, str]:
    """The text of each generated file, by its path from the project's root."""
    rules.check(interface)
    written: dict[str, str] = {}
    for language in _LANGUAGES:
        try:
            written |= language.files(interface)
        except InterfaceError as error:
            at = f" ({_commented(interface, error.text)})" if isinstance(error, WordError) else ""
            raise InterfaceError(f"{language.__name__.rpartition('.')[2]}: {error}{at}") from error
    return written


def _commented(interface: Interface, text: str) -> str:
    """The function or status whose comment a language has in its own form."""
    told = {function.name: function.text for function in interface.functions}
    told |= {f"ROBOFY_STATUS_{status.name}": status.text for status in interface.statuses}
    return next((name for name, comment in told.items() if comment[:40] in text), text)
