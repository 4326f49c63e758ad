"""PHP: the declarations for FFI, the enum of statuses, an exception for each, a webhook's event, an inbox's outcome,
and the constructors with their options."""

from __future__ import annotations

import loading
from interface import Function, Interface, Kind, Member, Option, Status, Unit
from option import each_in_seconds
from words import MARK, Reworded, camel, pascal, wrapped

from .events import event
from .forms import class_of, comment, source, told
from .inboxes import inbox_options, outcome

_SOURCE = "bindings/php/src"
# A URL may hold a password.
_SENSITIVE = {"proxy"}
# Where C's words do not fit.
_VALUES = Reworded(
    rate_limit=("67bb7693", "`[messages a minute, messages at once]`; `null`, the default, for no pacing."),
)
# FFI makes a string of a `const char *`, up to its first NUL.
_BYTES = "robofy_response_body"
# Parameters of functions, beside the options, that are of several words.
_PARAMETERS = (
    "api_key",
    "chatbot_id",
    "project_id",
    "file_name",
    "content_type",
    "channel_id",
    "message_id",
    "provider_id",
)


def files(interface: Interface) -> dict[str, str]:
    enums = {f"{_SOURCE}/{enum.name}.php": _enum(told(enum.about), enum.name, enum.members) for enum in interface.enums}
    return enums | {
        f"{_SOURCE}/robofy.h": _declarations(interface),
        f"{_SOURCE}/Loading.php": _loading(interface),
        f"{_SOURCE}/Status.php": _status(interface),
        f"{_SOURCE}/Session.php": _session(interface),
        f"{_SOURCE}/Event.php": event(interface),
        f"{_SOURCE}/Failures.php": _failures(interface),
        f"{_SOURCE}/Options.php": _options(interface),
        f"{_SOURCE}/InboxOptions.php": inbox_options(interface),
        f"{_SOURCE}/Outcome.php": outcome(interface),
    }


def _declarations(interface: Interface) -> str:
    members = ", ".join(f"ROBOFY_STATUS_{status.name} = {status.number}" for status in interface.statuses)
    handles = "\n".join(f"typedef struct Robofy{handle.name} Robofy{handle.name};" for handle in interface.handles)
    functions = "\n".join(f"{_signature(function)};" for function in interface.functions)
    return f"/* {MARK} */\ntypedef enum RobofyStatus {{ {members} }} RobofyStatus;\n{handles}\n{functions}\n"


def _signature(function: Function) -> str:
    return function.signature.replace("const char", "const void" if function.name == _BYTES else "const char")


def _loading(interface: Interface) -> str:
    def message(name: str) -> str:
        return f"    public const {name} = '{getattr(loading, name).replace('{version}', interface.version)}';"

    families = {"macos": "Darwin", "windows": "Windows", "linux": ""}
    beside = ", ".join(f"'{family}' => '{loading.BESIDE[system]}'" for system, family in families.items())
    system = "\n".join(f"        '{family}' => {_list(system)}," for system, family in families.items())
    names = ("CANNOT_LOAD", "CANNOT_USE", "ADVICE", "ADVICE_BESIDE", "ADVICE_CHOSEN")
    messages = "\n".join(message(name) for name in names)
    return source(f"""\
/** @internal Where the library is looked for, what is said where it is not, and what its messages name. */
final class Loading
{{
    public const VERSION = '{interface.version}';
    /** By PHP_OS_FAMILY, and for all others. */
    public const BESIDE = [{beside}];
    public const SYSTEM = [
{system}
    ];
{messages}
    /** As a regular expression. */
    public const PARAMETERS = '(?:{_parameters(interface)})';
}}
""")


def _parameters(interface: Interface) -> str:
    setters = (function.name for function in interface.of_handle("InboxOptions"))
    inboxes = (name.partition("_set_")[2].removesuffix("_ms") for name in setters)
    names = dict.fromkeys([*_PARAMETERS, *(option.name for option in interface.options), *inboxes])
    return "|".join(name for name in names if "_" in name)


def _list(system: str) -> str:
    return "[" + ", ".join(f"'{name}'" for name in loading.SYSTEM[system]) + "]"


def _status(interface: Interface) -> str:
    return _enum(
        "What became of a call, as the library numbers it. The numbers are stable.", "Status", interface.statuses
    )


def _enum(text: str, name: str, members: tuple[Status, ...] | tuple[Member, ...]) -> str:
    cases = "\n".join(
        f"{comment(member.text, '    ')}\n    case {pascal(member.name)} = {member.number};" for member in members
    )
    return source(f"""\
/** {text} */
enum {name}: int
{{
{cases}
}}
""")


