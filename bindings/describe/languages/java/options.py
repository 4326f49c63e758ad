"""The options, each with its check."""

from __future__ import annotations

from interface import Interface, Kind, Option, Setting, Unit
from words import MARK, Reworded, camel, number, seconds

from .forms import TYPES, javadoc, told

# Where C's words do not fit.
_TEXTS = Reworded(
    max_in_flight=(
        "2ffc21f9",
        "How many chats, other calls and streams may wait at once; one more is ROBOFY_STATUS_OVERLOADED.",
    ),
)
_VALUES = Reworded(
    ca_file=("742d7c44", "A PEM file, which is read by the client's constructor; NULL, the default, for none."),
)


def options(interface: Interface) -> str:
    setters = "\n\n".join(_setter(option) for option in interface.options)
    return f"""\
package ai.robofy;

import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

// {MARK}

/** How a client behaves, and the agent that it asks. What is not set, or set to null, is the default. */
public final class Options {{
    private final List<Consumer<Pointer>> settings = new ArrayList<>();
    private String pid;
    private String chatbotId;

    /** The project of messages that name none. */
    public Options pid(String value) {{
        pid = value;
        return this;
    }}

    /** The agent of messages that name none. */
    public Options chatbotId(String value) {{
        chatbotId = value;
        return this;
    }}

{setters}

    String pid() {{
        return pid;
    }}

    String chatbotId() {{
        return chatbotId;
    }}

    void applyTo(Pointer options) {{
        settings.forEach(setting -> setting.accept(options));
    }}

    private Options with(Consumer<Pointer> setting) {{
        settings.add(setting);
        return this;
    }}
}}
"""


def _setter(option: Option) -> str:
    name = camel(option.name)
    pair = len(option.settings) > 1
    named = [(camel(each.parameter.name) if pair else "value", each) for each in option.settings]
    parameters = ", ".join(f"{_java_type(option, each)} {value}" for value, each in named)
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
    absent = "        if (value == null) {\n            return this;\n        }\n" if _is_object(option) else ""
    return f"""\
{javadoc(told(text), tags)}
    public Options {name}({parameters}) {{
{absent}{checks}
        return with(options -> Native.{option.function.name}(options, {arguments}));
    }}"""


def _local(value: str) -> str:
    return "checked" if value == "value" else f"checked{value[0].upper()}{value[1:]}"


def _is_object(option: Option) -> bool:
    setting = option.settings[0]
    return setting.parameter.type.kind is Kind.TEXT or setting.unit is Unit.MILLISECONDS


def _java_type(option: Option, setting: Setting) -> str:
    kind = setting.parameter.type.kind
    if setting.unit is Unit.MILLISECONDS:
        return "Duration"
    if kind is Kind.TEXT:
        return "Path" if option.settings[0].is_path else "String"
    return "boolean" if kind is Kind.BOOL else TYPES[kind]


def _checked(option: Option, name: str, value: str, setting: Setting) -> str:
    kind = setting.parameter.type.kind
    if setting.unit is Unit.MILLISECONDS:
        return f'Arguments.milliseconds("{name}", {value})'
    if kind is Kind.TEXT:
        return f'Arguments.text("{name}", {value}{".toString()" if option.settings[0].is_path else ""})'
    if kind is Kind.BOOL:
        return f"(byte) ({value} ? 1 : 0)"
    # A pace of 0 is that of a program that sets none.
    least = 1 if len(option.settings) > 1 else setting.least
    return f'Arguments.atLeast({least}, "{name}", {value})'


def _value(option: Option, setting: Setting) -> str:
    text = _VALUES.of(option.name, setting.parameter.text)
    if setting.unit is Unit.MILLISECONDS and isinstance(setting.default, int):
        text = text.replace("Milliseconds, greater", "Greater")
        text = text.replace(number(setting.default), f"{seconds(setting.default)} seconds")
    if len(option.settings) > 1:
        # Neither can be left out.
        text = text.partition("; 0")[0]
    return text
