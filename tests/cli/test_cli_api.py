"""`robofy api`, `robofy sessions` and `robofy leads`: the rest of the API."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cli_tool import Tool
from standin import Standin

SETTINGS = "/v1/ai-agent/chatbot_ai_settings/3/bot"


@contextmanager
def started(robofy: Tool, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [str(robofy.path), *arguments]
    with subprocess.Popen(
        command, env=robofy.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        yield running
        running.kill()


def test_an_endpoint_is_called_and_its_body_printed(robofy: Tool) -> None:
    ran = robofy.run("api", "put", "/v1/projects/7", "-q", "page=2", "-q", "name=a&b=ü", "-d", '{"a": 1}')

    assert (ran.stderr, ran.returncode) == ("", 0)
    received = json.loads(ran.stdout)["data"]
    assert (received["method"], received["path"]) == ("PUT", "/v1/projects/7")
    assert received["query"] == [["page", "2"], ["name", "a&b=ü"]]
    assert received["body"] == '{"a": 1}'


@pytest.mark.parametrize("where", ["file", "standard input"])
def test_the_body_may_come_from_elsewhere(robofy: Tool, tmp_path: Path, where: str) -> None:
    path = tmp_path / "body.json"
    path.write_text('{"b": 2}')
    given = f"@{path}" if where == "file" else "@-"
    ran = robofy.run("api", "POST", "/v1/ai-agent/x", "-d", given, input='{"b": 2}')
    assert json.loads(ran.stdout)["data"]["body"] == '{"b": 2}'


def test_a_body_that_is_not_there_is_not_read_before_the_rest_is_right(robofy: Tool) -> None:
    ran = robofy.run("api", "POST", "/v1/projects", "-d", "@-", "--paginate", input="never read")
    assert ran.returncode == 2
    assert "--paginate" in ran.stderr


def test_the_named_project_and_agent_are_filled_in(robofy: Tool) -> None:
    ran = robofy.run("api", "get", "/v1/ai-agent/{pid}/{chatbot_id}/{pid}", "--pid", "a?b ü")
    assert json.loads(ran.stdout)["data"]["path"] == "/v1/ai-agent/a%3Fb%20%C3%BC/bot/a%3Fb%20%C3%BC"
    del robofy.environment["ROBOFY_CHATBOT_ID"]
    assert "--chatbot-id" in robofy.run("api", "GET", "/v1/{chatbot_id}").stderr
    assert robofy.run("api", "GET", "/v1/projects").returncode == 0


@pytest.mark.parametrize("part", [".", "..", "", "a/b", "a\\b", "a\nb"])
def test_an_id_is_one_segment_of_its_path(robofy: Tool, standin: Standin, part: str) -> None:
    ran = robofy.run("api", "GET", "/v1/ai-agent/{pid}/x", "--pid", part)
    assert ran.returncode == 2
    assert "pid" in ran.stderr
    assert standin.requests() == []


def test_the_body_is_printed_as_it_came(robofy: Tool) -> None:
    with started(robofy, "api", "GET", SETTINGS) as running:
        printed, _ = running.communicate(timeout=60)
    assert printed.startswith(b'{"')
    assert not printed.endswith(b"\n")
    assert json.loads(printed)["data"]["temperature"] == "0.7"


def test_a_person_gets_whole_lines(robofy: Tool) -> None:
    pexpect = pytest.importorskip("pexpect")
    shown = pexpect.spawn(
        str(robofy.path), ["api", "GET", SETTINGS], env=robofy.environment, encoding="utf-8", timeout=60
    )
    shown.expect_exact("}\r\n")
    shown.expect(pexpect.EOF)
    shown.close()
    assert shown.exitstatus == 0


def test_a_secret_is_printed_where_its_endpoint_was_asked_for_and_the_help_says_so(robofy: Tool) -> None:
    assert "sk-agent-secret" in robofy.run("api", "GET", SETTINGS).stdout
    assert "llm_api_key" in robofy.run("api", "--help").stdout


def test_no_body_is_no_output(robofy: Tool) -> None:
    ran = robofy.run("api", "DELETE", "/v1/projects/7", "-q", "standin=status=204")
    assert (ran.stdout, ran.stderr, ran.returncode) == ("", "", 0)
    ran = robofy.run("api", "HEAD", "/v1/projects")
    assert (ran.stdout, ran.stderr, ran.returncode) == ("", "", 0)


@pytest.mark.parametrize("command", [["api", "GET", "/v1/projects"], ["sessions"], ["leads", "--csv"]])
def test_ctrl_c_ends_a_call_at_once(robofy: Tool, command: list[str]) -> None:
    # Takes the connection and answers nothing.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        robofy.environment["ROBOFY_BASE_URL"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with started(robofy, *command) as running:
            connection, _ = silent.accept()
            with connection:
                assert connection.recv(1)
                running.send_signal(signal.SIGINT)
                assert running.wait(30) == -signal.SIGINT
                assert running.stdout
                assert running.stderr
                assert running.stdout.read() + running.stderr.read() == b""


@pytest.mark.parametrize(
    "command", [["api", "GET", "/v1/ai-agent/leads/3/bot", "--paginate"], ["sessions"], ["leads"], ["leads", "--csv"]]
)
def test_a_reader_that_has_gone_is_no_failure(robofy: Tool, standin: Standin, command: list[str]) -> None:
    # Gone before the first byte: one that goes later may go after the last.
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ran = robofy.run(*command, stdout=writer)
    finally:
        os.close(writer)
    assert (ran.stderr, ran.returncode) == ("", 0)
    # No further page was asked for.
    assert len(standin.requests()) == 1


def test_all_pages_are_printed(robofy: Tool) -> None:
    ran = robofy.run("api", "GET", "/v1/ai-agent/leads/3/bot", "--paginate")

    assert (ran.stderr, ran.returncode) == ("", 0)
    pages = [json.loads(line)["data"]["report"]["rows"] for line in ran.stdout.splitlines()]
    assert [lead["name"] for page in pages for lead in page] == [f"Lead {index}" for index in range(6)]


@pytest.mark.parametrize(
    "command", [["api", "GET", "/v1/ai-agent/leads/loop/bot", "--paginate"], ["leads", "--pid", "loop"]]
)
def test_pages_without_an_end_are_a_failure(robofy: Tool, command: list[str]) -> None:
    ran = robofy.run(*command)
    assert ran.returncode == 7
    assert "not come to an end" in ran.stderr


def test_a_refusal_has_its_exit_code(robofy: Tool) -> None:
    ran = robofy.run("api", "GET", "/v1/projects", "-q", "standin=status=404 code=PROJECT_NOT_FOUND")
    assert (ran.stdout, ran.returncode) == ("", 11)
    assert ran.stderr.startswith("robofy: 404 PROJECT_NOT_FOUND")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["GET", "https://other.example/"], "path"),
        (["GET", "/v1/../x"], "path"),
        (["TRACE", "/v1/projects"], "method"),
        (["POST", "/v1/projects", "-d", "{"], "json_body"),
        (["POST", "/v1/projects", "-d", "@/nonexistent"], "cannot read /nonexistent"),
        (["GET", "/v1/projects", "-q", "page"], "NAME=VALUE"),
        (["POST", "/v1/projects", "--paginate"], "--paginate"),
    ],
)
def test_mistakes_are_found_before_anything_is_sent(
    robofy: Tool, standin: Standin, arguments: list[str], word: str
) -> None:
    ran = robofy.run("api", *arguments)
    assert (ran.stdout, ran.returncode) == ("", 2)
    assert word in ran.stderr
    assert standin.requests() == []


def test_sessions_are_lines(robofy: Tool) -> None:
    ran = robofy.run("sessions")
    assert (ran.stderr, ran.returncode) == ("", 0)
    assert ran.stdout.splitlines() == [
        "918727000000\t2026-01-01T00:00:00Z\tAsha\tin\tHello\t",
        "918727000001\t1767225600\t\t\t\t",
    ]


def test_sessions_are_json(robofy: Tool) -> None:
    first, second = map(json.loads, robofy.run("sessions", "--json").stdout.splitlines())
    assert (first["session_id"], first["user_profile_name"]) == ("918727000000", "Asha")
    assert second["last_message"] is None


def test_leads_are_json_or_csv(robofy: Tool) -> None:
    names = [f"Lead {index}" for index in range(6)]
    ran = robofy.run("leads")
    assert [json.loads(line)["name"] for line in ran.stdout.splitlines()] == names
    ran = robofy.run("leads", "--csv")
    assert list(csv.reader(io.StringIO(ran.stdout))) == [["name"], *([name] for name in names)]
    assert robofy.run("leads", "--csv", "--pid", "empty").stdout.splitlines() == ["name"]


def test_what_is_listed_needs_an_agent(robofy: Tool) -> None:
    del robofy.environment["ROBOFY_CHATBOT_ID"]
    for command in ("sessions", "leads"):
        ran = robofy.run(command)
        assert ran.returncode == 2
        assert "--chatbot-id" in ran.stderr


class Pages:
    """A service whose leads come in these pages: what stands in each one's report."""

    def __init__(self, *reports: str) -> None:
        bodies = [f'{{"message":"Success","data":{{"report":{{{report}}}}}}}'.encode() for report in reports]

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                token = parse_qs(urlsplit(self.path).query).get("nextPageToken", ["0"])[0]
                body = bodies[int(token)]
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Pages:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.mark.parametrize("row", [r'{"name":"cut \ud83d"}', '{"a":' + "[" * 1000 + "]" * 1000 + "}"])
def test_pages_go_on_whatever_a_lead_holds(robofy: Tool, row: str) -> None:
    first, last = f'"rows":[{row}],"next_page_token":"1"', '"rows":[{"name":"last"}]'
    with Pages(first, last) as service:
        robofy.environment["ROBOFY_BASE_URL"] = service.url
        ran = robofy.run("api", "GET", "/v1/ai-agent/leads/3/bot", "--paginate")
    assert (ran.stderr, ran.returncode) == ("", 0)
    assert len(ran.stdout.splitlines()) == 2
    assert "last" in ran.stdout


