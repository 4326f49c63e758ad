"""C#: the delegates, the handles, the statuses, an exception class for each, and the options."""

from __future__ import annotations

import re

import loading
from interface import Function, Handle, Interface, Kind, Option, Setting, Status, Type, Unit
from option import named_in_messages
from words import MARK, Reworded, Words, number, pascal, seconds, wrapped

_PACKAGE = "bindings/csharp/src"
# The part of a delegate's name, and its type.
_TYPES = {
    Kind.NOTHING: ("Void", "void"),
    Kind.BOOL: ("Bool", "byte"),
    Kind.INT32: ("Int32", "int"),
    Kind.INT64: ("Int64", "long"),
    Kind.UINT32: ("UInt32", "uint"),
    Kind.UINT64: ("UInt64", "ulong"),
    Kind.STATUS: ("UInt32", "uint"),
    Kind.TEXT: ("Text", "byte[]"),
    Kind.OWNED_TEXT: ("Pointer", "IntPtr"),
    Kind.HANDLE: ("Pointer", "IntPtr"),
    Kind.ERROR_OUT: ("Error", "out IntPtr"),
}
_POINTER = ("Pointer", "IntPtr")
# What is made here and passed to many calls; what the library hands out is read and freed at once.
_HELD = ("Client", "Message", "Options")
# The platform has exceptions of these names.
_CLASSES = {"TIMEOUT": "ChatTimeout", "INTERRUPTED": "ChatInterrupted", "CANCELLED": "ChatCancelled"}
_FUNCTIONS = {
    "robofy_client_cancel": 'by its token, or <see cref="Client.Dispose"/>',
    "robofy_client_new": "the client's constructor",
}
# Where C's words do not fit.
_TEXTS = Reworded(
    max_in_flight=(
        "74bae824",
        "How many tasks may wait at once; one more is ROBOFY_STATUS_OVERLOADED. Blocking calls do not count.",
    ),
)
_VALUES = Reworded(
    ca_file=(
        "742d7c44",
        "The path of a PEM file, which is read by the client's constructor; NULL, the default, for none.",
    ),
)
_NUMBERS = {Kind.UINT32: "int", Kind.UINT64: "long"}
_CODE = re.compile(r"`([^`]+)`")
_SNAKE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_PACKAGE}/Native.cs": _native(interface),
        f"{_PACKAGE}/Handles.cs": _handles(interface),
        f"{_PACKAGE}/Status.cs": _status(interface),
        f"{_PACKAGE}/Failures.cs": _failures(interface),
        f"{_PACKAGE}/Options.Settings.cs": _options(interface),
    }


def _class_of(status: str) -> str:
    return f"{_CLASSES.get(status, pascal(status))}Exception"


def _function(name: str) -> str:
    for prefix, owner in (("robofy_error_", "RobofyException"), ("robofy_options_set_", "Options")):
        if name.startswith(prefix):
            return f'<see cref="{owner}.{pascal(name.removeprefix(prefix).removesuffix("_ms"))}"/>'
    return _FUNCTIONS[name]


_WORDS = Words(null="null", function=_function, status=lambda name: f'<see cref="{_class_of(name)}"/>')


