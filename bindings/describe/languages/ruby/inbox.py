"""The constructor that takes an inbox's options, and what an outcome tells, with their RBS."""

from __future__ import annotations

from inbox_option import check, documented, inbox_options, names
from interface import Function, Interface, Kind, Option, Setting, Unit

from .forms import comment, source

_TYPES = {
    "path": ("String, #to_path", "(String | _ToPath)"),
    "text": ("String", "String"),
    "duration": ("Numeric", "Numeric"),
    "milliseconds": ("Numeric", "Numeric"),
    "boolean": ("Boolean", "bool"),
    "fallback": ("String, Hash{Symbol => String}", "(String | Hash[Symbol, String])"),
    "words": ("Array<String>", "Array[String]"),
    "media": ("Symbol", "media_policy"),
    "dialect": ("Symbol", "dialect"),
}
_INTEGER = ("Integer", "Integer")
_LEAST = {"count": ", 1", "integer": ""}
# Read by hand, or of which there are several.
_READ_APART = {"kind", "parts", "reply", "error", "message_count", "message_id", "request"}
_APART = {
    "parts": (
        "Array<Part>",
        "Array[Part]",
        "What is to be sent, in this order, each to be reported. Empty if nothing is.",
    ),
    "request": (
        "String, nil",
        "String?",
        "Of typing, the JSON body of Meta's POST that shows the indicator and marks the messages as read.",
    ),
    "reply": ("Reply, nil", "Reply?", "The agent's reply, of an answer."),
    "error": ("Error, nil", "Error?", "Why the agent has not answered, of a fallback."),
    "message_ids": (
        "Array<String>",
        "Array[String]",
        "The channel's identifiers of the messages that end in it, in the order in which they were accepted; of typing,"
        " of those that the agent is reading.",
    ),
}


def inbox(interface: Interface) -> str:
    new = interface.function("robofy_inbox_new")
    options = inbox_options(interface)
    kinds = {name: _type(option, place)[0] for option in options for place, name in enumerate(names(option))}
    told = "\n".join(
        comment(text, "    ", f"@param {name} [{kinds[name]}, nil] ", "  ")
        for name, text in documented(options, _member, "an Array", "a Hash")
    )
    parameters = ",\n".join(
        f"      {name}: {_default(setting)}"
        for option in options
        for name, setting in zip(names(option), option.settings)
    )
    setters = "\n".join(f"        {_setter(option)}" for option in options)
    return source(f"""\
  class Inbox
{comment(new.text, "    ")}
    #
    # `nil` stands for the library's default everywhere.
    #
    # @param client [Client] What asks the agent; it may be closed before the inbox.
    # @param pid [String, nil] The project; `nil` for the client's.
    # @param chatbot_id [String, nil] The agent of that project which is to answer; `nil` for the client's.
{told}
    # @raise [InvalidArgumentError] an argument cannot be used; the message names it
    # @raise [StorageError] the path cannot be used; the message names it, and says what is wrong there and what to do
    # @raise [TypeError] an argument is of the wrong type
    # @since {new.since}
    def initialize(
      client,
      pid: nil,
      chatbot_id: nil,
{parameters}
    )
      connect(client, pid, chatbot_id) do |set|
{setters}
      end
    end
  end
""")


def outcome(interface: Interface) -> str:
    getters = _texts(interface)
    told = [("kind", "What it is: one of OUTCOME_KINDS.")]
    told += [(_name(getter), getter.text + _missing(getter)) for getter in getters]
    told += [(name, text) for name, (_, _, text) in _APART.items()]
    lines = "\n".join(comment(f"`{name}`: {text}", "  ", "- ", "  ") for name, text in told)
    members = ",\n".join(f"    :{name}" for name, _ in told)
    read = ",\n".join(f"        {_name(getter)}: Native.call(:{getter.name}, outcome)" for getter in getters)
    return source(f"""\
{comment(_about(interface), "  ")}
  #
{lines}
  Outcome = Struct.new(
{members},
    keyword_init: true
  ) do
    include Lent

    # Reads an outcome of the library, which its owner frees.
    def self.read(outcome, owner)
      reply, error = %i[reply error].map {{ |of| Native.call(:"robofy_outcome_#{{of}}", outcome) }}
      request = ->(part) {{ Native.call(:robofy_outcome_request, outcome, part) }}
      kind = OUTCOME_KINDS.fetch(Native.call(:robofy_outcome_kind, outcome), :notice)
      new(
        kind: kind,
{read},
        parts: Part.read_all(Native.call(:robofy_outcome_parts, outcome), &request),
        request: (request.call(0) if kind == :typing),
        reply: reply && Reply.read(reply),
        error: error && Native.read_error(error),
        message_ids: Array.new(Native.call(:robofy_outcome_message_count, outcome)) do |index|
          Native.call(:robofy_outcome_message_id, outcome, index).freeze
        end
      ).owned_by(owner)
    end

    # Without the texts, and without whom they are for.
    def inspect
      "#<#{{self.class}} #{{kind}}, #{{parts.size}} parts, #{{message_ids.size}} messages>"
    end
  end
""")


def inbox_types(interface: Interface) -> str:
    options = inbox_options(interface)
    parameters = ",\n".join(
        f"      ?{name}: {_type(option, place)[1]}?" for option in options for place, name in enumerate(names(option))
    )
    readers = "\n".join(
        f"    attr_reader {_name(getter)}: String{'?' * bool(_missing(getter))}" for getter in _texts(interface)
    )
    apart = "\n".join(f"    attr_reader {name}: {kind}" for name, (_, kind, _) in _APART.items())
    return f"""\
  class Outcome < Struct[untyped]
    attr_reader kind: outcome_kind
{readers}
{apart}

    def inspect: () -> String
    def to_s: () -> String
    def pretty_print: (untyped printer) -> void
  end

  class Inbox
    def initialize: (
      Client client,
      ?pid: String?,
      ?chatbot_id: String?,
{parameters}
    ) -> void
  end"""


def _about(interface: Interface) -> str:
    text = next(handle.text for handle in interface.handles if handle.name == "Outcome").split("\n\n")[0]
    return f"{text} What is not known is nil."


def _texts(interface: Interface) -> list[Function]:
    return [getter for getter in interface.getters("Outcome") if _name(getter) not in _READ_APART]


def _name(getter: Function) -> str:
    return getter.name.removeprefix("robofy_outcome_")


def _missing(getter: Function) -> str:
    return " Or nil." * getter.may_miss


def _member(name: str) -> str:
    return f"`:{name}`"


def _type(option: Option, place: int) -> tuple[str, str]:
    return _TYPES["text"] if place else _TYPES.get(check(option), _INTEGER)


def _default(setting: Setting) -> str:
    if setting.default is None:
        return "nil"
    if setting.unit is Unit.MILLISECONDS:
        return f"{setting.number / 1000:_.15g}"
    return str(setting.default).lower() if setting.parameter.type.kind is Kind.BOOL else f"{setting.default:_}"


def _setter(option: Option) -> str:
    kind, name = check(option), option.function.name.removeprefix("robofy_inbox_options_set_")
    more = "".join(f", {second}" for second in names(option)[1:]) + _LEAST.get(kind, "")
    kind = "integer" if kind in _LEAST else kind
    return f'set.call(:{name}, :{kind}, "{option.name}", {option.name}{more})'
