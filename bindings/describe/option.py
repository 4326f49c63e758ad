"""The setters of options: what each value counts, its default, and the least that is taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from interface import Function, Interface, InterfaceError, Kind, Option, Parameter, Setting, Unit
from words import number, seconds

_SETTER = "robofy_options_set_"
# The ways in which the header's comments tell a default.
_DEFAULTS = (
    re.compile(r"the default is (?P<value>[^.;,(]+)"),
    re.compile(r"(?P<value>[\w ]+), the default,"),
    re.compile(r'(?P<value>NULL) for the default, "'),
    re.compile(r"\d is taken as (?P<value>\d+)"),
)
_UNIT = re.compile(r"_(ms|bytes)$")


def options_of(functions: Iterable[Function]) -> tuple[Option, ...]:
    return tuple(_option(function) for function in functions if function.name.startswith(_SETTER))


def _option(setter: Function) -> Option:
    name = setter.name.removeprefix(_SETTER)
    settings = tuple(_setting(setter, parameter) for parameter in setter.parameters[1:])
    return Option(name.removesuffix("_ms"), setter, settings)


def _setting(setter: Function, parameter: Parameter) -> Setting:
    suffix = _UNIT.search(setter.name)
    unit = {"ms": Unit.MILLISECONDS, "bytes": Unit.BYTES}[suffix[1]] if suffix else Unit.COUNT
    least = 1 if "reater than 0" in parameter.text else 0
    return Setting(parameter, unit, _default(setter, parameter), least)


def _default(setter: Function, parameter: Parameter) -> int | bool | str | None:
    found = next(filter(None, (pattern.search(parameter.text) for pattern in _DEFAULTS)), None)
    if not found:
        raise InterfaceError(f"{setter.name}: the comment tells no default of {parameter.name}")
    value = found["value"].strip()
    if value == "NULL":
        return None
    if parameter.type.kind is Kind.BOOL:
        return {"false": False, "true": True}[value]
    return int(value.replace(" ", ""))


def in_seconds(setting: Setting) -> str:
    """The text of a value, for a language that counts seconds."""
    text = setting.parameter.text
    if setting.unit is Unit.MILLISECONDS:
        text = text.replace("Milliseconds", "Seconds")
        if isinstance(setting.default, int):
            text = text.replace(number(setting.default), seconds(setting.default))
    return text


def each_in_seconds(option: Option) -> str:
    """The texts of an option's values, by name where there are several."""
    if len(option.settings) == 1:
        return in_seconds(option.settings[0])
    return " ".join(f"`{setting.parameter.name}`: {in_seconds(setting)}" for setting in option.settings)


def message_settings(interface: Interface) -> Iterator[Option]:
    """What may be set of a message beside what it is made of, in the form of options."""
    made_of = {parameter.name for parameter in new_message(interface).parameters}
    for function in interface.of_handle("Message"):
        name = function.name.removeprefix("robofy_message_set_")
        if name != function.name and name not in made_of:
            unit = Unit.MILLISECONDS if name.endswith("_ms") else Unit.COUNT
            settings = tuple(Setting(parameter, unit, None, 0) for parameter in function.parameters[1:])
            yield Option(name.removesuffix("_ms"), function, settings)


def named_in_messages(interface: Interface) -> list[str]:
    """What the library's messages name by C's words: arguments and options of two words or more."""
    makers = [interface.function("robofy_client_new"), new_message(interface)]
    arguments = [parameter.name for maker in makers for parameter in maker.parameters]
    return [name for name in (*arguments, *(option.name for option in interface.options)) if "_" in name]


def new_message(interface: Interface) -> Function:
    return interface.function("robofy_message_new")
