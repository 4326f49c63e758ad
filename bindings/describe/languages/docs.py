"""The documentation: the tables of functions, statuses and options in `docs/`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from interface import Function, Interface, InterfaceError, Kind, Option, Setting, Status, Unit
from words import MARK, Words, number

# In the order of the page. `docs/reference` takes the themes from there.
_THEMES = {
    "The library": r"version",
    "Options": r"options_\w+",
    "Client": r"client_(new|free|stats)",
    "Chat": r"whatsapp_(chat|send)|chat_send|free_string",
    "Many chats at once": r"(whatsapp|chat)_submit|client_(poll|poll_fd|cancel)|completion_\w+",
    "An answer while it is written": r"stream_\w+",
    "Message": r"message_\w+",
    "Reply": r"reply_(?!parts)\w+",
    "WhatsApp text": r"whatsapp_(format|split)|reply_parts|parts_\w+",
    "Webhooks": r"(webhook|incoming|event)_\w+",
    "Inbox": r"inbox_(?!sessions|options)\w+|outcome_\w+",
    "Inbox options": r"inbox_options_\w+",
    "Any call": r"client_request|request_submit|call_\w+|response_\w+",
    "Uploads": r"client_upload|upload_\w+",
    "Leads, sessions and settings": r"(leads|page|sessions|settings)_\w+|inbox_sessions|agent_settings",
    "Error": r"error_\w+|status_name",
}
# What the header, which tells what a status means, leaves to the documentation.
_ADVICE = {
    "OK": "",
    "INVALID_ARGUMENT": "Correct the parameter that the message names.",
    "CONNECT": "Check the network, the base URL and the proxy. Send again later.",
    "TLS": "Check the clock, the base URL and the trusted authorities (`ca_file`).",
    "TIMEOUT": "Allow more time. Send again only if robofy_error_is_retryable returns true.",
    "INTERRUPTED": "Do not send it again without asking the user.",
    "PROTOCOL": "Check the base URL, and what stands between you and the service.",
    "BAD_REQUEST": "Correct what the message names. After a 408 send again later.",
    "UNAUTHORIZED": "Check the API key.",
    "FORBIDDEN": "Use an API key that may use this project and agent.",
    "NOT_FOUND": "Check `pid`, `chatbot_id` and the base URL.",
    "RATE_LIMITED": "Wait for robofy_error_retry_after_ms, then send again. Send less often.",
    "SERVER": "Send again later if robofy_error_is_retryable returns true.",
    "CANCELLED": "Nothing: the program asked for it.",
    "OVERLOADED": "Collect completions, then submit again. Let an inbox's channel send again later.",
    "INTERNAL": "Report it.",
    "SIGNATURE": "Answer 401. If the webhook is the channel's own, check the secret, and that the body is read as it came.",
    "STORAGE": "Answer 503. Do what the message says: make room, or correct the path.",
}
_VALUES = {Kind.BOOL: "true or false", Kind.TEXT: "text", Kind.UINT32: "32 bits", Kind.UINT64: "64 bits"}
_UNITS = {Unit.MILLISECONDS: "milliseconds, ", Unit.BYTES: "bytes, ", Unit.COUNT: ""}
# In code it is one character.
_TAG = re.compile(r"(`[^`]*`)|<")
_SENTENCE = re.compile(r"(.+?\.)(?=\s+[A-Z]|$)", re.DOTALL)
_NAMED_DEFAULT = re.compile(r'NULL for the default, "([^"]+)"')


def files(interface: Interface) -> dict[str, str]:
    return {
        "docs/functions.md": _functions(interface),
        "docs/statuses.md": _statuses(interface),
        "docs/options.md": _options(interface),
    }


_WORDS = Words(null="NULL", function=lambda name: f"`{name}`", status=lambda name: f"`{name}`")


def _cell(text: str) -> str:
    """On one line. A name that stands in marks for code already gets no second pair."""
    line = " ".join(_WORDS(text).replace("``", "`").split()).replace("|", r"\|")
    return _TAG.sub(lambda found: found[1] or "&lt;", line)


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(header)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, ["---"] * len(columns), *rows))


def _page(title: str, opening: str, body: str) -> str:
    return f"<!-- {MARK} -->\n\n# {title}\n\n{opening}\n\n{body}\n"


def _functions(interface: Interface) -> str:
    by_theme: dict[str, list[Function]] = {theme: [] for theme in _THEMES}
    for function in interface.functions:
        by_theme[_theme(function)].append(function)
    return _page(
        "Functions",
        f"""\
