"""What a host does with its processes and threads, and the library has to live with."""

from __future__ import annotations

import signal
import time

import pytest
from c_programs import Programs
from library import shared_library
from record import received
from standin import Standin
from waiting import wait_until

CHATS = 50
OWN_STATUS = 42
ENDINGS = {
    "exit": OWN_STATUS,
    "_exit": OWN_STATUS,
    "abort": -signal.SIGABRT,
    "kill": -signal.SIGTERM,
    "return": OWN_STATUS,
    "free": OWN_STATUS,
    "pthread_exit": 0,
    "pthread_exit, SIGTERM": -signal.SIGTERM,
}


def test_a_process_forks_while_50_chats_are_in_flight(programs: Programs, service: Standin) -> None:
    programs.run("in_flight_fork", service.url, service.ca_file or "-")
    seen = received(service)
    assert seen["!delay-ms=1500 answer=parent"] == CHATS
    assert seen["child, submitted"] == CHATS
    assert seen["child, blocking"] == 1


def test_a_daemon_without_stdio(programs: Programs, service: Standin) -> None:
    programs.run("daemon", service.url, service.ca_file or "-")
    assert received(service)["daemon, blocking"] == received(service)["daemon, submitted"] == 10


def test_storms_of_signals_end_no_call_early(programs: Programs, service: Standin) -> None:
    programs.run("storms", service.url, service.ca_file or "-")


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_program_ends_amid_chats(programs: Programs, service: Standin, ending: str) -> None:
    process = programs.start("endings", ending, service.url, service.ca_file or "-")
    wait_until(lambda: received(service)["!delay-ms=60000"] > 0)
    began = time.monotonic()
    output, _ = process.communicate("\n", timeout=50)
    assert (process.returncode, output) == (ENDINGS[ending], "")
    assert time.monotonic() - began < 30, "the chats take 60 s, and nothing is to wait for them"


def test_threads_end_right_after_a_call(programs: Programs, service: Standin) -> None:
    programs.run("passing_threads", service.url, service.ca_file or "-")


def test_threads_are_cancelled_inside_of_the_library(programs: Programs, service: Standin) -> None:
    programs.run("cancelled_threads", service.url, service.ca_file or "-")


def test_plugins_load_and_close_the_library(programs: Programs, standin: Standin) -> None:
    programs.without_library("hosts-loading").run("reloading", standin.url, shared_library())
