"""What an inbox takes, and what an outcome tells."""

from __future__ import annotations

from inbox_option import check, documented, inbox_options, names
from interface import Function, Interface, Option
from words import plural

from .forms import field
from .results import names_of

_TYPES = {
    "duration": "number",
    "milliseconds": "number",
    "boolean": "boolean",
    "count": "integer",
    "integer": "integer",
    "fallback": "string|table<robofy.Status, string>",
    "words": "string[]",
    "media": "robofy.MediaPolicy",
    "dialect": "robofy.Dialect",
}
# Read by hand, or of which there are several.
_READ_APART = {"kind", "parts", "reply", "error", "message_count", "message_id", "request"}


def inbox_class(interface: Interface) -> str:
    options = inbox_options(interface)
    kinds = {name: _type(option, place) for option in options for place, name in enumerate(names(option))}
    fields = "\n".join(
        field(f"{name}?", kinds[name], text) for name, text in documented(options, _member, "list", "table")
    )
    return f"""\
---Of `robofy.inbox`: nil leaves one to the library's default.
---@class robofy.InboxOptions
---The project; nil for the client's.
---@field pid? string
---The agent of that project which is to answer; nil for the client's.
---@field chatbot_id? string
{fields}"""


def inbox_table(interface: Interface) -> str:
    return "\n".join(f"    {row}," for option in inbox_options(interface) for row in _rows(option))


def _rows(option: Option) -> list[str]:
    kind, (name, *more) = check(option), names(option)
    checked = "text" if kind == "path" else kind
    texts = "".join(f', "{text}"' for text in more)
    row = f'{name} = {{ arguments.{checked}, "{option.function.name}"{texts} }}'
    return [row, *(f"{text} = {{ arguments.text }}" for text in more)]


def _type(option: Option, place: int) -> str:
    return "string" if place else _TYPES.get(check(option), "string")


def _member(name: str) -> str:
    return f'"{name}"'


def outcome(interface: Interface) -> str:
    texts = [getter for getter in interface.getters("Outcome") if _name(getter) not in _READ_APART]
    fields = "\n".join(field(f"{_name(getter)}{'?' * getter.may_miss}", "string", getter.text) for getter in texts)
    read = "\n".join(f"    {_name(getter)} = text(library.{getter.name}(pointer))," for getter in texts)
    return f"""\
{names_of(interface.enum("OutcomeKind"))}

---A message to send.
---@class robofy.Part
---WhatsApp text.
---@field text string
---The JSON body of Meta's POST to `/<phone number ID>/messages`; nil if there is nobody to send it to.
---@field request? string

---Something that the program is to send, to show or to know.
---@class robofy.Outcome
---What it is. One that a later library knows counts as "notice": send its parts.
---@field kind robofy.OutcomeKind
{fields}
---What is to be sent, in this order, each to be reported with `sent` or `failed`. Empty if nothing is.
---@field parts robofy.Part[]
---Of "typing", the JSON body of Meta's POST that shows the indicator and marks the messages as read.
---@field request? string
---The agent's reply, of "answer".
---@field reply? robofy.Reply
---Why the agent has not answered, of "fallback".
---@field error? robofy.Error
---The channel's identifiers of the messages that end in it, in the order in which they were accepted.
---@field message_ids string[]

function getters.outcome(library, pointer)
  local kind = getters.{plural("outcome_kind")}[library.robofy_outcome_kind(pointer)] or "notice"
  local native_parts, parts, ids = library.robofy_outcome_parts(pointer), {{}}, {{}}
  for index = 0, library.robofy_parts_count(native_parts) - 1 do
    parts[index + 1] = {{
      text = text(library.robofy_parts_text(native_parts, index)),
      request = text(library.robofy_outcome_request(pointer, index)),
    }}
  end
  for index = 0, library.robofy_outcome_message_count(pointer) - 1 do
    ids[index + 1] = text(library.robofy_outcome_message_id(pointer, index))
  end
  return {{
    kind = kind,
{read}
    parts = parts,
    request = kind == "typing" and text(library.robofy_outcome_request(pointer, 0)) or nil,
    reply = getters.reply(library, library.robofy_outcome_reply(pointer)),
    error = getters.error(library, library.robofy_outcome_error(pointer)),
    message_ids = ids,
  }}
end"""


def _name(getter: Function) -> str:
    return getter.name.removeprefix("robofy_outcome_")
