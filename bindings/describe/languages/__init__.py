"""One module a language: what of the description goes into which file, and how."""

from __future__ import annotations

from interface import Interface

from . import cpp, csharp, docs, go, java, luajit, node, perl, php, python, ruby, rust

_LANGUAGES = (cpp, csharp, docs, go, java, luajit, node, perl, php, python, ruby, rust)


def files(interface: Interface) -> dict[str, str]:
    """The text of each generated file, by its path from the project's root."""
    return {name: text for language in _LANGUAGES for name, text in language.files(interface).items()}