def _told(text: str) -> str:
    """In C#'s words, as XML."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SNAKE.sub(lambda found: pascal(found[0]), _WORDS(_CODE.sub(r"<c>\1</c>", escaped)))


def _summary(text: str, indent: str = "        ") -> str:
    line = f"{indent}/// <summary>{text}</summary>"
    if len(line) <= 120:
        return line
    return f"{indent}/// <summary>\n{wrapped(text, indent, first='/// ', rest='/// ')}\n{indent}/// </summary>"


def _file(body: str, *namespaces: str) -> str:
    using = "".join(f"using {name};\n" for name in namespaces)
    return f"// {MARK}\n\n{using}{bool(using) * chr(10)}namespace Robofy\n{{\n{body}\n}}\n"


def _native(interface: Interface) -> str:
    fields = "\n".join(f"        internal readonly {_delegate(each)} {_name(each)};" for each in interface.functions)
    bound = "\n".join(
        f'            {_name(each)} = library.Function<{_delegate(each)}>("{each.name}");'
        for each in interface.functions
    )
    by_name = {_delegate(each): each for each in interface.functions}
    delegates = "\n\n".join(_declared(name, function) for name, function in by_name.items())
    body = f"""\
    /// <summary>
    /// The C interface, and where the library is looked for. A C bool is a byte; a text that goes in is UTF-8 that
    /// ends with NUL. A handle that is passed is kept alive until the call returns.
    /// </summary>
    internal sealed class Native
    {{
        internal const string PackageVersion = "{interface.version}";
        internal const string Variable = "{loading.VARIABLE}";
        internal const string CannotLoad = "{_format(loading.CANNOT_LOAD)}";
        internal const string CannotUse = "{_format(loading.CANNOT_USE)}";
        internal const string Advice =
            "{loading.ADVICE.replace("{version}", interface.version)}";
        internal const string AdviceChosen =
            "{loading.ADVICE_CHOSEN.replace("{version}", interface.version)}";

        /// <summary>What the library's messages name, as a regular expression.</summary>
        internal const string Parameters =
            "{_parameters(interface)}";

        internal static readonly string Beside =
            {_by_platform({system: f'"{name}"' for system, name in loading.BESIDE.items()})};

        internal static readonly string[] SystemNames =
            {_by_platform({system: _array(names) for system, names in loading.SYSTEM.items()})};

{fields}

        internal Native(Library library)
        {{
{bound}
        }}

{delegates}

        private static bool Is(OSPlatform platform)
        {{
            return RuntimeInformation.IsOSPlatform(platform);
        }}
    }}"""
    return _file(body, "System", "System.Runtime.InteropServices")


def _format(message: str) -> str:
    holes = iter(range(9))
    return re.sub(r"\{\w+\}", lambda _: f"{{{next(holes)}}}", message)


def _array(names: tuple[str, ...]) -> str:
    return "new[] { " + ", ".join(f'"{name}"' for name in names) + " }"


def _by_platform(values: dict[str, str]) -> str:
    return (
        f"Is(OSPlatform.OSX) ? {values['macos']}\n            : "
        f"Is(OSPlatform.Windows) ? {values['windows']} : {values['linux']}"
    )


def _parameters(interface: Interface) -> str:
    """C's names that are other ones in C#, as lines of an expression."""
    names = named_in_messages(interface)
    return '|"\n            + "'.join("|".join(names[i : i + 6]) for i in range(0, len(names), 6))


def _name(function: Function) -> str:
    return pascal(function.name.removeprefix("robofy_"))


def _frees(function: Function) -> bool:
    return function.name.endswith("_free") or function.name == "robofy_free_string"


def _taken(function: Function, of: Type) -> tuple[str, str]:
    """A SafeHandle frees the pointer that it is."""
    if of.kind is Kind.HANDLE and of.handle in _HELD and not _frees(function):
        return of.handle, f"{of.handle}Handle"
    return _TYPES[of.kind]


def _returned(function: Function) -> tuple[str, str]:
    return _POINTER if function.returns.kind is Kind.TEXT else _TYPES[function.returns.kind]


def _delegate(function: Function) -> str:
    """Called after what it returns and takes."""
    taken = "".join(_taken(function, each.type)[0] for each in function.parameters)
    return f"{_returned(function)[0]}From{taken or 'Nothing'}"


def _declared(name: str, function: Function) -> str:
    parameters = ", ".join(
        f"{_taken(function, each.type)[1]} {_parameter(function, i)}" for i, each in enumerate(function.parameters)
    )
    return f"""\
        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate {_returned(function)[1]} {name}({parameters});"""


