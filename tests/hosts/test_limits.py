"""Little of everything: stacks, descriptors, threads, memory."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from c_programs import Programs
from namespace import Namespace
from standin import Standin

KIB = 1024
STACKS = {"64 KiB": 64 * KIB, "1 MiB": 1024 * KIB}


def test_calls_from_threads_with_small_stacks(
    programs: Programs, service: Standin, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    for name, size in STACKS.items():
        figures = tmp_path / "figures.json"
        programs.run("small_stacks", service.url, service.ca_file or "-", size, figures)
        used = json.loads(figures.read_text())
        record_property(f"bytes used of a stack of {name}", used)
        assert max(used.values()) < 48 * KIB, used


def test_no_descriptor_is_left(programs: Programs, service: Standin) -> None:
    programs.run("descriptors", service.url, service.ca_file or "-")


def test_more_messages_than_connections(programs: Programs, service: Standin) -> None:
    programs.run("few_descriptors", service.url, service.ca_file or "-")


@pytest.mark.parametrize("protocols", ["HTTP/1.1 and HTTP/1.1", "HTTP/2 and HTTP/2", "HTTP/1.1 and HTTP/2"])
def test_more_messages_than_connections_for_two_services(
    protocols: str, programs: Programs, start_standin: Callable[..., Standin]
) -> None:
    """Over HTTP/2 with one stream a connection, as some proxies have it."""
    services = [
        start_standin("--http", "2", "--max-concurrent-streams", "1", tls="valid")
        if protocol == "HTTP/2"
        else start_standin("--http", "1")
        for protocol in protocols.split(" and ")
    ]
    arguments = [argument for service in services for argument in (service.url, service.ca_file or "-")]
    programs.run("two_services", *arguments)


@pytest.mark.parametrize("protocol", ["HTTP/1.1", "HTTP/2"])
def test_idle_connections_give_way_to_another_service(
    protocol: str, programs: Programs, start_standin: Callable[..., Standin]
) -> None:
    arguments = ["--http", "2", "--max-concurrent-streams", "1"] if protocol == "HTTP/2" else ["--http", "1"]
    tls = "valid" if protocol == "HTTP/2" else None
    services = [start_standin(*arguments, tls=tls) for _ in range(3)]
    programs.run("three_services", *[argument for each in services for argument in (each.url, each.ca_file or "-")])


def test_names_that_are_stuck(programs: Programs, tmp_path: Path) -> None:
    resolver, hosts = tmp_path / "resolv.conf", tmp_path / "hosts"
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:10 attempts:1\n")
    hosts.write_text("127.0.0.1 localhost\n")
    with Namespace() as namespace, namespace.listener(socket.SOCK_DGRAM, 53):
        namespace.replace("/etc/resolv.conf", resolver)
        namespace.replace("/etc/hosts", hosts)
        with Standin(network=namespace.runner) as service:
            by_name = service.url.replace("127.0.0.1", "localhost")
            programs.within(namespace.runner).run("stuck_names", by_name)


def test_threads_are_refused(programs: Programs, service: Standin) -> None:
    if service.ca_file:
        # The program becomes another user: root is never refused.
        service.ca_file.parent.chmod(0o755)
        service.ca_file.chmod(0o644)
    by_name = service.url.replace("127.0.0.1", "localhost")
    programs.run("refused_threads", service.url, by_name, service.ca_file or "-")


# The least that is more than enough; what a chat really takes of the address space is in the record.
ENOUGH_KIB = 64 * 1024


def test_memory_is_short(programs: Programs, service: Standin, record_property: Callable[[str, object], None]) -> None:
    def outcome(kib: int) -> str:
        arguments = [str(programs.binary("memory")), service.url, str(service.ca_file or "-"), str(kib)]
        done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        if done.returncode == -signal.SIGABRT:
            assert "memory allocation" in done.stderr
            return "aborted"
        assert done.stderr == ""
        assert done.returncode == (1 if done.stdout else 0), done
        return "failed in words" if done.stdout else "answered"

    assert outcome(ENOUGH_KIB) == "answered"
    assert outcome(1024) == "failed in words"
    outcomes = {kib: outcome(kib) for kib in range(1024, 16 * 1024, 512)}
    wrong = [kib for kib, became in outcomes.items() if became != "answered"]
    record_property("address space in KiB, more than the program's own, that a chat needs", max(wrong) + 512)
    record_property(
        "limits in KiB at which the process was aborted", [k for k, o in outcomes.items() if o == "aborted"]
    )
