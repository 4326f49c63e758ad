"""What a webhook's event tells, and its RBS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interface import Function, Interface, Kind

from .forms import comment, source

_KIND, _JSON = "robofy_event_kind", "robofy_event_json"


def event(interface: Interface) -> str:
    getters = list(_getters(interface))
    documented = "\n".join(
        comment(f"`{_name(getter)}`: {getter.text}{_more(getter)}", "  ", "- ", "  ") for getter in getters
    )
    members = ",\n".join(f"    :{_name(getter)}" for getter in getters)
    read = ",\n".join(f"        {_name(getter)}: {_read(getter)}" for getter in getters)
    return source(f"""\
  # One thing that has happened, in one form for every channel; nil for what the webhook does not have:
  #
{documented}
  Event = Struct.new(
{members},
    keyword_init: true
  ) do
    include Lent

    # Reads an event of the library, which its owner frees.
    def self.read(event, owner)
      new(
{read}
      ).owned_by(owner, event)
    end

    # The body, parsed anew at each call: everything the channel sent of it. Raises JSON::ParserError where it is a form,
    # as Twilio's is: URI.decode_www_form reads it.
    def json
      # As deep as a webhook may be.
      JSON.parse(body, max_nesting: 128)
    end

    # Without the text, which is the user's, and the body, which may hold the channel's own secrets.
    def inspect
      said = to_h.except(:text, :body).compact.map {{ |name, value| "#{{name}}=#{{value.inspect}}" }}
      "#<#{{self.class}} #{{said.join(", ")}}>"
    end
  end
""")


def event_types(interface: Interface) -> str:
    readers = "\n".join(f"    attr_reader {_name(getter)}: {_type(getter)}" for getter in _getters(interface))
    return f"""\
  class Event < Struct[untyped]
{readers}

    def json: () -> untyped
    def inspect: () -> String
    def to_s: () -> String
    def pretty_print: (untyped printer) -> void
  end"""


def _getters(interface: Interface) -> Iterator[Function]:
    """From the kind to the whole."""
    yield interface.function(_KIND)
    yield from (getter for getter in interface.getters("Event") if getter.name not in (_KIND, _JSON))
    yield interface.function(_JSON)


def _name(getter: Function) -> str:
    return "body" if getter.name == _JSON else re.sub(r"^robofy_event_|_ms$", "", getter.name)


def _more(getter: Function) -> str:
    """What the header's words do not say of it."""
    return " One of EVENT_KINDS." * (getter.name == _KIND) + " It is a Time." * getter.name.endswith("_ms")


def _type(getter: Function) -> str:
    if getter.name in (_KIND, _JSON):
        return "event_kind" if getter.name == _KIND else "String"
    return "String?" if getter.returns.kind is Kind.TEXT else "Time?" if getter.name.endswith("_ms") else "Integer?"


def _read(getter: Function) -> str:
    got = f"Native.call(:{getter.name}, event)"
    if getter.name == _KIND:
        return f"EVENT_KINDS.fetch({got}, :other)"
    if getter.returns.kind is Kind.TEXT:
        return got
    return f"{got}.nonzero?" + "&.then { |ms| Time.at(0, ms, :millisecond) }" * getter.name.endswith("_ms")
