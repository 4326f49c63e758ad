"""What a call ends with: a package for each status, and the fields of replies and errors."""

from __future__ import annotations

import re

from interface import Enumeration, Function, Interface, Kind, Status, snake
from words import Reworded, plural

from .forms import class_of, head, items, pod, table
from .inbox import outcome_items, outcome_table

_UNIT = re.compile(r"_(us|ms)$")
_PER_SECOND = {"us": "1e6", "ms": "1000"}
_NAMES = {"json": "body"}
# Of bytes, which may hold NULs.
_LENGTH = "_length"
_BYTES = {"robofy_response_body"}
_ENUMS = {"robofy_stream_event_kind": "STREAM_EVENT_KINDS", "robofy_event_kind": "EVENT_KINDS"}
_MAY_MISS = {"robofy_stream_event_text"}
_TEXTS = Reworded(
    robofy_response_body=(
        "546b4146",
        "The body as it was received: bytes, JSON where the service's reference says nothing else.",
    ),
    robofy_response_data=("0bb14b29", "What the service's envelope holds: the value of `data` in the body, parsed."),
)


def failures(interface: Interface) -> str:
    classes = table({str(status.number): f"'{class_of(status.name)}'" for status in interface.failures})
    packages = "\n\n".join(_error_class(status) for status in interface.failures)
    return f"""\
{head("Failures", "A subclass of Robofy::Error for each status.")}
# By the library's numbers, which are stable.
our %CLASSES = (
{classes}
);

=encoding UTF-8

=head1 NAME

Robofy::Failures - the subclasses of Robofy::Error

=head1 CLASSES

{packages}

1;
"""


def _error_class(status: Status) -> str:
    name = class_of(status.name)
    return f"""\
=head2 {name}

{pod(f"`{status.name.lower()}`, number {status.number}. {status.text}")}

=cut

package {name};
our @ISA = ('Robofy::Error');
sub status {{ return '{status.name.lower()}' }}
sub number {{ return {status.number} }}"""


def fields(interface: Interface) -> str:
    return f"""\
{head("Fields", "What the results of the library hold, by name, and how it is read of the library's.")}
use Robofy::Native;

{_table_of("Reply", interface)}

{_table_of("Response", interface)}

# By the library's numbers.
{chr(10).join(_names(enum) for enum in interface.enums)}

{_table_of("StreamEvent", interface)}

{_table_of("Event", interface)}

{outcome_table(interface)}

{_table_of("Settings", interface)}

# Of one of the sessions, by its index.
our %SESSION = (
{table({_name(getter): _of_index(getter) for getter in _of_sessions(interface)})}
);

{_table_of("Error", interface)}

1;

__END__

=encoding UTF-8

=head1 NAME

Robofy::Fields - the methods of Robofy::Reply, Robofy::Error and other results

=head1 Robofy::Reply

As a string it is its C<answer>.

=over

{items(_got(getter) for getter in interface.getters("Reply"))}

=item json

The body, parsed.

=back

=head1 Robofy::Response

=over

{items(_got(getter) for getter in _own("Response", interface))}

=item header($name)

A header, by its name in upper or lower case. undef if there is none.

=item json

The body, parsed.

=back

=head1 Robofy::StreamEvent

=over

{items(_got(getter) for getter in _own("StreamEvent", interface))}

=item json

The body, parsed.

=back

=head1 Robofy::Event

=over

{items(_got(getter) for getter in _own("Event", interface))}

=item json

The body, parsed.

=back

=head1 Robofy::Outcome

=over

{outcome_items(interface)}

=back

=head1 Robofy::Settings

=over

{items(_got(getter) for getter in _own("Settings", interface))}

=item json

The body, parsed.

=back

=head1 A session

What C<sessions> gives is a reference to a hash of these.

=over

{items(_got(getter) for getter in _of_sessions(interface))}

=back

=head1 Robofy::Error

As a string it is its C<message>.

=over

{items(_got(getter) for getter in interface.getters("Error"))}

=item number

The status's number.

=back

=head1 NAMES

{chr(10).join(_described(enum) for enum in interface.enums)}"""


def _described(enum: Enumeration) -> str:
    members = items((member.name.lower(), member.text) for member in enum.members)
    return f"=head2 {enum.name}\n\n{pod(enum.about)}\n\n=over\n\n{members}\n\n=back\n"


def _names(enum: Enumeration) -> str:
    return f"our @{plural(snake(enum.name)).upper()} = qw({' '.join(member.name.lower() for member in enum.members)});"


def _own(handle: str, interface: Interface) -> list[Function]:
    """The getters that take nothing but the handle."""
    getters = interface.getters(handle)
    return [getter for getter in getters if len(getter.parameters) == 1 and not getter.name.endswith(_LENGTH)]


def _of_sessions(interface: Interface) -> list[Function]:
    return [getter for getter in interface.getters("Sessions") if len(getter.parameters) == 2]


def _of_index(getter: Function) -> str:
    return f"sub {{ Robofy::Native::text(Robofy::Native::{getter.name}(@_)) }}"


def _table_of(handle: str, interface: Interface) -> str:
    rows = {_name(getter): f"sub {{ {_read(getter)} }}" for getter in _own(handle, interface)}
    if handle == "Error":
        rows["number"] = "sub { Robofy::Native::robofy_error_status($_[0]) }"
    return f"our %{snake(handle).upper()} = (\n{table(rows)}\n);"


def _name(getter: Function) -> str:
    name = getter.name.removeprefix(f"robofy_{snake(getter.parameters[0].type.handle)}_")
    return _NAMES.get(name, _UNIT.sub("", name))


def _read(getter: Function) -> str:
    value = f"Robofy::Native::{getter.name}($_[0])"
    kind, unit = getter.returns.kind, _UNIT.search(getter.name)
    if getter.name in _BYTES:
        return f"Robofy::Native::bytes({value}, Robofy::Native::{getter.name}{_LENGTH}($_[0]))"
    if getter.name in _ENUMS:
        return f"${_ENUMS[getter.name]}[{value}] // 'other'"
    if kind is Kind.STATUS:
        return f"Robofy::Native::robofy_status_name({value})"
    if kind is Kind.TEXT:
        return f"Robofy::Native::text({value})"
    if kind is Kind.BOOL:
        return f"{value} ? 1 : 0"
    if unit:
        value += f" / {_PER_SECOND[unit[1]]}"
    return f"{value} || undef" if getter.may_miss else value


def _got(getter: Function) -> tuple[str, str]:
    since = " since 1970" * ("_timestamp_" in getter.name)
    seconds = f" In seconds{since}." if _UNIT.search(getter.name) else ""
    missing = " undef if that is not known." * (getter.may_miss or getter.name in _MAY_MISS)
    return _name(getter), f"{_TEXTS.of(getter.name, getter.text)}{seconds}{missing}"
