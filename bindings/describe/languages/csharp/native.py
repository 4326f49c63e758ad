"""The delegates and the handles, and where the library is looked for."""

from __future__ import annotations

import re

import loading
from interface import Function, Handle, Interface, Kind, Type
from option import named_in_messages
from words import pascal

from .forms import INBOX_SETTER, TYPES, file, member
from .inbox import setters

_POINTER = ("Pointer", "IntPtr")
# What is passed to many calls; all else that the library hands out is read and freed at once.
_HELD = (
    "Call",
    "Client",
    "Inbox",
    "InboxOptions",
    "Incoming",
    "Leads",
    "Message",
    "Options",
    "Outcome",
    "Stream",
    "Upload",
    "Webhook",
)


def native(interface: Interface) -> str:
    fields = "\n".join(f"        internal readonly {_delegate(each)} {member(each)};" for each in interface.functions)
    bound = "\n".join(
        f'            {member(each)} = library.Function<{_delegate(each)}>("{each.name}");'
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
        internal const string AdviceBeside =
            "{loading.ADVICE_BESIDE}";
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
    return file(body, "System", "System.Runtime.InteropServices")


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
    names = named_in_messages(interface) + _named_by_inboxes(interface)
    return '|"\n            + "'.join("|".join(names[i : i + 6]) for i in range(0, len(names), 6))


def _named_by_inboxes(interface: Interface) -> list[str]:
    options = [
        setter.name.removeprefix(INBOX_SETTER) for setter in setters(interface) if not setter.name.endswith("_ms")
    ]
    offered = [parameter.name for parameter in interface.function("robofy_inbox_offer_text").parameters]
    known = named_in_messages(interface)
    return [name for name in (*options, *offered) if "_" in name and name not in known]


def _frees(function: Function) -> bool:
    return function.name.endswith("_free") or function.name == "robofy_free_string"


def _taken(function: Function, of: Type) -> tuple[str, str]:
    """A SafeHandle frees the pointer that it is."""
    if of.kind is Kind.HANDLE and of.handle in _HELD and not _frees(function):
        return of.handle, f"{of.handle}Handle"
    return TYPES[of.kind]


def _returned(function: Function) -> tuple[str, str]:
    return _POINTER if function.returns.kind is Kind.TEXT else TYPES[function.returns.kind]


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


def handles(interface: Interface) -> str:
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
    return file(body, "System", "System.Runtime.InteropServices")


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
