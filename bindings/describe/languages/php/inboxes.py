"""The constructor of an inbox with its options, and what an outcome tells."""

from __future__ import annotations

import re

from interface import Function, Interface, Kind, Parameter
from words import Reworded, camel, pascal, seconds, wrapped

from .forms import comment, source, told

_SETTER = "robofy_inbox_options_set_"
# A number of an enumeration.
_ENUM = re.compile(r"\bRobofy(\w+)")
_DEFAULT = re.compile(r"the default is (?P<number>\d[\d ]*\b)(?<! )(?: \((?P<told>[^)]+)\))?")
_MEMBER = re.compile(r"the default is ROBOFY_[A-Z_]+?_([A-Z]+)\.")
_FALLBACKS = """\
@param ?string $fallback What a user is told if the agent does not answer: WhatsApp text; empty or `null` for nothing.
@param ?array<string, string> $fallbacks Texts for one failure each, by the name of its Status: `['RateLimited' => '...']`.""".splitlines()
# Where C's words do not fit.
_TEXTS = Reworded(
    max_pending=(
        "8f2200a7",
        "How many messages may wait or be under way; one more is ROBOFY_STATUS_OVERLOADED. Of one session 1 000 may wait.",
    ),
    retry_ambiguous=(
        "bfe3ad35",
        "Also asks the agent again where the process has ended after the messages were sent to it and before its answer "
        "came. An agent that books appointments could then book twice. While the process lives the client's "
        "`retryAmbiguous` decides.",
    ),
)
# Of an outcome, what is lists or objects here.
_BY_HAND = {
    "robofy_outcome_" + name for name in ("kind", "parts", "request", "reply", "error", "message_count", "message_id")
}


def inbox_options(interface: Interface) -> str:
    setters = [function for function in interface.of_handle("InboxOptions") if "_set_" in function.name]
    new = interface.function("robofy_inbox_new")
    documented = "\n".join(text for setter in setters for text in _documented(setter))
    parameters = "\n".join(f"        {each}," for setter in setters for each in _parameters(setter))
    settings = "\n".join(f"            {_setting(setter)}," for setter in setters)
    return source(f"""\
/** @internal The constructor of an inbox, which takes its agent and the options. */
trait InboxOptions
{{
    /**
{wrapped(told(new.text), "     ", first="* ", rest="* ")}
     *
     * `null` stands for the library's default everywhere.
     *
     * @param Client $client The client to ask the agent with, which may be closed before the inbox.
     * @param ?string $pid The project; `null` for the client's.
     * @param ?string $chatbotId The agent of that project which is to answer; `null` for the client's.
{documented}
     * @throws InvalidArgumentException an argument cannot be used; the message names it
     * @throws StorageException what is kept at the path cannot be used, and what to do; another inbox may have it
     *
     * @since {new.since}
     */
    public function __construct(
        Client $client,
        ?string $pid = null,
        ?string $chatbotId = null,
{parameters}
    ) {{
        $this->open($client, $pid, $chatbotId, [
{settings}
        ]);
    }}
}}
""")


def _name(setter: Function) -> str:
    return camel(setter.name.removeprefix(_SETTER).removesuffix("_ms"))


def _own(setter: Function, parameter: Parameter) -> str:
    """`stopWords` and `stopText` of robofy_inbox_options_set_stop_words."""
    name = _name(setter)
    return name if parameter is setter.parameters[1] else f"{name.removesuffix('Words')}Text"


def _is_list(parameter: Parameter) -> bool:
    return ", one a line" in parameter.text


def _is_fallback(setter: Function) -> bool:
    return setter.name == f"{_SETTER}fallback"


def _documented(setter: Function) -> list[str]:
    if _is_fallback(setter):
        return [_tag(text) for text in _FALLBACKS]
    texts = []
    for parameter in setter.parameters[1:]:
        kind = "list<string>" if _is_list(parameter) else _type(setter, parameter)
        text = _TEXTS.of(setter.name.removeprefix(_SETTER), setter.text)
        about = f"{text} " if parameter is setter.parameters[1] else ""
        texts.append(_tag(told(f"@param ?{kind} ${_own(setter, parameter)} {about}{_text(parameter)}")))
    return texts


def _tag(text: str) -> str:
    return wrapped(text, "     ", first="* ", rest="*   ")


def _text(parameter: Parameter) -> str:
    text = re.sub(", one a line.*?;", ";", parameter.text)
    if parameter.name == "ms":
        text = re.sub(r"^Milliseconds", "Seconds", text)
        text = _DEFAULT.sub(
            lambda found: f"the default is {_in_seconds(found)}{f' ({found[2]})' if found[2] else ''}", text
        )
    return text


def _in_seconds(found: re.Match[str]) -> str:
    return seconds(int(found["number"].replace(" ", "")))


def _type(setter: Function, parameter: Parameter) -> str:
    if enum := _ENUM.search(parameter.text):
        return enum[1]
    if parameter.name == "ms":
        return "float"
    kind = parameter.type.kind
    return "array" if _is_list(parameter) else {Kind.TEXT: "string", Kind.BOOL: "bool"}.get(kind, "int")


