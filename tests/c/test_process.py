"""What the library is to the process that it lives in: threads, forks, signals, loading and what it leaves behind."""

from __future__ import annotations

from c_programs import Programs
from standin import Standin


def test_threads_share_a_client(programs: Programs, service: Standin) -> None:
    connections = service.stats()["connections_accepted"]
    programs.run("threads", service.url, service.ca_file or "-")
    assert service.stats()["connections_accepted"] - connections <= 32


def test_a_client_works_after_fork(programs: Programs, service: Standin) -> None:
    # A child leaves alone what it inherited of its parent's connections, which leak checkers call lost.
    unchecked = {"VALGRIND_OPTS": "--leak-check=no", "ASAN_OPTIONS": "detect_leaks=0"}
    programs.run("forks", service.url, service.ca_file or "-", **unchecked)
    parents = {request["connection"] for request in service.requests() if "parent" in request["body"]["query"]}
    children = {request["connection"] for request in service.requests() if "child" in request["body"]["query"]}
    assert parents
    assert children
    assert parents.isdisjoint(children)


def test_nothing_outlives_the_last_client(programs: Programs, service: Standin) -> None:
    programs.run("lifetimes", service.url, service.ca_file or "-")


def test_loading_by_name(loading: tuple[Programs, str], standin: Standin) -> None:
    programs, library = loading
    programs.run("loading", standin.url, library)


def test_the_hosts_signals_stay_the_hosts(programs: Programs, standin: Standin) -> None:
    programs.run("signals", standin.url)


def test_it_does_nothing_when_there_is_nothing_to_do(native_programs: Programs, service: Standin) -> None:
    native_programs.run("idle", service.url, service.ca_file or "-")
