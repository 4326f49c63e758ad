"""Limits of HTTP/2 that a peer sets, changes and breaks, and streams that it answers out of turn."""

from __future__ import annotations

import asyncio
import struct

from fault import Bench, Fault, Place, Status
from h2.errors import ErrorCodes
from h2_peer import END_HEADERS, END_STREAM, Behaviour, Connection, H2Peer, Kind, Message, frame, settings
from http2_faults import framing, peer
from network_faults import SOON
from places import Peer
from raw_peer import body_for

_ANSWER = "Answer to {session}."
_MAY_HAVE_SEEN = "the agent may have seen"
# More than the window that a stream begins with (65 535 bytes).
_LONG = {"query_bytes": 300_000}
_AMID = 30_000
_LARGEST_WINDOW = 2**31 - 1


def _window(stream: int, grown: int) -> bytes:
    return frame(Kind.WINDOW_UPDATE, stream, struct.pack(">I", grown))


def _data(behave: Behaviour) -> Peer:
    def place(bench: Bench) -> Place:
        server = H2Peer(behave, bench.authority.context("h2"))
        bench.stack.enter_context(server)
        return Place(server.url, bench.authority.ca_file, seen=server.seen)

    return place


async def _answer(connection: Connection, message: Message) -> None:
    await connection.answer(message)


def _amid(*changes: bytes) -> Peer:
    """These settings one after the other, while a long message is on its way."""

    async def on_data(connection: Connection, message: Message) -> None:
        if len(message.body) >= _AMID and not connection.doomed:
            connection.doomed = True
            connection.protocol.max_inbound_frame_size = 2**24 - 1
            for change in changes:
                await connection.send(change)
                await asyncio.sleep(0.01)

    return _data(Behaviour(_answer, on_data=on_data))


def _on_connection(*changes: bytes) -> Peer:
    async def on_connection(connection: Connection) -> None:
        connection.start()
        await connection.send(*changes)

    return peer(_answer, on_connection)


def _answered(name: str, where: Peer, **options: object) -> Fault:
    return Fault(name, where, (Status.OK,), answer=_ANSWER, options=options)


def _broken(name: str, where: Peer, seen: tuple[int, ...] = (1,), http_status: int = 0) -> Fault:
    return Fault(name, where, (Status.PROTOCOL,), http_status=http_status, seen=seen)


async def _too_much_window(connection: Connection, message: Message) -> None:
    if len(message.body) >= _AMID:
        await connection.send(_window(message.stream, _LARGEST_WINDOW))


async def _answer_before_the_message(connection: Connection, message: Message) -> None:
    """As a service may that needs none of it, and then wants no more of it (RFC 9113, section 8.1)."""
    connection.protocol.send_headers(message.stream, [(":status", "200")])
    connection.protocol.send_data(message.stream, body_for("nobody"), end_stream=True)
    await connection.flush()
    await connection.send(frame(Kind.RST_STREAM, message.stream, struct.pack(">I", ErrorCodes.NO_ERROR)))


async def _say_nothing(_: Connection, __: Message) -> None:
    pass


async def _answer_when_it_is_late(connection: Connection, message: Message) -> None:
    """The stream has been reset by then."""
    block = connection.headers((":status", "200"))
    await asyncio.sleep(1.5)
    late = frame(Kind.HEADERS, message.stream, block, END_HEADERS)
    await connection.send(late, frame(Kind.DATA, message.stream, body_for(message.session), END_STREAM))


async def _answer_after_its_own_reset(connection: Connection, message: Message) -> None:
    block = connection.headers((":status", "200"))
    reset = frame(Kind.RST_STREAM, message.stream, struct.pack(">I", ErrorCodes.INTERNAL_ERROR))
    await connection.send(reset, frame(Kind.HEADERS, message.stream, block, END_HEADERS | END_STREAM))


def _trailers(size: int) -> Peer:
    """Behind the answer."""

    async def on_message(connection: Connection, message: Message) -> None:
        block = connection.headers((":status", "200"))
        body = frame(Kind.DATA, message.stream, body_for(message.session))
        line = b"\x10\x05x-sum" + b"\x7f\x69" + b"7" * (127 + 0x69)
        lines = line * (size // len(line))
        parts = [lines[begin : begin + 16384] for begin in range(0, len(lines), 16384)]
        frames = [frame(Kind.CONTINUATION, message.stream, part) for part in parts[1:-1]]
        await connection.send(
            frame(Kind.HEADERS, message.stream, block, END_HEADERS),
            body,
            frame(Kind.HEADERS, message.stream, parts[0], END_STREAM),
            *frames,
            frame(Kind.CONTINUATION, message.stream, parts[-1], END_HEADERS),
        )

    return peer(on_message)


FAULTS = [
    _answered("a window of 2^31 - 1", _on_connection(settings(initial_window_size=_LARGEST_WINDOW))),
    _broken("a window setting past 2^31", _on_connection(settings(initial_window_size=2**31)), (0, 1)),
    Fault(
        "a stream's window past 2^31",
        _data(Behaviour(_answer, on_data=_too_much_window)),
        (Status.PROTOCOL,),
        seen=(0, 1),
        options=_LONG,
    ),
    _broken("a stream's window grown by 0", framing(lambda _, message: _window(message.stream, 0))),
    _broken("a frame size past 2^24", _on_connection(settings(max_frame_size=2**24)), (0, 1)),
    _broken("ENABLE_PUSH of 2", _on_connection(settings(enable_push=2)), (0, 1)),
    _answered(
        "other frame sizes amid the message",
        _amid(settings(max_frame_size=2**24 - 1), settings(max_frame_size=16384)),
        **_LONG,
    ),
    _answered(
        "a window that shrinks below 0 amid the message, and grows",
        _amid(settings(initial_window_size=0), settings(initial_window_size=65535)),
        **_LONG,
    ),
    _answered(
        "a window that goes back and forth amid the message",
        _amid(*[settings(initial_window_size=size) for size in (1, 100_000, 0, 65535) * 20]),
        **_LONG,
    ),
    _answered(
        "another header table amid the message",
        _amid(settings(header_table_size=0), settings(header_table_size=2**32 - 1), settings(header_table_size=4096)),
        rounds=3,
        **_LONG,
    ),
    _answered("a header table of 0", _on_connection(settings(header_table_size=0)), rounds=3),
    _answered("a header table of 2^32 - 1", _on_connection(settings(header_table_size=2**32 - 1)), rounds=3),
    _answered("headers of one byte wanted", _on_connection(settings(max_header_list_size=1)), rounds=3),
    Fault(
        "the answer before the message",
        _data(Behaviour(_say_nothing, on_headers=_answer_before_the_message)),
        (Status.OK,),
        seen=(0, 1),
        answer="Answer to nobody.",
        options=_LONG,
    ),
    Fault(
        "the answer when it is late",
        peer(_answer_when_it_is_late),
        (Status.TIMEOUT,),
        _MAY_HAVE_SEEN,
        options={**SOON, "rounds": 3, "pause_ms": 600},
    ),
    Fault(
        "the answer after its own reset",
        peer(_answer_after_its_own_reset),
        (Status.INTERRUPTED, Status.PROTOCOL),
        seen=(1,),
    ),
    _answered("trailers of 60 KB", _trailers(60_000)),
    _broken("trailers of 600 KB", _trailers(600_000), http_status=200),
]
