"""What pywa makes of the crate's bodies, and what the crate makes of them: the same user, text and medium."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from typing import Any

from bodies import cases
from pywa import WhatsApp, types
from pywa.types.base_update import RawUpdate

KINDS = {"TEXT": types.Message, "MEDIA": types.Message, "LOCATION": types.Message, "REACTION": types.Message}
CLIENT = WhatsApp(phone_id="1", token="t")


def read_by_pywa(body: bytes, kind: str) -> Any:
    """pywa's update, or None for what it does not read."""
    update = RawUpdate(body, hmac_header=None, update_hash="")
    choices = [types.CallbackButton, types.CallbackSelection]
    for read in [KINDS[kind]] if kind in KINDS else choices if kind == "CHOICE" else []:
        try:
            with warnings.catch_warnings(action="ignore"):
                return read.from_update(client=CLIENT, update=update)
        except (KeyError, TypeError, ValueError):
            continue
    return None


def test_pywa_reads_the_same_of_a_message(webhook: Callable[..., Any]) -> None:
    read = []
    for name, case in cases("meta_text", "meta_media", "meta_people"):
        for contact in case["body"]["entry"][0]["changes"][0]["value"].get("contacts", []):
            # pywa 4.5 does not read a body of before April 2026.
            contact.setdefault("user_id", "US.1")
        body = json.dumps(case["body"]).encode()
        [event, *more] = webhook("meta", body=body)["events"]
        theirs = read_by_pywa(body, event["kind"])
        # pywa takes the first contact, whosever it is.
        if theirs is None or more or name.endswith("somebody else's"):
            continue
        read.append(name)
        user = theirs.from_user
        if "user_id" in event:
            assert (theirs.id, user.bsuid) == (event["id"], event["user_id"]), name
        if "name" in event:
            # Of a number that is written in two ways, pywa takes the contact's.
            assert user.wa_id in {event.get("phone"), "016505551234"}, name
            assert (user.name, user.username) == (event["name"], event.get("username")), name
        check_content(theirs, event, name)
    assert len(read) >= 25, read


def check_content(theirs: Any, event: dict[str, Any], name: str) -> None:
    if isinstance(theirs, types.CallbackSelection):
        words = [theirs.title, theirs.description]
        assert "\n".join(word for word in words if word) == event["text"], name
    elif isinstance(theirs, types.CallbackButton):
        assert theirs.title == event["text"], name
    elif event["kind"] == "TEXT":
        assert theirs.text == event.get("text"), name
        replied = theirs.reply_to_message
        assert (replied.id if replied else None) == event.get("reply_to"), name
    elif event["kind"] == "MEDIA":
        medium = theirs.media
        assert (medium.id, medium.mime_type) == (event["media_id"], event["media_type"]), name
        assert getattr(medium, "filename", None) == event.get("file_name"), name
        words = [theirs.caption, getattr(medium, "filename", None)]
        assert ("\n".join(word for word in words if word) or None) == event.get("text"), name
    elif event["kind"] == "REACTION":
        assert theirs.reaction.message_id == event["original_id"], name
