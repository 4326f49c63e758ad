"""Faults of HTTP/2: streams and connections given up, flow that stalls, frames that break its rules."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable

from driver import KEY
from fault import Bench, Fault, Place, Status
from h2.errors import ErrorCodes
from h2_peer import END_HEADERS, END_STREAM, Behaviour, Connection, H2Peer, Kind, Message, frame, settings
from network_faults import CONNECT_SOON, KEPT_ALIVE, SOON
from places import Peer, standin
from servers import nginx_http2, node

_ANSWER = "Answer to {session}."
_MAY_HAVE_SEEN = "the agent may have seen"
_SERVICE = standin(tls="valid")
OnMessage = Callable[[Connection, Message], Awaitable[None]]
OnConnection = Callable[[Connection], Awaitable[None]]
Frames = Callable[[Connection, Message], bytes]


def peer(on_message: OnMessage, on_connection: OnConnection | None = None) -> Peer:
    """A server that behaves so, over TLS with ALPN h2."""

    def place(bench: Bench) -> Place:
        behaviour = Behaviour(on_message, on_connection) if on_connection else Behaviour(on_message)
        server = H2Peer(behaviour, bench.authority.context("h2"))
        bench.stack.enter_context(server)
        return Place(server.url, bench.authority.ca_file, seen=server.seen)

    return place


def framing(*parts: Frames) -> Peer:
    """Answers a message with these frames, and then waits."""

    async def on_message(connection: Connection, message: Message) -> None:
        await connection.send(*(part(connection, message) for part in parts))

    return peer(on_message)


async def _answer(connection: Connection, message: Message) -> None:
    await connection.answer(message)


async def _say_nothing(_: Connection, __: Message) -> None:
    pass


def _resets(code: int) -> Peer:
    async def on_message(connection: Connection, message: Message) -> None:
        await connection.reset_stream(message, code)

    return peer(on_message)


def _first_try(give_up: OnMessage) -> Peer:
    """Gives up each message's first try, and answers the next."""

    async def on_message(connection: Connection, message: Message) -> None:
        if connection.peer.messages[message.session] == 1:
            await give_up(connection, message)
        else:
            await connection.answer(message)

    return peer(on_message)


async def _refuse(connection: Connection, message: Message) -> None:
    await connection.reset_stream(message, ErrorCodes.REFUSED_STREAM)


async def _reset_after_headers(connection: Connection, message: Message) -> None:
    connection.protocol.send_headers(message.stream, [(":status", "200")])
    await connection.reset_stream(message, ErrorCodes.INTERNAL_ERROR)


async def _reset_midway(connection: Connection, message: Message) -> None:
    connection.protocol.send_headers(message.stream, [(":status", "200")])
    connection.protocol.send_data(message.stream, b'{"data":{"answer":"Hel')
    await connection.flush()
    await asyncio.sleep(0.05)
    await connection.reset_stream(message, ErrorCodes.INTERNAL_ERROR)


async def _refuse_midway(connection: Connection, message: Message) -> None:
    connection.protocol.send_headers(message.stream, [(":status", "200")])
    connection.protocol.send_data(message.stream, b'{"data":{"answer":"Hel')
    await connection.flush()
    await asyncio.sleep(0.05)
    await connection.reset_stream(message, ErrorCodes.REFUSED_STREAM)


async def _reset_after_the_answer(connection: Connection, message: Message) -> None:
    await connection.answer(message)
    await connection.send(frame(Kind.RST_STREAM, message.stream, struct.pack(">I", ErrorCodes.NO_ERROR)))


def _goaway(last: int, code: int) -> bytes:
    return frame(Kind.GOAWAY, 0, struct.pack(">II", last, code))


def _goaway_unprocessed(code: int) -> OnMessage:
    async def give_up(connection: Connection, message: Message) -> None:
        await connection.send(_goaway(max(message.stream - 2, 0), code))
        await asyncio.sleep(0.05)
        connection.writer.close()

    return give_up


async def _goaway_that_quotes_the_key(connection: Connection, _: Message) -> None:
    code = struct.pack(">II", 0, ErrorCodes.ENHANCE_YOUR_CALM)
    await connection.send(frame(Kind.GOAWAY, 0, code + f"calm down, {KEY}".encode()))
    await asyncio.sleep(0.05)
    connection.writer.close()


