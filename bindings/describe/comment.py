"""The header's comments: what a function does, takes and gives back, each as plain text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_MARK = re.compile(r"^@(?:param(?:\[out\])?\s+(?P<parameter>\w+)|(?P<result>return))\s+")
_SINCE = re.compile(r"^Since (\d+\.\d+\.\d+)\.$")


@dataclass(frozen=True)
class Comment:
    # Paragraphs with an empty line between them; the items of a list begin with "- ".
    text: str
    parameters: Mapping[str, str]
    returns: str
    since: str


def parse(raw: str) -> Comment:
    blocks = _blocks(_lines(raw))
    text: list[str] = []
    parameters: dict[str, str] = {}
    returns = since = ""
    for block in blocks:
        mark, version = _MARK.match(block), _SINCE.match(block)
        if version:
            since = version[1]
        elif mark and mark["parameter"]:
            parameters[mark["parameter"]] = block[mark.end() :]
        elif mark:
            returns = block[mark.end() :]
        else:
            text.append(block)
    return Comment(_joined(text), parameters, returns, since)


def _lines(raw: str) -> list[str]:
    """Without the comment's own marks."""
    inner = raw.strip().removeprefix("/**").removesuffix("*/")
    return [re.sub(r"^\s*\*?\s?", "", line).rstrip() for line in inner.splitlines()]


def _blocks(lines: list[str]) -> list[str]:
    """A paragraph, an item of a list or a marked part each, on one line."""
    blocks: list[str] = []
    goes_on = False
    for line in lines:
        words = line.strip()
        if not words:
            goes_on = False
        elif goes_on and not words.startswith(("- ", "@")):
            blocks[-1] += f" {words}"
        else:
            blocks.append(words)
            goes_on = True
    return blocks


def _joined(blocks: list[str]) -> str:
    text = ""
    for block in blocks:
        gap = "\n" if block.startswith("- ") else "\n\n"
        text += (gap if text else "") + block
    return text
