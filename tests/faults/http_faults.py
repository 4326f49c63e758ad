"""Faults of HTTP/1.1: statuses, redirects, and responses that break its rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from driver import KEY, Outcome
from fault import Bench, Ends, Fault, Place, Status
from network_faults import KEPT_ALIVE, SOON
from places import Peer, raw, standin
from raw_peer import RawPeer, Request, Visit, answer_to, body_for, head
from servers import haproxy_without_server, nginx

_ANSWER = "Answer to {session}."
_NOT_HTTP = "not HTTP as it should be"
_NOT_JSON = "not the documented JSON object"
_CUT_SHORT = "broken or cut short"

# Those that say that the message was not looked at are tried again.
_TRIED_AGAIN = {408, 429, 503}
_OWN_STATUS = {
    401: Status.UNAUTHORIZED,
    403: Status.FORBIDDEN,
    404: Status.NOT_FOUND,
    429: Status.RATE_LIMITED,
}
_REFUSALS = (
    *(400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 417, 418, 421, 422, 423, 424),
    *(
        425,
        426,
        428,
        429,
        431,
        451,
        499,
        500,
        501,
        502,
        503,
        504,
        505,
        507,
        508,
        510,
        511,
        520,
        522,
        524,
        525,
        529,
        599,
    ),
)


Respond = Callable[[Visit, Request], Awaitable[None]]


def _serving(respond: Respond) -> Peer:
    """Answers each message in this way."""

    async def behave(visit: Visit) -> None:
        while True:
            await respond(visit, await visit.request())

    return raw(behave)


def _replying(respond: Respond) -> Peer:
    """Answers the first message of each connection in this way, then closes."""

    async def behave(visit: Visit) -> None:
        await respond(visit, await visit.request())

    return raw(behave)


def _sending(response: bytes) -> Peer:
    async def respond(visit: Visit, _: Request) -> None:
        await visit.send(response)

    return _replying(respond)


def _heading(*headers: str, status: str = "200 OK", extra: bytes = b"") -> Peer:
    """A proper body under these headers."""

    async def respond(visit: Visit, request: Request) -> None:
        await visit.send(head(status, *headers) + body_for(request.session) + extra)

    return _replying(respond)


def _chunked(encode: Callable[[bytes], bytes]) -> Peer:
    async def respond(visit: Visit, request: Request) -> None:
        await visit.send(head("200 OK", "Transfer-Encoding: chunked") + encode(body_for(request.session)))

    return _replying(respond)


def _chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


async def _interim_responses_first(visit: Visit, request: Request) -> None:
    await visit.send(b"HTTP/1.1 100 Continue\r\n\r\n" + b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20)
    await visit.send(answer_to(request))


async def _endless_header(visit: Visit, _: Request) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\nX-Bomb: ")
    while True:
        await visit.send(b"x" * 4096)


async def _endless_headers(visit: Visit, _: Request) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await visit.send(b"X-Bomb: boom\r\n" * 100)


async def _endless_body(visit: Visit, _: Request) -> None:
    await visit.send(head("200 OK", "Transfer-Encoding: chunked") + b"1\r\n{\r\n")
    while True:
        await visit.send(_chunk(b" " * 16384))


async def _endless_error_body(visit: Visit, _: Request) -> None:
    await visit.send(head("500 Internal Server Error", "Transfer-Encoding: chunked"))
    while True:
        await visit.send(_chunk(b"sorry " * 2048))


async def _error_body_that_never_comes(visit: Visit, _: Request) -> None:
    await visit.send(head("502 Bad Gateway", "Content-Length: 100"))
    await visit.until_gone()


async def _trailers(visit: Visit, request: Request) -> None:
    chunk = _chunk(body_for(request.session))
    await visit.send(head("200 OK", "Transfer-Encoding: chunked") + chunk + b"0\r\nX-Sum: 7\r\n\r\n")


async def _close_each_answered(visit: Visit, request: Request) -> None:
    await visit.send(answer_to(request, "Connection: close"))


async def _old_version(visit: Visit, request: Request) -> None:
    await visit.send(b"HTTP/1.0 200 OK\r\n\r\n" + body_for(request.session))


async def _refuse_before_it_is_read(visit: Visit) -> None:
    await visit.request_head()
    await visit.send(head("413 Content Too Large", "Content-Length: 0", "Connection: close"))
    visit.half_close()
    await visit.until_gone()


def _redirecting(status: int) -> Peer:
    """To another host, which must see nothing."""

    def place(bench: Bench) -> Place:
        async def note(visit: Visit) -> None:
            await visit.send(answer_to(await visit.request()))

        elsewhere = RawPeer(note)
        bench.stack.enter_context(elsewhere)

        async def redirect(visit: Visit) -> None:
            while True:
                await visit.request()
                target = f"Location: http://localhost:{elsewhere.port}/v1/ai-agent/whatsapp/chat"
                await visit.send(head(f"{status} Elsewhere", target, "Content-Length: 0"))

        peer = RawPeer(redirect)
        bench.stack.enter_context(peer)

        def nothing_arrived() -> bytes:
            assert elsewhere.connections == 0
            return bytes(elsewhere.received)

        return Place(peer.url, seen=peer.seen, strangers=[nothing_arrived])

    return place


def _at_least(seconds: float) -> Callable[[list[Outcome]], None]:
    def check(chats: list[Outcome]) -> None:
        for chat in chats:
            assert chat.elapsed_ms >= 1000 * seconds, chat

    return check


def _refusal(status: int, form: str) -> Fault:
    """A documented or common status, with the service's envelope or as whatever stands in front of it words it."""
    kind = _OWN_STATUS.get(status, Status.BAD_REQUEST if status < 500 else Status.SERVER)
    retried = status in _TRIED_AGAIN
    query = f"!status={status} " + (f"code=CODE_{status} detail=It_is_so." if form == "envelope" else f"body={form}")
    return Fault(
        f"{status} with {'an envelope' if form == 'envelope' else 'a page' if form == 'html' else 'no body'}",
        standin(),
        (kind,),
        f"{status} CODE_{status}: It is so;" if form == "envelope" else str(status),
        status,
        retryable=retried,
        attempts=2 if retried else 1,
        seen=(2,) if retried else (1,),
        code=f"CODE_{status}" if form == "envelope" else None,
        query=query,
    )


