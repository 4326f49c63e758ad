"""Faults of HTTP/2 amid a message that is still being sent: what the service has not given up is brought to its end."""

from __future__ import annotations

import asyncio
import struct
from collections import Counter

from driver import Outcome
from fault import Bench, Fault, Place, Status
from h2.errors import ErrorCodes
from h2_peer import Behaviour, Connection, H2Peer, Kind, Message, frame, settings
from places import Peer

_ANSWER = "Answer to {session}."
# More than the window that a connection begins with (65 535 bytes), so that its sender has to wait for more.
_LONG = {"query_bytes": 300_000}
_AMID = 30_000
_CHATS = 10
# One after the other, as the driver has them.
_CLIENTS = 2


def _peer(behaviour: Behaviour) -> Peer:
    def place(bench: Bench) -> Place:
        server = H2Peer(behaviour, bench.authority.context("h2"))
        bench.stack.enter_context(server)
        return Place(server.url, bench.authority.ca_file, seen=server.seen)

    return place


async def _answer(connection: Connection, message: Message) -> None:
    await connection.answer(message)


async def _goaway_amid_the_message(connection: Connection, message: Message) -> None:
    """Takes no further stream, and promises to finish this one (RFC 9113, section 6.8)."""
    if len(message.body) >= _AMID and not connection.doomed:
        connection.doomed = True
        await connection.send(frame(Kind.GOAWAY, 0, struct.pack(">II", message.stream, ErrorCodes.NO_ERROR)))
        await asyncio.sleep(0.05)


async def _goaway_in_two_steps(connection: Connection, message: Message) -> None:
    """First says that it will close, for all streams on their way, and then which was the last."""
    if len(message.body) >= _AMID and not connection.doomed:
        connection.doomed = True
        await connection.send(frame(Kind.GOAWAY, 0, struct.pack(">II", 2**31 - 1, ErrorCodes.NO_ERROR)))
        await asyncio.sleep(0.02)
        await connection.send(frame(Kind.GOAWAY, 0, struct.pack(">II", message.stream, ErrorCodes.NO_ERROR)))


class _Doorkeeper:
    """Lets a crowd's headers in and no body, refuses the stream that came last, and then opens the others' windows."""

    def __init__(self) -> None:
        self._waiting: dict[Connection, list[Message]] = {}

    def behaviour(self) -> Behaviour:
        return Behaviour(self._on_message, on_headers=self._on_headers)

    async def _on_message(self, connection: Connection, message: Message) -> None:
        if message.session.startswith("warm-"):
            self._waiting[connection] = []
            await connection.send(settings(initial_window_size=0))
        await connection.answer(message)

    async def _on_headers(self, connection: Connection, message: Message) -> None:
        if connection not in self._waiting:
            return
        waiting = self._waiting[connection]
        waiting.append(message)
        if len(waiting) > _CHATS:
            await self._open(connection, message)
        elif len(waiting) == _CHATS:
            await connection.reset_stream(message, ErrorCodes.REFUSED_STREAM)
            await asyncio.sleep(0.05)
            await self._open(connection, *waiting[:-1])

    async def _open(self, connection: Connection, *messages: Message) -> None:
        room = struct.pack(">I", 60_000)
        await connection.send(*(frame(Kind.WINDOW_UPDATE, message.stream, room) for message in messages))


def _doorkept(bench: Bench) -> Place:
    """A connection is as good after a refused stream as before: nobody needs another."""
    server = H2Peer(_Doorkeeper().behaviour(), bench.authority.context("h2"))
    bench.stack.enter_context(server)

    def connections() -> bytes:
        assert server.connections == _CLIENTS, server.connections
        return b""

    return Place(server.url, bench.authority.ca_file, seen=server.seen, strangers=[connections])


def _one_was_sent_again(chats: list[Outcome]) -> None:
    """Of each crowd; the others stayed where they were."""
    crowds = Counter((chat.session.rpartition("-")[0], chat.attempts) for chat in chats)
    assert {count for (_, attempts), count in crowds.items() if attempts == 1} == {_CHATS - 1}, crowds
    assert {count for (_, attempts), count in crowds.items() if attempts == 2} == {1}, crowds


def _answered_amid(name: str, behaviour: Behaviour) -> Fault:
    return Fault(name, _peer(behaviour), (Status.OK,), answer=_ANSWER, options=_LONG)


FAULTS = [
    _answered_amid("GOAWAY amid the message", Behaviour(_answer, on_data=_goaway_amid_the_message)),
    _answered_amid("GOAWAY in two steps amid the message", Behaviour(_answer, on_data=_goaway_in_two_steps)),
    Fault(
        "REFUSED_STREAM before the message, with others on the connection",
        _doorkept,
        (Status.OK,),
        attempts=None,
        answer=_ANSWER,
        options={"chats": _CHATS, "warm": 1, "rounds": 1, "pause_ms": 100},
        check=_one_was_sent_again,
    ),
]
