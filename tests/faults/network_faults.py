"""Faults of names, addresses and TCP: no way there, nobody there, silence, and connections that break."""

from __future__ import annotations

import asyncio
import socket

from fault import Bench, Ends, Fault, Place, Status
from namespace import Namespace
from places import Peer, raw, standin
from ports import DeadPort
from raw_peer import RawPeer, Visit, answer_all, answer_to, body_for, head

# A deadline that passes soon, yet not before a busy machine has connected and sent.
SOON = {"timeout_ms": 1000}
# A connect timeout that passes soon, with time left for another attempt.
CONNECT_SOON = {"connect_timeout_ms": 700, "timeout_ms": 10000}
# The second message of each client meets the connection that the first one left, after a busy peer has done to it what
# it does, and before the engine lets an idle one go (4 s).
KEPT_ALIVE = {"rounds": 3, "pause_ms": 1500}
# More than any socket buffer takes.
LONG = 16 << 20

_UNREACHED = "could not reach the service"
_LOST = "the connection was lost"
_NO_TIME_LEFT = "the deadline passed before the answer was complete"


def nowhere(url: str) -> Peer:
    return lambda _: Place(url)


def _refused(bench: Bench) -> Place:
    return Place(f"http://127.0.0.1:{bench.stack.enter_context(DeadPort())}")


def _routed(kind: str) -> Peer:
    """Behind a route of the kernel's that leads nowhere."""

    def place(bench: Bench) -> Place:
        namespace = bench.stack.enter_context(Namespace(f"ip route add {kind} 10.1.1.1"))
        return Place("https://10.1.1.1", network=namespace.runner)

    return place


def _silent_name_server(bench: Bench) -> Place:
    configuration = bench.directory / "resolv.conf"
    configuration.write_text("nameserver 127.0.0.1\noptions timeout:2 attempts:1\n")
    namespace = bench.stack.enter_context(Namespace())
    namespace.replace("/etc/resolv.conf", configuration)
    bench.stack.enter_context(namespace.listener(socket.SOCK_DGRAM, 53))
    return Place("https://agents.robofy.example", network=namespace.runner)


def _filtered(rule: str) -> Peer:
    """A service in a network that does this to every packet for it."""

    def place(bench: Bench) -> Place:
        namespace = bench.stack.enter_context(Namespace())
        peer = RawPeer(answer_all, listener=namespace.listener())
        bench.stack.enter_context(peer)
        for command in (
            "add table ip faults",
            "add chain ip faults input { type filter hook input priority 0; }",
            f"add rule ip faults input tcp dport {peer.port} {rule}",
        ):
            namespace.run(f"nft '{command}'")
        return Place(peer.url, seen=peer.seen, network=namespace.runner)

    return place


async def _accept_and_close(_: Visit) -> None:
    pass


async def _accept_and_reset(visit: Visit) -> None:
    visit.reset()


async def _silence(visit: Visit) -> None:
    await visit.until_gone()


async def _silence_after_the_message(visit: Visit) -> None:
    await visit.request()
    await visit.until_gone()


async def _never_read(visit: Visit) -> None:
    visit.writer.transport.pause_reading()  # type: ignore[attr-defined]
    await asyncio.sleep(3600)


async def _close_after_the_message(visit: Visit) -> None:
    await visit.request()


async def _half_close_after_the_message(visit: Visit) -> None:
    await visit.request()
    visit.half_close()
    await visit.until_gone()


async def _half_close_after_the_answer(visit: Visit) -> None:
    await visit.send(answer_to(await visit.request()))
    visit.half_close()
    await visit.until_gone()


async def _reset_within_the_headers(visit: Visit) -> None:
    await visit.request()
    await visit.send(b"HTTP/1.1 200 OK\r\nContent-Le")
    await asyncio.sleep(0.05)
    visit.reset()


async def _close_within_the_headers(visit: Visit) -> None:
    await visit.request()
    await visit.send(b"HTTP/1.1 200 OK\r\nContent-Le")


