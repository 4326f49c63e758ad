"""Floods: much that means nothing. Whoever sends it, the work that it makes at a time is bounded.

A flood is cut off or outlived until the deadline, whichever the library finds right. Each keeps a core or two busy, so
that it is met twice and not three times: what is submitted is submitted beside a healthy client.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace

from fault import Fault, Status
from h2.errors import ErrorCodes
from h2_peer import END_HEADERS, PADDED, Connection, Kind, Message, frame, settings
from http2_faults import peer
from places import Peer, raw
from raw_peer import Visit, head
from servers import openssl

_ENDED = (Status.TIMEOUT, Status.INTERRUPTED, Status.PROTOCOL)
_TOO_LARGE = "larger than 8388608 bytes"
_CHUNKED = head("200 OK", "Transfer-Encoding: chunked")
# So many frames or lines in one write.
_MANY = 100


def _flood(name: str, where: Peer, http_status: int = 0, chats: int = 1) -> Fault:
    options = {"timeout_ms": 600, "rounds": 1, "chats": chats}
    ways = ("blocking", "beside")
    # A connection that was given up for its flood is replaced.
    return Fault(name, where, _ENDED, "", http_status, seen=(0, 1), options=options, ways=ways, connections=chats + 1)


def _repeating(again: bytes, first: bytes = b"", tls: bool = False) -> Peer:
    """Answers with these bytes without end."""

    async def behave(visit: Visit) -> None:
        await visit.request()
        await visit.send(first)
        while True:
            await visit.send(again)

    return raw(behave, tls)


def _byte_by_byte(again: bytes, first: bytes = b"") -> Peer:
    """Each byte in a record of TLS of its own."""

    async def behave(visit: Visit) -> None:
        await visit.request()
        await visit.send(first)
        while True:
            for byte in again:
                visit.writer.write(bytes([byte]))
            await visit.send(b"")

    return raw(behave, tls=True)


def _dripping(seconds: float) -> Peer:
    """A body of one byte now and then."""

    async def behave(visit: Visit) -> None:
        await visit.request()
        await visit.send(_CHUNKED)
        while True:
            await visit.drip(b"1\r\n \r\n", seconds)

    return raw(behave)


def _interim(status: str) -> bytes:
    return b"HTTP/1.1 %s\r\n\r\n" % status.encode()


_FLOODS: Mapping[str, Peer] = {
    "100 Continue": _repeating(_interim("100 Continue") * _MANY),
    "102 Processing": _repeating(_interim("102 Processing") * _MANY),
    "103 Early Hints": _repeating(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n" * _MANY),
    "102 Processing over TLS": _repeating(_interim("102 Processing") * _MANY, tls=True),
    "102 Processing in records of one byte": _byte_by_byte(_interim("102 Processing")),
}


Frames = Callable[[Connection, Message], bytes]


def _of_frames(again: Frames, first: Frames = lambda *_: b"") -> Peer:
    """Answers with these frames without end, `_MANY` in a write."""

    async def on_message(connection: Connection, message: Message) -> None:
        await connection.send(first(connection, message))
        frames = again(connection, message) * _MANY
        while True:
            await connection.send(frames)

    return peer(on_message)


def _one_stream_each(again: Frames) -> Peer:
    """The same where a connection takes one message alone, so that many messages are many floods."""

    async def on_connection(connection: Connection) -> None:
        connection.start()
        await connection.send(settings(max_concurrent_streams=1))

    async def on_message(connection: Connection, message: Message) -> None:
        frames = again(connection, message) * _MANY
        while True:
            await connection.send(frames)

    return peer(on_message, on_connection)


def _headers(*headers: tuple[str, str], flags: int = END_HEADERS) -> Frames:
    # The same octets may come again: nothing of them is put into the table that both sides keep.
    return lambda _, message: frame(Kind.HEADERS, message.stream, _literal(*headers), flags)


def _literal(*headers: tuple[str, str]) -> bytes:
    """Headers that are never indexed (RFC 7541, section 6.2.3), each part shorter than 127 octets."""
    return b"".join(
        b"\x10" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode() for name, value in headers
    )


def _window_update(_: Connection, message: Message) -> bytes:
    grown = struct.pack(">I", 1)
    return frame(Kind.WINDOW_UPDATE, 0, grown) + frame(Kind.WINDOW_UPDATE, message.stream, grown)


def _rst_stream(_: Connection, message: Message) -> bytes:
    return frame(Kind.RST_STREAM, message.stream, struct.pack(">I", ErrorCodes.CANCEL))


_OK = _headers((":status", "200"))


def _empty_data(_: Connection, message: Message) -> bytes:
    return frame(Kind.DATA, message.stream)


def _data_of_one_byte(_: Connection, message: Message) -> bytes:
    return frame(Kind.DATA, message.stream, b" ")


def _data_of_padding(_: Connection, message: Message) -> bytes:
    return frame(Kind.DATA, message.stream, b"\x04    ", PADDED)


_FRAMES: Mapping[str, Frames] = {
    "PING": lambda *_: frame(Kind.PING, 0, b"12345678"),
    "SETTINGS": lambda *_: settings(initial_window_size=65535),
    "empty SETTINGS": lambda *_: frame(Kind.SETTINGS, 0),
    "WINDOW_UPDATE": _window_update,
    "PRIORITY": lambda _, message: frame(Kind.PRIORITY, message.stream, struct.pack(">IB", 0, 1)),
    "frames of an unknown type": lambda *_: frame(0xFA, 0, b"grease"),
    "empty frames of an unknown type": lambda _, message: frame(0xFA, message.stream),
    "empty DATA": _empty_data,
    "RST_STREAM": _rst_stream,
    "100 Continue over HTTP/2": _headers((":status", "100")),
    "102 Processing over HTTP/2": _headers((":status", "102")),
    "103 Early Hints over HTTP/2": _headers((":status", "103"), ("link", "</style.css>")),
}


_ON_EIGHT = ("PING", "WINDOW_UPDATE", "frames of an unknown type", "102 Processing over HTTP/2")


async def _empty_continuations(connection: Connection, message: Message) -> None:
    await connection.send(frame(Kind.HEADERS, message.stream, connection.headers((":status", "200"))))
    while True:
        await connection.send(frame(Kind.CONTINUATION, message.stream) * _MANY)


async def _answered_first(connection: Connection, message: Message) -> None:
    """The flood comes between calls, when nobody waits."""
    await connection.answer(message)
    while True:
        await connection.send(frame(Kind.PING, 0, b"12345678") * _MANY)


async def _body_past_the_limit(connection: Connection, message: Message) -> None:
    """As fast as the client lets it come."""
    connection.protocol.send_headers(message.stream, [(":status", "200")])
    while True:
        room = min(connection.protocol.local_flow_control_window(message.stream), 16384)
        if room:
            connection.protocol.send_data(message.stream, b" " * room)
        await connection.flush()
        await asyncio.sleep(0 if room else 0.001)


async def _body_in_drips(connection: Connection, message: Message) -> None:
    connection.protocol.send_headers(message.stream, [(":status", "200")])
    while True:
        connection.protocol.send_data(message.stream, b" ")
        await connection.flush()
        await asyncio.sleep(0.002)


# Of HTTP/1.1 and of HTTP/2: what every call must outlive.
FLOODS = [
    *(_flood(name, where) for name, where in _FLOODS.items()),
    _flood("chunks of one byte", _repeating(b"1\r\n \r\n" * _MANY, _CHUNKED), 200),
    *(_flood(name, _of_frames(frames)) for name, frames in _FRAMES.items()),
]

FAULTS = [
    *(_flood(name, where) for name, where in _FLOODS.items()),
    _flood("8 connections of 102 Processing", _FLOODS["102 Processing"], chats=8),
    _flood("8 connections of 102 Processing over TLS", _FLOODS["102 Processing over TLS"], chats=8),
    _flood("trailers", _repeating(b"X-Sum: 7\r\n" * _MANY, _CHUNKED + b"0\r\n"), 200),
    _flood("trailers over TLS", _repeating(b"X-Sum: 7\r\n" * _MANY, _CHUNKED + b"0\r\n", tls=True), 200),
    _flood("chunk extensions of one byte", _repeating(b"1;x\r\n \r\n" * _MANY, _CHUNKED), 200),
    _flood("chunks of one byte", _repeating(b"1\r\n \r\n" * _MANY, _CHUNKED), 200),
    _flood("8 bodies of chunks of one byte", _repeating(b"1\r\n \r\n" * _MANY, _CHUNKED), 200, chats=8),
    _flood("a body in records of one byte", _byte_by_byte(b" " * 1000, head() + b"{"), 200),
    _flood("a body that drips", _dripping(0.002), 200),
    _flood("8 bodies that drip", _dripping(0.002), 200, chats=8),
    _flood("tickets of TLS 1.3", openssl("-tls1_3", "-num_tickets", "2000")),
    # It knows "K" as the command to change keys, and to ask the client for the same; now and then it dies of them.
    replace(_flood("KeyUpdate of TLS 1.3", openssl("-tls1_3", again=b"K\n")), status=(*_ENDED, Status.CONNECT)),
    *(_flood(name, _of_frames(frames)) for name, frames in _FRAMES.items()),
    _flood("empty CONTINUATION", peer(_empty_continuations)),
    _flood("empty DATA after the headers", _of_frames(_empty_data, _OK), 200),
    _flood("DATA of one byte", _of_frames(_data_of_one_byte, _OK), 200),
    _flood("DATA of padding", _of_frames(_data_of_padding, _OK), 200),
    *(_flood(f"8 connections of {name}", _one_stream_each(_FRAMES[name]), chats=8) for name in _ON_EIGHT),
    _flood("a body that drips over HTTP/2", peer(_body_in_drips), 200),
    _flood("8 bodies that drip over HTTP/2", peer(_body_in_drips), 200, chats=8),
    Fault("a body past the limit over HTTP/2", peer(_body_past_the_limit), (Status.PROTOCOL,), _TOO_LARGE, 200),
    Fault(
        "PING between calls",
        peer(_answered_first),
        (Status.OK,),
        attempts=None,
        answer="Answer to {session}.",
        options={"rounds": 3, "pause_ms": 300},
        connections=2,
    ),
]
