"""The options of clients and inboxes, each with its check."""

from __future__ import annotations

import re

from interface import Function, Interface, Kind, Option, Setting, Unit
from words import MARK, Reworded, camel, seconds

from .forms import TYPES, javadoc, told

# Where C's words do not fit.
_TEXTS = Reworded(
    max_in_flight=(
        "2ffc21f9",
        "How many chats, other calls and streams may wait at once; one more is ROBOFY_STATUS_OVERLOADED. Of one session 1 000 may wait.",
    ),
    max_pending=(
        "8f2200a7",
        "How many messages may wait or be under way; one more is ROBOFY_STATUS_OVERLOADED. Of one session 1 000 may wait.",
    ),
)
_VALUES = Reworded(
    ca_file=("742d7c44", "A PEM file, which is read by the client's constructor; NULL, the default, for none."),
)


# A number of an enumeration.
_ENUM = re.compile(r"\bRobofy(\w+)")
_DEFAULT = re.compile(r"default is (\d[\d ]*\b)(?<! )(?: \(([^)]+)\))?")


def options(interface: Interface) -> str:
    about = "How a client behaves, and the agent that it asks. What is not set, or set to null, is the default."
    return _class("Options", about, _ACCOUNT, _ACCOUNT_GETTERS, interface.options)


_ACCOUNT = """\
    private String pid;
    private String chatbotId;

    /** The project of messages that name none. */
    public Options pid(String value) {
        pid = value;
        return this;
    }

    /** The agent of messages that name none. */
    public Options chatbotId(String value) {
        chatbotId = value;
        return this;
    }
"""
_ACCOUNT_GETTERS = """\
    String pid() {
        return pid;
    }

    String chatbotId() {
        return chatbotId;
    }

"""


def inbox_options(interface: Interface) -> str:
    setters = [function for function in interface.of_handle("InboxOptions") if "_set_" in function.name]
    about = "How an {@link Inbox} behaves. What is not set, or set to null, is the default."
    return _class("InboxOptions", about, "", "", tuple(_inbox_option(setter) for setter in setters))


def _inbox_option(setter: Function) -> Option:
    """Without defaults, which the texts tell."""
    name = setter.name.removeprefix("robofy_inbox_options_set_")
    unit = Unit.MILLISECONDS if name.endswith("_ms") else Unit.COUNT
    least = 1 if "reater than 0" in setter.parameters[1].text else 0
    settings = tuple(Setting(parameter, unit, None, least) for parameter in setter.parameters[1:])
    return Option(name.removesuffix("_ms"), setter, settings)


def _class(name: str, about: str, members: str, getters: str, options: tuple[Option, ...]) -> str:
    setters = "\n\n".join(_setter(name, option) for option in options)
    return f"""\
package ai.robofy;

import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
{"import java.util.Objects;" + chr(10) if "Objects." in setters else ""}import java.util.function.Consumer;

// {MARK}

/** {about} */
public final class {name} {{
    private final List<Consumer<Pointer>> settings = new ArrayList<>();
{members}
{setters}

{getters}    void applyTo(Pointer options) {{
        settings.forEach(setting -> setting.accept(options));
    }}

    private {name} with(Consumer<Pointer> setting) {{
        settings.add(setting);
        return this;
    }}
}}
"""


def _setter(owner: str, option: Option) -> str:
    name = camel(option.name)
    pair = len(option.settings) > 1
    named = [(camel(each.parameter.name) if pair else "value", each) for each in option.settings]
    parameters = ", ".join(f"{_java_type(each)} {value}" for value, each in named)
    checks = "\n".join(
        f"        {TYPES[each.parameter.type.kind]} {_local(value)} = "
        f"{_checked(option, value if pair else name, value, each)};"
        for value, each in named
    )
    arguments = ", ".join(_local(value) for value, _ in named)
    text = _TEXTS.of(option.name, option.text)
    tags = [f"@since {option.since}"]
    if pair:
        tags[:0] = [f"@param {value} {told(_value(option, each))}" for value, each in named]
    else:
        text += f" {_value(option, option.settings[0])}"
    absent = (
        f"        if ({named[0][0]} == null) {{\n            return this;\n        }}\n" if _is_object(option) else ""
    )
    return f"""\
{javadoc(told(text), tags)}
    public {owner} {name}({parameters}) {{
{absent}{checks}
        return with(options -> Native.{option.function.name}(options, {arguments}));
    }}"""


def _local(value: str) -> str:
    return "checked" if value == "value" else f"checked{value[0].upper()}{value[1:]}"


def _is_object(option: Option) -> bool:
    setting = option.settings[0]
    is_enum = bool(_ENUM.search(setting.parameter.text)) and len(option.settings) == 1
    return is_enum or setting.parameter.type.kind is Kind.TEXT or setting.unit is Unit.MILLISECONDS


def _is_path(setting: Setting) -> bool:
    return setting.is_path or setting.parameter.name == "path"


def _is_list(setting: Setting) -> bool:
    return setting.parameter.type.kind is Kind.TEXT and ", one a line" in setting.parameter.text


def _java_type(setting: Setting) -> str:
    kind = setting.parameter.type.kind
    if enum := _ENUM.search(setting.parameter.text):
        return enum[1]
    if setting.unit is Unit.MILLISECONDS:
        return "Duration"
    if kind is Kind.TEXT:
        return "List<String>" if _is_list(setting) else "Path" if _is_path(setting) else "String"
    return "boolean" if kind is Kind.BOOL else TYPES[kind]


def _checked(option: Option, name: str, value: str, setting: Setting) -> str:
    kind = setting.parameter.type.kind
    if _ENUM.search(setting.parameter.text):
        return f'Objects.requireNonNull({value}, "{name} must not be null").number'
    if setting.unit is Unit.MILLISECONDS:
        return f'Arguments.{"milliseconds" if setting.least else "millisecondsOrNone"}("{name}", {value})'
    if kind is Kind.TEXT:
        text = f'String.join("\\n", {value})' if _is_list(setting) else f"{value}{'.toString()' * _is_path(setting)}"
        return f'Arguments.text{"OrNull" * (setting is not option.settings[0])}("{name}", {text})'
    if kind is Kind.BOOL:
        return f"(byte) ({value} ? 1 : 0)"
    # A pace of 0 is that of a program that sets none.
    least = 1 if len(option.settings) > 1 else setting.least
    return f'Arguments.atLeast({least}, "{name}", {value})'


def _value(option: Option, setting: Setting) -> str:
    text = _VALUES.of(option.name, setting.parameter.text)
    if setting.unit is Unit.MILLISECONDS:
        text = re.sub(r"^Milliseconds\W* (\w)", lambda found: found[1].upper(), text)
        text = _DEFAULT.sub(lambda found: f"default is {found[2] or _in_seconds(found[1])}", text)
    if _is_list(setting):
        text = re.sub(", one a line.*?;", ";", text)
    if _is_number(setting) and len(option.settings) > 1:
        # Neither can be left out.
        text = text.partition("; 0")[0]
    return text


def _is_number(setting: Setting) -> bool:
    return setting.parameter.type.kind in (Kind.UINT32, Kind.UINT64)


def _in_seconds(milliseconds: str) -> str:
    return f"{seconds(int(milliseconds.replace(' ', '')))} seconds"
