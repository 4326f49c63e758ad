r"""An agent's answer as WhatsApp text, in messages that fit. Nothing here waits, and no client is needed.

>>> for part in split(format("## Hours\n\n**Mon**: 9 to 5")):
...     print(part)
*Hours*
<BLANKLINE>
*Mon*: 9 to 5

`Reply.parts` is both in one.
"""

from typing import Union

from robofy import _arguments
from robofy._enums import Dialect
from robofy._failure import no_error, take_error, take_text
from robofy._native import lib
from robofy._ownership import Owned

__all__ = ["Dialect", "format", "split"]


def format(text: str, dialect: Union[Dialect, str] = Dialect.AUTO) -> str:
    """Write an agent's answer as WhatsApp text.

    Bold, italic, struck and code are written with WhatsApp's marks, a link as `text: url`, a table as code or as lines.
    Code and URLs are left as they are. Formatting twice changes nothing unless the dialect is Markdown.

    Args:
        text: The answer. Half of a surrogate pair becomes U+FFFD.
        dialect: What it is written in: a `Dialect`, or its name in small letters.

    Returns:
        The text, empty only for an empty one.

    Raises:
        InvalidArgumentError: the text holds a NUL, or there is no such dialect.

    """
    number = _arguments.member("dialect", dialect, Dialect)
    error = no_error()
    pointer = lib.robofy_whatsapp_format(_arguments.message_text("text", text), number, error)
    if not pointer:
        raise take_error(error)
    return take_text(pointer)


def split(text: str, limit: int = 0) -> list[str]:
    """Split a WhatsApp text into messages that fit.

    A part ends between paragraphs and items of a list where it can, else after a line, a sentence or a word. URLs, and
    characters that are drawn as one, are kept whole. A mark or a block of code that goes on is closed and opened again.

    Args:
        text: The text, as `format` gives it. Half of a surrogate pair becomes U+FFFD.
        limit: The most UTF-16 units of a part; 0 for the 4 096 of the Cloud API. Twilio takes 1 600, a caption 1 024.

    Returns:
        The parts, none of them blank: a blank text has none.

    Raises:
        InvalidArgumentError: the text holds a NUL, or the limit is out of range.

    """
    limit = _arguments.integer("limit", limit, bits=32)
    error = no_error()
    pointer = lib.robofy_whatsapp_split(_arguments.message_text("text", text), limit, error)
    if not pointer:
        raise take_error(error)
    parts = Owned(pointer, lib.robofy_parts_free)
    return [lib.robofy_parts_text(parts, at).decode() for at in range(lib.robofy_parts_count(parts))]
