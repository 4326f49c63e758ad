"""The setters of an inbox's options, in the form of a client's: the names of their values, and their texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from interface import Function, Interface, Kind, Option, Parameter, Setting, Unit
from option import in_seconds
from words import Reworded

_SETTER = "robofy_inbox_options_set_"
_DEFAULT = re.compile(r"the default is (\d[\d ]*\d|\d|true|false)")
_MEMBER = re.compile(r"\bROBOFY_(?:ACCEPT|DIALECT|MEDIA_POLICY|OUTCOME_KIND)_([A-Z]+)\b")
# Where C's words do not fit. `[list]` is a language's word for one, `[table]` for what has values by name.
_TEXTS = Reworded(
    max_pending=(
        "87cc07eb",
        "How many messages may wait or be under way; beyond them an offer fails with ROBOFY_STATUS_OVERLOADED. Of one"
        " session 1 000 may wait. Greater than 0; the default is 100 000.",
    ),
    fallback=(
        "780d99d3",
        "What a user is told if the agent does not answer: WhatsApp text; or a [table] of texts by the name of a"
        " status, of which `ok` is for all that have none of their own. An empty text is for none; NULL, the default,"
        " for none at all.",
    ),
    media=(
        "51eb0d48",
        "What becomes of a medium without a text, be it a caption or a file's name, and of what a channel cannot hand on:"
        " ROBOFY_MEDIA_POLICY_IGNORE, the default, ROBOFY_MEDIA_POLICY_REPLY or ROBOFY_MEDIA_POLICY_TELL.",
    ),
    media_text=(
        "2be61e8f",
        "What the user is told, or the agent reads; not empty. Not read for ROBOFY_MEDIA_POLICY_IGNORE.",
    ),
    stop_words=(
        "761e4589",
        "Words with which a user ends all answers, until one of robofy_inbox_options_set_start_words. What is under way"
        " ends as ROBOFY_OUTCOME_KIND_EXPIRED. A word counts if it is the whole message, in whatever case. A [list];"
        " NULL, the default, for none.",
    ),
    start_words=(
        "97adf86f",
        "Words with which a user who has ended all answers begins them again. From other users they are messages like"
        " any other. A [list]; NULL, the default, for none.",
    ),
    dialect=("447458f7", "Which markup the agent writes in. The default is ROBOFY_DIALECT_AUTO."),
    retry_ambiguous=(
        "8e9c07c7",
        "Also asks the agent again where the process has ended after the messages were sent to it and before its answer"
        " came. An agent that books appointments could then book twice. While the process lives it is the client's"
        " option of this name that decides. True to do so; the default is false: the messages end as"
        " ROBOFY_OUTCOME_KIND_FALLBACK.",
    ),
)


def inbox_options(interface: Interface) -> tuple[Option, ...]:
    """Each with its values, without the status that a fallback is for: that is given by its name."""
    setters = (function for function in interface.of_handle("InboxOptions") if function.name.startswith(_SETTER))
    return tuple(_option(function) for function in setters)


def _option(setter: Function) -> Option:
    given = [parameter for parameter in setter.parameters[1:] if parameter.name != "status"]
    settings = tuple(_setting(setter, parameter) for parameter in given)
    return Option(setter.name.removeprefix(_SETTER).removesuffix("_ms"), setter, settings)


def _setting(setter: Function, parameter: Parameter) -> Setting:
    unit = Unit.MILLISECONDS if setter.name.endswith("_ms") else Unit.COUNT
    found = _DEFAULT.search(parameter.text)
    value = found[1].replace(" ", "") if found else None
    default = value == "true" if parameter.type.kind is Kind.BOOL else int(value) if value else None
    return Setting(parameter, unit, default, 1 if "reater than 0" in parameter.text else 0)


def names(option: Option) -> tuple[str, ...]:
    """One for each value: `stop_words` and `stop_text`."""
    return (option.name, f"{option.name.removesuffix('_words')}_text")[: len(option.settings)]


def check(option: Option) -> str:
    """What the values are: the name of a check, which each language has in its own form."""
    setting = option.settings[0]
    kind, parameter = setting.parameter.type.kind, setting.parameter
    if option.name in ("fallback", "dialect", "media", "path"):
        return option.name
    if parameter.name == "words":
        return "words"
    if setting.unit is Unit.MILLISECONDS:
        return "milliseconds" if setting.least else "duration"
    if kind is Kind.UINT32:
        return "count" if setting.least else "integer"
    return "boolean" if kind is Kind.BOOL else "text"


def documented(
    options: Iterable[Option], member: Callable[[str], str], a_list: str, a_table: str
) -> Iterator[tuple[str, str]]:
    """The name and the text of each value; `member` writes one of an enumeration."""
    for option in options:
        for place, name in enumerate(names(option)):
            about = [] if place else [option.text]
            text = _TEXTS.of(name, " ".join([*about, in_seconds(option.settings[place])]))
            text = _MEMBER.sub(lambda found: member(found[1].lower()), text)
            yield name, text.replace("[list]", a_list).replace("[table]", a_table)
