"""A SOCKS5 server (RFC 1928) that asks for a user and a password (RFC 1929)."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping

from loop_peer import LoopPeer

USER, PASSWORD = "user", "p@ss:word"
_NO_AUTHENTICATION, _USER_AND_PASSWORD, _NO_METHOD = 0, 2, 0xFF
_IPV4, _NAME, _IPV6 = 1, 3, 4


class SocksPeer(LoopPeer):
    """Carries connections to the ports of this machine; `asked` has the host of each as it was asked for.

    `hosts` are names that it alone can resolve; `reply` is what it answers CONNECT with (0: connected).
    """

    def __init__(self, hosts: Mapping[str, str] | None = None, reply: int = 0, password: str | None = PASSWORD) -> None:
        self.asked: list[str] = []
        self._hosts = hosts or {}
        self._reply = reply
        self._password = password
        super().__init__()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: int) -> None:
        if not await self._authenticated(reader, writer):
            return
        *_rest, kind = await reader.readexactly(4)
        if kind == _NAME:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            packed = await reader.readexactly(4 if kind == _IPV4 else 16)
            host = socket.inet_ntop(socket.AF_INET if kind == _IPV4 else socket.AF_INET6, packed)
        [port] = struct.unpack(">H", await reader.readexactly(2))
        self.asked.append(host)
        writer.write(bytes([5, self._reply, 0, _IPV4]) + bytes(6))
        if not self._reply:
            await self._carry(reader, writer, self._hosts.get(host, host), port)

    async def _authenticated(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        [_, count] = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        method = _NO_AUTHENTICATION if self._password is None else _USER_AND_PASSWORD
        writer.write(bytes([5, method if method in offered else _NO_METHOD]))
        if method not in offered or self._password is None:
            return method in offered
        [_, length] = await reader.readexactly(2)
        user = await reader.readexactly(length)
        password = await reader.readexactly((await reader.readexactly(1))[0])
        right = (user.decode(), password.decode()) == (USER, self._password)
        writer.write(bytes([1, 0 if right else 1]))
        return right

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int) -> None:
        there, back = await asyncio.open_connection(host, port)
        answers = asyncio.ensure_future(self._copy(there, writer))
        try:
            await self._copy(reader, back, self.received)
        finally:
            answers.cancel()
            back.close()

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: bytearray | None = None
    ) -> None:
        while data := await reader.read(1 << 16):
            if heard is not None:
                heard += data
            writer.write(data)
            await writer.drain()
        writer.close()
