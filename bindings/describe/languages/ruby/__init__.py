"""Ruby: Fiddle's signatures, a class for each status, events, outcomes, the constructors with options, their RBS."""

from __future__ import annotations

import re

import loading
from interface import Enumeration, Function, Interface, Kind, Option, Status, Unit, snake
from option import each_in_seconds
from words import MARK, Reworded, plural, seconds

from .events import event, event_types
from .forms import class_of, comment, source
from .inbox import inbox, inbox_types, outcome

_GEM = "bindings/ruby"
_LIBRARY = f"{_GEM}/lib/robofy"
# Not a text: it may hold NULs.
_BYTES = "robofy_response_body"
# Where C's words do not fit.
_TEXTS = Reworded(
    max_in_flight=(
        "2ffc21f9",
        "How many chats, other calls and streams may be in flight; one more is refused with an `OverloadedError`.",
    ),
)
_VALUES = Reworded(
    rate_limit=("67bb7693", "`[messages a minute, messages at once]`; `nil`, the default, for no pacing."),
)
# YARD's name of a type, and RBS's.
_STRING, _PATH, _SECONDS = ("String", "String"), ("String, #to_path", "(String | _ToPath)"), ("Numeric", "Numeric")
_INTEGER, _BOOLEAN, _RATE = ("Integer", "Integer"), ("Boolean", "bool"), ("Array(Integer, Integer)", "Array[Integer]")


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_LIBRARY}/version.rb": _version(interface),
        f"{_LIBRARY}/declarations.rb": _declarations(interface),
        f"{_LIBRARY}/failures.rb": _failures(interface),
        f"{_LIBRARY}/options.rb": _options(interface),
        f"{_LIBRARY}/session.rb": _session(interface),
        f"{_LIBRARY}/enums.rb": _enums(interface),
        f"{_LIBRARY}/event.rb": event(interface),
        f"{_LIBRARY}/inbox_options.rb": inbox(interface),
        f"{_LIBRARY}/outcome.rb": outcome(interface),
        f"{_GEM}/sig/generated.rbs": _rbs(interface),
    }


def _version(interface: Interface) -> str:
    return source(f'  VERSION = "{interface.version}"\n')


def _declarations(interface: Interface) -> str:
    signatures = ",\n".join(
        f"      {function.name}: %i[{' '.join(types)}]"
        for function in interface.functions
        for types in [[_returned(function), *(_kind(parameter.type.kind) for parameter in function.parameters)]]
    )
    messages = "\n".join(
        f'    {name} = "{_format(getattr(loading, name), interface.version)}"'
        for name in ("CANNOT_LOAD", "CANNOT_USE", "ADVICE", "ADVICE_BESIDE", "ADVICE_CHOSEN")
    )
    return source(f"""\
  module Native
    # What each function of robofy.h returns, then what it takes.
    SIGNATURES = {{
{signatures}
    }}.freeze

    # The library's name beside the gem, and its names for the system's loader.
    BESIDE, *SYSTEM =
      case RbConfig::CONFIG["host_os"]
      when /darwin/ then {_names_of("macos")}
      when /mswin|mingw/ then {_names_of("windows")}
      else {_names_of("linux")}
      end
{messages}
    private_constant :BESIDE, :SYSTEM, :CANNOT_LOAD, :CANNOT_USE, :ADVICE, :ADVICE_BESIDE, :ADVICE_CHOSEN
  end
""")


def _returned(function: Function) -> str:
    return "bytes" if function.name == _BYTES else _kind(function.returns.kind)


def _kind(of: Kind) -> str:
    return of.name.lower()


def _names_of(system: str) -> str:
    return f"%w[{' '.join((loading.BESIDE[system], *loading.SYSTEM[system]))}]"


def _format(message: str, version: str) -> str:
    """As Kernel#format takes it."""
    return re.sub(r"\{(\w+)\}", r"%{\1}", message.replace("{version}", version))


def _failures(interface: Interface) -> str:
    classes = "\n\n".join(_error_class(status) for status in interface.failures)
    table = ",\n".join(f"    {status.name.lower()}: {class_of(status.name)}" for status in interface.failures)
    return source(f"""\
{classes}

  # The class of each status, by Error#status.
  STATUSES = {{
{table}
  }}.freeze
""")


def _error_class(status: Status) -> str:
    return f"""\
{comment(status.text, "  ")}
  class {class_of(status.name)} < Error
    NUMBER = {status.number}
  end"""


def _sessions(interface: Interface) -> dict[str, str]:
    """What is known of a conversation, by its name."""
    getters = [function for function in interface.getters("Sessions") if function.returns.kind is Kind.TEXT]
    return {function.name.removeprefix("robofy_sessions_"): function.text for function in getters}


def _session(interface: Interface) -> str:
    names = _sessions(interface)
    members = "\n".join(comment(f"`{name}`: {text}", "  ", "- ", "  ") for name, text in names.items())
    listed = ",\n".join(f"    :{name}" for name in names)
    return source(f"""\
  # A conversation of an agent, as the service lists it. What the service did not send is nil.
  #
{members}
  Session = Struct.new(
{listed},
    keyword_init: true
  )
""")


