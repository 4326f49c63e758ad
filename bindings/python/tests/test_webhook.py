"""Webhooks are verified and read, as the channels' own libraries do."""

import copy
import hashlib
import hmac
import json
import pickle
import threading
from dataclasses import FrozenInstanceError
from typing import Any, Callable
from urllib.parse import urlencode

import pytest

import robofy
from robofy.webhook import Channel, Event, EventKind, Incoming, Webhook

SECRET = "an app's s\u00e9cret"
# As Meta writes it: ASCII alone, and a slash escaped. One message has nobody who sent it.
BODY = (
    b'{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{'
    b'"metadata":{"phone_number_id":"106"},"contacts":[{"profile":{"name":"Ren\\u00e9"},"wa_id":"1650"}],'
    b'"messages":[{"from":"1650","id":"wamid.1","timestamp":"1749416383","type":"text",'
    b'"text":{"body":"caf\\u00e9 \\ud83d\\udc4b \\/"}},{"type":"text"}],'
    b'"statuses":[{"id":"wamid.2","status":"failed","recipient_id":"1650","errors":[{"code":131026}]}]}}]}]}'
)


def signed(body: bytes = BODY, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_what_came_in_is_told() -> None:
    incoming = Webhook("meta", SECRET).read(BODY, signed())

    assert (len(incoming), incoming.skipped) == (2, 1)
    message, status = incoming
    assert message == Event(
        kind=EventKind.TEXT,
        id="wamid.1",
        session_id="1650",
        channel_id="106",
        phone="1650",
        name="Ren\u00e9",
        type="text",
        text="caf\u00e9 \U0001f44b /",
        body=message.body,
        timestamp=1749416383.0,
    )
    assert message.json()["text"]["body"] == message.text
    assert message.body not in repr(message)
    assert "caf" not in repr(message)
    assert (status.kind, status.id, status.status, status.error_code) == (EventKind.STATUS, "wamid.2", "failed", 131026)
    assert (status.text, status.timestamp) == (None, None)
    with pytest.raises(FrozenInstanceError):
        message.text = "another"  # type: ignore[misc]


@pytest.mark.parametrize("body", [BODY, bytearray(BODY), memoryview(BODY)], ids=lambda body: type(body).__name__)
@pytest.mark.parametrize("encode", [str, str.encode], ids=["str", "bytes"])
def test_bodies_and_headers_come_as_frameworks_give_them(body: Any, encode: Callable[[str], Any]) -> None:
    assert len(Webhook(Channel.META, SECRET).read(body, encode(signed()))) == 2


@pytest.mark.parametrize(
    "signature",
    [None, "", "sha256=", signed()[7:], signed(secret="another"), signed() + "\0", "\ud83d", b"\xff", signed().upper()],
)
def test_another_signature_is_refused(signature: Any) -> None:
    with pytest.raises(robofy.SignatureError, match="signature") as refused:
        Webhook("meta", SECRET).read(BODY, signature)
    assert not refused.value.is_retryable
    assert SECRET not in str(refused.value)


def test_a_body_that_was_written_again_has_another_signature() -> None:
    again = json.dumps(json.loads(BODY)).encode()
    with pytest.raises(robofy.SignatureError):
        Webhook("meta", SECRET).read(again, signed())


def test_either_of_two_secrets_is_right_while_one_is_replaced() -> None:
    webhook = Webhook("meta", "old", "new")
    assert webhook.read(BODY, signed(secret="old")) == webhook.read(BODY, signed(secret="new"))
    with pytest.raises(robofy.SignatureError):
        webhook.read(BODY, signed(secret="older"))


def test_without_a_secret_nothing_is_asked_for() -> None:
    assert len(Webhook("meta").read(BODY, None)) == 2
    assert not Webhook("meta").read(b"{}", None)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'"\xff"', "not UTF-8"),
        (b"[" * 999, "nests deeper"),
        (b" " * (3 << 20) + b" ", "larger"),
    ],
)
def test_a_body_that_cannot_be_read_says_why(body: bytes, words: str) -> None:
    with pytest.raises(robofy.InvalidArgumentError, match=f"body .*{words}"):
        Webhook("meta").read(body, None)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Webhook("telegram"), robofy.InvalidArgumentError, "channel must be one of meta, waha"),
        (lambda: Webhook(None), TypeError, "channel must be a Channel"),  # type: ignore[arg-type]
        (lambda: Webhook("meta", None), TypeError, "secret must be a str"),  # type: ignore[arg-type]
        (lambda: Webhook("meta", ""), robofy.InvalidArgumentError, "secret must not be empty"),
        (lambda: Webhook("meta", "a", ""), robofy.InvalidArgumentError, "secret must not be empty"),
        (lambda: Webhook("meta").read("{}", None), TypeError, "body must be bytes as they came"),  # type: ignore[arg-type]
        (lambda: Webhook("meta").read(b"{}", 7), TypeError, "signature must be a str or bytes"),  # type: ignore[arg-type]
        (lambda: Webhook("meta").challenge("", None), TypeError, "verify_token must be a str"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_used_is_refused_by_name(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_a_secret_in_the_wrong_place_is_not_repeated() -> None:
    with pytest.raises(robofy.InvalidArgumentError, match="channel must be one of") as refused:
        Webhook(SECRET, "meta")
    assert SECRET not in str(refused.value)


def test_twilios_form_is_told_as_its_fields() -> None:
    form = {
        "MessageSid": "SM1",
        "From": "whatsapp:+1650",
        "To": "whatsapp:+1415",
        "Body": "caf\u00e9 & {1}",
        "Empty": "",
    }
    (event,) = Webhook("twilio").read(urlencode(form).encode(), None)
    assert event.json() == form


def test_the_handshake_is_answered() -> None:
    webhook = Webhook("meta", SECRET)
    query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=me+%26+you"
    assert webhook.challenge(query, "me & you") == "1158201444"
    assert webhook.challenge(query.encode(), "me & you") == "1158201444"
    assert webhook.challenge(query, "another") is None
    assert webhook.challenge(query, "") is None
    assert webhook.challenge("\0", "me & you") is None


def test_a_kind_of_a_later_library_is_other() -> None:
    assert EventKind(99) is EventKind.OTHER


def test_secrets_are_neither_shown_nor_copied() -> None:
    webhook = Webhook("meta", SECRET)
    assert repr(webhook) == "Webhook('meta')"
    for duplicate in copy.copy, copy.deepcopy, pickle.dumps:
        with pytest.raises(TypeError, match="holds secrets"):
            duplicate(webhook)
    incoming = webhook.read(BODY, signed())
    assert pickle.loads(pickle.dumps(incoming)) == incoming


def test_threads_share_a_webhook() -> None:
    webhook = Webhook("meta", SECRET)
    read: list[Incoming] = []
    threads = [threading.Thread(target=lambda: read.append(webhook.read(BODY, signed()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read) == 8
    assert all(each == read[0] for each in read)


def test_pywa_and_this_agree() -> None:
    pywa = pytest.importorskip("pywa.utils")
    webhook = Webhook("meta", SECRET)
    for secret, body in (SECRET, BODY), ("another", BODY), (SECRET, BODY + b" "):
        signature = signed(body, secret)
        right = True
        try:
            webhook.read(BODY, signature)
        except robofy.SignatureError:
            right = False
        assert pywa.webhook_updates_validator(SECRET, BODY, signature) is right


def test_twilios_validator_and_this_agree() -> None:
    twilio = pytest.importorskip("twilio.request_validator")
    url = "https://bot.example.com/twilio?tenant=7"
    form = {
        "MessageSid": "SM1",
        "From": "whatsapp:+1650",
        "To": "whatsapp:+1415",
        "Body": "caf\u00e9 & \U0001f44b + 100%",
    }
    webhook = Webhook("twilio", SECRET)
    for token in SECRET, "another":
        for signed_url in url, url.replace(".com", ".com:443"), url + "&x=1":
            signature = twilio.RequestValidator(token).compute_signature(signed_url, form)
            if twilio.RequestValidator(SECRET).validate(url, form, signature):
                (event,) = webhook.read(urlencode(form).encode(), signature, url)
                assert (event.text, event.phone) == (form["Body"], "1650")
            else:
                with pytest.raises(robofy.SignatureError):
                    webhook.read(urlencode(form).encode(), signature, url)
