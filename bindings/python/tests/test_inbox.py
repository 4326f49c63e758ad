"""An inbox: what it takes, what comes of it, and what it says of what cannot be used."""

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest
from chats import CHATBOT_ID, PID
from inboxes import CHANNEL, PATIENCE, inbox_of, settle, write
from record import received
from standin import Standin

import robofy
from robofy import Accept, MediaPolicy, OutcomeKind, Status
from robofy.webhook import Event, EventKind, Webhook

SECRET_TEXT = '!answer="**my PIN**"'


def event_of(name: str, **message: Any) -> Event:
    """What Meta sends of a message."""
    own = {"from": "1555", "id": name, "timestamp": "4102444800", **message}
    value = {"metadata": {"phone_number_id": CHANNEL}, "messages": [own]}
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    (event,) = Webhook("meta").read(json.dumps(body).encode(), None)
    return event


def text_of(name: str, text: str) -> Event:
    return event_of(name, type="text", text={"body": text})


def test_a_burst_is_answered_once_in_parts_that_fit(client: robofy.Client, standin: Standin) -> None:
    with inbox_of(client, 2, join=" ", limit=5) as inbox:
        assert inbox.offer(text_of("a", "!answer=one\\n\\n**two**")) is Accept.QUEUED
        assert inbox.offer(text_of("a", "!answer=one\\n\\n**two**")) is Accept.DUPLICATE
        assert inbox.poll(0) is None
        assert inbox.offer(text_of("b", "headers=1")) is Accept.QUEUED
        answer = inbox.poll(PATIENCE)
        assert answer
        for number, part in enumerate(answer.parts):
            inbox.sent(answer, number, f"wamid.{part.text}")
        stats = inbox.stats()

    assert answer.kind is OutcomeKind.ANSWER
    assert (answer.session_id, answer.channel_id, answer.to) == ("1555", CHANNEL, "1555")
    assert (answer.recipient, answer.reply_to, answer.message_ids) == (None, "b", ("a", "b"))
    assert [part.text for part in answer.parts] == ["one\n\n", "*two*"]
    first, second = (json.loads(part.request or "") for part in answer.parts)
    assert (first["to"], first["text"]["body"], first["context"]) == ("1555", "one\n\n", {"message_id": "b"})
    assert "context" not in second
    assert answer.reply
    assert (answer.reply.answer, answer.error, answer.indicator) == ("one\n\n**two**", None, None)
    assert (stats.queued, stats.duplicates, stats.answers, stats.parts_sent, stats.pending) == (2, 1, 1, 2, 0)
    assert received(standin) == {"!answer=one\\n\\n**two** headers=1": 1}


def test_a_failure_has_its_own_words(client: robofy.Client) -> None:
    fallback = {Status.OK: "Later, please.", Status.NOT_FOUND: "Nobody is here."}
    with inbox_of(client, fallback=fallback) as inbox:
        write(inbox, "a", "!status=404 code=GONE")
        missing = inbox.poll(PATIENCE)
        write(inbox, "b", "!status=400", user="1666")
        assert settle(inbox, OutcomeKind.FALLBACK) == ["Later, please."]
    assert missing
    assert (missing.kind, missing.reply, missing.parts[0].text) == (OutcomeKind.FALLBACK, None, "Nobody is here.")
    assert isinstance(missing.error, robofy.NotFoundError)
    assert missing.error.code == "GONE"


def test_a_part_that_could_not_be_sent_comes_again_or_is_given_up(client: robofy.Client) -> None:
    with inbox_of(client) as inbox:
        write(inbox, "a", "!answer=again")
        outcome = inbox.poll(PATIENCE)
        assert outcome
        inbox.failed(outcome, 0, 130429)
        again = inbox.poll(PATIENCE)
        assert again
        assert [part.text for part in again.parts] == ["again"]
        inbox.failed(again, 0, 131026)
        assert inbox.poll(0) is None
        assert (inbox.stats().parts_failed, inbox.stats().pending) == (2, 0)


