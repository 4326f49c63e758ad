"""Once its client is freed, the library has left no copy of the key behind. What the HTTP and TLS code that it uses has
left in freed memory is counted, and told apart by what stands before it."""

from __future__ import annotations

import base64
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import scan
from c_programs import Programs
from conftest import Canary
from hpack.huffman import HuffmanEncoder
from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH
from recorder import TUNNELS, Recorder
from standin import Standin

CHATS = 100
BEARER = "Bearer "
# How the key stands on the wire, as HTTP/1.1 has it.
HEADER = b"authorization: bearer "
# As far as "user:s", whose base64 is the same whatever the rest of the password.
PROXY_HEADER = b"proxy-authorization: basic dxnlcjpz"

Record = Callable[[str, object], None]


def huffman(key: str) -> bytes:
    """The key within `Bearer <key>` as HTTP/2 has it, without the bits at its ends that it shares with others."""
    whole = HuffmanEncoder(REQUEST_CODES, REQUEST_CODES_LENGTH).encode((BEARER + key).encode())
    return whole[len(BEARER) + 1 : -1]


@contextmanager
def host(programs: Programs, *arguments: object, secrets: list[Canary]) -> Iterator[subprocess.Popen[bytes]]:
    """Runs after_free; freed memory keeps what was in it, which MALLOC_PERTURB_ would prevent."""
    process = subprocess.Popen(
        [str(programs.binary("after_free")), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stdin
    try:
        for secret in secrets:
            process.stdin.write(f"{secret.text}\n".encode())
        yield process
    finally:
        process.kill()
        process.communicate()


def found(process: subprocess.Popen[bytes], when: str, forms: dict[str, bytes]) -> list[scan.Copy]:
    """What is in the process's memory at that step, before it goes on."""
    assert process.stdin and process.stdout
    assert process.stdout.readline().decode().strip() == when
    copies = scan.copies(process.pid, forms)
    process.stdin.write(b"\n")
    return copies


def the_librarys(copies: list[scan.Copy]) -> list[scan.Copy]:
    """All but the host's own buffers, which are in the program's own memory."""
    return [copy for copy in copies if not copy.region.endswith("/after_free")]


def forms_of(canary: Canary) -> dict[str, bytes]:
    return {"plain": canary.text.encode(), "HPACK": huffman(canary.text)}


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://agents.robofy.invalid"])
@pytest.mark.parametrize("chats", [0, 3], ids=["unused", "never reached"])
def test_nothing_is_left_where_nothing_was_sent(programs: Programs, canary: Canary, url: str, chats: int) -> None:
    with host(programs, url, "-", chats, "-", secrets=[canary]) as process:
        assert the_librarys(found(process, "alive", forms_of(canary))), "the search finds what is there"
        assert found(process, "freed", forms_of(canary)) == []


def test_nothing_of_the_librarys_own_is_left(
    programs: Programs, canary: Canary, service: Standin, record_property: Record
) -> None:
    with host(programs, service.url, service.ca_file or "-", CHATS, "-", secrets=[canary]) as process:
        assert the_librarys(found(process, "alive", forms_of(canary)))
        left = found(process, "freed", forms_of(canary))
    record_property(f"copies in freed memory after {2 * CHATS} chats", dict(Counter(copy.form for copy in left)))
    own = [str(copy) for copy in left if copy.form == "plain" and not copy.before.lower().endswith(HEADER)]
    assert own == []
    # Each connection has a few buffers, which are used again: the number does not grow with the chats.
    assert len(left) <= 16


@pytest.mark.parametrize("chats", [0, 10])
def test_a_proxys_password(
    programs: Programs, canary: Canary, service: Standin, record_property: Record, chats: int
) -> None:
    password = Canary(canary.text.replace("canary", "secret"))
    forms = {"plain": password.text.encode(), "base64": base64.b64encode(f"user:{password.text}".encode())[8:-4]}
    with Recorder(TUNNELS, upstream=("127.0.0.1", service.port)) as proxy:
        way = f"127.0.0.1:{proxy.port}"
        arguments = [service.url, service.ca_file or "-", chats, way]
        with host(programs, *arguments, secrets=[password, canary]) as process:
            assert the_librarys(found(process, "alive", forms)) or not service.ca_file
            left = found(process, "freed", forms)
    record_property(f"copies in freed memory after {2 * chats} chats", dict(Counter(copy.form for copy in left)))
    assert [str(copy) for copy in left if not copy.before.lower().endswith(PROXY_HEADER)] == []
