"""The calls that are no chats: any endpoint, uploads, and the endpoints whose answers are typed."""

import asyncio
import json
import pickle
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, Optional

import pytest
from chats import CHATBOT_ID, PID, wait_until_no_chat_is_in_flight
from standin import Standin

import robofy
from robofy import _endpoints

FILES = "/v1/ai-agent/files"
Run = Callable[..., Any]


@pytest.fixture
def client(standin: Standin) -> Iterator[robofy.Client]:
    with robofy.Client("a-test-key", base_url=standin.url, max_retries=0, pid=PID, chatbot_id=CHATBOT_ID) as client:
        yield client


def in_main_thread(standin: Standin, name: str, *arguments: Any, **more: Any) -> Any:
    with robofy.Client("a-test-key", base_url=standin.url, max_retries=0, pid=PID, chatbot_id=CHATBOT_ID) as client:
        result = getattr(client, name)(*arguments, **more)
        return list(result) if name == "leads" else result


def in_thread(standin: Standin, name: str, *arguments: Any, **more: Any) -> Any:
    came: list[Any] = []

    def call() -> None:
        try:
            came.append(in_main_thread(standin, name, *arguments, **more))
        except Exception as error:  # to be raised where the test is
            came.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    if isinstance(came[0], Exception):
        raise came[0]
    return came[0]


def in_asyncio(standin: Standin, name: str, *arguments: Any, **more: Any) -> Any:
    async def call() -> Any:
        async with robofy.AsyncClient(
            "a-test-key", base_url=standin.url, max_retries=0, pid=PID, chatbot_id=CHATBOT_ID
        ) as client:
            result = getattr(client, name)(*arguments, **more)
            return await result if isinstance(result, Coroutine) else [row async for row in result]

    return asyncio.run(call())


each_way = pytest.mark.parametrize("run", [in_main_thread, in_thread, in_asyncio])


@each_way
def test_any_endpoint_is_called(standin: Standin, run: Run) -> None:
    query = {"page": 2, "all": True, "name": "a&b=ü"}
    response = run(standin, "request", "PUT", "/v1/projects/7", query=query, json={"text": "Grüße \ud83d"})

    assert (response.status, response.attempts) == (200, 1)
    assert response.elapsed > 0
    assert response.header("Content-Type") == "application/json"
    assert response.header("x-none") is None
    assert response.json()["message"] == "Success"
    received = response.data
    assert (received["method"], received["path"]) == ("PUT", "/v1/projects/7")
    assert received["query"] == [["page", "2"], ["all", "true"], ["name", "a&b=ü"]]
    assert received["body"] == '{"text": "Grüße \ufffd"}'


@each_way
def test_a_refusal_is_an_error_of_its_status(standin: Standin, run: Run) -> None:
    with pytest.raises(robofy.NotFoundError) as raised:
        run(standin, "request", "GET", "/v1/projects/7", query={"standin": "status=404"})
    assert raised.value.http_status == 404


