"""An agent's answer as WhatsApp text, in messages that fit."""

import doctest
from typing import Any

import pytest

import robofy
import robofy.text
from robofy import Dialect


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("**Order 12** is ready", "auto", "*Order 12* is ready"),
        ("*Order 12* is ready", Dialect.AUTO, "*Order 12* is ready"),
        ("*x* and **y**", "markdown", "_x_ and *y*"),
        ("AT&amp;T", Dialect.WHATSAPP, "AT&T"),
        ("[our guide](https://e.com/a_b)", "auto", "our guide: https://e.com/a_b"),
        ("`2**3**2` is 512", "whatsapp", "`2**3**2` is 512"),
        ("half of \ud83d", "auto", "half of \ufffd"),
        ("", "auto", ""),
    ],
)
def test_an_answer_is_written_as_whatsapp_text(text: str, dialect: Any, expected: str) -> None:
    assert robofy.format(text, dialect) == expected


def test_a_text_is_split_where_it_can_be() -> None:
    assert robofy.split("One. Two.\n\nThree. Four.", 14) == ["One. Two.\n\n", "Three. Four."]
    assert robofy.split("*bold words*", limit=8) == ["*bold* ", "*words*"]
    assert robofy.split(" \n") == []
    parts = robofy.split("\U0001f44b\U0001f3fd" * 3000)
    assert "".join(parts) == "\U0001f44b\U0001f3fd" * 3000
    assert all(len(part.encode("utf-16-le")) <= 2 * 4096 for part in parts)


def test_a_reply_has_its_parts() -> None:
    reply = robofy.Reply(answer="**b** and more", session_id=None, message=None, body="{}", attempts=1, elapsed=0)
    assert reply.parts() == ["*b* and more"]
    assert reply.parts(limit=8) == ["*b* and ", "more"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: robofy.format("a\0b"), robofy.InvalidArgumentError, "text contains a NUL"),
        (lambda: robofy.format("x", "html"), robofy.InvalidArgumentError, "dialect must be one of auto, markdown"),
        (lambda: robofy.format("x", 7), TypeError, "dialect must be a Dialect or its name"),  # type: ignore[arg-type]
        (lambda: robofy.format(b"x"), TypeError, "text must be a str"),  # type: ignore[arg-type]
        (lambda: robofy.split("x", -1), robofy.InvalidArgumentError, "limit must be between 0"),
        (lambda: robofy.split("x", 2**32), robofy.InvalidArgumentError, "limit must be between 0"),
        (lambda: robofy.split("x", "9"), TypeError, "limit must be an int"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_used_is_refused_by_name(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_the_names_of_the_language_stay_its_own() -> None:
    assert "format" not in robofy.__all__


def test_the_example_of_the_module_is_true() -> None:
    failed, tried = doctest.testmod(robofy.text)
    assert (failed, tried) == (0, 1)