def _session(interface: Interface) -> str:
    getters = [function for function in interface.getters("Sessions") if function.returns.kind is Kind.TEXT]
    names = [function.name.removeprefix("robofy_sessions_") for function in getters]
    properties = "\n".join(
        f"{comment(function.text, ' ' * 8)}\n        public readonly ?string ${camel(name)} = null,"
        for function, name in zip(getters, names)
    )
    read = "\n".join(f"            $library->{function.name}($sessions, $index)," for function in getters)
    return source(f"""\
/** A conversation of an agent, as the service lists it. What the service did not send is null. */
final class Session
{{
    public function __construct(
{properties}
    ) {{
    }}

    /** @internal Reads one of the library's sessions, which stay their owner's. */
    public static function read(\\FFI $library, \\FFI\\CData $sessions, int $index): self
    {{
        return new self(
{read}
        );
    }}
}}
""")


def _failures(interface: Interface) -> str:
    return source("\n".join(_exception(status) for status in interface.failures))


def _exception(status: Status) -> str:
    return f"""\
{comment(status.text)}
final class {class_of(status.name)} extends RobofyException
{{
    protected const STATUS = Status::{pascal(status.name)};
}}
"""


def _options(interface: Interface) -> str:
    new = interface.function("robofy_client_new")
    documented = "\n".join(_argument(option, new) for option in interface.options)
    parameters = "\n".join(f"        {_parameter(option)}," for option in interface.options)
    setters = "\n".join(f"            {_setter(option)}," for option in interface.options)
    return source(f"""\
/** @internal The constructor of a client, which takes the account and the options. */
trait Options
{{
    /**
{wrapped(told(new.text), "     ", first="* ", rest="* ")}
     *
     * `null` stands for the library's default everywhere.
     *
     * @param ?string $apiKey The account's permanent key; `null` for the environment's ROBOFY_API_KEY.
     * @param ?string $pid The project of messages that name none.
     * @param ?string $chatbotId The agent of messages that name none.
     * @param ?\\Psr\\Log\\LoggerInterface $logger Is told of each chat that fails (warning) or was sent again (info).
{documented}
     * @throws InvalidArgumentException an argument cannot be used; the message names it
     * @throws TlsException there are no certificate authorities to trust
     * @throws LibraryException the library cannot be loaded
     *
     * @since {new.since}
     */
    public function __construct(
        #[\\SensitiveParameter] ?string $apiKey = null,
        private readonly ?string $pid = null,
        private readonly ?string $chatbotId = null,
        private readonly ?\\Psr\\Log\\LoggerInterface $logger = null,
{parameters}
    ) {{
        $this->connect($apiKey, [
{setters}
        ]);
    }}
}}
""")


def _parameter(option: Option) -> str:
    sensitive = "#[\\SensitiveParameter] " * (option.name in _SENSITIVE)
    return f"{sensitive}?{_type(option)} ${camel(option.name)} = {_default(option)}"


def _type(option: Option) -> str:
    kind, unit = option.settings[0].parameter.type.kind, option.settings[0].unit
    if len(option.settings) > 1:
        return "array"
    if kind in (Kind.TEXT, Kind.BOOL):
        return "string" if kind is Kind.TEXT else "bool"
    return "float" if unit is Unit.MILLISECONDS else "int"


def _argument(option: Option, new: Function) -> str:
    values = _VALUES.of(option.name, each_in_seconds(option))
    since = f" Since {option.since}." if option.since != new.since else ""
    kind = "array{0: int, 1?: int}" if len(option.settings) > 1 else _type(option)
    text = f"@param ?{kind} ${camel(option.name)} {told(f'{option.text} {values}{since}')}"
    return wrapped(text, "     ", first="* ", rest="*   ")


def _default(option: Option) -> str:
    [default, *more], unit = [setting.default for setting in option.settings], option.settings[0].unit
    if default is None or more:
        return "null"
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int) and unit is Unit.MILLISECONDS:
        return f"{default / 1000}"
    return f"{default:_}"


def _setter(option: Option) -> str:
    setting, name = option.settings[0], camel(option.name)
    kind, named = setting.parameter.type.kind, f"'{name}', ${name}"
    if len(option.settings) > 1:
        value = f"Arguments::rate({named})"
    elif kind is Kind.TEXT:
        value = f"Arguments::text({named})"
    elif kind is Kind.BOOL:
        value = f"${name}"
    elif setting.unit is Unit.MILLISECONDS:
        value = f"Arguments::milliseconds({named})"
    else:
        # PHP's integers have 63 bits.
        most = "0xFFFFFFFF" if kind is Kind.UINT32 else "PHP_INT_MAX"
        value = f"Arguments::integer({named}, {setting.least}, {most})"
    return f"'{option.function.name.removeprefix('robofy_options_set_')}' => {value}"
