"""Java: the native methods, the statuses, an exception class for each, and the options."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import loading
from interface import Function, Interface, Kind, Option, Setting, Status, Unit
from option import named_in_messages
from words import MARK, Reworded, Words, camel, number, pascal, seconds, wrapped

_PACKAGE = "bindings/java/src/main/java/ai/robofy"
_TYPES = {
    Kind.NOTHING: "void",
    Kind.BOOL: "byte",
    Kind.INT32: "int",
    Kind.INT64: "long",
    Kind.UINT32: "int",
    Kind.UINT64: "long",
    Kind.STATUS: "int",
    Kind.TEXT: "byte[]",
    Kind.OWNED_TEXT: "Pointer",
    Kind.HANDLE: "Pointer",
    Kind.ERROR_OUT: "PointerByReference",
}
# The platform has an InterruptedException, which is something else.
_CLASSES = {"INTERRUPTED": "ConnectionLost"}
_FUNCTIONS = {
    "robofy_client_cancel": "its future, an interrupt, or {@link Client#close}",
    "robofy_client_new": "the client's constructor",
}
# Where C's words do not fit.
_TEXTS = Reworded(
    max_in_flight=("74bae824", "How many chats may wait at once; one more is ROBOFY_STATUS_OVERLOADED."),
)
_VALUES = Reworded(
    ca_file=("742d7c44", "A PEM file, which is read by the client's constructor; NULL, the default, for none."),
)
_SNAKE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_CODE = re.compile(r"`([^`]+)`")


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_PACKAGE}/Native.java": _native(interface),
        f"{_PACKAGE}/Status.java": _status(interface),
        f"{_PACKAGE}/RobofyException.java": _exception(interface),
        f"{_PACKAGE}/Options.java": _options(interface),
    }


def _class_of(status: str) -> str:
    return _CLASSES.get(status, pascal(status))


def _function(name: str) -> str:
    for prefix, owner in (("robofy_error_", "RobofyException"), ("robofy_options_set_", "Options")):
        if name.startswith(prefix):
            return f"{{@link {owner}#{camel(name.removeprefix(prefix).removesuffix('_ms'))}}}"
    return _FUNCTIONS[name]


_WORDS = Words(null="null", function=_function, status=lambda name: f"{{@link RobofyException.{_class_of(name)}}}")


def _told(text: str) -> str:
    """In Java's words, as HTML."""
    code = _CODE.sub(_code, _escaped(text))
    return _SNAKE.sub(lambda found: camel(found[0]), _WORDS(code)).replace("\n\n", "\n\n<p>")


def _escaped(text: str) -> str:
    """A backslash before u is one of Java's escapes in comments too."""
    return re.sub(r"(?<!\w)@", "&#64;", html.escape(text, quote=False)).replace("\\u", "&#92;u")


def _code(found: re.Match[str]) -> str:
    """`{@code}` takes text as it is, but neither unpaired braces nor an escape."""
    plain = html.unescape(found[1])
    return f"<code>{found[1]}</code>" if re.search(r"[{}@\\]", plain) else f"{{@code {plain}}}"


def _javadoc(text: str, tags: Sequence[str] = ()) -> str:
    if not tags and len(text) < 108:
        return f"    /** {text} */"
    lines = [wrapped(text, "    ", width=119, first=" * ", rest=" * ")]
    if tags:
        lines += ["     *", *(f"     * {tag}" for tag in tags)]
    return "\n".join(["    /**", *lines, "     */"])


def _native(interface: Interface) -> str:
    methods = "\n\n".join(f"    {_method(function)}" for function in interface.functions)
    return f"""\
package ai.robofy;

import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.List;

// {MARK}

/** The C interface, and where the library is looked for. A C {{@code bool}} is a byte: JNA's boolean is an int. */
final class Native {{
    static final String VERSION = "{interface.version}";
    static final String VARIABLE = "{loading.VARIABLE}";
    static final String BESIDE =
            {_by_platform({system: f'"{name}"' for system, name in loading.BESIDE.items()})};
    static final List<String> SYSTEM =
            {_by_platform({system: _list(names) for system, names in loading.SYSTEM.items()})};
    static final String CANNOT_LOAD = "{_format(loading.CANNOT_LOAD)}";
    static final String CANNOT_USE = "{_format(loading.CANNOT_USE)}";
    static final String ADVICE =
            "{loading.ADVICE.replace("{version}", interface.version)}";
    static final String ADVICE_CHOSEN =
            "{loading.ADVICE_CHOSEN.replace("{version}", interface.version)}";

    /** What the library's messages name, as a regular expression. */
    static final String PARAMETERS =
            "{_parameters(interface)}";

    static {{
        Loader.bind(Native.class);
    }}

    private Native() {{}}

{methods}
}}
"""


