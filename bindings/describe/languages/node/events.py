"""What a webhook's event tells: how it is read, and its type for TypeScript."""

from __future__ import annotations

from interface import Function, Interface, Kind
from words import MARK, camel

from .forms import jsdoc, told

_KIND, _JSON = "robofy_event_kind", "robofy_event_json"


def event(interface: Interface) -> str:
    read = "\n".join(f"        {_name(getter)}: {_read(getter)}," for getter in _getters(interface))
    return f"""\
// What a webhook's event tells.
//
// {MARK}

import {{ EVENT_KINDS }} from './declarations.js';
import {{ native }} from './native.js';
import {{ WebhookEvent }} from './webhook-event.js';

/** The owner frees what the event is part of, and not before the event is forgotten. */
export function readEvent(event, owner) {{
    return new WebhookEvent({{
        kind: EVENT_KINDS[{_call(_KIND)}] ?? 'other',
{read}
    }}, {_call(_JSON)}, event, owner);
}}
"""


def event_types(interface: Interface) -> str:
    fields = "\n".join(_field(getter) for getter in _getters(interface))
    body = jsdoc(told(interface.function(_JSON).text), "    ")
    return f"""\
// {MARK}

import type {{ EventKind }} from './answers.js';

/**
 * One thing that has happened, in one form for every channel; null for what the webhook does not have. `console.log` and
 * `JSON.stringify` show no part of the body, in which some channels send a key.
 */
export declare class WebhookEvent {{
    private constructor();
    /** What it is. */
    readonly kind: EventKind;
{fields}
{body}
    get body(): string;
    /** The body parsed, of all channels but Twilio: its body is a form, which `new URLSearchParams(body)` parses. */
    json(): unknown;
}}
"""


def _getters(interface: Interface) -> list[Function]:
    return [getter for getter in interface.getters("Event") if getter.name not in (_KIND, _JSON)]


def _name(getter: Function) -> str:
    return camel(getter.name.removeprefix("robofy_event_"))


def _call(getter: str) -> str:
    return f"native.{camel(getter.removeprefix('robofy_'))}(event)"


def _read(getter: Function) -> str:
    if getter.returns.kind is Kind.TEXT:
        return _call(getter.name)
    # koffi makes a BigInt of a number that is too large for JavaScript's.
    got = f"Number({_call(getter.name)})" if getter.returns.kind is Kind.UINT64 else _call(getter.name)
    return f"{got} || null"


def _field(getter: Function) -> str:
    kind = "string" if getter.returns.kind is Kind.TEXT else "number"
    since = " Milliseconds since 1970." if getter.name.endswith("_ms") else ""
    return f"{jsdoc(told(getter.text + since), '    ')}\n    readonly {_name(getter)}: {kind} | null;"