def _undocumented(status: int) -> Fault:
    return Fault(
        f"{status} instead of 200",
        standin(),
        (Status.PROTOCOL,),
        str(status),
        status,
        code="ODD" if status >= 600 else None,
        query=f"!status={status} code=ODD",
    )


def _asked_to_wait(
    name: str, value: str, retry_after: tuple[int, int] = (0, 0), attempts: int = 2, status: int = 429
) -> Fault:
    return Fault(
        f"Retry-After: {name}",
        standin(),
        (_OWN_STATUS.get(status, Status.SERVER),),
        str(status),
        status,
        retryable=True,
        attempts=attempts,
        seen=(attempts,),
        code="BUSY",
        retry_after=retry_after,
        query=f"!status={status} code=BUSY retry-after={value}",
    )


def _not_http(name: str, response: bytes) -> Fault:
    return Fault(name, _sending(response), (Status.PROTOCOL,), _NOT_HTTP)


_BODY = b'{"data":{"answer":"Hi"}}'

FAULTS = [
    *(_refusal(status, "envelope") for status in _REFUSALS),
    *(_refusal(status, "html") for status in _REFUSALS),
    *(_refusal(status, "empty") for status in (401, 429, 500, 502, 503, 504)),
    *(_undocumented(status) for status in (201, 202, 203, 204, 205, 206, 226, 299, 300, 304, 600, 999)),
    *(
        Fault(
            f"{status} to another host",
            _redirecting(status),
            (Status.PROTOCOL,),
            "redirects are not followed",
            status,
        )
        for status in (HTTPStatus(status) for status in (301, 302, 303, 307, 308))
    ),
    _asked_to_wait("0", "0"),
    Fault(
        "Retry-After: 1",
        standin(),
        (Status.OK,),
        attempts=2,
        seen=(2,),
        answer="You wrote",
        query="!status=429 retry-after=1 fails=1",
        check=_at_least(1),
        within=3,
    ),
    Fault(
        "Retry-After: a date",
        standin(),
        (Status.OK,),
        attempts=2,
        seen=(2,),
        answer="You wrote",
        query="!status=503 retry-after=date+2 fails=1",
        check=_at_least(0.9),
        within=4,
    ),
    _asked_to_wait("a past date", "date-3600"),
    _asked_to_wait("a date in an hour", "date+3600", (3_590_000, 3_600_000), attempts=1, status=503),
    _asked_to_wait("a billion", "1000000000", (10**12, 10**12), attempts=1),
    _asked_to_wait("more than any number", "9" * 40, (2**63, 2**64), attempts=1),
    *(
        _asked_to_wait(f"{name} (junk)", value)
        for name, value in {
            "words": '"when it suits"',
            "negative": "-1",
            "fraction": "1.5",
            "not ASCII": "\N{ARABIC-INDIC DIGIT SEVEN}",
        }.items()
    ),
    Fault("Content-Length too long", standin(), (Status.PROTOCOL,), _CUT_SHORT, 200, query="!content-length=+7"),
    Fault("Content-Length too short", standin(), (Status.PROTOCOL,), _NOT_JSON, 200, query="!content-length=-7"),
    Fault("Content-Length of 0", _heading("Content-Length: 0"), (Status.PROTOCOL,), _NOT_JSON, 200),
    Fault("Content-Length not a number", _heading("Content-Length: many"), (Status.PROTOCOL,), _NOT_HTTP),
    Fault("Content-Length negative", _heading("Content-Length: -1"), (Status.PROTOCOL,), _NOT_HTTP),
    Fault("Content-Length past 64 bits", _heading("Content-Length: " + "9" * 30), (Status.PROTOCOL,), _NOT_HTTP),
    Fault(
        "Content-Length of an exabyte", _heading("Content-Length: 1" + "0" * 18), (Status.PROTOCOL,), _CUT_SHORT, 200
    ),
    Fault(
        "two Content-Lengths that differ",
        _heading("Content-Length: 5", "Content-Length: 6"),
        (Status.PROTOCOL,),
        _NOT_HTTP,
    ),
    Fault("chunks that are no chunks", _chunked(lambda body: b"zz\r\n" + body), (Status.PROTOCOL,), _CUT_SHORT, 200),
    Fault(
        "a chunk of 2^64 bytes",
        _chunked(lambda body: b"ffffffffffffffffff\r\n" + body),
        (Status.PROTOCOL,),
        _CUT_SHORT,
        200,
    ),
    Fault(
        "a chunk longer than its size",
        _chunked(lambda body: b"4\r\n" + body + b"\r\n0\r\n\r\n"),
        (Status.PROTOCOL,),
        _CUT_SHORT,
        200,
    ),
    Fault("no last chunk", _chunked(_chunk), (Status.PROTOCOL,), _CUT_SHORT, 200),
    Fault("trailers after the last chunk", _serving(_trailers), (Status.OK,), answer=_ANSWER),
    Fault(
        "a flood of chunk extensions",
        _sending(head("200 OK", "Transfer-Encoding: chunked") + b"1;" + b"x" * 1_000_000 + b"\r\n{\r\n"),
        (Status.PROTOCOL,),
        _CUT_SHORT,
        200,
    ),
    Fault("interim responses first", _serving(_interim_responses_first), (Status.OK,), answer=_ANSWER),
    Fault(
        "101, protocols switched",
        _sending(head("101 Switching Protocols", "Connection: upgrade", "Upgrade: websocket")),
        (Status.PROTOCOL,),
        "",
        101,
    ),
    Fault("a header without end", _replying(_endless_header), (Status.PROTOCOL,), "headers"),
    Fault("headers without end", _replying(_endless_headers), (Status.PROTOCOL,), "headers"),
    Fault("50 headers", standin(), (Status.OK,), answer="Hello", query="!headers=50"),
    Fault("1 000 headers", standin(), (Status.OK,), answer="Hello", query="!headers=1000"),
    Fault("NUL in a header", _heading("X-Nul: a\0b"), (Status.PROTOCOL,), _NOT_HTTP),
    Fault("a header without a name", _heading(": nameless"), (Status.PROTOCOL,), _NOT_HTTP),
    _not_http("a version of HTTP that there is not", b"HTTP/9.9 200 OK\r\n\r\n" + _BODY),
    _not_http("a status that is no number", b"HTTP/1.1 fine OK\r\n\r\n" + _BODY),
    _not_http("bytes at random", bytes(range(255, -1, -1)) * 4),
    _not_http("the greeting of a mail server", b"220 mail.example ESMTP ready\r\n"),
    _not_http("an alert of TLS over plain http", b"\x15\x03\x01\x00\x02\x02\x46" * 3),
    _not_http("HTTP/2 over plain http", b"\x00\x00\x00\x04\x00\x00\x00\x00\x00" * 4),
    _not_http("a body and nothing else (HTTP/0.9)", _BODY),
    Fault("HTTP/1.0 without a length", _replying(_old_version), (Status.OK,), answer=_ANSWER),
    Fault(
        "a connection for each answer",
        _replying(_close_each_answered),
        (Status.OK,),
        answer=_ANSWER,
        options=KEPT_ALIVE,
    ),
    Fault("a body without end", _replying(_endless_body), (Status.PROTOCOL,), "larger than 8388608 bytes", 200),
    Fault("an error body without end", _replying(_endless_error_body), (Status.SERVER,), "sorry", 500),
    Fault(
        "an error body that never comes",
        _replying(_error_body_that_never_comes),
        (Status.SERVER,),
        "502 Bad Gateway",
        502,
        ends=Ends.BY_DEADLINE,
        options=SOON,
    ),
    Fault(
        "an error body that never comes, and time for more",
        _replying(_error_body_that_never_comes),
        (Status.SERVER,),
        "502 Bad Gateway",
        502,
        # The library's own time for it is two seconds.
        within=3,
    ),
    Fault(
        "refused before a long message is read",
        raw(_refuse_before_it_is_read),
        (Status.BAD_REQUEST,),
        "413",
        413,
        seen=(0,),
        options={"query_bytes": 4 << 20},
    ),
    Fault(
        "the service quotes the key",
        standin(),
        (Status.UNAUTHORIZED,),
        "is unknown; check the API key",
        401,
        code="UNAUTHORIZED",
        query=f"!status=401 detail=The_key_{KEY}_is_unknown",
    ),
    Fault(
        "nginx: the service behind it is down",
        nginx("upstream is down"),
        (Status.SERVER,),
        "502 Bad Gateway",
        502,
        seen=(0,),
    ),
    Fault("nginx: the service behind it is silent", nginx("upstream is silent"), (Status.SERVER,), "504 Gateway", 504),
    Fault(
        "nginx: the message is too long",
        nginx("body too large"),
        (Status.BAD_REQUEST,),
        "413",
        413,
        seen=(0,),
        options={"query_bytes": 1 << 20},
    ),
    Fault(
        "nginx: too many messages",
        nginx("rate limited"),
        (Status.RATE_LIMITED,),
        "429 Too Many Requests",
        429,
        retryable=True,
        attempts=2,
        seen=(0,),
    ),
    Fault(
        "haproxy: no server is up",
        haproxy_without_server,
        (Status.SERVER,),
        "503 Service Unavailable",
        503,
        retryable=True,
        attempts=2,
        seen=(0,),
    ),
]