def _parameters(setter: Function) -> list[str]:
    if _is_fallback(setter):
        return ["?string $fallback = null", "?array $fallbacks = null"]
    return [
        f"?{_type(setter, parameter)} ${_own(setter, parameter)} = {_default(setter, parameter)}"
        for parameter in setter.parameters[1:]
    ]


def _default(setter: Function, parameter: Parameter) -> str:
    kind = _type(setter, parameter)
    if kind == "bool":
        return "false"
    if enum := _ENUM.search(parameter.text):
        member = _MEMBER.search(parameter.text)
        return f"{enum[1]}::{pascal(member[1])}" if member else "null"
    found = _DEFAULT.search(parameter.text)
    if not found:
        return "null"
    return f"{float(_in_seconds(found))}" if kind == "float" else f"{int(found['number'].replace(' ', '')):_}"


def _setting(setter: Function) -> str:
    if _is_fallback(setter):
        return "...Arguments::fallbacks($fallback, $fallbacks)"
    values = ", ".join(_value(setter, parameter) for parameter in setter.parameters[1:])
    return f"['{setter.name.removeprefix(_SETTER)}', {values}]"


def _value(setter: Function, parameter: Parameter) -> str:
    name = _own(setter, parameter)
    named, kind = f"'{name}', ${name}", _type(setter, parameter)
    if _ENUM.search(parameter.text):
        return f"${name}?->value"
    least = int("reater than 0" in parameter.text)
    return {
        "array": f"Arguments::lines({named})",
        "string": f"Arguments::text({named})",
        "bool": f"${name}",
        "float": f"Arguments::milliseconds({named}{'' if least else ', 0'})",
        "int": f"Arguments::integer({named}, {least}, 0xFFFFFFFF)",
    }[kind]


def outcome(interface: Interface) -> str:
    getters = [getter for getter in interface.getters("Outcome") if getter.name not in _BY_HAND]
    properties = "\n".join(_property(getter) for getter in getters)
    read = "\n".join(f"            $library->{getter.name}($outcome)," for getter in getters)
    about = {
        name: told(interface.function(f"robofy_outcome_{name}").text) for name in ("kind", "reply", "error", "parts")
    }
    request = interface.function("robofy_outcome_request").text
    return source(f"""\
/**
 * Something that the program is to send, to show or to know; null for what there is not. Each of its parts is to be sent in
 * this order, and reported with Inbox::sent() or Inbox::failed(). It stays when its inbox is closed.
 */
final class Outcome
{{
    public function __construct(
        /** {about["kind"]} */
        public readonly OutcomeKind $kind,
{properties}
        /** {about["reply"]} */
        public readonly ?Reply $reply = null,
        /** {about["error"]} */
        public readonly ?RobofyException $error = null,
        /** @var list<string> {about["parts"]} */
        public readonly array $parts = [],
        /** @var list<?string> As request() gives them. */
        public readonly array $requests = [],
        /**
         * @var list<string> The channel's identifiers of the messages that end in it, in the order in which they were
         *   accepted; of typing, of those that the agent is reading.
         */
        public readonly array $messageIds = [],
    ) {{
    }}

{comment(request + " Null if there are not so many parts, or nobody to send them to.", "    ")}
    public function request(int $part): ?string
    {{
        return $this->requests[$part] ?? null;
    }}

    /** Neither the texts nor the user. */
    public function __debugInfo(): array
    {{
        return ['kind' => $this->kind, 'messageIds' => $this->messageIds, 'parts' => count($this->parts)];
    }}

    /** @internal Reads an outcome of the library, which is kept with it. */
    public static function read(\\FFI $library, Handle $handle): self
    {{
        $outcome = $handle->pointer;
        $texts = static fn (int $count, \\Closure $text): array => $count > 0 ? array_map($text, range(0, $count - 1)) : [];
        $kind = OutcomeKind::tryFrom($library->robofy_outcome_kind($outcome)) ?? OutcomeKind::Notice;
        $parts = $library->robofy_outcome_parts($outcome);
        $reply = $library->robofy_outcome_reply($outcome);
        $error = $library->robofy_outcome_error($outcome);
        $count = $library->robofy_parts_count($parts);
        $made = new self(
            $kind,
{read}
            $reply === null ? null : Reply::read($library, $reply),
            $error === null ? null : RobofyException::read($library, $error),
            $texts($count, static fn (int $part): string => $library->robofy_parts_text($parts, $part)),
            $texts(
                $kind === OutcomeKind::Typing ? 1 : $count,
                static fn (int $part): ?string => $library->robofy_outcome_request($outcome, $part),
            ),
            $texts(
                $library->robofy_outcome_message_count($outcome),
                static fn (int $index): string => $library->robofy_outcome_message_id($outcome, $index),
            ),
        );

        return Kept::beside($made, $handle, $outcome);
    }}
}}
""")


def _property(getter: Function) -> str:
    name = camel(getter.name.removeprefix("robofy_outcome_"))
    kind, default = ("?string", "null") if getter.may_miss else ("string", "''")
    return f"{comment(getter.text, ' ' * 8)}\n        public readonly {kind} ${name} = {default},"