def test_while_a_person_has_the_conversation_the_agent_is_silent(client: robofy.Client) -> None:
    with inbox_of(client, 9) as inbox:
        write(inbox, "a")
        inbox.pause("1555", 3600)
        assert settle(inbox, OutcomeKind.EXPIRED) == []
        assert write(inbox, "b") is Accept.PAUSED
        inbox.resume("1555")
        assert write(inbox, "c") is Accept.QUEUED
        inbox.offer(text_of("d", "Hi"))
        echo = {
            "from": CHANNEL,
            "to": "1555",
            "id": "e",
            "timestamp": "4102444800",
            "type": "text",
            "text": {"body": "I"},
        }
        value = {"metadata": {"phone_number_id": CHANNEL}, "message_echoes": [echo]}
        body = {"entry": [{"changes": [{"field": "smb_message_echoes", "value": value}]}]}
        (human,) = Webhook("meta").read(json.dumps(body).encode(), None)
        assert human.kind is EventKind.HUMAN
        assert inbox.offer(human) is Accept.TOOK_OVER
        assert write(inbox, "f") is Accept.PAUSED


def test_words_and_media_have_their_answers(client: robofy.Client) -> None:
    words: dict[str, Any] = {
        "stop_words": ["stop", "no more"],
        "stop_text": "Bye.",
        "start_words": ("start",),
        "start_text": "Hello.",
    }
    with inbox_of(client, media=MediaPolicy.REPLY, media_text="Words, please.", **words) as inbox:
        assert inbox.offer(event_of("a", type="image", image={"id": "7", "mime_type": "image/png"})) is Accept.QUEUED
        assert settle(inbox, OutcomeKind.MEDIA) == ["Words, please."]
        write(inbox, "b", "No more")
        assert settle(inbox, OutcomeKind.NOTICE) == ["Bye."]
        assert write(inbox, "c") is Accept.PAUSED
        write(inbox, "d", "START")
        assert settle(inbox, OutcomeKind.NOTICE) == ["Hello."]
        assert inbox.offer(event_of("e", type="reaction", reaction={"message_id": "a"})) is Accept.IGNORED


def test_typing_is_shown_while_the_agent_thinks(client: robofy.Client) -> None:
    with inbox_of(client, typing=0.1) as inbox:
        write(inbox, "a", "!delay-ms=3000 answer=x")
        typing = inbox.poll(PATIENCE)
        assert typing
        assert (typing.kind, typing.parts, typing.message_ids) == (OutcomeKind.TYPING, (), ("a",))
        assert json.loads(typing.indicator or "")["typing_indicator"] == {"type": "text"}
        with pytest.raises(robofy.InvalidArgumentError, match="part"):
            inbox.sent(typing, 0)


