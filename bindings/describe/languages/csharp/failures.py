"""The statuses, and an exception class for each."""

from __future__ import annotations

from interface import Interface, Status
from words import pascal

from .forms import class_of, file, summary, told


def status(interface: Interface) -> str:
    members = "\n\n".join(
        f"{summary(told(status.text))}\n        {pascal(status.name)} = {status.number},"
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
    return file(body)


def failures(interface: Interface) -> str:
    cases = "\n".join(
        f"                case Status.{pascal(each.name)}:\n"
        f"                    return new {class_of(each.name)}(failure);"
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
    return file(body)


def _error_class(status: Status) -> str:
    name = class_of(status.name)
    return f"""\
{summary(told(status.text), "    ")}
    public sealed class {name} : RobofyException
    {{
        internal {name}(Failure failure) : base(failure) {{ }}
    }}"""