def test_half_of_a_character_leaves_a_lead_its_fields(robofy: Tool) -> None:
    with Pages(r'"columns":["name","note"],"rows":[{"name":"Asha \ud83d","note":"x;=1"}]') as service:
        robofy.environment["ROBOFY_BASE_URL"] = service.url
        lead = json.loads(robofy.run("leads").stdout)
        table = list(csv.reader(io.StringIO(robofy.run("leads", "--csv").stdout)))
    assert lead == {"name": "Asha \ufffd", "note": "x;=1"}
    assert table == [["name", "note"], ["Asha \ufffd", "x;'=1"]]


def test_columns_may_come_with_a_later_page(robofy: Tool) -> None:
    with Pages('"rows":[],"next_page_token":"1"', '"rows":[{"name":"Asha"}]') as service:
        robofy.environment["ROBOFY_BASE_URL"] = service.url
        ran = robofy.run("leads", "--csv")
    assert (ran.stdout.splitlines(), ran.stderr) == (["name", "Asha"], "")


@pytest.mark.parametrize(
    ("command", "hint"),
    [(["api", "GET", "/v1/x", "-q", "a=" + "x" * 100_000], "-q"), (["leads", "--pid", ".."], "--pid")],
)
def test_a_mistake_is_told_with_the_option_that_makes_it(robofy: Tool, command: list[str], hint: str) -> None:
    ran = robofy.run(*command)
    assert ran.returncode == 2
    assert hint in ran.stderr