def test_what_was_queued_is_answered_by_the_next_inbox_of_the_path(
    client: robofy.Client, standin: Standin, tmp_path: Path
) -> None:
    path = tmp_path / "inbox"
    with inbox_of(client, 2, path=path) as inbox:
        write(inbox, "a", "!answer=one")
        with pytest.raises(robofy.StorageError, match=str(path)):
            inbox_of(client, path=path)
    with inbox_of(client, 2, path=str(path)) as inbox:
        assert write(inbox, "a", "!answer=one") is Accept.DUPLICATE
        write(inbox, "b", "headers=1")
        unreported = inbox.poll(PATIENCE)
    with inbox_of(client, 2, path=path) as inbox:
        assert settle(inbox) == ["one"]
        assert inbox.poll(0) is None
    assert unreported
    assert received(standin) == {"!answer=one\nheaders=1": 1}


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"path": ""}, robofy.InvalidArgumentError, "path"),
        ({"path": 7}, TypeError, "path must be a str or a path"),
        ({"path": "/dev/null"}, robofy.StorageError, "/dev/null"),
        ({"quiet": -1}, robofy.InvalidArgumentError, "quiet must be at least 0"),
        ({"dedup": 0}, robofy.InvalidArgumentError, "dedup must be more than 0"),
        ({"max_messages": 0}, robofy.InvalidArgumentError, "max_messages must be between 1"),
        ({"groups": 1}, TypeError, "groups must be a bool"),
        ({"dialect": "html"}, robofy.InvalidArgumentError, "dialect must be one of auto"),
        ({"fallback": {"OK": "a"}}, robofy.InvalidArgumentError, "fallback's status must be one of ok"),
        ({"fallback": 7}, TypeError, "fallback must be a str"),
        ({"media": "reply"}, robofy.InvalidArgumentError, "media_text is missing"),
        ({"media": "tell", "media_text": " "}, robofy.InvalidArgumentError, "media"),
        ({"media_text": "Words, please."}, robofy.InvalidArgumentError, "media does not say"),
        ({"stop_words": "stop"}, TypeError, "stop_words must be a list of str"),
        ({"stop_words": ["a\nb"]}, robofy.InvalidArgumentError, "stop_words must have no line break"),
        ({"start_words": [7]}, TypeError, "start_words must be a str"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(
    client: robofy.Client, options: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        robofy.Inbox(client, PID, CHATBOT_ID, **options)


def test_none_leaves_every_option_to_the_library(client: robofy.Client) -> None:
    named = (name for name, kind in robofy.Inbox.__init__.__annotations__.items() if name not in ("client", "return"))
    options: dict[str, Any] = {**dict.fromkeys(named), "pid": PID, "chatbot_id": CHATBOT_ID}
    assert len(options) > 20
    robofy.Inbox(client, **options).close()


def test_what_cannot_be_used_is_refused_by_name(client: robofy.Client) -> None:
    with pytest.raises(TypeError, match="client must be a Client"):
        robofy.Inbox(None)  # type: ignore[arg-type]
    with pytest.raises(robofy.InvalidArgumentError, match="pid is missing"):
        robofy.Inbox(client)
    with inbox_of(client, 9, max_pending=1) as inbox:
        assert write(inbox, "a") is Accept.QUEUED
        with pytest.raises(robofy.OverloadedError):
            write(inbox, "b")
        refused: list[tuple[Any, type[Exception], str]] = [
            (lambda: inbox.offer_text(CHANNEL, "", "b", "Hi"), robofy.InvalidArgumentError, "user"),
            (lambda: inbox.offer_text(CHANNEL, "1", "b", "a\0"), robofy.InvalidArgumentError, "text contains a NUL"),
            (lambda: inbox.offer_text(CHANNEL, 1555, "b", "Hi"), TypeError, "user must be a str"),  # type: ignore[arg-type]
            (lambda: inbox.offer("Hi"), TypeError, "event must be an Event"),  # type: ignore[arg-type]
            (lambda: inbox.offer(Event(EventKind.TEXT)), robofy.InvalidArgumentError, "does not come from"),
            (lambda: inbox.offer(replace(text_of("z", "Hi"), text="Ho")), robofy.InvalidArgumentError, "event"),
            (lambda: inbox.sent("a", 0), TypeError, "outcome must be an Outcome"),  # type: ignore[arg-type]
            (lambda: inbox.pause("1555", 0), robofy.InvalidArgumentError, "duration must be more than 0"),
            (lambda: inbox.poll(-1), robofy.InvalidArgumentError, "timeout must be at least 0"),
            (lambda: inbox.poll("1"), TypeError, "timeout must be a number"),  # type: ignore[arg-type]
        ]
        for call, error, words in refused:
            with pytest.raises(error, match=words):
                call()


def test_an_outcome_shows_and_gives_away_nothing_of_what_was_said(client: robofy.Client) -> None:
    with inbox_of(client) as inbox:
        event = text_of("a", SECRET_TEXT)
        inbox.offer(copy.copy(copy.deepcopy(event)))
        outcome = inbox.poll(PATIENCE)
        assert outcome
        inbox.sent(copy.deepcopy(outcome), 0)
        for shown in repr(event), repr(outcome), repr(outcome.parts), repr(inbox):
            assert "PIN" not in shown
        with pytest.raises(FrozenInstanceError):
            outcome.to = "1666"  # type: ignore[misc]
        for gone in pickle.loads(pickle.dumps(event)), pickle.loads(pickle.dumps(outcome)):
            with pytest.raises(robofy.InvalidArgumentError, match="does not come from"):
                inbox.offer(gone) if isinstance(gone, Event) else inbox.sent(gone, 0)
        for duplicate in copy.copy, copy.deepcopy, pickle.dumps:
            with pytest.raises(TypeError, match="Inbox belongs to its process"):
                duplicate(inbox)


def test_a_kind_of_a_later_library_is_to_be_sent() -> None:
    assert OutcomeKind(99) is OutcomeKind.NOTICE
