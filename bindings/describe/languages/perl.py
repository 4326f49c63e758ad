"""Perl: the signatures for FFI::Platypus, a package for each status, and the tables of options, documented as POD."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import loading
from interface import Function, Interface, Kind, Option, Status, Type, Unit
from option import each_in_seconds, message_settings, new_message
from words import MARK, Reworded, Words, pascal, wrapped

_PACKAGE = "bindings/perl/lib/Robofy"
_TYPES = {
    Kind.NOTHING: "void",
    Kind.BOOL: "bool",
    Kind.INT32: "sint32",
    Kind.INT64: "sint64",
    Kind.UINT32: "uint32",
    Kind.UINT64: "uint64",
    Kind.STATUS: "uint32",
    Kind.TEXT: "string",
    # A string would be copied, and the address to free would be lost.
    Kind.OWNED_TEXT: "opaque",
    Kind.HANDLE: "opaque",
    Kind.ERROR_OUT: "opaque*",
}
_SYSTEMS = {"darwin": "macos", "MSWin32": "windows", "''": "linux"}
_CHECKS = {Kind.BOOL: "boolean", Kind.UINT32: "integer", Kind.UINT64: "size", Kind.TEXT: "text"}
_PREFIXES = ("robofy_error_", "robofy_reply_", "robofy_client_", "robofy_whatsapp_")
_SETTER = re.compile(r"robofy_(?:options|message)_set_")
_UNIT = re.compile(r"_(us|ms)$")
_PER_SECOND = {"us": "1e6", "ms": "1000"}
_NAMES = {"json": "body"}
# Code, and what would begin one of POD's own marks.
_MARKED = re.compile(r"`([^`]+)`|(?<=[A-Z])<")
# Where C's words do not fit.
_AS_IN_C = Reworded()
_TEXTS = Reworded(
    user_context=(
        "2b5cba21",
        "More about the user, session or application, for the agent: a reference to a hash of JSON values. It"
        " must not hold `platform`, and a `session_id` in it must agree with the message's.",
    ),
    timeout=("12dacedb", "Bounds the whole call for this message. Seconds; without it, the client's."),
)


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_PACKAGE}/Declarations.pm": _declarations(interface),
        f"{_PACKAGE}/Failures.pm": _failures(interface),
        f"{_PACKAGE}/Fields.pm": _fields(interface),
        f"{_PACKAGE}/Parameters.pm": _parameters(interface),
    }


def _class_of(status: str) -> str:
    return f"Robofy::Error::{'TLS' if status == 'TLS' else pascal(status)}"


def _function(name: str) -> str:
    if _SETTER.match(name):
        return f"`{_SETTER.sub('', name).removesuffix('_ms')}`"
    prefix = next(prefix for prefix in _PREFIXES if name.startswith(prefix))
    return f"`{name.removeprefix(prefix).removesuffix('_ms')}`"


_WORDS = Words(null="undef", function=_function, status=lambda name: f"`{_class_of(name)}`")


def _pod(text: str) -> str:
    """In lines, with POD's marks for code."""
    return re.sub("^=", "Z<>=", _MARKED.sub(_marked, wrapped(_WORDS(text), "")), flags=re.MULTILINE)


def _marked(found: re.Match[str]) -> str:
    if not found[1]:
        return "E<lt>"
    return f"C<< {found[1]} >>" if re.search("[<>]", found[1]) else f"C<{found[1]}>"


def _head(package: str, about: str) -> str:
    return f"package Robofy::{package};\n\n# {about}\n# {MARK}\n\nuse strict;\nuse warnings;\n"


def _declarations(interface: Interface) -> str:
    frees = {handle.name: f"'{handle.free}'" for handle in interface.handles}
    return f"""\
{_head("Declarations", "The C interface: every function's types, and where the library is looked for.")}
use constant {{
    VERSION       => '{interface.version}',
    CANNOT_LOAD   => '{_told(loading.CANNOT_LOAD, interface)}',
    CANNOT_USE    => '{_told(loading.CANNOT_USE, interface)}',
    ADVICE        => '{_told(loading.ADVICE, interface)}',
    ADVICE_CHOSEN => '{_told(loading.ADVICE_CHOSEN, interface)}',
}};

# What each function takes, and what it returns, as FFI::Platypus has it.
our %SIGNATURES = (
{_table({function.name: _signature(function) for function in interface.functions})}
);

# What frees a handle, and a text that is not borrowed.
our %FREE = (
{_table({**frees, "Text": "'robofy_free_string'"})}
);

# By $^O, and for all others.
our %BESIDE = (
{_table({system: f"'{loading.BESIDE[name]}'" for system, name in _SYSTEMS.items()})}
);
our %SYSTEM = (
{_table({system: f"[qw({' '.join(loading.SYSTEM[name])})]" for system, name in _SYSTEMS.items()})}
);

1;
"""


def _told(message: str, interface: Interface) -> str:
    return message.replace("{version}", interface.version)