def _parameter(function: Function, position: int) -> str:
    """Several functions have the delegate: its parameters are called after their types."""
    words = [_taken(function, each.type)[0].lower().replace("bool", "flag") for each in function.parameters]
    word = words[position]
    return word if words.count(word) == 1 else f"{word}{words[: position + 1].count(word)}"


def _handles(interface: Interface) -> str:
    classes = "\n\n".join(_handle(handle) for handle in interface.handles if handle.name in _HELD)
    body = f"""\
    /// <summary>A pointer that is freed once: when it is disposed of or forgotten, and no call uses it.</summary>
    internal abstract class Handle : SafeHandle
    {{
        protected Handle(IntPtr pointer) : base(IntPtr.Zero, true)
        {{
            SetHandle(pointer);
        }}

        public override bool IsInvalid
        {{
            get {{ return handle == IntPtr.Zero; }}
        }}
    }}

{classes}"""
    return _file(body, "System", "System.Runtime.InteropServices")


def _handle(handle: Handle) -> str:
    return f"""\
    internal sealed class {handle.name}Handle : Handle
    {{
        internal {handle.name}Handle(IntPtr pointer) : base(pointer) {{ }}

        protected override bool ReleaseHandle()
        {{
            Library.Native.{pascal(handle.free.removeprefix("robofy_"))}(handle);
            return true;
        }}
    }}"""


def _status(interface: Interface) -> str:
    members = "\n\n".join(
        f"{_summary(_told(status.text))}\n        {pascal(status.name)} = {status.number},"
        for status in interface.statuses
    )
    cases = "\n".join(
        f'                case Status.{pascal(each.name)}:\n                    return "{each.name.lower()}";'
        for each in interface.statuses
    )
    body = f"""\
    /// <summary>What became of a call. The numbers are stable, and a later library may add some.</summary>
    public enum Status
    {{
{members}
    }}

    /// <summary>The names of statuses.</summary>
    public static class StatusNames
    {{
        /// <summary>In lower case, such as "rate_limited": for logs and metrics. The names are stable.</summary>
        public static string Name(this Status status)
        {{
            switch (status)
            {{
{cases}
                default:
                    return Arguments.String(Library.Native.StatusName((uint)status));
            }}
        }}
    }}"""
    return _file(body)


def _failures(interface: Interface) -> str:
    cases = "\n".join(
        f"                case Status.{pascal(each.name)}:\n"
        f"                    return new {_class_of(each.name)}(failure);"
        for each in interface.failures
    )
    classes = "\n\n".join(_error_class(status) for status in interface.failures)
    body = f"""\
    public partial class RobofyException
    {{
        internal static RobofyException Of(Failure failure)
        {{
            switch (failure.Status)
            {{
{cases}
                default:
                    return new RobofyException(failure);
            }}
        }}
    }}

{classes}"""
    return _file(body)


def _error_class(status: Status) -> str:
    name = _class_of(status.name)
    return f"""\
{_summary(_told(status.text), "    ")}
    public sealed class {name} : RobofyException
    {{
        internal {name}(Failure failure) : base(failure) {{ }}
    }}"""


def _options(interface: Interface) -> str:
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
    return _file(body, "System")


def _property(option: Option) -> str:
    text = " ".join([_TEXTS.of(option.name, option.text), *(_value(option, each) for each in option.settings)])
    return f"""\
{_summary(_told(text))}
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
                Library.Native.{_name(option.function)}(options, {arguments});"""


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
    return f'({_TYPES[kind][1]})Arguments.AtLeast({setting.least}, "{name}", {name}.Value)'


def _value(option: Option, setting: Setting) -> str:
    text = _VALUES.of(option.name, setting.parameter.text)
    if setting.unit is Unit.MILLISECONDS and isinstance(setting.default, int):
        text = text.replace("Milliseconds, greater", "Greater")
        text = text.replace(number(setting.default), f"{seconds(setting.default)} seconds")
    # The type of a pair tells its own values.
    return text if len(option.settings) == 1 else ""
