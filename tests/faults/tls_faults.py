"""Faults of TLS: certificates that prove nothing, handshakes that fail, connections that are cut."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from certificates import Authority, Leaf
from fault import Bench, Ends, Fault, Place, Status
from network_faults import CONNECT_SOON, KEPT_ALIVE
from places import Peer, raw, standin
from raw_peer import Behaviour, RawPeer, Visit, answer_to, body_for, head
from servers import openssl

_CUT_OFF = "the TLS handshake was cut off"
_ALERT_HANDSHAKE_FAILURE = b"\x15\x03\x03\x00\x02\x02\x28"
_ALERT_UNRECOGNIZED_NAME = b"\x15\x03\x03\x00\x02\x02\x70"
# Of a server hello, as long as its length can say.
_LONG_MESSAGE = b"\x16\x03\x03\x00\x04\x02\xff\xff\xff"
_ALERT_INTERNAL_ERROR = b"\x15\x03\x03\x00\x02\x02\x50"


def _refused(name: str, where: Peer, says: str) -> Fault:
    """The handshake fails, nothing was sent, and it is not tried again."""
    return Fault(name, where, (Status.TLS,), says, seen=(0,))


def _instead_of_a_handshake(response: bytes) -> Peer:
    """Answers so, whatever the client's hello was."""

    async def behave(visit: Visit) -> None:
        await visit.reader.read(1 << 16)
        await visit.send(response)
        await visit.until_gone()

    return _bare(behave)


def _bare(behave: Behaviour) -> Peer:
    """A server without TLS where https is spoken."""

    def place(bench: Bench) -> Place:
        peer = RawPeer(behave)
        bench.stack.enter_context(peer)
        return Place(f"https://localhost:{peer.port}", bench.authority.ca_file, seen=peer.seen)

    return place


def _with_certificate(issue: Callable[[Authority], Leaf]) -> Peer:
    """`openssl s_server` with a certificate of its own."""

    def place(bench: Bench) -> Place:
        leaf = issue(bench.authority)
        return openssl("-cert", str(leaf.chain_file), "-key", str(leaf.key_file))(bench)

    return place


def _repeating(again: bytes, first: bytes = b"") -> Peer:
    """Sends this without end where the server's part of a handshake is awaited."""

    async def behave(visit: Visit) -> None:
        await visit.reader.read(1 << 16)
        await visit.send(first)
        while True:
            await visit.send(again)

    return _bare(behave)


async def _handshake_in_drips(visit: Visit) -> None:
    await visit.reader.read(1 << 16)
    await visit.send(b"\x16\x03\x03\x40\x00")
    await visit.drip(bytes(1 << 14), 0.002)


def _chain_of(number: int) -> Callable[[Authority], Leaf]:
    """So many authorities of one name, each of which may have issued the others."""

    def issue(authority: Authority) -> Leaf:
        leaf = authority.leaf("localhost", issuer=Authority.namesake())
        chain = b"".join(Authority.namesake().cert_pem.bytes() for _ in range(number))
        leaf.chain_file.write_bytes(leaf.chain_file.read_bytes() + chain)
        return leaf

    return issue


def _flooded(name: str, where: Peer) -> Fault:
    """Cut off, or outlived until the connect timeout, whichever the library finds right."""
    return Fault(
        name,
        where,
        (Status.TLS, Status.CONNECT, Status.PROTOCOL),
        seen=(0,),
        attempts=None,
        ends=Ends.BY_CONNECT_TIMEOUTS,
        options={**CONNECT_SOON, "rounds": 1},
        ways=("blocking", "beside"),
    )


def _expired(authority: Authority) -> Leaf:
    return authority.leaf("localhost", not_after=datetime.now(timezone.utc) - timedelta(days=1))


def _for_another_name(authority: Authority) -> Leaf:
    return authority.leaf("another.example")


def _for_a_common_name_only(authority: Authority) -> Leaf:
    return authority.leaf("another.example", common_name="localhost")


async def _accept_and_close(_: Visit) -> None:
    pass


async def _close_after_the_hello(visit: Visit) -> None:
    await visit.reader.read(1 << 16)


async def _reset_after_the_hello(visit: Visit) -> None:
    await visit.reader.read(1 << 16)
    visit.reset()


async def _half_a_server_hello(visit: Visit) -> None:
    await visit.reader.read(1 << 16)
    await visit.send(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + bytes(20))


async def _silence(visit: Visit) -> None:
    await visit.until_gone()


async def _answer_in_the_plain(visit: Visit) -> None:
    """Within a connection that was encrypted so far."""
    await visit.request()
    connection = visit.writer.get_extra_info("socket")
    asyncio.get_running_loop().call_soon(connection._sock.send, head() + b"plain")
    await visit.until_gone()