def _table(rows: Mapping[str, str]) -> str:
    width = max(map(len, rows))
    return "\n".join(f"    {name:{width}} => {value}," for name, value in rows.items())


def _type(of: Type) -> str:
    return _TYPES[of.kind]


def _signature(function: Function) -> str:
    takes = " ".join(_type(parameter.type) for parameter in function.parameters)
    return f"[[qw({takes})] => '{_type(function.returns)}']"


def _failures(interface: Interface) -> str:
    classes = _table({str(status.number): f"'{_class_of(status.name)}'" for status in interface.failures})
    packages = "\n\n".join(_error_class(status) for status in interface.failures)
    return f"""\
{_head("Failures", "A subclass of Robofy::Error for each status.")}
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
    name = _class_of(status.name)
    return f"""\
=head2 {name}

{_pod(f"`{status.name.lower()}`, number {status.number}. {status.text}")}

=cut

package {name};
our @ISA = ('Robofy::Error');
sub status {{ return '{status.name.lower()}' }}
sub number {{ return {status.number} }}"""


def _fields(interface: Interface) -> str:
    return f"""\
{_head("Fields", "What a reply and an error hold, by name, and how it is read of the library's.")}
use Robofy::Native;

{_table_of("Reply", interface)}

{_table_of("Error", interface)}

1;

__END__

=encoding UTF-8

=head1 NAME

Robofy::Fields - the methods of Robofy::Reply and Robofy::Error

=head1 Robofy::Reply

As a string it is its C<answer>.

=over

{_items(_got(getter) for getter in interface.getters("Reply"))}

=item json

The body, parsed.

=back

=head1 Robofy::Error

As a string it is its C<message>.

=over

{_items(_got(getter) for getter in interface.getters("Error"))}

=item number

The status's number.

=back
"""


def _table_of(handle: str, interface: Interface) -> str:
    rows = {_name(getter): f"sub {{ {_read(getter)} }}" for getter in interface.getters(handle)}
    if handle == "Error":
        rows["number"] = "sub { Robofy::Native::robofy_error_status($_[0]) }"
    return f"our %{handle.upper()} = (\n{_table(rows)}\n);"


def _name(getter: Function) -> str:
    name = getter.name.split("_", 2)[2]
    return _NAMES.get(name, _UNIT.sub("", name))


def _read(getter: Function) -> str:
    value = f"Robofy::Native::{getter.name}($_[0])"
    kind, unit = getter.returns.kind, _UNIT.search(getter.name)
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
    seconds = " In seconds." if _UNIT.search(getter.name) else ""
    return _name(getter), f"{getter.text}{seconds}{' undef if that is not known.' * getter.may_miss}"


def _parameters(interface: Interface) -> str:
    setters = tuple(message_settings(interface))
    options = _table({option.name: _setter(option, "text") for option in interface.options})
    message = _table({option.name: _setter(option, "message_text") for option in setters})
    return f"""\
{_head("Parameters", "What a client and a message take.")}
use Robofy::Arguments;

# By name: the function that sets it, and what checks a value and gives what that function takes.
our %OPTIONS = (
{options}
);

our %MESSAGE = (
{message}
);

1;

__END__

=encoding UTF-8

=head1 NAME

Robofy::Parameters - what Robofy::Client's new and whatsapp_chat take

=head1 OPTIONS

Of C<< Robofy::Client->new($api_key, %options) >>; undef leaves one to the library's default.

=over

{_items(_documented(option) for option in interface.options)}

=item pid, chatbot_id

The project and the agent of messages that name none.

=item log

A sub that is called with one line for each chat that failed or took more than one attempt.

=back

=head1 MESSAGE

Of C<whatsapp_chat> and C<submit>.

=over

{_items([*_needed(interface), *(_documented(option, _TEXTS) for option in setters)])}

=back
"""


def _setter(option: Option, text: str) -> str:
    return f"[{option.function.name} => \\&Robofy::Arguments::{_check(option, text)}]"


def _check(option: Option, text: str) -> str:
    setting = option.settings[0]
    if len(option.settings) > 1:
        return "rate"
    if setting.parameter.name == "json":
        return "json"
    if setting.parameter.type.kind is Kind.TEXT:
        return text
    return "milliseconds" if setting.unit is Unit.MILLISECONDS else _CHECKS[setting.parameter.type.kind]


def _needed(interface: Interface) -> list[tuple[str, str]]:
    return [(parameter.name, parameter.text) for parameter in new_message(interface).parameters]


def _documented(option: Option, texts: Reworded = _AS_IN_C) -> tuple[str, str]:
    values = each_in_seconds(option)
    if len(option.settings) > 1:
        values = f"`[{', '.join(setting.parameter.name for setting in option.settings)}]`. {values}"
    return option.name, texts.of(option.name, f"{option.text} {values}")


def _items(items: Iterable[tuple[str, str]]) -> str:
    return "\n\n".join(f"=item {name}\n\n{_pod(text)}" for name, text in items)
