"""What comes on a connection between two messages, or with an answer, and belongs to none of them (RFC 9112, 9.2).

No message is sent on such a connection, and nothing of it is an answer. Each place counts a message that comes on
it after all, and leaves it without an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from fault import Fault, Status
from places import Peer, raw
from raw_peer import Visit, answer_to, body_for, head

_ANSWER = "Answer to {session}."
_SMUGGLED = body_for("smuggler")
_RESPONSE = head("200 OK", "Content-Type: application/json", f"Content-Length: {len(_SMUGGLED)}") + _SMUGGLED
# The connection of the message before is met by each but the first.
_OPTIONS = {"rounds": 3, "pause_ms": 300}
_LOOPS = 100


def _after_the_answer(unasked: bytes, again: bytes = b"", tls: bool = False) -> Peer:
    """Says this a moment after it has answered, and then that without end."""

    async def behave(visit: Visit) -> None:
        await visit.send(answer_to(await visit.request()))
        await asyncio.sleep(0.05)
        await visit.send(unasked)
        while again:
            await visit.send(again * _LOOPS)
        await visit.request()
        await visit.until_gone()

    return raw(behave, tls)


def _with_the_answer(response: bytes, tls: bool = False) -> Peer:
    """Answers the first message of each connection so that another response seems to follow."""

    async def behave(visit: Visit) -> None:
        await visit.request()
        await visit.send(response)
        await visit.request()
        await visit.until_gone()

    return raw(behave, tls)


def _answer_with_another(tls: bool = False) -> Peer:
    async def behave(visit: Visit) -> None:
        await visit.send(answer_to(await visit.request()) + _RESPONSE)
        await visit.request()
        await visit.until_gone()

    return raw(behave, tls)


def _kept_apart(name: str, where: Peer) -> Fault:
    return Fault(name, where, (Status.OK,), answer=_ANSWER, options=_OPTIONS, connections=2)


_INTERIM = head("102 Processing")

_UNASKED: Mapping[str, tuple[bytes, bytes]] = {
    "a response": (_RESPONSE, b""),
    "a response without end": (head("200 OK", "Transfer-Encoding: chunked"), b"1\r\n \r\n"),
    "responses without end": (_RESPONSE, _RESPONSE),
    "an interim response": (_INTERIM, b""),
    "an interim response, then a response": (_INTERIM + _RESPONSE, b""),
    "interim responses without end": (_INTERIM, _INTERIM),
    "a header without end": (b"HTTP/1.1 200 OK\r\nX-Bomb: ", b"x" * 100),
    "an empty line": (b"\r\n", b""),
    "one byte": (b"H", b""),
    "bytes at random": (bytes(range(255, -1, -1)), b""),
    "megabytes": (b"", bytes(1000)),
}

# A status whose response has no body, and what would be one is a response by itself (RFC 9112, section 6.3).
_WITHOUT_A_BODY = (204, 304)


def _smuggled(status: int) -> Fault:
    response = head(f"{status} Nothing", f"Content-Length: {len(_RESPONSE)}") + _RESPONSE
    options = {**_OPTIONS, "max_retries": 0}
    where = _with_the_answer(response)
    return Fault(f"a response as the body of a {status}", where, (Status.PROTOCOL,), "", status, options=options)


FAULTS = [
    *(_kept_apart(name, _after_the_answer(*unasked)) for name, unasked in _UNASKED.items()),
    *(_kept_apart(f"{name}, over TLS", _after_the_answer(*unasked, tls=True)) for name, unasked in _UNASKED.items()),
    _kept_apart("a response with the answer", _answer_with_another()),
    _kept_apart("a response with the answer, over TLS", _answer_with_another(tls=True)),
    *(_smuggled(status) for status in _WITHOUT_A_BODY),
    Fault(
        "a response behind an empty body",
        _with_the_answer(head("200 OK", "Content-Length: 0") + _RESPONSE),
        (Status.PROTOCOL,),
        "not the documented JSON object",
        200,
        options=_OPTIONS,
    ),
    Fault(
        "a response behind a refusal",
        _with_the_answer(head("404 Not Found", "Content-Length: 0") + _RESPONSE),
        (Status.NOT_FOUND,),
        "404",
        404,
        options=_OPTIONS,
    ),
]
