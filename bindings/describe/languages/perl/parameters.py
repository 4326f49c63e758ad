"""What a client, a message and an inbox take."""

from __future__ import annotations

from interface import Interface, Kind, Option, Unit
from option import each_in_seconds, message_settings, new_message
from words import Reworded

from .forms import head, items, table
from .inbox import inbox_items, inbox_table

_CHECKS = {Kind.BOOL: "boolean", Kind.UINT32: "integer", Kind.UINT64: "size", Kind.TEXT: "text"}
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


def parameters(interface: Interface) -> str:
    setters = tuple(message_settings(interface))
    options = table({option.name: _setter(option, "text") for option in interface.options})
    message = table({option.name: _setter(option, "message_text") for option in setters})
    return f"""\
{head("Parameters", "What a client, a message and an inbox take.")}
use Robofy::Arguments;

# By name: the function that sets it, and what checks a value and gives what that function takes.
our %OPTIONS = (
{options}
);

our %MESSAGE = (
{message}
);

# With the name of the text beside it, of a value that has one.
{inbox_table(interface)}

1;

__END__

=encoding UTF-8

=head1 NAME

Robofy::Parameters - what Robofy::Client's new and whatsapp_chat, and Robofy::Inbox's new, take

=head1 OPTIONS

Of C<< Robofy::Client->new($api_key, %options) >>; undef leaves one to the library's default.

=over

{items(_documented(option) for option in interface.options)}

=item pid, chatbot_id

The project and the agent of messages that name none.

=item log

A sub that is called with one line for each chat that failed or took more than one attempt.

=back

=head1 MESSAGE

Of C<whatsapp_chat> and C<submit>.

=over

{items([*_needed(interface), *(_documented(option, _TEXTS) for option in setters)])}

=back

=head1 INBOX

Of C<< Robofy::Inbox->new($client, %options) >>; undef leaves one to the library's default.

=over

=item pid, chatbot_id

The project, and the agent of that project which is to answer: the client's if they are not given.

{inbox_items(interface)}

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
