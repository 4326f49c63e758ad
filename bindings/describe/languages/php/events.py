"""What a webhook's event tells."""

from __future__ import annotations

import re

from interface import Function, Interface, Kind
from words import camel

from .forms import comment, source

_KIND, _JSON = "robofy_event_kind", "robofy_event_json"


def event(interface: Interface) -> str:
    getters = [getter for getter in interface.getters("Event") if getter.name not in (_KIND, _JSON)]
    properties = "\n".join(_property(getter) for getter in getters)
    read = "\n".join(f"            {_read(getter)}," for getter in getters)
    return source(f"""\
/**
 * One thing that has happened, in one form for every channel; null for what the webhook does not have. An Inbox takes those
 * that a Webhook has read.
 */
final class Event
{{
    /** Half of a UTF-16 pair, as channels write it of an emoji that they cut; json_decode() refuses it. */
    private const HALF = '/\\\\\\\\(?:u[dD][89abAB]..\\\\\\\\u[dD][c-fC-F]|(?!u[dD][89a-fA-F]).)(*SKIP)(*FAIL)|\\\\\\\\u..../s';

    public function __construct(
{_comment(interface.function(_KIND))}
        public readonly EventKind $kind,
{properties}
{_comment(interface.function(_JSON))}
        public readonly string $body = '{{}}',
    ) {{
    }}

    /**
     * The body, parsed anew at each call: everything the channel sent of it.
     *
     * @throws \\JsonException the body is a form, as Twilio's is: parse_str() reads it
     */
    public function json(): mixed
    {{
        return json_decode(preg_replace(self::HALF, '\\\\ufffd', $this->body), true, flags: JSON_THROW_ON_ERROR);
    }}

    /** Without the body, which may hold the channel's own secrets. */
    public function __debugInfo(): array
    {{
        return array_diff_key(get_object_vars($this), ['body' => null]);
    }}

    /** @internal Reads an event of the library, which is kept with it, and is a part of the handle's. */
    public static function read(\\FFI $library, \\FFI\\CData $event, Handle $incoming): self
    {{
        $made = new self(
            EventKind::tryFrom($library->{_KIND}($event)) ?? EventKind::Other,
{read}
            $library->{_JSON}($event),
        );

        return Kept::beside($made, $incoming, $event);
    }}
}}
""")


def _property(getter: Function) -> str:
    kind = "string" if getter.returns.kind is Kind.TEXT else "float" if _is_time(getter) else "int"
    name = camel(re.sub(r"^robofy_event_|_ms$", "", getter.name))
    return f"{_comment(getter)}\n        public readonly ?{kind} ${name} = null,"


def _comment(getter: Function) -> str:
    return comment(getter.text + " Seconds since 1970." * _is_time(getter), " " * 8)


def _read(getter: Function) -> str:
    got = f"$library->{getter.name}($event)"
    if getter.returns.kind is Kind.TEXT:
        return got
    return f"{got} / 1000 ?: null" if _is_time(getter) else f"{got} ?: null"


def _is_time(getter: Function) -> bool:
    return getter.name.endswith("_ms")
