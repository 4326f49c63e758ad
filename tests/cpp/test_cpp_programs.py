"""The C++ interface, through programs of each compiler under AddressSanitizer, LeakSanitizer and UBSan."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cpp_programs import CppPrograms
from record import header_of, received, request_of
from standin import Standin


@pytest.fixture
def streaming(start_standin: Callable[..., Standin]) -> Standin:
    return start_standin("--stream-path", "/v1/ai-agent/event")


def test_a_chat_brings_back_everything(programs: CppPrograms, standin: Standin) -> None:
    programs.run("chats", standin.url)
    assert header_of(request_of(standin, "user agent"), "user-agent").startswith("my-gateway/2.1 robofy/")


def test_each_failure_is_an_exception_of_its_class(
    programs: CppPrograms, standin: Standin, start_standin: Callable[..., Standin]
) -> None:
    programs.run("errors", standin.url, start_standin(tls="untrusted").url)
    assert not [query for query in received(standin) if "cut" in query]


def test_exceptions_need_no_rtti(
    programs_without_rtti: CppPrograms, standin: Standin, start_standin: Callable[..., Standin]
) -> None:
    programs_without_rtti.run("errors", standin.url, start_standin(tls="untrusted").url)


def test_handles_move_and_are_freed_once(programs: CppPrograms, standin: Standin) -> None:
    programs.run("ownership", standin.url)


def test_every_future_and_hook_completes_once(programs: CppPrograms, standin: Standin) -> None:
    programs.run("futures", standin.url)
    assert received(standin)["!delay-ms=60000 answer=ordered"] <= 1


def test_a_hundred_futures_wait_at_once(programs: CppPrograms, start_standin: Callable[..., Standin]) -> None:
    standin = start_standin("--delay-ms", "1500")
    programs.run("parallel", standin.url)
    assert standin.stats()["requests"] == 100
    assert standin.stats()["max_in_flight"] > 50


def test_a_loop_collects_what_was_submitted(programs: CppPrograms, standin: Standin) -> None:
    programs.run("loops", standin.url)


def test_every_endpoint_is_called(programs: CppPrograms, standin: Standin) -> None:
    programs.run("calls", standin.url)


def test_webhooks_and_text_need_no_client(programs: CppPrograms, standin: Standin) -> None:
    programs.run("conversation", standin.url)


def test_an_inbox_answers_each_burst_once(programs: CppPrograms, standin: Standin) -> None:
    programs.run("inbox", standin.url)


def test_an_inbox_is_its_parents_after_fork(native_programs: CppPrograms, standin: Standin) -> None:
    native_programs.run("inbox", standin.url, "fork")


def test_answers_come_while_they_are_written(programs: CppPrograms, streaming: Standin) -> None:
    programs.run("streams", streaming.url)


def test_a_stream_is_its_parents_after_fork(native_programs: CppPrograms, streaming: Standin) -> None:
    native_programs.run("streams", streaming.url, "fork")


def test_a_forked_child_has_futures_of_its_own(native_programs: CppPrograms, standin: Standin) -> None:
    """Without AddressSanitizer, whose allocator can be locked for ever in the child of a process with threads."""
    native_programs.run("forks", standin.url)


def test_coroutines_await_replies(coroutine_programs: CppPrograms, standin: Standin) -> None:
    coroutine_programs.run("coroutines", standin.url)


def test_coroutines_await_events(coroutine_programs: CppPrograms, streaming: Standin) -> None:
    coroutine_programs.run("stream_coroutines", streaming.url)


def test_coroutines_await_outcomes(coroutine_programs: CppPrograms, standin: Standin) -> None:
    coroutine_programs.run("inbox_coroutines", standin.url)


def test_ten_thousand_calls_leave_nothing_behind(native_programs: CppPrograms, standin: Standin) -> None:
    native_programs.run("memory", standin.url)


def test_the_leak_checker_finds_nothing_after_ten_thousand_calls(programs: CppPrograms, standin: Standin) -> None:
    programs.run("memory", standin.url)
