"""An HTTP/1.1 server of a few lines, for what no proper server does."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from loop_peer import LoopPeer, reset, until_gone

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Request:
    """A message as it arrived."""

    head: bytes
    body: bytes

    @property
    def session(self) -> str:
        return str(json.loads(self.body)["user_context"]["session_id"])


def body_for(session: str) -> bytes:
    """A success that only this session's message may get."""
    answer = {"answer": f"Answer to {session}.", "session_id": session}
    return json.dumps({"message": "Success", "data": answer}).encode()


def head(status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, "", ""]
    return "\r\n".join(lines).encode()


def answer_to(request: Request, *headers: str) -> bytes:
    """A proper answer."""
    body = body_for(request.session)
    return head("200 OK", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers) + body


class Visit:
    """One connection to the peer."""

    def __init__(self, peer: RawPeer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self.peer = peer
        self.reader = reader
        self.writer = writer
        self.number = number

    async def request_head(self) -> bytes:
        received = await self.reader.readuntil(b"\r\n\r\n")
        self.peer.received += received
        return received

    async def request(self) -> Request:
        """The next whole message; IncompleteReadError where there is none."""
        received = await self.request_head()
        length = _LENGTH.search(received)
        body = await self.reader.readexactly(int(length[1]) if length else 0)
        self.peer.received += body
        request = Request(received, body)
        self.peer.messages[request.session] += 1
        return request

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()
        # To a connection that is gone a drain does not wait: a flood has to end there all the same.
        await asyncio.sleep(0)

    async def drip(self, data: bytes, seconds: float) -> None:
        """One byte after the other."""
        for byte in data:
            await self.send(bytes([byte]))
            await asyncio.sleep(seconds)

    def reset(self) -> None:
        reset(self.writer)

    def half_close(self) -> None:
        self.writer.write_eof()

    async def until_gone(self) -> None:
        await until_gone(self.reader)


Behaviour = Callable[[Visit], Awaitable[None]]


async def answer_all(visit: Visit) -> None:
    """As a healthy service does."""
    while True:
        await visit.send(answer_to(await visit.request()))


class RawPeer(LoopPeer):
    """Does with each connection what its behaviour says; when that is done, it closes."""

    def __init__(
        self, behaviour: Behaviour, tls: ssl.SSLContext | None = None, listener: socket.socket | None = None
    ) -> None:
        self._behaviour = behaviour
        super().__init__(tls, listener)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await self._behaviour(Visit(self, reader, writer, number))