@each_way
def test_files_are_uploaded(standin: Standin, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "prices.md"
    path.write_text("# Prices")
    upload = robofy.Upload()
    upload.add_text("chatbot_id", "bot")
    upload.add_file("file", path, file_name="list.md")
    upload.add_bytes("more", b"\0\xff", file_name="two.bin", content_type="application/pdf")
    received = run(standin, "upload", FILES, upload).data

    assert received["headers"]["content-type"].startswith("multipart/form-data; boundary=")
    for part in ['name="chatbot_id"', 'filename="list.md"', "# Prices", "application/pdf"]:
        assert part in received["body"]
    assert upload.sent == upload.total == received["bytes"]


@each_way
def test_a_file_that_is_missing_is_named(standin: Standin, run: Run, tmp_path: Path) -> None:
    upload = robofy.Upload()
    upload.add_file("file", tmp_path / "none.pdf")
    with pytest.raises(robofy.InvalidArgumentError, match=r"none\.pdf"):
        run(standin, "upload", FILES, upload)


@each_way
def test_a_message_of_another_platform_is_answered(standin: Standin, run: Run) -> None:
    standin.clear()
    reply = run(standin, "chat_send", query="!answer=Hello", session_id="7", platform="telegram")

    assert (reply.answer, reply.session_id) == ("Hello", "7")
    (request,) = standin.requests()
    assert request["path"] == "/v1/ai-agent/chat"
    assert request["body"]["user_context"]["platform"] == "telegram"


@each_way
def test_leads_come_from_all_pages(standin: Standin, run: Run) -> None:
    assert [lead["name"] for lead in run(standin, "leads")] == [f"Lead {index}" for index in range(6)]
    assert run(standin, "leads", pid="empty") == []


@each_way
def test_leads_without_an_end_are_an_error(standin: Standin, run: Run) -> None:
    with pytest.raises(robofy.ProtocolError, match="no end"):
        run(standin, "leads", pid="loop")


def test_a_page_is_asked_for_when_it_is_needed(client: robofy.Client) -> None:
    before = client.stats().answered
    leads = client.leads()
    assert next(leads) == {"name": "Lead 0"}
    assert client.stats().answered == before + 1


@each_way
def test_sessions_are_read_as_far_as_they_are_there(standin: Standin, run: Run) -> None:
    first, second = run(standin, "sessions")

    assert (first.session_id, first.user_profile_name, first.website_url) == ("918727000000", "Asha", None)
    assert (second.last_message_time, second.last_message) == ("1767225600", None)
    assert run(standin, "sessions", chatbot_id="array") == [first, second]


def answer(client: robofy.Client, data: str) -> robofy.Response:
    return client.request("GET", "/v1/projects", query={"standin": 'raw={"data":' + data + "}"})


def test_words_are_those_that_the_service_has_written(client: robofy.Client) -> None:
    data = r'[{"session_id":1.10,"last_message":"cut\ud83d","user_profile_name":{"a":1},"website_url":true}]'
    (session,) = _endpoints.read_sessions(answer(client, data))
    assert (session.session_id, session.last_message) == ("1.10", "cut\ufffd")
    assert (session.user_profile_name, session.website_url) == (None, "true")
    settings = _endpoints.read_settings(answer(client, '{"temperature":0.70,"max":7}'))
    assert (settings.temperature, settings.all) == ("0.70", {"temperature": 0.7, "max": 7})


@pytest.mark.parametrize("odd", ["1" * 5000, "[" * 200_000 + "]" * 200_000])
def test_what_python_cannot_read_is_an_error_of_the_protocol(odd: str) -> None:
    data = '{"report":{"rows":[' + odd + "]}}"
    response = SimpleNamespace(status=200, _read_data=lambda **how: json.loads(data, **how))
    for read in (_endpoints.LeadsPages(None).take, _endpoints.read_settings):
        with pytest.raises(robofy.ProtocolError):
            read(response)  # type: ignore[arg-type]


def test_a_session_that_is_no_object_is_an_error(client: robofy.Client) -> None:
    with pytest.raises(robofy.ProtocolError):
        _endpoints.read_sessions(answer(client, "[7]"))


@pytest.mark.parametrize(
    ("token", "asked"), [('"a"', "a"), ("7", "7"), ('""', None), ("null", None), ("false", None), ("{}", None)]
)
def test_a_page_token_is_a_text_or_a_number(client: robofy.Client, token: str, asked: Optional[str]) -> None:
    pages = _endpoints.LeadsPages(None)
    pages.take(answer(client, '{"report":{"rows":[],"next_page_token":' + token + "}}"))
    assert (pages.query.get("nextPageToken"), pages.is_done) == (asked, asked is None)


def test_a_page_token_that_no_url_holds_is_the_services_fault(client: robofy.Client) -> None:
    report = answer(client, '{"report":{"rows":[],"next_page_token":"' + "x" * 8193 + '"}}')
    with pytest.raises(robofy.ProtocolError, match="token"):
        _endpoints.LeadsPages(None).take(report)


@each_way
def test_settings_keep_their_secret_out_of_their_representation(standin: Standin, run: Run) -> None:
    settings = run(standin, "agent_settings")

    assert (settings.temperature, settings.thinking_mode) == ("0.7", "low")
    assert settings.llm_api_key == settings.all["llm_api_key"] == "sk-agent-secret"
    assert "secret" not in repr(settings)


def test_a_response_shows_nothing_of_its_body_and_is_not_copied(client: robofy.Client) -> None:
    response = client.request("GET", f"/v1/ai-agent/chatbot_ai_settings/{PID}/{CHATBOT_ID}")

    assert "secret" in response.body.decode()
    assert "secret" not in repr(response)
    with pytest.raises(TypeError):
        pickle.dumps(response)


def test_a_response_outlives_its_client(standin: Standin) -> None:
    response = in_main_thread(standin, "request", "GET", "/v1/projects")
    assert response.data["path"] == "/v1/projects"


@pytest.mark.parametrize("method", ["HEAD", "DELETE"])
def test_an_empty_body_is_empty(client: robofy.Client, method: str) -> None:
    query = {} if method == "HEAD" else {"standin": "status=204"}
    response = client.request(method, "/v1/projects/7", query=query)
    assert (response.body, response.data) == (b"", None)


@pytest.mark.parametrize("path", ["//other.example/", "https://other.example/", "/v1/../x", "v1", "/v1?x=1", "/a\0"])
def test_a_path_leads_nowhere_else(client: robofy.Client, standin: Standin, path: str) -> None:
    standin.clear()
    with pytest.raises(robofy.InvalidArgumentError, match="path"):
        client.request("GET", path)
    assert standin.requests() == []


@pytest.mark.parametrize("chatbot_id", ["", ".", "..", "a/b", "a\\b", "a\n"])
def test_an_id_is_one_segment_of_a_path(client: robofy.Client, chatbot_id: str) -> None:
    with pytest.raises(robofy.InvalidArgumentError, match="chatbot_id"):
        client.sessions(chatbot_id=chatbot_id)


def test_an_id_is_encoded(client: robofy.Client) -> None:
    assert len(list(client.leads(pid="a?b#c %é"))) == 6


@pytest.mark.parametrize(
    "arguments",
    [
        {"query": {"a": 1.5}},
        {"query": {"a": None}},
        {"query": "a=1"},
        {"json": {1, 2}},
        {"timeout": "1"},
        {"max_response_bytes": 1.0},
    ],
)
def test_arguments_of_the_wrong_type_are_refused(client: robofy.Client, arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=next(iter(arguments))):
        client.request("GET", "/v1/projects", **arguments)


def test_bounds_are_kept(client: robofy.Client) -> None:
    with pytest.raises(robofy.ProtocolError):
        client.request("GET", "/v1/projects", max_response_bytes=10)
    with pytest.raises(robofy.ChatTimeoutError):
        client.request("GET", "/v1/projects", query={"standin": "delay-ms=60000"}, timeout=0.2)


def test_a_task_that_is_cancelled_cancels_its_call(standin: Standin) -> None:
    async def give_up() -> None:
        async with robofy.AsyncClient("a-test-key", base_url=standin.url) as client:
            slow = client.request("GET", "/v1/projects", query={"standin": "delay-ms=60000"})
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(slow, 0.2)

    asyncio.run(give_up())
    wait_until_no_chat_is_in_flight(standin)


def test_a_closed_client_calls_nothing(client: robofy.Client) -> None:
    client.close()
    with pytest.raises(RuntimeError, match="closed"):
        client.request("GET", "/v1/projects")
