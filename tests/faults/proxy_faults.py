"""Faults of the proxy: not there, not willing, not well, or not trusted. The key never shows on the way to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from fault import Bench, Ends, Fault, Place, Status
from network_faults import CONNECT_SOON
from places import Peer, sessions_of
from ports import DeadPort
from raw_peer import RawPeer, Visit, head
from servers import start_mitmproxy
from tinyproxy import Tinyproxy

_UNREACHED = "could not reach the service"
_TOO_LATE = "connect timeout"
_CONNECTED = head("200 Connection established")


class Passage(Visit):
    """A connection to the proxy, which can be led on to the service."""

    def __init__(self, visit: Visit, service: int, host: str = "127.0.0.1") -> None:
        super().__init__(visit.peer, visit.reader, visit.writer, visit.number)
        self._host, self._service = host, service

    async def tunnel(self, answers: int) -> None:
        """Carries everything there, and so many bytes back."""
        reader, writer = await asyncio.open_connection(self._host, self._service)
        there = asyncio.ensure_future(self._carry(self.reader, writer))
        try:
            while answers > 0 and (data := await reader.read(min(answers, 1 << 16))):
                answers -= len(data)
                await self.send(data)
        finally:
            there.cancel()
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            self.peer.received += data
            writer.write(data)
            await writer.drain()


def _through(proxy: Callable[[Bench], str]) -> Peer:
    """The stand-in over TLS, by way of this proxy."""

    def place(bench: Bench) -> Place:
        service = bench.standin(tls="valid")
        return Place(service.url, service.ca_file, proxy(bench), lambda: sessions_of(service))

    return place


def _behind(behave: Callable[[Passage], Awaitable[None]]) -> Peer:
    """The stand-in over TLS, by way of a proxy that does what `behave` says; what it could read is kept."""

    def place(bench: Bench) -> Place:
        service = bench.standin(tls="valid")
        proxy = RawPeer(lambda visit: behave(Passage(visit, service.port)))
        bench.stack.enter_context(proxy)
        return Place(
            service.url,
            service.ca_file,
            proxy.url,
            lambda: sessions_of(service),
            strangers=[lambda: bytes(proxy.received)],
        )

    return place


def _answering(response: bytes) -> Callable[[Visit], Awaitable[None]]:
    async def behave(visit: Visit) -> None:
        await visit.request_head()
        await visit.send(response)
        visit.half_close()
        await visit.until_gone()

    return behave


async def _silence(visit: Visit) -> None:
    await visit.until_gone()


async def _close_at_once(_: Visit) -> None:
    pass


async def _close_after_connect(visit: Visit) -> None:
    await visit.request_head()


async def _reset_after_connect(visit: Visit) -> None:
    await visit.request_head()
    visit.reset()


async def _silence_in_the_tunnel(visit: Visit) -> None:
    await visit.request_head()
    await visit.send(_CONNECTED)
    await visit.until_gone()


async def _endless_header(visit: Visit) -> None:
    await visit.request_head()
    await visit.send(b"HTTP/1.1 200 OK\r\nX-Bomb: ")
    while True:
        await visit.send(b"x" * 4096)


async def _slow_connect(visit: Visit) -> None:
    await visit.request_head()
    await visit.drip(_CONNECTED, 0.1)


async def _dies_in_the_handshake(visit: Passage) -> None:
    await visit.request_head()
    await visit.send(_CONNECTED)
    await visit.tunnel(200)


async def _dies_with_the_message(visit: Passage) -> None:
    """When more has gone there than a handshake needs."""
    await visit.request_head()
    await visit.send(_CONNECTED)
    started = len(visit.peer.received)
    carrying = asyncio.ensure_future(visit.tunnel(1 << 30))
    while len(visit.peer.received) - started < 1_000_000:
        await asyncio.sleep(0.001)
    carrying.cancel()
    visit.reset()


def _dead(bench: Bench) -> str:
    return f"http://127.0.0.1:{bench.stack.enter_context(DeadPort())}"


def _tinyproxy(*configuration: str, user: str = "") -> Callable[[Bench], str]:
    def proxy(bench: Bench) -> str:
        server = Tinyproxy(bench.need("tinyproxy"), bench.directory, *configuration)
        bench.stack.callback(server.stop)
        return server.url.replace("//", f"//{user}")

    return proxy


def _mitmproxy(bench: Bench) -> str:
    return start_mitmproxy(bench)[0]


def _trusted_mitmproxy(*arguments: str) -> Peer:
    """An interceptor whose authority the host trusts, as companies have them; it sees and changes what it likes."""

    def place(bench: Bench) -> Place:
        service = bench.standin(tls="valid")
        proxy, authority = start_mitmproxy(bench, *arguments)
        return Place(service.url, authority, proxy, lambda: sessions_of(service))

    return place


def _unreached(name: str, where: Peer, says: str = _UNREACHED, **more: object) -> Fault:
    options = {**CONNECT_SOON, **more}
    ends = Ends.BY_CONNECT_TIMEOUTS if says == _TOO_LATE else None
    return Fault(
        name, where, (Status.CONNECT,), says, retryable=True, attempts=2, seen=(0,), options=options, ends=ends
    )


def _refuses(status: str) -> Fault:
    return _unreached(f"answers {status}", _behind(_answering(head(status, "Content-Length: 0"))))


FAULTS = [
    _unreached("refused", _through(_dead), "refused"),
    _unreached("no such name", _through(lambda _: "http://proxy.robofy.invalid:3128"), connect_timeout_ms=2000),
    _unreached("tinyproxy: 407, no password", _through(_tinyproxy("BasicAuth user proxy-password"))),
    _unreached(
        "tinyproxy: 407, wrong password", _through(_tinyproxy("BasicAuth user proxy-password", user="user:guess@"))
    ),
    _unreached("tinyproxy: CONNECT denied", _through(_tinyproxy("ConnectPort 1"))),
    _refuses("407 Proxy Authentication Required"),
    *(
        _refuses(status)
        for status in (
            "302 Found",
            "400 Bad Request",
            "403 Forbidden",
            "404 Not Found",
            "429 Too Many Requests",
            "500 Internal Server Error",
            "502 Bad Gateway",
            "503 Service Unavailable",
            "504 Gateway Timeout",
        )
    ),
    _unreached("answers what is no HTTP", _behind(_answering(b"220 mail.example ESMTP ready\r\n"))),
    _unreached("answers with a header without end", _behind(_endless_header)),
    _unreached("closes at once", _behind(_close_at_once)),
    _unreached("closes after CONNECT", _behind(_close_after_connect)),
    _unreached("resets after CONNECT", _behind(_reset_after_connect)),
    _unreached("silence", _behind(_silence), _TOO_LATE),
    _unreached("answers CONNECT too slowly", _behind(_slow_connect), _TOO_LATE),
    _unreached("silence in the tunnel", _behind(_silence_in_the_tunnel), _TOO_LATE),
    Fault(
        "a tunnel to what speaks no TLS",
        _behind(_answering(_CONNECTED + head("400 Bad Request"))),
        (Status.TLS, Status.CONNECT),
        seen=(0,),
    ),
    Fault("dies in the handshake", _behind(_dies_in_the_handshake), (Status.TLS,), "cut off", seen=(0,)),
    Fault(
        "dies with the message on its way",
        _behind(_dies_with_the_message),
        (Status.INTERRUPTED,),
        "the agent may have seen",
        seen=(0, 1),
        options={"query_bytes": 4 << 20},
    ),
    Fault("mitmproxy: intercepts", _through(_mitmproxy), (Status.TLS,), "nobody this system trusts", seen=(0,)),
    Fault(
        "mitmproxy: intercepts and is trusted, and changes the answer",
        _trusted_mitmproxy("--modify-body", "/~s/answer/anwser"),
        (Status.PROTOCOL,),
        "data.answer is missing",
        200,
    ),
    Fault(
        "mitmproxy: intercepts and is trusted, and blocks the service",
        _trusted_mitmproxy("--set", "block_list=/~u whatsapp/444"),
        (Status.INTERRUPTED,),
        "the agent may have seen",
        seen=(0,),
    ),
    Fault(
        "mitmproxy: intercepts and is trusted, and the answer is late",
        _trusted_mitmproxy(),
        (Status.TIMEOUT,),
        "the agent may have seen",
        query="!delay-ms=30000",
        # Its interceptor is slow to begin.
        options={"timeout_ms": 5000, "rounds": 1},
    ),
]
