"""What cannot be sent is refused by name, before anything is sent."""

from typing import Any, Optional

import pytest
from chats import CHATBOT_ID, PID
from standin import Standin

import robofy

GOOD: dict[str, Any] = {"pid": PID, "chatbot_id": CHATBOT_ID, "query": "Hello"}

UNSENDABLE = [
    ("pid", ""),
    ("chatbot_id", ""),
    ("query", ""),
    ("session_id", ""),
    ("pid", "with\0nul"),
    ("chatbot_id", "with\0nul"),
    ("query", "with\0nul"),
    ("session_id", "with\0nul"),
    ("user_context", {"platform": "web"}),
    ("timeout", 0),
    ("timeout", -1),
    ("timeout", float("nan")),
    ("timeout", float("inf")),
    ("timeout", 10**30),
]

OF_THE_WRONG_TYPE = [
    ("pid", 31415),
    ("chatbot_id", 5),
    ("query", b"Hello"),
    ("session_id", 918727000000),
    ("user_context", '{"name": "Asha"}'),
    ("user_context", {"when": object()}),
    ("timeout", "60"),
    ("timeout", True),
]

UNUSABLE_OPTIONS = [
    ("api_key", ""),
    ("api_key", "with\0nul"),
    ("api_key", "with\nnewline"),
    ("base_url", ""),
    ("base_url", "agents.robofy.ai"),
    ("base_url", "http://agents.robofy.ai"),
    ("timeout", 0),
    ("connect_timeout", 0.0),
    ("max_retries", -1),
    ("max_retries", 2**32),
    ("proxy", "no url"),
    ("ca_file", ""),
    ("user_agent", "with\nnewline"),
    ("max_response_bytes", 0),
    ("max_response_bytes", 2**64),
    ("max_in_flight", -1),
    ("max_in_flight", 2**32),
    ("rate_limit", (0, 1)),
    ("rate_limit", (30, 0)),
    ("rate_limit", (2**32, 1)),
]

OPTIONS_OF_THE_WRONG_TYPE = [
    ("api_key", b"key"),
    ("pid", 31415),
    ("chatbot_id", b"DKDvwn"),
    ("base_url", b"https://agents.robofy.ai"),
    ("timeout", "60"),
    ("connect_timeout", "10"),
    ("max_retries", 2.0),
    ("max_retries", True),
    ("retry_ambiguous", "false"),
    ("proxy", 3128),
    ("ca_file", 3),
    ("user_agent", b"product"),
    ("max_response_bytes", "8 MiB"),
    ("max_in_flight", "100"),
    ("ordered_sessions", 1),
    ("rate_limit", 30),
    ("rate_limit", (30, 5, 1)),
    ("rate_limit", (30, 0.5)),
    ("rate_limit", [30, 5]),
]


@pytest.mark.parametrize(("parameter", "value"), UNSENDABLE)
def test_a_message_that_cannot_be_sent(standin: Standin, client: robofy.Client, parameter: str, value: object) -> None:
    with pytest.raises(robofy.InvalidArgumentError, match=parameter) as caught:
        client.whatsapp_chat(**{**GOOD, parameter: value})

    assert isinstance(caught.value, ValueError)
    assert caught.value.http_status is None
    assert not caught.value.is_retryable
    assert standin.requests() == []


@pytest.mark.parametrize("parameter", ["query", "session_id", "pid", "chatbot_id"])
def test_half_an_emoji_is_replaced(standin: Standin, client: robofy.Client, parameter: str) -> None:
    client.whatsapp_chat(**{**GOOD, parameter: "cut \ud83d, \udc4b \ud83d\udc4b \U0001f44b\ud83d"})

    (request,) = standin.requests()
    sent = {**request["body"], **request["body"]["user_context"]}
    assert sent[parameter] == "cut \ufffd, \ufffd \U0001f44b \U0001f44b\ufffd"


def test_half_an_emoji_in_a_user_context_is_replaced(standin: Standin, client: robofy.Client) -> None:
    client.whatsapp_chat(**GOOD, user_context={"n\ud83d": ["x\ud83d", 12345678901234567890, {"b": "\\ud83d"}]})

    (request,) = standin.requests()
    context = {"platform": "whatsapp", "n\ufffd": ["x\ufffd", 12345678901234567890, {"b": "\\ud83d"}]}
    assert request["body"]["user_context"] == context


@pytest.mark.parametrize(("parameter", "value"), OF_THE_WRONG_TYPE)
def test_a_message_of_wrong_types(standin: Standin, client: robofy.Client, parameter: str, value: object) -> None:
    with pytest.raises(TypeError, match=parameter):
        client.whatsapp_chat(**{**GOOD, parameter: value})

    assert standin.requests() == []


@pytest.mark.parametrize(("parameter", "value"), UNUSABLE_OPTIONS)
def test_an_option_that_cannot_be_used(parameter: str, value: Any) -> None:
    with pytest.raises(robofy.InvalidArgumentError, match=parameter):
        robofy.Client(**{"api_key": "key", parameter: value})


@pytest.mark.parametrize(("parameter", "value"), OPTIONS_OF_THE_WRONG_TYPE)
def test_an_option_of_the_wrong_type(parameter: str, value: Any) -> None:
    with pytest.raises(TypeError, match=parameter):
        robofy.Client(**{"api_key": "key", parameter: value})


def test_a_user_context_that_json_cannot_hold(client: robofy.Client) -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    for context in ({"price": float("nan")}, endless):
        with pytest.raises(robofy.InvalidArgumentError, match="user_context must hold JSON values only"):
            client.whatsapp_chat(**GOOD, user_context=context)


def test_the_key_is_in_no_refusal_of_it() -> None:
    for suffix in ("\n", "\0", "\ud83d"):
        with pytest.raises(robofy.InvalidArgumentError) as caught:
            robofy.Client(f"canary{suffix}")
        assert "canary" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"


@pytest.mark.parametrize("key", [None, ""])
def test_a_key_that_is_nowhere_is_asked_for(monkeypatch: pytest.MonkeyPatch, key: Optional[str]) -> None:
    monkeypatch.delenv("ROBOFY_API_KEY", raising=False)
    if key is not None:
        monkeypatch.setenv("ROBOFY_API_KEY", key)

    with pytest.raises(robofy.InvalidArgumentError, match="give it to the client, or set ROBOFY_API_KEY"):
        robofy.Client()


def test_times_shorter_than_a_millisecond_are_one_not_none(client: robofy.Client) -> None:
    with pytest.raises(robofy.ChatTimeoutError):
        client.whatsapp_chat(**{**GOOD, "query": "!delay-ms=60000"}, timeout=0.0001)