robofy {interface.version} has {len(interface.functions)} functions. [`robofy.h`](../include/robofy.h) and the man
pages have the prototypes, and say what may be NULL and what can fail. [C](c.md) has the rules that hold for all.""",
        "\n\n".join(f"## {theme}\n\n{_of_theme(functions)}" for theme, functions in by_theme.items()),
    )


def _theme(function: Function) -> str:
    for theme, names in _THEMES.items():
        if re.fullmatch(f"robofy_({names})", function.name):
            return theme
    raise InterfaceError(f"{function.name} belongs to no theme of docs/functions.md")


def _of_theme(functions: Iterable[Function]) -> str:
    rows = ((f"`{function.name}`", _cell(_first_sentence(function.text)), function.since) for function in functions)
    return _table(("function", "what it does", "since"), rows)


def _first_sentence(text: str) -> str:
    found = _SENTENCE.match(text)
    return found[1] if found else text


def _statuses(interface: Interface) -> str:
    return _page(
        "Statuses",
        """\
`robofy_error_status` returns one of these for each failure, and `robofy_status_name` its name in lower case. In C
`ROBOFY_STATUS_` stands before each name. The numbers and the names are stable; later versions only append.
[Errors and retries](errors-and-retries.md) says after which of them a message may be sent again.""",
        _table(("number", "status", "meaning", "what to do"), map(_status, interface.statuses)),
    )


def _status(status: Status) -> tuple[str, ...]:
    if status.name not in _ADVICE:
        raise InterfaceError(f"{status.name} has no advice for docs/statuses.md")
    return str(status.number), f"`{status.name}`", _cell(status.text), _cell(_ADVICE[status.name])


def _options(interface: Interface) -> str:
    return _page(
        "Options",
        """\
In C each option is set with the function in the first column, and a setter cannot fail: `robofy_client_new` reports a
value that cannot be used. The packages of the languages have the same options under their own names, without `_ms`;
their pages say which unit of time they take.""",
        _table(("option", "value", "default", "meaning", "since"), map(_option, interface.options)),
    )


def _option(option: Option) -> tuple[str, ...]:
    settings = option.settings
    texts = [f"`{setting.parameter.name}`: {setting.parameter.text}" for setting in settings]
    meaning = " ".join((option.text, *(texts if len(settings) > 1 else [settings[0].parameter.text])))
    return (
        f"`{option.function.name}`",
        _values(settings, _value),
        _values(settings, _default),
        _cell(meaning),
        option.since,
    )


def _values(settings: tuple[Setting, ...], told: Callable[[Setting], str]) -> str:
    if len(settings) == 1:
        return told(settings[0])
    return "; ".join(f"`{setting.parameter.name}`: {told(setting)}" for setting in settings)


def _value(setting: Setting) -> str:
    return _UNITS[setting.unit] + _VALUES[setting.parameter.type.kind]


def _default(setting: Setting) -> str:
    named = _NAMED_DEFAULT.search(setting.parameter.text)
    if named:
        return f"`{named[1]}`"
    if setting.default is None:
        return "NULL"
    if isinstance(setting.default, bool):
        return str(setting.default).lower()
    return number(setting.default) if isinstance(setting.default, int) else setting.default
