"""Every row of the table in docs/api.md is reached from Python, and Prism takes what is sent."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import robofy
from prism import Operation, Prism, operations
from standin import ROOT, TARGET

AGENT = "31415/DKDvwn"
IDS = {"pid": "31415", "chatbot_id": "DKDvwn", "session_id": "918727", "id": "7", "license_id": "8"}
OPERATIONS = list(operations())


def by_path(method: str, path: str, body: Any = None, **query: str) -> Callable[[robofy.Client], None]:
    def call(client: robofy.Client) -> None:
        response = client.request(method, path, json=body, query=query or None)
        assert response.status == 200
        assert response.json()

    return call


def whatsapp(client: robofy.Client) -> None:
    reply = client.whatsapp_chat(query="Hello", session_id="918727", user_context={"name": "Asha"})
    assert (reply.answer, reply.session_id) == ("Hello!", "918727")


def chat(client: robofy.Client) -> None:
    reply = client.chat_send(query="Hello", platform="web")
    assert (reply.answer, reply.session_id) == ("Hello!", "918727")


def stream(client: robofy.Client) -> None:
    with client.stream("/not-known/stream", query="Hello", session_id="918727") as answer:
        events = list(answer)
        assert answer.text == "Hello!"
    assert [event.text for event in events if event.kind is robofy.StreamEventKind.SESSION] == ["918727"]


def settings(client: robofy.Client) -> None:
    settings = client.agent_settings()
    assert (settings.temperature, settings.thinking_mode) == ("0.7", "low")
    assert settings.llm_api_key == "sk-agent-secret"
    assert "sk-agent-secret" not in repr(settings)


def sessions(client: robofy.Client) -> None:
    [session] = client.sessions()
    assert (session.session_id, session.user_profile_name) == ("918727", "Asha")


def leads(client: robofy.Client) -> None:
    for session_id in (None, "918727"):
        assert list(client.leads(session_id=session_id)) == [{"name": "=1+1", "phone": "+91 98765-43210"}]


def file(client: robofy.Client) -> None:
    upload = robofy.Upload()
    upload.add_text("chatbot_id", "DKDvwn")
    upload.add_text("metadata", "{}")
    upload.add_bytes("file", bytes(range(256)), file_name="prices.pdf")
    assert client.upload("/not-known/file", upload).status == 200
    assert upload.sent == upload.total > 256


CALLS = {
    "POST /v1/ai-agent/whatsapp/chat": whatsapp,
    "POST /v1/ai-agent/chat": chat,
    "POST /not-known/stream": stream,
    "POST /not-known/handshake": by_path(
        "POST", "/not-known/handshake", {"chatbot_id": "DKDvwn", "project_id": "31415", "version": 2}
    ),
    "GET /v1/ai-agent/chatbot/{pid}": by_path("GET", "/v1/ai-agent/chatbot/31415"),
    "POST /v1/ai-agent/chatbot/{pid}": by_path(
        "POST", "/v1/ai-agent/chatbot/31415", {"name": "Grüße", "language": "de"}
    ),
    "GET /v1/ai-agent/chatbot/{pid}/{chatbot_id}": by_path("GET", f"/v1/ai-agent/chatbot/{AGENT}"),
    "PUT /v1/ai-agent/chatbot/{pid}/{chatbot_id}": by_path("PUT", f"/v1/ai-agent/chatbot/{AGENT}", {"name": "Asha"}),
    "DELETE /v1/ai-agent/chatbot/{pid}/{chatbot_id}": by_path("DELETE", f"/v1/ai-agent/chatbot/{AGENT}"),
    "GET /v1/ai-agent/chatbot_ai_settings/{pid}/{chatbot_id}": settings,
    "GET /v1/ai-agent/inbox/sessions/{chatbot_id}": sessions,
    "GET /v1/ai-agent/inbox/chats/{chatbot_id}/{session_id}": by_path("GET", "/v1/ai-agent/inbox/chats/DKDvwn/918727"),
    "GET /v1/ai-agent/leads/{pid}/{chatbot_id}": leads,
    "POST /v1/ai-agent/crawl_website": by_path(
        "POST", "/v1/ai-agent/crawl_website", {"start_urls": [{"url": "https://example.com/"}]}
    ),
    "GET /v1/ai-agent/crawl_status/{pid}/{chatbot_id}": by_path("GET", f"/v1/ai-agent/crawl_status/{AGENT}"),
    "POST /v1/ai-agent/link_content/{pid}": by_path(
        "POST", "/v1/ai-agent/link_content/31415", {"chatbot_id": "DKDvwn", "content": "Open until 6 pm."}
    ),
    "POST /not-known/file": file,
    "GET /v1/ai-agent/chatbot_asset_link/{pid}/{chatbot_id}": by_path(
        "GET", f"/v1/ai-agent/chatbot_asset_link/{AGENT}"
    ),
    "DELETE /v1/ai-agent/chatbot_asset_delink": by_path("DELETE", "/v1/ai-agent/chatbot_asset_delink"),
    "GET /v1/account/details": by_path("GET", "/v1/account/details"),
    "GET /v1/account/limit": by_path("GET", "/v1/account/limit"),
    "GET /v1/projects": by_path("GET", "/v1/projects", page="2"),
    "GET /v1/projects/{id}": by_path("GET", "/v1/projects/7"),
    "GET /v1/ai-agent/message_stats": by_path("GET", "/v1/ai-agent/message_stats"),
    "GET /v1/license": by_path("GET", "/v1/license"),
    "GET /v1/license/{license_id}": by_path("GET", "/v1/license/8"),
    "GET /v1/license/limit": by_path("GET", "/v1/license/limit"),
    "POST /v1/partner/onboard": by_path("POST", "/v1/partner/onboard", {}),
    "PUT /not-known/system-prompt": by_path("PUT", "/not-known/system-prompt", {}),
    "GET /not-known/persona": by_path("GET", "/not-known/persona"),
    "PUT /not-known/persona": by_path("PUT", "/not-known/persona", {}),
}


def rows() -> dict[str, str]:
    """Of the table: each endpoint with its method and path."""
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    [table] = re.findall(
        r"^\| endpoint \| method and path \| how \|\n\|[ -|]+\|\n(.*?)\n\n", page, re.DOTALL | re.MULTILINE
    )
    cells = [re.split(r" ?\| ?", line.strip("| ")) for line in table.splitlines()]
    return {endpoint: where for endpoint, where, _ in cells}


def test_every_row_has_its_operations_and_every_operation_its_call() -> None:
    assert {operation.row for operation in OPERATIONS} == set(rows())
    assert sorted(map(str, OPERATIONS)) == sorted(CALLS)


@pytest.mark.parametrize(("row", "where"), rows().items(), ids=rows())
def test_the_document_says_what_the_table_says(row: str, where: str) -> None:
    mine = [operation for operation in OPERATIONS if operation.row == row]
    methods, paths = set(re.findall(r"\b[A-Z]{3,}\b", where)), set(re.findall(r"/v1/[\w/{}-]+", where))
    assert {operation.method for operation in mine if operation.method_is_known} == methods
    assert {operation.path for operation in mine if operation.path_is_known} == paths
    assert all(operation.path.startswith("/not-known/") for operation in mine if not operation.path_is_known)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_it_is_reached(client: robofy.Client, operation: Operation) -> None:
    CALLS[str(operation)](client)


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.takes_json], ids=str)
def test_a_wrong_body_is_refused(client: robofy.Client, operation: Operation) -> None:
    wrong: Any
    for wrong in (None, []):
        with pytest.raises(robofy.BadRequestError, match="Invalid request"):
            client.request(operation.method, operation.path.format(**IDS), json=wrong)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/v1/ai-agent/whatsapp/chat",
            {"query": "Hi", "pid": "3", "chatbot_id": "b", "user_context": {"platform": "web"}},
        ),
        ("/v1/ai-agent/chat", {"query": "Hi", "pid": "3", "chatbot_id": "b", "user_context": {"platfrom": "web"}}),
        ("/not-known/handshake", {"chatbot_id": "DKDvwn", "project_id": "31415", "version": 1}),
        ("/v1/ai-agent/link_content/31415", {"chatbot_id": "DKDvwn", "content": "x", "name": "not a field"}),
    ],
)
def test_what_the_reference_does_not_have_is_refused(client: robofy.Client, path: str, body: Any) -> None:
    with pytest.raises(robofy.BadRequestError) as refused:
        client.request("POST", path, json=body)
    assert refused.value.http_status == 422


def test_a_form_without_the_file_is_refused(client: robofy.Client) -> None:
    upload = robofy.Upload()
    upload.add_text("chatbot_id", "DKDvwn")
    with pytest.raises(robofy.BadRequestError, match="Invalid request"):
        client.upload("/not-known/file", upload)


def test_a_path_that_is_not_there_is_not_found(client: robofy.Client) -> None:
    with pytest.raises(robofy.NotFoundError):
        client.request("GET", "/v1/none")


def test_the_tool_reaches_it_too(prism: Prism) -> None:
    account = {
        "ROBOFY_BASE_URL": prism.url,
        "ROBOFY_API_KEY": "k",
        "ROBOFY_PID": "31415",
        "ROBOFY_CHATBOT_ID": "DKDvwn",
    }

    def printed(*arguments: str) -> str:
        command = [str(TARGET / "release" / "robofy"), *arguments]
        return subprocess.run(command, env=account, stdout=subprocess.PIPE, text=True, check=True, timeout=120).stdout

    assert printed("leads", "--csv").splitlines() == ["name,phone", "'=1+1,+91 98765-43210"]
    assert printed("sessions").startswith("918727\t")
    assert '"data"' in printed("api", "PUT", "/v1/ai-agent/chatbot/{pid}/{chatbot_id}", "-d", "{}")
