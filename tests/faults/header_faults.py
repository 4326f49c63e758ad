"""Headers: many of them are no fault; too much of them is one, the same over both protocols."""

from __future__ import annotations

import gzip

from fault import Fault, Status
from h2_peer import END_HEADERS, END_STREAM, Connection, Kind, Message, frame
from http2_faults import peer
from places import Peer, raw
from raw_peer import Visit, answer_to, body_for, head

_ANSWER = "Answer to {session}."
# The most that a connection's other side accepts in one frame, unless it says otherwise (RFC 9113, section 6.5.2).
_FRAME = 16384
Headers = tuple[tuple[str, str], ...]


def _cookies(count: int) -> Headers:
    return tuple(("set-cookie", f"cookie-{number}=value-{number}; Path=/; HttpOnly") for number in range(count))


def _lines(kilobytes: int) -> Headers:
    return tuple((f"x-padding-{number}", "x" * 1000) for number in range(kilobytes))


def _http1(headers: Headers) -> Peer:
    async def behave(visit: Visit) -> None:
        while True:
            request = await visit.request()
            await visit.send(answer_to(request, *(f"{name}: {value}" for name, value in headers)))

    return raw(behave)


def _http2(headers: Headers) -> Peer:
    async def on_message(connection: Connection, message: Message) -> None:
        # Its Huffman code takes seconds for a long header.
        block = connection.protocol.encoder.encode([(":status", "200"), *headers], huffman=False)
        parts = [block[begin : begin + _FRAME] for begin in range(0, len(block), _FRAME)]
        kinds = [Kind.HEADERS, *[Kind.CONTINUATION] * (len(parts) - 1)]
        flags = [0] * (len(parts) - 1) + [END_HEADERS]
        frames = [frame(kind, message.stream, part, flag) for kind, part, flag in zip(kinds, parts, flags)]
        await connection.send(*frames, frame(Kind.DATA, message.stream, body_for(message.session), END_STREAM))

    return peer(on_message)


async def _gzip(visit: Visit) -> None:
    while True:
        body = gzip.compress(body_for((await visit.request()).session))
        await visit.send(head("200 OK", "Content-Encoding: gzip", f"Content-Length: {len(body)}") + body)


async def _gzip_over_http2(connection: Connection, message: Message) -> None:
    headers = [(":status", "200"), ("content-encoding", "gzip")]
    connection.protocol.send_headers(message.stream, headers)
    connection.protocol.send_data(message.stream, gzip.compress(body_for(message.session)), end_stream=True)
    await connection.flush()


async def _identity(visit: Visit) -> None:
    """Whoever has not asked for what they get is answered with a fault of ours."""
    while True:
        request = await visit.request()
        asked = b"\r\naccept-encoding: identity\r\n" in request.head.lower()
        await visit.send(answer_to(request) if asked else head("406 Not Acceptable", "Content-Length: 0"))


def _both(name: str, headers: Headers) -> list[Fault]:
    wheres = {name: _http1(headers), f"{name} over HTTP/2": _http2(headers)}
    return [Fault(name, where, (Status.OK,), answer=_ANSWER) for name, where in wheres.items()]


def _too_much(name: str, headers: Headers) -> list[Fault]:
    wheres = {name: _http1(headers), f"{name} over HTTP/2": _http2(headers)}
    return [Fault(name, where, (Status.PROTOCOL,), "headers") for name, where in wheres.items()]


FAULTS = [
    *_both("101 cookies", _cookies(101)),
    *_both("1 000 cookies", _cookies(1000)),
    *_both("5 000 small cookies", (("set-cookie", "a=b"),) * 5000),
    *_both("128 KB of headers", _lines(128)),
    *_too_much("300 KB of headers", _lines(300)),
    *_too_much("a header of 300 KB", (("x-padding", "x" * 300_000),)),
    Fault("an answer that is asked for as it is", raw(_identity), (Status.OK,), answer=_ANSWER),
    Fault("compressed though nobody asked", raw(_gzip), (Status.PROTOCOL,), "gzip", 200),
    Fault("compressed though nobody asked, over HTTP/2", peer(_gzip_over_http2), (Status.PROTOCOL,), "gzip", 200),
]