def _goaway_processed_then(code: int, then: Callable[[Connection], None] | None) -> Peer:
    """Promises to finish the message, and does not."""

    async def on_message(connection: Connection, message: Message) -> None:
        await connection.send(_goaway(message.stream, code))
        await asyncio.sleep(0.05)
        if then:
            then(connection)

    return peer(on_message)


async def _goaway_then_answer(connection: Connection, message: Message) -> None:
    await connection.send(_goaway(message.stream, ErrorCodes.NO_ERROR))
    await asyncio.sleep(0.05)
    await connection.answer(message)


async def _goaway_after_the_answer(connection: Connection, message: Message) -> None:
    await connection.answer(message)
    await connection.send(_goaway(message.stream, ErrorCodes.NO_ERROR))


async def _close_after_the_answer(connection: Connection, message: Message) -> None:
    await connection.answer(message)
    connection.writer.close()


async def _reset_connection(connection: Connection, _: Message) -> None:
    connection.reset()


async def _close_connection(connection: Connection, _: Message) -> None:
    connection.writer.close()


def _limiting(**limits: int) -> Peer:
    """Answers the first message, and sets these limits for what comes after it."""

    async def on_message(connection: Connection, message: Message) -> None:
        await connection.send(settings(**limits))
        await connection.answer(message)

    return peer(on_message)


async def _no_preface(_: Connection) -> None:
    await asyncio.sleep(3600)


async def _bad_preface(connection: Connection) -> None:
    await connection.send(frame(Kind.DATA, 1, b"Hello?"))


async def _window_in_drips(connection: Connection) -> None:
    """Opens each message's window a few bytes at a time."""
    connection.start()
    await connection.send(settings(initial_window_size=0))
    while True:
        await asyncio.sleep(0.002)
        streams = [number for number, stream in connection.protocol.streams.items() if stream.open]
        await connection.send(*(frame(Kind.WINDOW_UPDATE, stream, struct.pack(">I", 7)) for stream in streams))


def _streams_in_between(*limits: int) -> OnConnection:
    """Changes the number of streams that it allows, again and again."""

    async def on_connection(connection: Connection) -> None:
        connection.start()
        while True:
            for limit in limits:
                await asyncio.sleep(0.1)
                await connection.send(settings(max_concurrent_streams=limit))

    return on_connection


async def _answer_soon(connection: Connection, message: Message) -> None:
    await asyncio.sleep(0.05)
    await connection.answer(message)


async def _fewer_windows_midway(connection: Connection, message: Message) -> None:
    await connection.send(settings(initial_window_size=1))
    await asyncio.sleep(0.02)
    await connection.answer(message)
    await connection.send(settings(initial_window_size=65535))


# Chats at once, more than one connection takes and fewer than fill two: a third would come now and then, and stay.
_CROWD = 150


async def _end_all(connection: Connection, message: Message, death: OnMessage) -> None:
    """When the last of the crowd has come, all connections die, in the same moment."""
    if len(connection.peer.messages) % _CROWD:
        return
    doomed = [each for each in connection.peer.open if not each.doomed]
    for each in doomed:
        each.doomed = True
    await asyncio.gather(*(death(each, message) for each in doomed))


def _dies(death: OnMessage) -> Peer:
    """Answers nobody, and dies under all who wait."""

    async def on_message(connection: Connection, message: Message) -> None:
        await _end_all(connection, message, death)

    return peer(on_message)


async def _drain(connection: Connection, message: Message) -> None:
    """Gives up all who are on a connection; they are answered when they come again."""
    if connection.peer.messages[message.session] > 1:
        await connection.answer(message)
    else:
        await _end_all(connection, message, _goaway_for_all)


async def _take_one(connection: Connection, message: Message) -> None:
    """Takes the first message of a connection, refuses the others before it has answered."""
    if message.stream == 1:
        await asyncio.sleep(0.3)
        await connection.answer(message)
    elif message.stream == 3:
        await connection.send(_goaway(1, ErrorCodes.NO_ERROR))


async def _goaway_for_all(connection: Connection, _: Message) -> None:
    await connection.send(_goaway(0, ErrorCodes.NO_ERROR))
    await asyncio.sleep(0.05)
    connection.writer.close()


