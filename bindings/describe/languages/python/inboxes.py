"""The constructor of an inbox, which takes its options."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interface import Function, Interface, InterfaceError, Kind, Option, Setting, Unit
from words import MARK, Reworded, wrapped

from .forms import QUOTES, WIDTH, docstring, told
from .options import annotation, argument, setter

_PREFIX = "robofy_inbox_options_set_"
_DEFAULT = re.compile(r"default is (true|false|[\d ]*\d)")


@dataclass(frozen=True)
class _Form:
    """How Python has an option that is no number: its parameters, and what they hold."""

    parameters: dict[str, str]
    values: str
    call: str
    # What the last parameter holds, where there are two.
    text: str = ""


def _words(name: str) -> _Form:
    kind = name.removesuffix("_words")
    return _Form(
        {name: "Optional[Iterable[str]] = None", f"{kind}_text": "Optional[str] = None"},
        f'For example `["{kind}"]`; None, the default, for none.',
        f'_inbox_texts.set_words(lib.{_PREFIX}{name}, options, "{kind}", {name}, {kind}_text)',
        "What the user is told then (`OutcomeKind.NOTICE`), WhatsApp text; None, the default, for nothing.",
    )


_FORMS = {
    "path": _Form(
        {"path": "Union[str, os.PathLike[str], None] = None"},
        "None, the default, for memory: what is kept ends with the inbox.",
        f'lib.{_PREFIX}path(options, _arguments.path("path", path))',
    ),
    "join": _Form(
        {"join": 'Optional[str] = "\\n"'},
        "It may be empty.",
        f'lib.{_PREFIX}join(options, _arguments.text("join", join))',
    ),
    "dialect": _Form(
        {"dialect": "Union[Dialect, str, None] = Dialect.AUTO"},
        "A `Dialect`, or its name in small letters.",
        f'lib.{_PREFIX}dialect(options, _arguments.member("dialect", dialect, Dialect))',
    ),
    "fallback": _Form(
        {"fallback": "Union[str, Mapping[Status, str], None] = None"},
        "WhatsApp text, or a mapping from the `Status` of a failure to the text for it, in which `Status.OK` stands for all "
        "that have none of their own. Empty, or None, the default, for nothing.",
        "_inbox_texts.set_fallback(options, fallback)",
    ),
    "media": _Form(
        {"media": "Union[MediaPolicy, str, None] = MediaPolicy.IGNORE", "media_text": "Optional[str] = None"},
        "A `MediaPolicy`, or its name in small letters.",
        "_inbox_texts.set_media(options, media, media_text)",
        "What the user is told, or the agent reads; not empty. None where nothing comes of a medium.",
    ),
    "stop_words": _words("stop_words"),
    "start_words": _words("start_words"),
}
# Where C's words do not fit.
_TEXTS = Reworded(
    max_pending=(
        "8f2200a7",
        "How many messages may wait or be under way; beyond them an offer is an `OverloadedError`. Of one session 1 000 may wait.",
    ),
    retry_ambiguous=(
        "bfe3ad35",
        "Also asks the agent again where the process has ended after the messages were sent to it and before its answer "
        "came. An agent that books appointments could then book twice. While the process lives it is the client's "
        "`retry_ambiguous` that decides.",
    ),
)


def inbox_options(interface: Interface) -> str:
    functions = [function for function in interface.of_handle("InboxOptions") if function.name.startswith(_PREFIX)]
    parameters = "\n".join(line for function in functions for line in _parameters(function))
    setters = "\n".join(_setter(function) for function in functions)
    documented = "\n".join(_argument(function) for function in functions)
    return f"""\
{QUOTES}The constructor of an inbox, which takes the agent and the options.

{MARK}
{QUOTES}

import os
from collections.abc import Iterable, Mapping
from typing import Optional, Union

from robofy import _arguments, _inbox_texts
from robofy._base import BaseClient
from robofy._enums import Dialect, MediaPolicy
from robofy._native import lib
from robofy._ownership import Managed, Owned
from robofy._status import Status


class ConfiguredInbox(Managed):
    {QUOTES}What has the options of an inbox.{QUOTES}

    def __init__(
        self,
        client: BaseClient,
        pid: Optional[str] = None,
        chatbot_id: Optional[str] = None,
        *,
{parameters}
    ) -> None:
{docstring(interface.function("robofy_inbox_new").text, "        ").removesuffix(QUOTES).rstrip()}

        None stands for the library's default everywhere.

        Args:
            client: A `Client` or an `AsyncClient` to ask the agent with; it may be closed before the inbox.
            pid: The project; None is the client's.
            chatbot_id: The agent of that project which is to answer; None is the client's.
{documented}

        Raises:
            InvalidArgumentError: an argument cannot be used; the text names it.
            StorageError: the path cannot be used, for example because another inbox has it; the text says what to do.
            ConnectError: the process has no thread or file descriptor left.
            TypeError: an argument is of the wrong type.

        {QUOTES}
        options = Owned(lib.robofy_inbox_options_new(), lib.robofy_inbox_options_free)
{setters}
        self._open(client, pid, chatbot_id, options)

    def _open(self, client: BaseClient, pid: Optional[str], chatbot_id: Optional[str], options: Owned) -> None:
        {QUOTES}Make the native inbox; the options are set and checked.{QUOTES}
        raise NotImplementedError
"""


def _option(function: Function) -> Option:
    """One that is a number."""
    parameter = function.parameters[1]
    found = _DEFAULT.search(parameter.text)
    if not found:
        raise InterfaceError(f"{function.name}: the comment tells no default of {parameter.name}")
    default = found[1]
    return Option(
        function.name.removeprefix(_PREFIX).removesuffix("_ms"),
        function,
        (
            Setting(
                parameter,
                Unit.MILLISECONDS if parameter.name == "ms" else Unit.COUNT,
                default == "true" if parameter.type.kind is Kind.BOOL else int(default.replace(" ", "")),
                1 if "reater than 0" in parameter.text else 0,
            ),
        ),
    )


def _form(function: Function) -> _Form | None:
    return _FORMS.get(function.name.removeprefix(_PREFIX))


def _parameters(function: Function) -> list[str]:
    form = _form(function)
    option = None if form else _option(function)
    named = form.parameters if form else {option.name: annotation(option)} if option else {}
    return [f"        {name}: {kind}," for name, kind in named.items()]


def _setter(function: Function) -> str:
    form = _form(function)
    if not form:
        return setter(_option(function))
    given = " or ".join(f"{name} is not None" for name in form.parameters)
    return f"        if {given}:\n            {form.call}"


def _argument(function: Function) -> str:
    form = _form(function)
    if not form:
        return argument(_option(function), _TEXTS)
    texts = (f"{function.text} {form.values}", form.text)
    lines = [f"{name}: {text}" for name, text in zip(form.parameters, texts)]
    return "\n".join(wrapped(told(line), "            ", width=WIDTH, rest="  ") for line in lines)
