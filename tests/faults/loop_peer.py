"""An asyncio server on a thread of its own: the ground that misbehaving peers stand on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
import struct
import threading
from collections import Counter
from types import TracebackType

# Of each write to a connection that is gone asyncio would warn, and a flood has many.
logging.getLogger("asyncio").setLevel(logging.ERROR)

_STOP_SECONDS = 10
# Close with a reset.
_AT_ONCE = struct.pack("ii", 1, 0)


class LoopPeer:
    """Listens on a free port of this machine from construction to `stop()`."""

    def __init__(self, tls: ssl.SSLContext | None = None, listener: socket.socket | None = None) -> None:
        self.messages: Counter[str] = Counter()
        self.received = bytearray()
        self.connections = 0
        self._tls = tls
        self._listener = listener or socket.create_server(("127.0.0.1", 0), backlog=512)
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        started = threading.Event()
        self._loop.call_soon(lambda: asyncio.ensure_future(self._start(started)))
        self._thread.start()
        started.wait()

    def __enter__(self) -> LoopPeer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}" if self._tls else f"http://127.0.0.1:{self.port}"

    def seen(self) -> Counter[str]:
        """How often each session's message has arrived."""
        return self.messages

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_STOP_SECONDS)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        raise NotImplementedError

    async def _start(self, started: threading.Event) -> None:
        # Small steps, so that a peer that floods notices when nobody reads any more.
        await asyncio.start_server(self._accepted, sock=self._listener, ssl=self._tls, limit=1 << 16)
        started.set()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, ssl.SSLError, TimeoutError, asyncio.IncompleteReadError):
            await self.connected(reader, writer, self.connections)
        with contextlib.suppress(Exception):
            writer.close()

    def _run(self) -> None:
        self._loop.set_exception_handler(lambda *_: None)
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        with contextlib.suppress(RuntimeError):
            self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()
        self._listener.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """Ends a connection with a TCP reset, without a word of TLS."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()


async def until_gone(reader: asyncio.StreamReader) -> None:
    """Says nothing until the other side has gone."""
    while await reader.read(1 << 16):
        pass