def _responding(*headers: tuple[str, str], end: bool = True) -> Frames:
    def frames(connection: Connection, message: Message) -> bytes:
        flags = END_HEADERS | (END_STREAM if end else 0)
        return frame(Kind.HEADERS, message.stream, connection.headers(*headers), flags)

    return frames


def _data(data: bytes) -> Frames:
    return lambda _, message: frame(Kind.DATA, message.stream, data, END_STREAM)


def _announcing(length: int) -> Frames:
    return _responding((":status", "200"), ("content-length", str(length)), end=False)


def _always(frames: bytes) -> Frames:
    return lambda *_: frames


def _pushing(connection: Connection, message: Message) -> bytes:
    headers = connection.headers((":method", "GET"), (":path", "/"), (":scheme", "https"), (":authority", "a"))
    return frame(Kind.PUSH_PROMISE, message.stream, struct.pack(">I", 2) + headers, END_HEADERS)


async def _continuations(connection: Connection, message: Message) -> None:
    await connection.send(frame(Kind.HEADERS, message.stream, connection.headers((":status", "200"))))
    while True:
        await connection.send(frame(Kind.CONTINUATION, message.stream, b"\x00\x01x\x01y" * 3000))


async def _compression_bomb(connection: Connection, message: Message) -> None:
    """One header of 4 KiB, then thousands of times a byte that repeats it."""
    block = connection.headers((":status", "200"), ("x-bomb", "x" * 3900))
    await connection.send(frame(Kind.HEADERS, message.stream, block + b"\xbe" * 16000, END_HEADERS | END_STREAM))


async def _unknown_frames_first(connection: Connection, message: Message) -> None:
    await connection.send(frame(0xFA, 0, b"grease"), frame(0xFB, message.stream, b"grease"))
    await connection.answer(message)


_OK_HEADERS = _responding((":status", "200"), end=False)
_BODY = b'{"data":{"answer":"Hi"}}'


def _resets_with(code: int, name: str) -> Fault:
    return Fault(f"RST_STREAM {name}", _resets(code), (Status.INTERRUPTED,), _MAY_HAVE_SEEN)


def _broken(name: str, where: Peer, http_status: int = 0, seen: tuple[int, ...] = (1,), says: str = "") -> Fault:
    """What our own side finds to be against the rules."""
    return Fault(name, where, (Status.PROTOCOL,), says, http_status, seen=seen)


def _answered(name: str, where: Peer, attempts: int = 1, connections: int = 1, **options: object) -> Fault:
    return Fault(
        name,
        where,
        (Status.OK,),
        attempts=attempts,
        seen=(attempts,),
        answer=_ANSWER,
        options=options,
        connections=connections,
    )


def _answered_in_the_end(name: str, where: Peer) -> Fault:
    """The server closes connections as it likes; each message comes through once."""
    options = {"chats": 20, "max_retries": 1}
    return Fault(name, where, (Status.OK,), attempts=None, answer=_ANSWER, options=options, within=5, connections=20)


