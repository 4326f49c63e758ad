"""Signatures that other libraries make are right here, and those that are right here are right there."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from pywa import utils as pywa
from twilio.request_validator import RequestValidator

HERE = Path(__file__).resolve().parent
SECRET = "an app's s\u00e9cret"
URL = "https://bot.example.com/twilio?tenant=7"
# As Meta writes it: ASCII alone, and a slash escaped.
BODY = (
    b'{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{'
    b'"messaging_product":"whatsapp","metadata":{"display_phone_number":"1555","phone_number_id":"106"},'
    b'"contacts":[{"profile":{"name":"Ren\\u00e9"},"wa_id":"1650"}],"messages":[{"from":"1650","id":"wamid.1",'
    b'"timestamp":"1749416383","type":"text","text":{"body":"caf\\u00e9 \\ud83d\\udc4b \\/"}}]}}]}]}'
)
WRONG = "the webhook's signature is wrong"
MISSING = "the webhook has no signature"


def sha256(secret: str, body: bytes = BODY) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def text_of(answer: dict[str, Any]) -> str:
    return str(answer["events"][0]["text"])


def test_pywa_and_this_agree(webhook: Callable[..., Any]) -> None:
    for secret, body in (SECRET, BODY), ("another", BODY), (SECRET, BODY + b" "):
        signature = sha256(secret, body)
        ours = webhook("meta", "--secret", SECRET, "--signature", signature, body=BODY)
        assert pywa.webhook_updates_validator(SECRET, BODY, signature) is ("events" in ours)
        if "error" in ours:
            assert ours["error"].startswith(WRONG)
        else:
            assert text_of(ours) == "caf\u00e9 \U0001f44b /"


def test_whatsapp_api_js_and_this_agree(
    webhook: Callable[..., Any], need: Callable[[str], str], tmp_path: Path
) -> None:
    for name in "package.json", "package-lock.json", "verify.mjs":
        (tmp_path / name).write_bytes((HERE / "node" / name).read_bytes())
    subprocess.run([need("npm"), "ci", "--no-audit", "--no-fund", "--silent"], cwd=tmp_path, check=True)
    for secret in SECRET, "another":
        signature = sha256(secret)
        command = ["node", "verify.mjs", SECRET, signature]
        done = subprocess.run(command, cwd=tmp_path, input=BODY, stdout=subprocess.PIPE, check=True)
        theirs = json.loads(done.stdout)
        ours = webhook("meta", "--secret", SECRET, "--signature", signature, body=BODY)
        assert theirs["verified"] is ("events" in ours)
        if theirs["verified"]:
            event = ours["events"][0]
            assert theirs["message"]["text"]["body"] == event["text"]
            assert (theirs["from"], theirs["phoneID"], theirs["name"]) == (
                event["phone"],
                event["channel_id"],
                event["name"],
            )


def test_either_of_two_secrets_is_right_while_one_is_replaced(webhook: Callable[..., Any]) -> None:
    for secret, right in ("old", True), ("new", True), ("older", False):
        answer = webhook("meta", "--secret", "old", "--secret", "new", "--signature", sha256(secret), body=BODY)
        assert ("events" in answer) is right


def test_a_missing_signature_is_refused_and_no_secret_asks_for_none(webhook: Callable[..., Any]) -> None:
    for channel in "meta", "waha", "evolution", "twilio":
        assert webhook(channel, "--secret", SECRET, body=b"{}")["error"].startswith(MISSING)
        assert "events" in webhook(channel, body=b"{}")


PARAMETERS = [
    {"MessageSid": "SM1", "From": "whatsapp:+1650", "To": "whatsapp:+1415", "Body": "caf\u00e9 & \U0001f44b + 100%"},
    {"MessageSid": "SM1", "From": "whatsapp:+1650", "To": "whatsapp:+1415", "Body": "a\r\nb", "a": "", "B": "~!*'()"},
]


@pytest.mark.parametrize("parameters", PARAMETERS)
@pytest.mark.parametrize("algorithm", ["HMAC_SHA1", "HMAC_SHA256"])
def test_twilios_validator_and_this_agree(
    webhook: Callable[..., Any], parameters: dict[str, str], algorithm: str
) -> None:
    body = urlencode(parameters).encode()
    for token in SECRET, "another":
        for url in URL, URL.replace(".com", ".com:443"), URL.replace(".com", ".com:8443"), URL + "&x=1":
            signature = RequestValidator(token).compute_signature(url, parameters, algorithm)
            theirs = RequestValidator(SECRET).validate(URL, parameters, signature, algorithm)
            ours = webhook("twilio", "--secret", SECRET, "--signature", signature, "--url", URL, body=body)
            assert theirs is ("events" in ours), (token, url)
            if theirs:
                assert text_of(ours) == parameters["Body"]


def test_twilios_validator_and_this_agree_on_json(webhook: Callable[..., Any]) -> None:
    body = '{"a":"caf\u00e9"}'
    url = f"{URL}&bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    signature = RequestValidator(SECRET).compute_signature(url, {})
    for sent in body, body + " ":
        theirs = RequestValidator(SECRET).validate(url, sent, signature)
        options = ["--secret", SECRET, "--signature", signature, "--url", url]
        assert theirs is ("events" in webhook("twilio", *options, body=sent.encode()))


def test_a_token_of_evolutions_is_one_of_pyjwts(webhook: Callable[..., Any]) -> None:
    key = "a key of thirty-two bytes or more"
    claims = {"iat": 1_790_000_000, "exp": 1_790_000_600, "app": "evolution", "action": "webhook"}
    for algorithm, now, right in ("HS256", 0, True), ("HS256", 600, False), ("HS384", 0, False):
        bearer = "Bearer " + jwt.encode(claims, key, algorithm)
        options = ["--secret", key, "--signature", bearer, "--now", str(1_790_000_000 + now)]
        assert ("events" in webhook("evolution", *options, body=b"{}")) is right


def test_the_vectors_are_those_that_python_makes() -> None:
    subprocess.run([sys.executable, HERE / "vectors.py", "--check"], check=True)
