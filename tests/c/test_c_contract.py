"""The contract of the bindings, kept by C: the cases that all languages run."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from c_programs import Programs
from contract import keeping, promises
from standin import Standin
from waiting import wait_until

Case = dict[str, Any]

PROMISES = promises("c")
STREAM = "/v1/ai-agent/events"

# Leak checkers call lost what a child inherited of its parent's connections, and what is still in use at exit().
UNCHECKED = {"VALGRIND_OPTS": "--leak-check=no", "ASAN_OPTIONS": "detect_leaks=0"}


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_is_kept(programs: Programs, standin: Standin, promise: str) -> None:
    keep = SPECIAL.get(promise, run)
    with keeping("c", promise) if programs.kind == "shared" else nullcontext():
        for case in PROMISES[promise]:
            # A C string holds UTF-8: no half of a surrogate pair.
            if case.get("needs") != "surrogates":
                keep(programs, standin, promise, case)


def run(programs: Programs, standin: Standin, promise: str, case: Case) -> None:
    programs.run("contract", promise, standin.url, *arguments(case))


def texts(programs: Programs, standin: Standin, promise: str, case: Case) -> None:
    run(programs, standin, promise, case)
    body = standin.requests()[-1]["body"]
    assert (body["query"], body["user_context"]["session_id"]) == (case["arrives"], case["arrives"])


def overloaded(programs: Programs, standin: Standin, promise: str, case: Case) -> None:
    run(programs, standin, promise, case)
    assert [request["body"]["query"] for request in standin.requests()] == [case["first"]]


def fork(programs: Programs, standin: Standin, promise: str, case: Case) -> None:
    programs.run("contract", promise, standin.url, *arguments(case), **UNCHECKED)


def leak(programs: Programs, standin: Standin, promise: str, case: Case) -> None:
    # Freed memory that a checker keeps is no growth.
    freed = {"ASAN_OPTIONS": "detect_leaks=1:quarantine_size_mb=1:thread_local_quarantine_size_kb=16"}
    programs.run("contract", promise, standin.url, *arguments(case), **freed)


def exit_at_once(programs: Programs, standin: Standin, promise: str, case: Case) -> None:
    begun = time.monotonic()
    process = programs.start("contract", promise, standin.url, *arguments(case), **UNCHECKED)
    output, _ = process.communicate()
    assert (process.returncode, output) == (3, "")
    assert time.monotonic() - begun < case["within_ms"] / 1000


def interrupt(programs: Programs, standin: Standin, promise: str, case: Case) -> None:
    process = programs.start("contract", promise, standin.url, *arguments(case))
    wait_until(lambda: standin.stats()["in_flight"] == 1)
    time.sleep(case["after_ms"] / 1000)
    process.send_signal(signal.SIGINT)
    programs.finish(process)
    wait_until(lambda: standin.stats()["in_flight"] == 0)


def requests(programs: Programs, standin: Standin, promise: str, case: Case) -> None:
    """Texts arrive as the data's JSON has them: the query's pairs are a list, the body is a text."""
    query, body = case.get("query", {}), case.get("body")
    told = {key: value for key, value in case.items() if key not in ("query", "body")}
    told["query"] = [text for pair in query.items() for text in pair]
    told["arrives"] = [*(in_json([name, value]) for name, value in query.items()), in_json(case["path"])]
    if body is not None:
        told["body"] = json.dumps(body, ensure_ascii=False)
        told["arrives"].append(in_json(told["body"]))
    programs.run("contract_api", promise, standin.url, *arguments(told))


def uploads(programs: Programs, standin: Standin, promise: str, case: Case) -> None:
    with TemporaryDirectory() as directory:
        file = Path(directory, case["file_name"])
        file.write_text(case["content"], encoding="utf-8")
        arrives = [in_json(text)[1:-1] for text in (f'filename="{case["file_name"]}"', case["content"])]
        told = {**case, "file": str(file), "arrives": arrives}
        programs.run("contract_api", promise, standin.url, *arguments(told))


def lists(programs: Programs, standin: Standin, promise: str, case: Case) -> None:
    programs.run("contract_api", promise, standin.url, *arguments(case))


def streams(programs: Programs, standin: Standin, promise: str, case: Case) -> None:
    with Standin("--stream-path", STREAM) as service:
        programs.run("contract_api", promise, service.url, *arguments(case))


SPECIAL: dict[str, Callable[[Programs, Standin, str, Case], None]] = {
    "texts": texts,
    "overloaded": overloaded,
    "fork": fork,
    "exit": exit_at_once,
    "leak": leak,
    "interrupt": interrupt,
    "requests": requests,
    "uploads": uploads,
    "lists": lists,
    "streams": streams,
    "stream_cancel": streams,
}


def arguments(case: Case) -> Iterator[str]:
    """NAME=VALUE for each field, and for each item of a list."""
    for name, value in case.items():
        for item in value if isinstance(value, list) else [value]:
            yield f"{name}={as_text(item)}"


def in_json(value: object) -> str:
    """As the stand-in writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
