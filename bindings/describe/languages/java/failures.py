"""The statuses, and an exception class for each."""

from __future__ import annotations

from interface import Interface, Status
from words import MARK

from .forms import class_of, javadoc, told


def status(interface: Interface) -> str:
    members = ",\n".join(
        f'{javadoc(told(status.text))}\n    {status.name}({status.number}, "{status.name.lower()}")'
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

    final int number;
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


def exception(interface: Interface) -> str:
    cases = "\n".join(
        f"            case {each.name} -> new {class_of(each.name)}(facts);" for each in interface.failures
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
    name = class_of(status.name)
    return f"""\
{javadoc(told(status.text))}
    public static final class {name} extends RobofyException {{
        private static final long serialVersionUID = 1;

        private {name}(Facts facts) {{
            super(facts);
        }}
    }}"""