def _parameters(interface: Interface) -> str:
    """C's names that are other ones in Java, as lines of an expression."""
    names = named_in_messages(interface)
    return '|"\n                    + "'.join("|".join(names[i : i + 6]) for i in range(0, len(names), 6))


def _format(message: str) -> str:
    return re.sub(r"\{\w+\}", "%s", message)


def _list(names: tuple[str, ...]) -> str:
    return "List.of(" + ", ".join(f'"{name}"' for name in names) + ")"


def _by_platform(values: dict[str, str]) -> str:
    return (
        f"Platform.isMac() ? {values['macos']}\n                    : "
        f"Platform.isWindows() ? {values['windows']} : {values['linux']}"
    )


def _method(function: Function) -> str:
    returns = "Pointer" if function.returns.kind is Kind.TEXT else _TYPES[function.returns.kind]
    takes = ", ".join(f"{_TYPES[each.type.kind]} {camel(each.name)}" for each in function.parameters)
    line = f"static native {returns} {function.name}({takes});"
    return line if len(line) < 116 else line.replace("(", "(\n            ", 1)


def _status(interface: Interface) -> str:
    members = ",\n".join(
        f'{_javadoc(_told(status.text))}\n    {status.name}({status.number}, "{status.name.lower()}")'
        for status in interface.statuses
    )
    return f"""\
package ai.robofy;

// {MARK}

/** What became of a call. The numbers are stable. */
public enum Status {{
{members},
    /** A status that a later library has added. */
    UNKNOWN(-1, "unknown");

    private final int number;
    private final String label;

    Status(int number, String label) {{
        this.number = number;
        this.label = label;
    }}

    /** The name in lower case, such as "rate_limited": for logs and metrics. The names are stable. */
    public String label() {{
        return label;
    }}

    static Status of(int number) {{
        for (Status status : values()) {{
            if (status.number == number) {{
                return status;
            }}
        }}
        return UNKNOWN;
    }}
}}
"""


def _exception(interface: Interface) -> str:
    cases = "\n".join(
        f"            case {each.name} -> new {_class_of(each.name)}(facts);" for each in interface.failures
    )
    classes = "\n\n".join(_error_class(status) for status in interface.failures)
    return f"""\
package ai.robofy;

import com.sun.jna.Pointer;

// {MARK}

/** Why there is no answer, or no client. There is a subclass for each {{@link Status}}. */
public class RobofyException extends Failure {{
    private static final long serialVersionUID = 1;

    private RobofyException(Facts facts) {{
        super(facts);
    }}

    static RobofyException of(Facts facts) {{
        return switch (facts.status()) {{
{cases}
            case OK, UNKNOWN -> new RobofyException(facts);
        }};
    }}

    /** Reads the library's error, and leaves it to its owner. */
    static RobofyException read(Pointer error) {{
        return of(Facts.read(error));
    }}

    /** Reads the library's error, and frees it. */
    static RobofyException take(Pointer error) {{
        try {{
            return read(error);
        }} finally {{
            Native.robofy_error_free(error);
        }}
    }}

{classes}
}}
"""


def _error_class(status: Status) -> str:
    name = _class_of(status.name)
    return f"""\
{_javadoc(_told(status.text))}
    public static final class {name} extends RobofyException {{
        private static final long serialVersionUID = 1;

        private {name}(Facts facts) {{
            super(facts);
        }}
    }}"""


def _options(interface: Interface) -> str:
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
        f"        {_TYPES[each.parameter.type.kind]} {_local(value)} = "
        f"{_checked(option, value if pair else name, value, each)};"
        for value, each in named
    )
    arguments = ", ".join(_local(value) for value, _ in named)
    text = _TEXTS.of(option.name, option.text)
    tags = [f"@since {option.since}"]
    if pair:
        tags[:0] = [f"@param {value} {_told(_value(option, each))}" for value, each in named]
    else:
        text += f" {_value(option, option.settings[0])}"
    absent = "        if (value == null) {\n            return this;\n        }\n" if _is_object(option) else ""
    return f"""\
{_javadoc(_told(text), tags)}
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
    return "boolean" if kind is Kind.BOOL else _TYPES[kind]


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