async def _reset_within_the_message(visit: Visit) -> None:
    await visit.request_head()
    await visit.reader.readexactly(1 << 16)
    visit.reset()


async def _slow_headers(visit: Visit) -> None:
    await visit.drip(answer_to(await visit.request()), 0.1)


async def _slow_body(visit: Visit) -> None:
    body = body_for((await visit.request()).session)
    await visit.send(head("200 OK", f"Content-Length: {len(body)}"))
    await visit.drip(body, 0.1)


async def _slow_but_in_time(visit: Visit) -> None:
    while True:
        await visit.drip(answer_to(await visit.request()), 0.002)


async def _close_between_calls(visit: Visit) -> None:
    await visit.send(answer_to(await visit.request()))
    await asyncio.sleep(0.05)


async def _reset_between_calls(visit: Visit) -> None:
    await _close_between_calls(visit)
    visit.reset()


async def _close_as_the_next_message_comes(visit: Visit) -> None:
    await visit.send(answer_to(await visit.request()))
    await visit.request()


async def _silence_on_the_second_message(visit: Visit) -> None:
    await visit.send(answer_to(await visit.request()))
    await _silence_after_the_message(visit)


async def _answer_twice(visit: Visit) -> None:
    while True:
        answer = answer_to(await visit.request())
        await visit.send(answer + answer)


async def _answer_again_later(visit: Visit) -> None:
    answer = answer_to(await visit.request())
    await visit.send(answer)
    await asyncio.sleep(0.05)
    await visit.send(answer)
    await visit.until_gone()


