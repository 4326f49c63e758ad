"""Responses over HTTP/1.1 whose end two readers may see in different places (RFC 9112, sections 5 to 7 and 11.1).

Whichever the library makes of one, it sends nothing more on its connection.
"""

from __future__ import annotations

from collections.abc import Callable

from fault import Fault, Status
from places import Peer, raw
from raw_peer import Visit, body_for, head

_ANSWER = "Answer to {session}."
_NOT_HTTP = "not HTTP as it should be"
_CUT_SHORT = "broken or cut short"
_CHUNKED = head("200 OK", "Transfer-Encoding: chunked")
_OPTIONS = {"rounds": 3, "pause_ms": 100}

Respond = Callable[[bytes], bytes]


def _responding(respond: Respond) -> Peer:
    """One message on each connection. Another that comes on it has no answer."""

    async def behave(visit: Visit) -> None:
        request = await visit.request()
        await visit.send(respond(body_for(request.session)))
        await visit.request()
        await visit.until_gone()

    return raw(behave)


def _ended(respond: Respond) -> Peer:
    """The same, where the end of the connection is that of the response."""

    async def behave(visit: Visit) -> None:
        request = await visit.request()
        await visit.send(respond(body_for(request.session)))

    return raw(behave)


def _chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def _under(*lines: str) -> Respond:
    return lambda body: head("200 OK", *lines, f"Content-Length: {len(body)}") + body


def _length(form: str) -> Respond:
    return lambda body: head("200 OK", form.format(len(body))) + body


def _size(form: bytes) -> Respond:
    def respond(body: bytes) -> bytes:
        return _CHUNKED + form % len(body) + b"\r\n" + body + b"\r\n0\r\n\r\n"

    return respond


def _broken(name: str, respond: Respond, says: str = _NOT_HTTP, http_status: int = 0) -> Fault:
    return Fault(name, _responding(respond), (Status.PROTOCOL,), says, http_status, options=_OPTIONS)


def _cut(name: str, respond: Respond) -> Fault:
    return _broken(name, respond, _CUT_SHORT, 200)


def _read(name: str, where: Peer) -> Fault:
    return Fault(name, where, (Status.OK,), answer=_ANSWER, options=_OPTIONS, connections=2)


async def _answer_before_the_message(visit: Visit) -> None:
    await visit.request_head()
    body = body_for("nobody")
    await visit.send(head("200 OK", f"Content-Length: {len(body)}", "Connection: close") + body)
    await visit.until_gone()


FAULTS = [
    _broken("a header on two lines", _under("X-Folded: one\r\n two")),
    _broken("a Content-Length on two lines", _length("Content-Length: 1\r\n {}")),
    _broken("a space before the colon", _length("Content-Length : {}")),
    _broken("a Content-Length with a sign", _length("Content-Length: +{}")),
    _broken("a Content-Length of two values", _length("Content-Length: {0}, 1")),
    _broken("a CR in a header", _under("X-Return: a\rb")),
    _broken("a NUL in a header's name", _under("X-N\0ul: a")),
    _broken("NUL instead of a response", lambda _: bytes(1000)),
    _cut("a chunk size with a sign", _size(b"+%x")),
    _cut("a chunk size with a prefix", _size(b"0x%x")),
    _cut("a chunk size that is none", lambda body: _CHUNKED + b"\r\n" + body + b"\r\n0\r\n\r\n"),
    _cut("a chunk size in two parts", _size(b"%x 1")),
    _cut(
        "a chunk that ends in another line end",
        lambda body: _CHUNKED + _chunked(body).replace(b"}\r\n", b"}\n\n"),
    ),
    _read(
        "chunks under a Content-Length",
        _responding(lambda body: head("200 OK", "Transfer-Encoding: chunked", "Content-Length: 1") + _chunked(body)),
    ),
    _read("the same Content-Length twice", _ended(lambda body: _under(f"Content-Length: {len(body)}")(body))),
    _read("a coding that there is not", _ended(lambda body: head("200 OK", "Transfer-Encoding: identity") + body)),
    _read("lines that end in LF", _ended(lambda body: _under("X-Line: feed")(body).replace(b"\r\n", b"\n"))),
    Fault(
        "the answer before the message",
        raw(_answer_before_the_message),
        (Status.OK,),
        seen=(0,),
        answer="Answer to nobody.",
        options={"query_bytes": 4 << 20},
    ),
]
