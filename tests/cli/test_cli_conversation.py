"""`robofy format`, `robofy split` and `robofy webhook`: what needs neither a service nor a key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from cli_tool import Tool

SECRET = "an-app-secret"
# As Meta writes it: ASCII alone, and a slash escaped. One message has nobody who sent it.
BODY = (
    b'{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{'
    b'"metadata":{"phone_number_id":"106"},"contacts":[{"profile":{"name":"Ren\\u00e9"},"wa_id":"1650"}],'
    b'"messages":[{"from":"1650","id":"wamid.1","timestamp":"1749416383","type":"text",'
    b'"text":{"body":"caf\\u00e9\\n\\t\\/"}},{"type":"text"}]}}]}]}'
)
FORM = {"MessageSid": "SM1", "From": "whatsapp:+1650", "To": "whatsapp:+1415", "Body": "Hi"}


def signed(body: bytes = BODY, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def by_twilio(url: str) -> str:
    whole = url + "".join(name + value for name, value in sorted(FORM.items()))
    return base64.b64encode(hmac.new(SECRET.encode(), whole.encode(), hashlib.sha1).digest()).decode()


@pytest.fixture
def body(tmp_path: Path) -> Path:
    path = tmp_path / "body.json"
    path.write_bytes(BODY)
    return path


@pytest.fixture
def secret(tool: Tool) -> Tool:
    tool.environment["ROBOFY_WEBHOOK_SECRET"] = SECRET
    return tool


def test_a_text_is_formatted(tool: Tool, tmp_path: Path) -> None:
    ran = tool.run("format", input="## Hours\n\n**Mon**: 9 to 5\n")
    assert (ran.stdout, ran.stderr, ran.returncode) == ("*Hours*\n\n*Mon*: 9 to 5\n", "", 0)
    assert tool.run("format", input=ran.stdout).stdout == ran.stdout
    assert tool.run("format", "--dialect", "markdown", input="*x*").stdout == "_x_\n"
    assert tool.run("format", "--dialect", "whatsapp", "-", input="*x* &amp;").stdout == "*x* &\n"
    path = tmp_path / "answer.md"
    path.write_text("**x**")
    assert tool.run("format", str(path)).stdout == "*x*\n"
    assert tool.run("format", input="").stdout == "\n"


def test_a_text_is_split(tool: Tool) -> None:
    text = "One. Two.\n\nThree. Four."
    run = lambda *options: tool.run("split", "--limit", "14", *options, input=text + "\n")  # noqa: E731
    assert run().stdout == "One. Two.\n\n---\nThree. Four.\n"
    assert run("--separator", "~~").stdout == "One. Two.\n\n~~\nThree. Four.\n"
    assert run("--null").stdout == run("-0").stdout == "One. Two.\n\n\0Three. Four.\0"
    assert json.loads(run("--json").stdout) == ["One. Two.\n\n", "Three. Four."]
    assert tool.run("split", input=text).stdout == text + "\n"
    assert tool.run("split", "--format", input="**x**").stdout == "*x*\n"
    assert tool.run("split", "--json", input=" ").stdout == "[]\n"


@pytest.mark.parametrize(
    ("arguments", "given", "words"),
    [
        (["format"], b"caf\xe9", "not UTF-8"),
        (["format"], b"a\0b", "NUL"),
        (["format", "--dialect", "html"], b"", "auto, markdown, whatsapp"),
        (["format", "/no/such/file"], b"", "/no/such/file"),
        (["split", "--limit=-1"], b"", "--limit"),
        (["split", "--json", "--null"], b"", "cannot be used with"),
    ],
)
def test_what_cannot_be_formatted_is_told(tool: Tool, tmp_path: Path, arguments: Any, given: bytes, words: str) -> None:
    path = tmp_path / "input"
    path.write_bytes(given)
    with path.open("rb") as stdin:
        ran = tool.run(*arguments, stdin=stdin)
    assert (ran.stdout, ran.returncode) == ("", 2)
    assert words in ran.stderr


def test_a_right_signature_is_told(secret: Tool, body: Path) -> None:
    ran = secret.run("webhook", "verify", "--channel", "meta", "--signature", signed(), str(body))
    assert (ran.stderr, ran.returncode) == ("", 0)
    assert ran.stdout == "the signature is right: 1 event, and 1 without an identifier or a user\n"
    ran = secret.run("webhook", "verify", "--channel", "meta", "--signature", signed(), "--json", "-", stdin=body.open())
    assert json.loads(ran.stdout) == {"valid": True, "message": None, "hints": [], "events": 1, "skipped": 1}


def test_the_secret_may_be_in_files(tool: Tool, body: Path, tmp_path: Path) -> None:
    files = []
    for name, secret in ("new", "new-secret"), ("old", SECRET):
        files.append(tmp_path / name)
        files[-1].write_text(secret + "\n")
        files[-1].chmod(0o600)
    named = [part for path in files for part in ("--secret-file", str(path))]
    verify = ["webhook", "verify", "--channel", "meta", *named, "--signature"]
    for secret in SECRET, "new-secret":
        assert tool.run(*verify, signed(secret=secret), str(body)).returncode == 0
    assert tool.run(*verify, signed(secret="another"), str(body)).returncode == 17
    files[0].chmod(0o644)
    ran = tool.run(*verify, signed(), str(body))
    assert ran.returncode == 2
    assert "chmod 600" in ran.stderr


META = ["--channel", "meta", "--signature"]
AGAIN = json.dumps(json.loads(BODY), ensure_ascii=False).encode()
URL = "https://bot.example.com/hook"


@pytest.mark.parametrize(
    ("arguments", "sent", "hint"),
    [
        (META[:2], BODY, "signature: give the request's header with --signature: X-Hub-Signature-256"),
        ([*META, signed()[7:]], BODY, "signature: right but for `sha256=`"),
        ([*META, "sha1=" + "0" * 40], BODY, "signature: this is the older header"),
        ([*META, signed()[:-1]], BODY, "signature: not 64 hexadecimal digits"),
        ([*META, signed()], BODY + b"\n", "body: white space was added at its end"),
        ([*META, signed(BODY + b"\n")], BODY, "body: the line end at its end was taken away"),
        ([*META, signed()], AGAIN, "body: it was parsed and written again: verify the bytes as they came"),
        ([*META, signed(b"else")], AGAIN, "body: probably parsed and written again"),
        ([*META, signed(secret=SECRET + "\n")], BODY, "secret: it is used there with the line end of its file"),
        ([*META, signed(secret="another")], BODY.replace(b"\\n\\t\\/", b""), "secret: most likely another one: it is the app secret"),
        (["--channel", "waha", "--signature", "00"], BODY, "signature: not the 128 hexadecimal digits"),
        (["--channel", "evolution", "--signature", "x"], b"{}", "signature: not of the form `Bearer TOKEN`"),
        (["--channel", "twilio", "--signature", by_twilio(URL)], urlencode(FORM).encode(), "url: Twilio signs it"),
        (
            ["--channel", "twilio", "--url", "http://bot.example.com/hook", "--signature", by_twilio(URL)],
            urlencode(FORM).encode(),
            f"url: Twilio called {URL}",
        ),
        (
            ["--channel", "twilio", "--url", URL + "/", "--signature", by_twilio(URL)],
            urlencode(FORM).encode(),
            f"url: Twilio called {URL}",
        ),
    ],
)  # fmt: skip
def test_what_is_likely_wrong_is_told(secret: Tool, tmp_path: Path, arguments: Any, sent: bytes, hint: str) -> None:
    path = tmp_path / "body"
    path.write_bytes(sent)
    ran = secret.run("webhook", "verify", *arguments, str(path))
    assert (ran.stdout, ran.returncode) == ("", 17)
    assert f"\n  {hint}" in ran.stderr
    told = json.loads(secret.run("webhook", "verify", *arguments, "--json", str(path)).stdout)
    assert told["valid"] is False
    assert told["hints"][0].startswith(hint)
    assert SECRET not in ran.stderr + json.dumps(told)


def test_quotation_marks_of_a_copy_are_found(tool: Tool, body: Path) -> None:
    tool.environment["ROBOFY_WEBHOOK_SECRET"] = f'"{SECRET}"'
    ran = tool.run("webhook", "verify", *META, signed(), str(body))
    assert "secret: it has quotation marks around it" in ran.stderr
    assert SECRET not in ran.stderr


@pytest.mark.parametrize(("value", "words"), [(None, "no secret"), ("", "is empty: anybody could sign"), (" \n", "empty")])
def test_without_a_secret_nothing_is_verified(tool: Tool, body: Path, value: str | None, words: str) -> None:
    if value is not None:
        tool.environment["ROBOFY_WEBHOOK_SECRET"] = value
    ran = tool.run("webhook", "verify", *META, signed(), str(body))
    assert (ran.stdout, ran.returncode) == ("", 2)
    assert words in ran.stderr
    assert "ROBOFY_WEBHOOK_SECRET" in ran.stderr


def test_events_are_shown(tool: Tool, body: Path) -> None:
    ran = tool.run("webhook", "show", "--channel", "meta", str(body))
    assert ran.stdout == "text\twamid.1\t1650\tRené\ttext\t\tcafé  /\n"
    assert ran.stderr == "robofy: 1 event, and 1 without an identifier or a user\n"
    assert ran.returncode == 0
    ran = tool.run("webhook", "show", "--channel", "meta", "--json", str(body))
    [line] = ran.stdout.splitlines()
    event = json.loads(line)
    received = event.pop("json")
    assert received["text"] == {"body": "café\n\t/"}
    assert event == {
        "kind": "text",
        "id": "wamid.1",
        "session_id": "1650",
        "channel_id": "106",
        "phone": "1650",
        "name": "René",
        "type": "text",
        "text": "café\n\t/",
        "timestamp_ms": 1749416383000,
    }


def test_a_form_is_shown_as_it_is(tool: Tool) -> None:
    ran = tool.run("webhook", "show", "--channel", "twilio", "--json", "-", input=urlencode(FORM))
    assert json.loads(ran.stdout)["json"] == urlencode(FORM)


def test_a_body_of_nothing_says_so(tool: Tool) -> None:
    ran = tool.run("webhook", "show", "--channel", "meta", "-", input="{}")
    assert (ran.stdout, ran.stderr, ran.returncode) == ("", "robofy: 0 events\n", 0)
    ran = tool.run("webhook", "show", "--channel", "meta", "-", input="{")
    assert (ran.stdout, ran.returncode) == ("", 2)
    assert "body is not JSON" in ran.stderr