async def _cut_midway(visit: Visit) -> None:
    """Ends TCP in the middle of the body, without the word that TLS has for it."""
    body = body_for((await visit.request()).session)
    await visit.send(head("200 OK", f"Content-Length: {len(body)}") + body[:20])
    await asyncio.sleep(0.05)
    visit.reset()


async def _cut_after_the_answer(visit: Visit) -> None:
    await visit.send(answer_to(await visit.request()))
    await asyncio.sleep(0.05)
    visit.reset()


FAULTS = [
    _refused("expired", standin(tls="expired"), "expired"),
    _refused("not yet valid", standin(tls="not-yet-valid"), "not valid yet"),
    _refused("wrong name", standin(tls="wrong-name"), "another name"),
    _refused("self-signed", standin(tls="self-signed"), "nobody this system trusts"),
    _refused("untrusted", standin(tls="untrusted"), "nobody this system trusts"),
    _refused("OpenSSL: expired", _with_certificate(_expired), "expired"),
    _refused("OpenSSL: wrong name", _with_certificate(_for_another_name), "another name"),
    _refused("OpenSSL: the name as common name only", _with_certificate(_for_a_common_name_only), "another name"),
    _refused("OpenSSL: TLS 1.1 only", openssl("-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"), "TLS handshake failed"),
    _refused(
        "OpenSSL: no cipher in common", openssl("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"), "TLS handshake failed"
    ),
    _refused("OpenSSL: no protocol in common", openssl("-alpn", "spdy/1"), "TLS handshake failed"),
    Fault(
        "OpenSSL: wants a certificate of ours, TLS 1.2",
        openssl("-tls1_2", "-Verify", "1"),
        (Status.TLS,),
        "TLS handshake failed",
        seen=(0,),
    ),
    Fault(
        "OpenSSL: wants a certificate of ours, TLS 1.3",
        openssl("-tls1_3", "-Verify", "1"),
        # In TLS 1.3 it says so when the message may be on its way.
        (Status.TLS, Status.INTERRUPTED),
        seen=(0,),
    ),
    _refused("accepts and closes", _bare(_accept_and_close), _CUT_OFF),
    _refused("closed in the handshake", _bare(_close_after_the_hello), _CUT_OFF),
    _refused("reset in the handshake", _bare(_reset_after_the_hello), _CUT_OFF),
    _refused("half a server hello", _bare(_half_a_server_hello), _CUT_OFF),
    _refused("alert: handshake failure", _instead_of_a_handshake(_ALERT_HANDSHAKE_FAILURE), "TLS handshake failed"),
    _refused("alert: name unknown", _instead_of_a_handshake(_ALERT_UNRECOGNIZED_NAME), "TLS handshake failed"),
    _refused("alert: internal error", _instead_of_a_handshake(_ALERT_INTERNAL_ERROR), "TLS handshake failed"),
    _refused(
        "plain http where https is spoken",
        _instead_of_a_handshake(head("400 Bad Request") + b"plain HTTP"),
        "does not speak TLS",
    ),
    _refused("bytes at random", _instead_of_a_handshake(bytes(range(100, 250))), "does not speak TLS"),
    Fault(
        "silence in the handshake",
        _bare(_silence),
        (Status.CONNECT,),
        "connect timeout",
        retryable=True,
        attempts=2,
        seen=(0,),
        ends=Ends.BY_CONNECT_TIMEOUTS,
        options=CONNECT_SOON,
    ),
    Fault(
        "a handshake that drips",
        _bare(_handshake_in_drips),
        (Status.CONNECT,),
        "connect timeout",
        retryable=True,
        attempts=2,
        seen=(0,),
        ends=Ends.BY_CONNECT_TIMEOUTS,
        options=CONNECT_SOON,
    ),
    _flooded("a handshake message of 2^24 bytes", _repeating(b"\x16\x03\x03\x10\x00" + bytes(4096), _LONG_MESSAGE)),
    _flooded("empty handshake records", _repeating(b"\x16\x03\x03\x00\x00" * 100)),
    _flooded("changes of the cipher", _repeating(b"\x14\x03\x03\x00\x01\x01" * 100)),
    _flooded("warnings", _repeating(b"\x15\x03\x03\x00\x02\x01\x5a" * 100)),
    _refused("a chain of 300 authorities of one name", _with_certificate(_chain_of(300)), "nobody this system trusts"),
    Fault(
        "cut midway in the body",
        raw(_cut_midway, tls=True),
        (Status.INTERRUPTED, Status.PROTOCOL),
        "the agent has seen the message",
        200,
    ),
    Fault(
        "an answer that is not encrypted",
        raw(_answer_in_the_plain, tls=True),
        (Status.INTERRUPTED, Status.PROTOCOL),
    ),
    Fault(
        "cut between calls",
        raw(_cut_after_the_answer, tls=True),
        (Status.OK,),
        answer="Answer to {session}.",
        options={**KEPT_ALIVE, "warm": 1},
    ),
]