FAULTS = [
    *(_resets_with(code, code.name) for code in ErrorCodes if code != ErrorCodes.REFUSED_STREAM),
    _resets_with(0xFADE, "with a code that there is not"),
    _answered("RST_STREAM REFUSED_STREAM once", _first_try(_refuse), 2),
    Fault(
        "RST_STREAM REFUSED_STREAM for ever",
        _resets(ErrorCodes.REFUSED_STREAM),
        (Status.CONNECT,),
        "refused the stream",
        retryable=True,
        attempts=2,
        seen=(2,),
    ),
    Fault(
        "RST_STREAM after the headers", peer(_reset_after_headers), (Status.INTERRUPTED,), "connection was lost", 200
    ),
    Fault("RST_STREAM midway in the body", peer(_reset_midway), (Status.INTERRUPTED,), "connection was lost", 200),
    Fault("REFUSED_STREAM midway in the body", peer(_refuse_midway), (Status.INTERRUPTED,), "connection was lost", 200),
    _answered("RST_STREAM NO_ERROR after the answer", peer(_reset_after_the_answer), rounds=3),
    _answered("GOAWAY after the answer", peer(_goaway_after_the_answer), **KEPT_ALIVE),
    _answered("GOAWAY, then the answer", peer(_goaway_then_answer), **KEPT_ALIVE),
    _answered("closed after the answer", peer(_close_after_the_answer), **KEPT_ALIVE),
    _answered("GOAWAY before the message is looked at", _first_try(_goaway_unprocessed(ErrorCodes.NO_ERROR)), 2),
    Fault(
        "GOAWAY before any message is looked at",
        peer(_goaway_unprocessed(ErrorCodes.NO_ERROR)),
        (Status.CONNECT,),
        "refused the stream",
        retryable=True,
        attempts=2,
        seen=(2,),
    ),
    Fault(
        "GOAWAY that promises an answer, then close",
        _goaway_processed_then(ErrorCodes.NO_ERROR, lambda connection: connection.writer.close()),
        (Status.INTERRUPTED,),
        _MAY_HAVE_SEEN,
    ),
    Fault(
        "GOAWAY that promises an answer, then reset",
        _goaway_processed_then(ErrorCodes.NO_ERROR, Connection.reset),
        (Status.INTERRUPTED,),
        _MAY_HAVE_SEEN,
    ),
    Fault(
        "GOAWAY that promises an answer, then silence",
        _goaway_processed_then(ErrorCodes.NO_ERROR, None),
        (Status.TIMEOUT,),
        _MAY_HAVE_SEEN,
        options=SOON,
    ),
    Fault(
        "GOAWAY INTERNAL_ERROR, then close",
        _goaway_processed_then(ErrorCodes.INTERNAL_ERROR, lambda connection: connection.writer.close()),
        (Status.INTERRUPTED,),
        _MAY_HAVE_SEEN,
    ),
    Fault(
        "GOAWAY ENHANCE_YOUR_CALM",
        peer(_goaway_unprocessed(ErrorCodes.ENHANCE_YOUR_CALM)),
        (Status.INTERRUPTED,),
        _MAY_HAVE_SEEN,
    ),
    Fault(
        "GOAWAY that quotes the key",
        peer(_goaway_that_quotes_the_key),
        (Status.INTERRUPTED,),
        _MAY_HAVE_SEEN,
    ),
    Fault("reset with a message in flight", peer(_reset_connection), (Status.INTERRUPTED,), _MAY_HAVE_SEEN),
    Fault("closed with a message in flight", peer(_close_connection), (Status.INTERRUPTED,), _MAY_HAVE_SEEN),
    Fault("silence", peer(_say_nothing), (Status.TIMEOUT,), _MAY_HAVE_SEEN, options=SOON),
    Fault(
        "no preface, ever",
        peer(_say_nothing, _no_preface),
        (Status.TIMEOUT,),
        _MAY_HAVE_SEEN,
        options=SOON,
    ),
    Fault(
        "a window of 0 that never opens",
        _limiting(initial_window_size=0),
        (Status.TIMEOUT,),
        "before the message could be sent",
        retryable=True,
        seen=(0,),
        options={**SOON, "warm": 1, "pause_ms": 100},
    ),
    _answered("a window that opens in drips", peer(_answer, _window_in_drips)),
    Fault(
        "0 streams allowed for ever",
        _limiting(max_concurrent_streams=0),
        # A new connection takes the message before the server can say that it takes none.
        (Status.OK, Status.CONNECT),
        retryable=True,
        seen=(0, 1),
        answer=_ANSWER,
        # It is kept where it took one, and may be after a round in which it did not.
        connections=2,
        options={**CONNECT_SOON, "warm": 1, "pause_ms": 100},
    ),
    _answered(
        "1 stream allowed after the first", _limiting(max_concurrent_streams=1), connections=10, chats=10, warm=1
    ),
    _answered("streams limited to 1 midway", peer(_answer_soon, _streams_in_between(1)), connections=20, chats=20),
    _answered(
        "streams limited to 0 and back",
        peer(_answer_soon, _streams_in_between(0, 100)),
        connections=20,
        chats=20,
        rounds=3,
    ),
    _answered("a smaller window midway", peer(_fewer_windows_midway), rounds=3),
    Fault(
        "a connection reset under 150 chats",
        _dies(_reset_connection),
        (Status.INTERRUPTED,),
        _MAY_HAVE_SEEN,
        options={"chats": _CROWD},
        within=5,
    ),
    Fault(
        "a connection closed under 150 chats",
        _dies(_close_connection),
        (Status.INTERRUPTED,),
        _MAY_HAVE_SEEN,
        options={"chats": _CROWD},
        within=5,
    ),
    Fault(
        "a connection drained under 150 chats",
        peer(_drain),
        (Status.OK,),
        # Some try again on the other lane in the very moment in which that is drained too.
        attempts=None,
        seen=(2, 3),
        answer=_ANSWER,
        options={"chats": _CROWD, "max_retries": 4},
        connections=2,
        within=5,
    ),
    Fault(
        "the stand-in's connection reset under 200 chats",
        _SERVICE,
        (Status.INTERRUPTED,),
        _MAY_HAVE_SEEN,
        seen=(0, 1),
        query="!delay-ms=500 reset=before",
        options={"chats": 200},
        within=5,
    ),
    Fault(
        "the server's preface is no SETTINGS",
        peer(_say_nothing, _bad_preface),
        # It is found out before or after the message has left.
        (Status.PROTOCOL, Status.CONNECT),
        seen=(0, 1),
    ),
    _broken("no :status", framing(_responding(("x-status", "200")))),
    _broken("a :status that is no number", framing(_responding((":status", "fine")))),
    _broken("a header in capitals", framing(_responding((":status", "200"), ("X-Loud", "1")))),
    _broken(
        "headers that cannot be decompressed",
        framing(lambda _, message: frame(Kind.HEADERS, message.stream, b"\xff" * 20, END_HEADERS | END_STREAM)),
    ),
    _broken("DATA before the headers", framing(_data(_BODY))),
    _broken("DATA on stream 0", framing(_always(frame(Kind.DATA, 0, _BODY)))),
    _broken("DATA on a stream that nobody opened", framing(_always(frame(Kind.DATA, 99, _BODY)))),
    _broken("more DATA than announced", framing(_announcing(3), _data(_BODY)), 200),
    _broken("less DATA than announced", framing(_announcing(300), _data(_BODY)), 200),
    _broken("a frame longer than agreed", framing(_OK_HEADERS, _data(b" " * 20000)), 200),
    _broken("a push that was forbidden", framing(_pushing)),
    _broken("a window past 2^31", framing(_always(frame(Kind.WINDOW_UPDATE, 0, struct.pack(">I", 2**31 - 1))))),
    _broken("a window grown by 0", framing(_always(frame(Kind.WINDOW_UPDATE, 0, struct.pack(">I", 0))))),
    _broken("a frame size that is not allowed", framing(_always(settings(max_frame_size=1)))),
    _broken("a CONTINUATION of nothing", framing(_always(frame(Kind.CONTINUATION, 1)))),
    _broken("a PING of 7 bytes", framing(_always(frame(Kind.PING, 0, b"7 bytes")))),
    _broken("frames at random", framing(_always(bytes(range(256)) * 100))),
    _broken("CONTINUATION without end", peer(_continuations)),
    _broken("headers that are a compression bomb", peer(_compression_bomb)),
    _answered("frames of an unknown type", peer(_unknown_frames_first)),
    Fault(
        "one message of each connection is taken, and answered late",
        peer(_take_one),
        (Status.OK,),
        attempts=None,
        # As often as the others were taken first, once more on what the round before has left, and then taken.
        seen=tuple(range(1, 10)),
        answer=_ANSWER,
        options={"chats": 8, "max_retries": 0},
        within=5,
        connections=2,
    ),
    _answered_in_the_end("nginx: 3 messages on each connection", nginx_http2("keepalive_requests 3;")),
    _answered_in_the_end("nginx: 1 stream at a time", nginx_http2("http2_max_concurrent_streams 1;")),
    _answered("Node: refuses the first try", node("refuses the first try"), 2),
    Fault("Node: cancels the stream", node("cancels the stream"), (Status.INTERRUPTED,), _MAY_HAVE_SEEN),
    Fault("Node: destroys the session", node("destroys the session"), (Status.INTERRUPTED,), _MAY_HAVE_SEEN),
    _answered("Node: closes the session after the answer", node("closes the session after the answer"), **KEPT_ALIVE),
    _answered("Node: says goodbye, then answers", node("says goodbye, then answers"), **KEPT_ALIVE),
]