def _enums(interface: Interface) -> str:
    return source("\n".join(_enum(enum) for enum in interface.enums))


def _enum(enum: Enumeration) -> str:
    members = ",\n".join(
        f"{comment(member.text, '    ')}\n    {member.number} => :{member.name.lower()}" for member in enum.members
    )
    return f"""\
{comment(f"{enum.about} By the library's number.", "  ")}
  {_constant(enum)} = {{
{members}
  }}.freeze
"""


def _constant(enum: Enumeration) -> str:
    return plural(snake(enum.name)).upper()


def _type_of(enum: Enumeration) -> str:
    return f"  type {snake(enum.name)} = " + " | ".join(f":{member.name.lower()}" for member in enum.members)


def _options(interface: Interface) -> str:
    new = interface.function("robofy_client_new")
    documented = "\n".join(_argument(option, new.since) for option in interface.options)
    parameters = ",\n".join(f"      {option.name}: {_default(option)}" for option in interface.options)
    setters = "\n".join(f"        {_setter(option)}" for option in interface.options)
    return source(f"""\
  class Client
{comment(new.text, "    ")}
    #
    # `nil` stands for the library's default everywhere.
    #
    # @param api_key [String, nil] The account's permanent key; `nil` for the environment's ROBOFY_API_KEY.
    # @param pid [String, nil] The project of messages that name none.
    # @param chatbot_id [String, nil] The agent of messages that name none.
    # @param logger [Logger, nil] Is told of each chat that fails (warn) or was sent again (info).
{documented}
    # @raise [InvalidArgumentError] an argument cannot be used; the message names it
    # @raise [TLSError] there are no certificate authorities to trust
    # @raise [TypeError] an argument is of the wrong type
    # @since {new.since}
    def initialize(
      api_key = nil,
      pid: nil,
      chatbot_id: nil,
      logger: nil,
{parameters}
    )
      @pid = pid
      @chatbot_id = chatbot_id
      connect(api_key, logger) do |set|
{setters}
      end
    end
  end
""")


def _types(option: Option) -> tuple[str, str]:
    kind = option.settings[0].parameter.type.kind
    if len(option.settings) > 1:
        return _RATE
    if kind is Kind.TEXT:
        return _PATH if option.settings[0].is_path else _STRING
    if option.settings[0].unit is Unit.MILLISECONDS:
        return _SECONDS
    return _BOOLEAN if kind is Kind.BOOL else _INTEGER


def _argument(option: Option, since: str) -> str:
    values = _VALUES.of(option.name, each_in_seconds(option))
    text = f"{_TEXTS.of(option.name, option.text)} {values}"
    if option.since != since:
        text += f" Since {option.since}."
    return comment(text, "    ", f"@param {option.name} [{_types(option)[0]}, nil] ", "  ")


def _default(option: Option) -> str:
    [default, *more], unit = [setting.default for setting in option.settings], option.settings[0].unit
    if default is None or more:
        return "nil"
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int) and unit is Unit.MILLISECONDS:
        return seconds(default)
    return f"{default:_}"


def _setter(option: Option) -> str:
    setting = option.settings[0]
    kind = setting.parameter.type.kind
    convert, more = "integer", ""
    if len(option.settings) > 1:
        convert = "rate"
    elif kind is Kind.TEXT:
        convert = "path" if option.settings[0].is_path else "text"
    elif kind is Kind.BOOL:
        convert = "boolean"
    elif setting.unit is Unit.MILLISECONDS:
        convert = "milliseconds"
    else:
        more = f", {setting.least}, {32 if kind is Kind.UINT32 else 64}"
    name = option.function.name.removeprefix("robofy_options_set_")
    return f'set.call(:{name}, :{convert}, "{option.name}", {option.name}{more})'


def _rbs(interface: Interface) -> str:
    classes = "\n".join(
        f"  class {class_of(status.name)} < Error\n    NUMBER: Integer\n  end" for status in interface.failures
    )
    parameters = ",\n".join(f"      ?{option.name}: {_types(option)[1]}?" for option in interface.options)
    enums = "\n".join(f"  {_constant(enum)}: Hash[Integer, {snake(enum.name)}]" for enum in interface.enums)
    names = "\n".join(_type_of(enum) for enum in interface.enums)
    sessions = "\n".join(f"    attr_reader {name}: String?" for name in _sessions(interface))
    return f"""\
# {MARK}

module Robofy
  VERSION: String
  STATUSES: Hash[Symbol, singleton(Error)]
{enums}

{names}

  class Session < Struct[untyped]
{sessions}
  end

{event_types(interface)}

{inbox_types(interface)}

{classes}

  class Client
    def initialize: (
      ?String? api_key,
      ?pid: String?,
      ?chatbot_id: String?,
      ?logger: untyped,
{parameters}
    ) -> void
  end
end
"""
