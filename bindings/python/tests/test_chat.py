"""One message in, one answer out."""

import dataclasses
import json
import time

import pytest
from chats import CHATBOT_ID, PID, chat
from standin import Standin

import robofy


def test_the_request_is_the_documented_one(standin: Standin, client: robofy.Client) -> None:
    chat(client, "Hello", session_id="918727000000")

    (request,) = standin.requests()
    headers = dict(request["headers"])
    assert (request["method"], request["path"]) == ("POST", "/v1/ai-agent/whatsapp/chat")
    assert headers["authorization"] == "Bearer a-test-key"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == f"robofy/{robofy.__version__}"
    assert request["body"] == {
        "query": "Hello",
        "pid": PID,
        "chatbot_id": CHATBOT_ID,
        "user_context": {"session_id": "918727000000", "platform": "whatsapp"},
    }


def test_the_reply_holds_what_the_service_sent(client: robofy.Client) -> None:
    body = '{"message":"Success","data":{"answer":"Hi","session_id":"s","mood":"good"}}'
    reply = chat(client, f"!raw={body}")

    assert (reply.answer, reply.session_id, reply.message) == ("Hi", "s", "Success")
    assert reply.body == body
    assert reply.json()["data"]["mood"] == "good"
    assert reply.attempts == 1


def test_elapsed_is_the_seconds_of_the_call(client: robofy.Client) -> None:
    started = time.monotonic()
    reply = chat(client, "!delay-ms=300")

    assert 0.3 <= reply.elapsed <= time.monotonic() - started


def test_a_reply_prints_as_its_answer_and_cannot_be_changed(client: robofy.Client) -> None:
    reply = chat(client, "!answer=Welcome")

    assert str(reply) == "Welcome"
    with pytest.raises(dataclasses.FrozenInstanceError):
        reply.answer = "something else"  # type: ignore[misc]


def test_a_session_keeps_its_context(client: robofy.Client) -> None:
    chat(client, "My name is Asha.", session_id="asha")
    remembered = chat(client, "What is my name?", session_id="asha")
    stranger = chat(client, "What is my name?", session_id="ben")

    assert "My name is Asha." in remembered.answer
    assert "Asha" not in stranger.answer


def test_the_service_assigns_a_session_where_none_is_given(standin: Standin, client: robofy.Client) -> None:
    reply = chat(client)

    assert reply.session_id
    assert standin.requests()[0]["body"]["user_context"] == {"platform": "whatsapp"}


def test_a_service_that_names_no_session_leaves_it_none(client: robofy.Client) -> None:
    assert chat(client, "!no-session").session_id is None


def test_user_context_travels_beside_session_and_platform(standin: Standin, client: robofy.Client) -> None:
    context = {"name": "Zoë 👋", "age": 30, "vip": True, "tags": ["a", None], "shop": {"city": "Pune"}}
    chat(client, session_id="s", user_context=context)

    sent = standin.requests()[0]["body"]["user_context"]
    assert sent == {**context, "session_id": "s", "platform": "whatsapp"}


@pytest.mark.parametrize("text", ["Zoë 👋🏽 नमस्ते", 'two\nlines\tand "quotes" \\', "\u2028\ufeff", "x" * 100_000])
def test_text_arrives_as_it_was_written(standin: Standin, client: robofy.Client, text: str) -> None:
    reply = chat(client, text)

    assert standin.requests()[0]["body"]["query"] == text
    assert text in reply.answer


def test_what_a_c_string_or_utf8_cannot_hold_is_replaced_in_answers(client: robofy.Client) -> None:
    assert chat(client, "!nul").answer == "before\ufffdafter"
    assert chat(client, r"!answer=cut:\ud83d").answer == "cut:\ufffd"


def test_the_body_is_json_with_or_without_keys_that_are_unknown(client: robofy.Client) -> None:
    reply = chat(client, "!extra-keys")

    assert reply.json() == json.loads(reply.body)
    assert reply.json()["data"]["answer"] == reply.answer
