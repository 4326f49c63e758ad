"""The options, each with its check."""

from __future__ import annotations

from interface import Interface, Kind, Option, Setting, Unit
from words import Reworded, number, pascal, seconds

from .forms import TYPES, file, member, summary, told

# Where C's words do not fit.
_TEXTS = Reworded(
    max_in_flight=(
        "2ffc21f9",
        "How many tasks and streams may wait at once; one more is ROBOFY_STATUS_OVERLOADED. Blocking calls do not count.",
    ),
)
_VALUES = Reworded(
    ca_file=(
        "742d7c44",
        "The path of a PEM file, which is read by the client's constructor; NULL, the default, for none.",
    ),
)
_NUMBERS = {Kind.UINT32: "int", Kind.UINT64: "long"}


def options(interface: Interface) -> str:
    properties = "\n\n".join(_property(option) for option in interface.options)
    setters = "\n".join(_setter(option) for option in interface.options)
    body = f"""\
    public sealed partial class Options
    {{
{properties}

        private void Set(OptionsHandle options)
        {{
{setters}
        }}
    }}"""
    return file(body, "System")


def _property(option: Option) -> str:
    text = " ".join([_TEXTS.of(option.name, option.text), *(_value(option, each) for each in option.settings)])
    return f"""\
{summary(told(text))}
        /// <remarks>Since {option.since}.</remarks>
        public {_property_type(option)} {pascal(option.name)} {{ get; set; }}"""


def _property_type(option: Option) -> str:
    setting = option.settings[0]
    kind = setting.parameter.type.kind
    if len(option.settings) > 1:
        return pascal(option.name)
    if kind is Kind.TEXT:
        return "string"
    if setting.unit is Unit.MILLISECONDS:
        return "TimeSpan?"
    return "bool?" if kind is Kind.BOOL else f"{_NUMBERS[kind]}?"


def _setter(option: Option) -> str:
    name = pascal(option.name)
    arguments = ", ".join(_argument(option, each) for each in option.settings)
    return f"""\
            if ({name} != null)
                Library.Native.{member(option.function)}(options, {arguments});"""


def _argument(option: Option, setting: Setting) -> str:
    name, kind = pascal(option.name), setting.parameter.type.kind
    if len(option.settings) > 1:
        return f"{name}.{pascal(setting.parameter.name)}"
    if kind is Kind.TEXT:
        return f'Arguments.Text("{name}", {name})'
    if setting.unit is Unit.MILLISECONDS:
        return f'Arguments.Milliseconds("{name}", {name}.Value)'
    if kind is Kind.BOOL:
        return f"(byte)({name}.Value ? 1 : 0)"
    return f'({TYPES[kind][1]})Arguments.AtLeast({setting.least}, "{name}", {name}.Value)'


def _value(option: Option, setting: Setting) -> str:
    text = _VALUES.of(option.name, setting.parameter.text)
    if setting.unit is Unit.MILLISECONDS and isinstance(setting.default, int):
        text = text.replace("Milliseconds, greater", "Greater")
        text = text.replace(number(setting.default), f"{seconds(setting.default)} seconds")
    # The type of a pair tells its own values.
    return text if len(option.settings) == 1 else ""
