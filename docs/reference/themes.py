"""Doxygen's view of include/robofy.h: the opening chapter becomes the front page, and each item goes to its theme.

The themes are those of docs/functions.md, so that the two agree. Doxygen runs this, with the header's path.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What the page has no row for.
TYPES = {
    "RobofyOptions": "Options",
    "RobofyClient": "Client",
    "RobofyCompletion": "Many chats at once",
    "RobofyMessage": "Message",
    "RobofyReply": "Reply",
    "RobofyParts": "WhatsApp text",
    "RobofyDialect": "WhatsApp text",
    "RobofyWebhook": "Webhooks",
    "RobofyChannel": "Webhooks",
    "RobofyIncoming": "Webhooks",
    "RobofyEvent": "Webhooks",
    "RobofyEventKind": "Webhooks",
    "RobofyInbox": "Inbox",
    "RobofyAccept": "Inbox",
    "RobofyOutcome": "Inbox",
    "RobofyOutcomeKind": "Inbox",
    "RobofyInboxOptions": "Inbox options",
    "RobofyMediaPolicy": "Inbox options",
    "RobofyCall": "Any call",
    "RobofyResponse": "Any call",
    "RobofyUpload": "Uploads",
    "RobofyLeads": "Leads, sessions and settings",
    "RobofyPage": "Leads, sessions and settings",
    "RobofySessions": "Leads, sessions and settings",
    "RobofySettings": "Leads, sessions and settings",
    "RobofyError": "Error",
    "RobofyStreamEvent": "An answer while it is written",
    "RobofyStreamEventKind": "An answer while it is written",
    "RobofyStatus": "Error",
    "RobofyStream": "An answer while it is written",
}
MACROS = "The library"

COMMENT_AND_ITEM = re.compile(
    r"(?P<comment>^/\*\*(?:(?!\*/).)*)\*/\n"
    r"(?=typedef (?:struct|enum) (?P<type>\w+)|#define (?P<macro>\w+)|[^#\n(]*?(?P<function>robofy_\w+)\()",
    re.MULTILINE | re.DOTALL,
)


def themes() -> dict[str, str]:
    """The theme of each function, by its name, in the page's order."""
    page = (ROOT / "docs" / "functions.md").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    theme = ""
    for row in re.finditer(r"^(?:## (?P<theme>.+)|\| `(?P<function>robofy_\w+)` \|.*)$", page, re.MULTILINE):
        theme = row["theme"] or theme
        if row["function"]:
            found[row["function"]] = theme
    return found


def group(theme: str) -> str:
    return re.sub(r"\W+", "_", theme.lower())


def grouped(header: str, theme_of: dict[str, str]) -> str:
    def add_group(match: re.Match[str]) -> str:
        name = match["type"] or match["macro"] or match["function"]
        theme = MACROS if match["macro"] else (TYPES | theme_of).get(name)
        if theme is None:
            sys.exit(f"{name} has no row in docs/functions.md")
        return f"{match['comment']}@ingroup {group(theme)} */\n"

    return COMMENT_AND_ITEM.sub(add_group, header)


def linked(header: str, functions: Collection[str]) -> str:
    """Names in comments, marked as Doxygen wants them; code, which is indented, stays as it is."""

    def mark(line: re.Match[str]) -> str:
        return re.sub(
            r"(?<!\w)(robofy_\w+|ROBOFY_STATUS_\w+)\b(?!\()",
            lambda name: f"#{name[0]}" if name[0] in functions or name[0].isupper() else name[0],
            line[0],
        )

    return re.sub(r"^ +\* (?! ).*$", mark, header, flags=re.MULTILINE)


def with_front_page(header: str) -> str:
    """The opening chapter for Doxygen, on the lines that it had; its headings, which are capitals, become bold."""
    chapter, rest = header.split("*/", 1)
    _licence, _brief, rules = chapter.split("\n *\n", 2)
    bold = re.sub(r"^ \* ([A-Z]{4,})\b(\.?)", lambda m: f" * **{m[1].capitalize()}{m[2]}**", rules, flags=re.MULTILINE)
    return "/** @mainpage robofy\n" + " *\n" * 3 + bold + "*/" + rest


def main() -> None:
    header = Path(sys.argv[1]).read_text(encoding="utf-8")
    theme_of = themes()
    definitions = [f"/** @defgroup {group(theme)} {theme} */" for theme in dict.fromkeys(theme_of.values())]
    print(grouped(linked(with_front_page(header), theme_of), theme_of), "/** @file */", *definitions, sep="\n")


if __name__ == "__main__":
    main()
