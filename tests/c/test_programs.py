"""What a chat sends, brings back and fails with, through the C interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from c_programs import Programs
from library import HEADERS
from record import header_of, received, request_of
from standin import Standin


def test_null_is_allowed_everywhere(programs: Programs) -> None:
    programs.run("nulls")


def test_bad_arguments_are_refused_by_name_and_nothing_is_sent(programs: Programs, standin: Standin) -> None:
    programs.run("arguments", standin.url)
    assert standin.requests() == []


def test_each_status_is_told_apart(programs: Programs, standin: Standin) -> None:
    programs.run("statuses", standin.url)


def test_answers_become_messages_that_fit(programs: Programs, standin: Standin) -> None:
    programs.run("text", standin.url)


def test_webhooks_are_verified_and_read(programs: Programs) -> None:
    programs.run("webhook")


def test_a_strangers_webhook_breaks_nothing(programs: Programs) -> None:
    programs.run("strangers")


def test_replies_carry_everything(programs: Programs, standin: Standin) -> None:
    programs.run("replies", standin.url)


class TestRequests:
    @pytest.fixture
    def bodies(self, programs: Programs, standin: Standin) -> dict[str, Any]:
        programs.run("requests", standin.url)
        return {request["body"]["query"]: request["body"] for request in standin.requests()}

    def test_the_head_is_exact(self, programs: Programs, standin: Standin) -> None:
        programs.run("requests", standin.url)
        request = request_of(standin, "one call")
        assert (request["method"], request["path"]) == ("POST", "/v1/ai-agent/whatsapp/chat")
        headers = dict(request["headers"])
        assert len(headers) == len(request["headers"])
        assert headers.pop("host") == standin.url.partition("//")[2]
        assert int(headers.pop("content-length")) > 0
        assert headers.pop("accept", "*/*") in ("*/*", "application/json")
        assert headers == {
            "accept-encoding": "identity",
            "authorization": "Bearer canary-key-41d7",
            "content-type": "application/json",
            "user-agent": f"robofy/{header_version()}",
        }

    def test_the_body_is_the_contracts(self, bodies: dict[str, Any]) -> None:
        agent = {"pid": "project-1", "chatbot_id": "agent-1"}
        contexts = {
            "one call": {"session_id": "918727000001", "platform": "whatsapp"},
            "no session": {"platform": "whatsapp"},
            "context": {
                "session_id": "s-1",
                "platform": "whatsapp",
                "name": "Ana",
                "tags": [1, 2.5, None],
                "inner": {"platform": "web"},
            },
            "session in context": {"session_id": "s-2", "platform": "whatsapp"},
            "session twice": {"session_id": "s-3", "platform": "whatsapp"},
            "cut emoji": {"platform": "whatsapp", "n\ufffd": ["x\ufffd", "👋\ufffd", 1.10]},
            "empty context": {"platform": "whatsapp"},
            "context unset": {"platform": "whatsapp"},
            'quote " slash \\ line\nend \x01 👋': {"session_id": "☎ 1", "platform": "whatsapp"},
        }
        assert bodies == {
            query: {"query": query, **agent, "user_context": context} for query, context in contexts.items()
        }


def header_version() -> str:
    [line] = [line for line in (HEADERS / "robofy.h").read_text().splitlines() if "define ROBOFY_VERSION " in line]
    return line.split('"')[1]


def test_each_option_does_what_it_says(programs: Programs, standin: Standin) -> None:
    programs.run("options", standin.url)
    product = f"robofy/{header_version()}"
    assert header_of(request_of(standin, "user agent"), "user-agent") == f"my-gateway/2.1 {product}"
    assert header_of(request_of(standin, "user agent by default"), "user-agent") == product
    for base, path in {"/": "", "/eu": "/eu", "/eu/west/": "/eu/west"}.items():
        assert request_of(standin, base)["path"] == f"{path}/v1/ai-agent/whatsapp/chat"
    attempts = received(standin)
    assert attempts["!status=503 code=NONE"] == 1
    assert attempts["!status=503 code=ONE"] == 2
    assert attempts["!status=503 code=THREE"] == 4
    assert attempts["!status=503 code=DEFAULT"] == 3
    assert header_of(request_of(standin, "key one"), "authorization") == "Bearer key-one"
    assert header_of(request_of(standin, "key two"), "authorization") == "Bearer key-two"


def test_only_what_the_agent_cannot_have_seen_is_sent_again(programs: Programs, standin: Standin) -> None:
    programs.run("retries", standin.url)
    attempts = received(standin)
    assert attempts["!status=429 fails=9"] == 3
    assert attempts["!status=429 retry-after=3600"] == 1
    once = ["!status=500", "!status=502", "!status=504", "!reset=before", "!close=before", "!reset=midway"]
    never = [f"!status={status} fails=1" for status in (400, 401, 403, 404, 302)] + ["!not-json fails=1"]
    assert {query: attempts[query] for query in once + never} == dict.fromkeys(once + never, 1)


def test_a_call_ends_at_its_deadline(programs: Programs, standin: Standin) -> None:
    programs.run("deadlines", standin.url)
    slow = ["!delay-ms=60000", "!body-delay-ms=60000", "!drip-ms=1000"]
    assert {query: received(standin)[query] for query in slow} == dict.fromkeys(slow, 1)


def test_broken_connections_are_told_apart_and_redirects_not_followed(
    programs: Programs, standin: Standin, start_standin: Callable[..., Standin]
) -> None:
    elsewhere = start_standin()
    programs.run("connections", standin.url, elsewhere.url)
    assert elsewhere.requests() == []
