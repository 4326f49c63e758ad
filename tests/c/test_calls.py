"""The calls that are no chats: any method and path, uploads, and those whose answers have types."""

from __future__ import annotations

from pathlib import Path

from c_programs import Programs
from record import header_of
from standin import Standin

KEY = "canary-key-41d7"


def test_any_call_is_made(programs: Programs, service: Standin) -> None:
    programs.run("calls", service.url, service.ca_file or "-")
    requests = service.requests()
    assert {request["method"] for request in requests} == {"DELETE", "GET", "PATCH", "POST", "PUT"}
    assert {request["path"].partition("?")[0] for request in requests} == {"/v1/projects", "/v1/ai-agent/whatsapp/chat"}
    assert {header_of(request, "authorization") for request in requests} == {f"Bearer {KEY}"}
    patch = next(request for request in requests if request["method"] == "PATCH")
    assert header_of(patch, "content-type") == "application/json"
    assert header_of(patch, "accept-encoding") == "identity"
    assert patch["body"] == {"n": 1.10}


def test_files_are_uploaded(programs: Programs, service: Standin, tmp_path: Path) -> None:
    length = 300 << 10
    file = tmp_path / "a file"
    file.write_bytes(b"x" * length)
    programs.run("uploads", service.url, service.ca_file or "-", file, length)
    [first, second] = service.requests()
    assert first["method"] == second["method"] == "POST"
    assert first["path"] == "/v1/ai-agent/files"
    assert (header_of(first, "content-type") or "").startswith("multipart/form-data; boundary=")


def test_some_answers_have_types(programs: Programs, service: Standin) -> None:
    programs.run("typed", service.url, service.ca_file or "-")
    paths = [request["path"] for request in service.requests()]
    assert paths.count("/v1/ai-agent/chat") == 2
    assert "/v1/ai-agent/leads/project-1/agent-1?nextPageToken=1&sessionId=s+1" in paths
