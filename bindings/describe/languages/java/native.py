"""The native methods, and where the library is looked for."""

from __future__ import annotations

import re

import loading
from interface import Function, Interface, Kind
from option import named_in_messages
from words import MARK, camel

from .forms import TYPES


def native(interface: Interface) -> str:
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
    static final String ADVICE_BESIDE =
            "{loading.ADVICE_BESIDE}";
    static final String ADVICE_CHOSEN =
            "{loading.ADVICE_CHOSEN.replace("{version}", interface.version)}";

    /** What the library's messages name, as a regular expression. */
    static final String PARAMETERS =
            "{_parameters(interface)}";

    private Native() {{}}

{methods}
}}
"""


def _parameters(interface: Interface) -> str:
    """C's names that are other ones in Java, as lines of an expression."""
    setters = (function.name for function in interface.of_handle("InboxOptions"))
    inboxes = [name.partition("_set_")[2].removesuffix("_ms") for name in setters]
    more = [*inboxes, "channel_id", "message_id", "provider_id"]
    names = list(dict.fromkeys([*named_in_messages(interface), *(name for name in more if "_" in name)]))
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
    returns = "Pointer" if function.returns.kind is Kind.TEXT else TYPES[function.returns.kind]
    takes = ", ".join(f"{TYPES[each.type.kind]} {camel(each.name)}" for each in function.parameters)
    line = f"static native {returns} {function.name}({takes});"
    return line if len(line) < 116 else line.replace("(", "(\n            ", 1)
