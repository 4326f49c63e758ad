"""The constructor that takes the options."""

from __future__ import annotations

from interface import Interface, Kind, Option, Unit
from option import each_in_seconds
from words import MARK, Reworded, pascal, wrapped

from .forms import QUOTES, WIDTH, docstring, told

# Where C's words do not fit.
_TEXTS = Reworded(
    max_in_flight=(
        "2ffc21f9",
        "How many calls of an `AsyncClient`, and streams, may wait at once; one more is an `OverloadedError`. Blocking "
        "calls do not count.",
    ),
)


def options(interface: Interface) -> str:
    new = interface.function("robofy_client_new")
    parameters = "\n".join(f"        {option.name}: {annotation(option)}," for option in interface.options)
    setters = "\n".join(setter(option) for option in interface.options)
    documented = "\n".join(argument(option) for option in interface.options)
    return f"""\
{QUOTES}The constructor of a client, which takes the account and the options.

{MARK}
{QUOTES}

import os
from typing import Optional, Union

from robofy import _arguments
from robofy._native import lib
from robofy._ownership import Managed, Owned


class Configured(Managed):
    {QUOTES}What has the options of a client.{QUOTES}

    def __init__(
        self,
        api_key: Optional[str] = None,
        *,
{parameters}
        pid: Optional[str] = None,
        chatbot_id: Optional[str] = None,
    ) -> None:
{_summary(new.text)}

        None stands for the library's default everywhere.

        Args:
            api_key: The account's permanent API key, which no error and no `repr` shows. None, the default, for the
              environment's ROBOFY_API_KEY.
{documented}
            pid: The project of messages that name none.
            chatbot_id: The agent of messages that name none.

        Raises:
            InvalidArgumentError: an argument cannot be used; the text names it.
            TLSError: there are no certificate authorities to trust.
            TypeError: an argument is of the wrong type.

        {QUOTES}
        options = Owned(lib.robofy_options_new(), lib.robofy_options_free)
{setters}
        self._open(api_key, options, pid, chatbot_id)

    def _open(self, api_key: Optional[str], options: Owned, pid: Optional[str], chatbot_id: Optional[str]) -> None:
        {QUOTES}Make the native client; the options are set and checked.{QUOTES}
        raise NotImplementedError
"""


def _summary(text: str) -> str:
    return docstring(text, "        ").removesuffix(QUOTES).rstrip()


def annotation(option: Option) -> str:
    setting = option.settings[0]
    kind = setting.parameter.type.kind
    if len(option.settings) > 1:
        return "Optional[tuple[" + ", ".join("int" for _ in option.settings) + "]] = None"
    if kind is Kind.TEXT:
        return _PATH if option.settings[0].is_path else "Optional[str] = None"
    if setting.unit is Unit.MILLISECONDS:
        return f"Optional[float] = {setting.number / 1000}"
    if setting.unit is Unit.BYTES:
        return f"Optional[int] = {_bytes(setting.number)}"
    return f"Optional[{'bool' if kind is Kind.BOOL else 'int'}] = {setting.default}"


_PATH = "Union[str, os.PathLike[str], None] = None"


def _bytes(count: int) -> str:
    mebibytes, rest = divmod(count, 1024 * 1024)
    return f"{count:_}" if rest else f"{mebibytes} * 1024 * 1024"


def setter(option: Option) -> str:
    return f"""\
        if {option.name} is not None:
{_call(f"lib.{option.function.name}", f"options, {_checked(option)}")}"""


def _call(function: str, arguments: str) -> str:
    """As ruff formats it."""
    line = f"            {function}({arguments})"
    return line if len(line) <= WIDTH else f"            {function}(\n                {arguments}\n            )"


def _checked(option: Option) -> str:
    setting, named = option.settings[0], f'"{option.name}", {option.name}'
    kind = setting.parameter.type.kind
    if len(option.settings) > 1:
        return f"*_arguments.rate({named})"
    if kind is Kind.TEXT:
        return f"_arguments.{'path' if option.settings[0].is_path else 'text'}({named})"
    if kind is Kind.BOOL:
        return f"_arguments.boolean({named})"
    if setting.unit is Unit.MILLISECONDS:
        return f"_arguments.milliseconds({named}{'' if setting.least else ', least=0'})"
    least = f", least={setting.least}" if setting.least else ""
    return f"_arguments.integer({named}{least}, bits={32 if kind is Kind.UINT32 else 64})"


def argument(option: Option, texts: Reworded = _TEXTS) -> str:
    text = f"{option.name}: {texts.of(option.name, option.text)} {_values(option)}"
    return wrapped(told(text), "            ", width=WIDTH, rest="  ")


def _values(option: Option) -> str:
    if len(option.settings) > 1:
        names = ", ".join(setting.parameter.name for setting in option.settings)
        return f"A `{pascal(option.name)}({names})` or such a pair; None, the default, for none."
    return each_in_seconds(option)
