"""An HTTP/2 server over TLS, frame by frame, for what no proper server does."""

from __future__ import annotations

import asyncio
import json
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum

import h2.config
import h2.connection
import h2.events
import h2.exceptions
from h2.settings import SettingCodes
from loop_peer import LoopPeer, reset, until_gone
from raw_peer import body_for


class Kind(IntEnum):
    """The types of frames (RFC 9113, section 6)."""

    DATA = 0
    HEADERS = 1
    PRIORITY = 2
    RST_STREAM = 3
    SETTINGS = 4
    PUSH_PROMISE = 5
    PING = 6
    GOAWAY = 7
    WINDOW_UPDATE = 8
    CONTINUATION = 9


END_STREAM = 0x1
END_HEADERS = 0x4
PADDED = 0x8


def frame(kind: int, stream: int, payload: bytes = b"", flags: int = 0) -> bytes:
    """Any frame, allowed or not: libraries refuse to make the latter."""
    return struct.pack(">HBBBI", len(payload) >> 8, len(payload) & 0xFF, kind, flags, stream) + payload


def settings(**values: int) -> bytes:
    pairs = [struct.pack(">HI", SettingCodes[name.upper()], value) for name, value in values.items()]
    return frame(Kind.SETTINGS, 0, b"".join(pairs))


@dataclass
class Message:
    """A request, whose body has arrived whole unless a behaviour looks at it earlier."""

    stream: int
    body: bytes = b""

    @property
    def session(self) -> str:
        return str(json.loads(self.body)["user_context"]["session_id"])


class Connection:
    """One connection: proper HTTP/2 where a behaviour asks for it, any frame where it wants."""

    def __init__(self, peer: H2Peer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self.peer = peer
        self.number = number
        self.reader = reader
        self.writer = writer
        configuration = h2.config.H2Configuration(
            client_side=False, header_encoding=None, validate_outbound_headers=False
        )
        self.protocol = h2.connection.H2Connection(configuration)
        self.messages: list[Message] = []
        self.doomed = False

    def start(self) -> None:
        """Sends this side's preface, with the usual settings."""
        self.protocol.initiate_connection()

    async def flush(self) -> None:
        self.writer.write(self.protocol.data_to_send())
        await self.writer.drain()

    async def send(self, *frames: bytes) -> None:
        """Frames of any kind, in or out of order."""
        self.writer.write(self.protocol.data_to_send() + b"".join(frames))
        await self.writer.drain()
        # To a connection that is gone a drain does not wait: a flood has to end there all the same.
        await asyncio.sleep(0)

    def headers(self, *headers: tuple[str, str]) -> bytes:
        """A header block, compressed for this connection."""
        return self.protocol.encoder.encode(headers)

    async def answer(self, message: Message) -> None:
        body = body_for(message.session)
        self.protocol.send_headers(message.stream, [(":status", "200"), ("content-type", "application/json")])
        self.protocol.send_data(message.stream, body, end_stream=True)
        await self.flush()

    async def reset_stream(self, message: Message, code: int) -> None:
        self.protocol.reset_stream(message.stream, code)
        await self.flush()

    def reset(self) -> None:
        reset(self.writer)

    async def until_gone(self) -> None:
        await until_gone(self.reader)


async def _start_plainly(connection: Connection) -> None:
    connection.start()
    await connection.flush()


async def _wait_for_more(_: Connection, __: Message) -> None:
    pass


@dataclass(frozen=True)
class Behaviour:
    """What an HTTP/2 peer does when a connection comes, when a message's headers have, a part of its body, and all."""

    on_message: Callable[[Connection, Message], Awaitable[None]]
    on_connection: Callable[[Connection], Awaitable[None]] = _start_plainly
    on_headers: Callable[[Connection, Message], Awaitable[None]] = _wait_for_more
    on_data: Callable[[Connection, Message], Awaitable[None]] = _wait_for_more


class H2Peer(LoopPeer):
    """Behaves so on each of its connections."""

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext) -> None:
        self._behaviour = behaviour
        self.open: set[Connection] = set()
        super().__init__(tls)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        connection = Connection(self, reader, writer, number)
        self.open.add(connection)
        reading: dict[int, Message] = {}
        tasks = [asyncio.ensure_future(self._behaviour.on_connection(connection))]

        def begin(behave: Callable[[Connection, Message], Awaitable[None]], message: Message) -> None:
            tasks.append(asyncio.ensure_future(behave(connection, message)))

        try:
            while data := await reader.read(1 << 16):
                for event in connection.protocol.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        reading[event.stream_id] = Message(event.stream_id)
                        begin(self._behaviour.on_headers, reading[event.stream_id])
                    elif isinstance(event, h2.events.DataReceived):
                        reading[event.stream_id].body += event.data
                        connection.protocol.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                        await self._behaviour.on_data(connection, reading[event.stream_id])
                    elif isinstance(event, h2.events.StreamEnded):
                        message = reading.pop(event.stream_id)
                        self.messages[message.session] += 1
                        connection.messages.append(message)
                        begin(self._behaviour.on_message, message)
                writer.write(connection.protocol.data_to_send())
                await writer.drain()
        except h2.exceptions.ProtocolError:
            writer.write(connection.protocol.data_to_send())
        finally:
            self.open.discard(connection)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