FAULTS = [
    Fault("refused", _refused, (Status.CONNECT,), "refused", retryable=True, attempts=2, seen=(0,)),
    Fault(
        "no network to the address",
        nowhere("https://255.255.255.255"),
        (Status.CONNECT,),
        "unreachable",
        retryable=True,
        attempts=2,
        seen=(0,),
    ),
    Fault(
        "host unreachable",
        _routed("unreachable"),
        (Status.CONNECT,),
        "No route to host",
        retryable=True,
        attempts=2,
        seen=(0,),
    ),
    Fault(
        "forbidden by a route",
        _routed("prohibit"),
        (Status.CONNECT,),
        "Permission denied",
        retryable=True,
        attempts=2,
        seen=(0,),
    ),
    Fault(
        "refused by a firewall",
        _filtered("reject with icmp type admin-prohibited"),
        (Status.CONNECT,),
        _UNREACHED,
        retryable=True,
        attempts=2,
        seen=(0,),
        options=CONNECT_SOON,
    ),
    Fault(
        "packets dropped by a firewall",
        _filtered("drop"),
        (Status.CONNECT,),
        "connect timeout",
        retryable=True,
        attempts=2,
        seen=(0,),
        ends=Ends.BY_CONNECT_TIMEOUTS,
        options=CONNECT_SOON,
    ),
    Fault(
        "a tenth of the packets lost",
        _filtered("tcp flags & (syn | fin | rst) == 0 numgen random mod 10 == 0 drop"),
        (Status.OK,),
        answer="Answer to {session}.",
        within=4,
        options={"chats": 10, "timeout_ms": 20000},
    ),
    Fault(
        "no such name",
        nowhere("https://agents.robofy.invalid"),
        (Status.CONNECT,),
        _UNREACHED,
        retryable=True,
        attempts=2,
        seen=(0,),
        options={"connect_timeout_ms": 2000},
    ),
    Fault(
        "the name server is silent",
        _silent_name_server,
        (Status.CONNECT,),
        _UNREACHED,
        retryable=True,
        attempts=2,
        seen=(0,),
        ends=Ends.BY_CONNECT_TIMEOUTS,
        options=CONNECT_SOON,
    ),
    Fault(
        "accepts and closes",
        raw(_accept_and_close),
        (Status.CONNECT, Status.INTERRUPTED),
        seen=(0,),
    ),
    Fault(
        "accepts and resets",
        raw(_accept_and_reset),
        (Status.CONNECT, Status.INTERRUPTED),
        seen=(0,),
    ),
    Fault("accepts and is silent", raw(_silence), (Status.TIMEOUT,), _NO_TIME_LEFT, seen=(0,), options=SOON),
    Fault(
        "silence after the message",
        raw(_silence_after_the_message),
        (Status.TIMEOUT,),
        "the agent may have seen the message",
        options=SOON,
    ),
    Fault(
        "a long message is never read",
        raw(_never_read),
        (Status.TIMEOUT,),
        "the agent may have seen the message",
        seen=(0,),
        # TCP gives up such a connection in its own time (30 s); only the client's free is quicker.
        options={**SOON, "query_bytes": LONG, "rounds": 1},
        peak_mb=200,
    ),
    Fault(
        "reset within a long message",
        raw(_reset_within_the_message),
        (Status.INTERRUPTED,),
        _LOST,
        seen=(0,),
        options={"query_bytes": LONG},
        peak_mb=200,
    ),
    Fault("reset before the headers", standin(), (Status.INTERRUPTED,), _LOST, query="!reset=before"),
    Fault("closed before the headers", raw(_close_after_the_message), (Status.INTERRUPTED,), _LOST),
    Fault("half-closed before the headers", raw(_half_close_after_the_message), (Status.INTERRUPTED,), _LOST),
    Fault("reset within the headers", raw(_reset_within_the_headers), (Status.INTERRUPTED,), _LOST),
    Fault("closed within the headers", raw(_close_within_the_headers), (Status.INTERRUPTED,), _LOST),
    Fault("reset after the headers", standin(), (Status.INTERRUPTED,), _LOST, 200, query="!reset=after-headers"),
    Fault("reset midway in the body", standin(), (Status.INTERRUPTED,), _LOST, 200, query="!reset=midway"),
    Fault("closed midway in the body", standin(), (Status.PROTOCOL,), "cut short", 200, query="!close=midway"),
    Fault(
        "half-closed after the answer",
        raw(_half_close_after_the_answer),
        (Status.OK,),
        answer="Answer to {session}.",
        options=KEPT_ALIVE,
    ),
    Fault("headers one byte at a time", raw(_slow_headers), (Status.TIMEOUT,), _NO_TIME_LEFT, options=SOON),
    Fault("body one byte at a time", raw(_slow_body), (Status.TIMEOUT,), _NO_TIME_LEFT, options=SOON),
    Fault("an answer one byte at a time, in time", raw(_slow_but_in_time), (Status.OK,), answer="Answer to {session}."),
    Fault(
        "a kept connection closed between calls",
        raw(_close_between_calls),
        (Status.OK,),
        answer="Answer to {session}.",
        options=KEPT_ALIVE,
    ),
    Fault(
        "a kept connection reset between calls",
        raw(_reset_between_calls),
        (Status.OK,),
        answer="Answer to {session}.",
        options=KEPT_ALIVE,
    ),
    Fault(
        "a kept connection closed as a message comes",
        raw(_close_as_the_next_message_comes),
        (Status.INTERRUPTED,),
        "the agent may have seen it",
        options={"warm": 1, "rounds": 1},
    ),
    Fault(
        "a kept connection falls silent",
        raw(_silence_on_the_second_message),
        (Status.TIMEOUT,),
        _NO_TIME_LEFT,
        options={**SOON, "warm": 1, "rounds": 1},
    ),
    Fault(
        "the answer comes twice at once",
        raw(_answer_twice),
        (Status.OK,),
        answer="Answer to {session}.",
        options={"rounds": 4},
    ),
    Fault(
        "the answer comes again between calls",
        raw(_answer_again_later),
        (Status.OK,),
        answer="Answer to {session}.",
        options=KEPT_ALIVE,
    ),
]
