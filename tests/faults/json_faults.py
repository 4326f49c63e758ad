"""Faults of the body: JSON that is broken, enormous, or not what the service documents."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

from driver import Outcome
from fault import Fault, Status
from places import Peer, raw, standin
from raw_peer import Visit, body_for, head

_NOT_JSON = "not the documented JSON object"
_NO_ANSWER = "data.answer is missing"
_HUGE = 100 << 20


def _body(body: bytes) -> Peer:
    """A 200 with this body."""
    response = head("200 OK", "Content-Type: application/json", f"Content-Length: {len(body)}") + body

    async def behave(visit: Visit) -> None:
        while True:
            await visit.request()
            await visit.send(response)

    return raw(behave)


def _beside(members: str) -> Peer:
    """The right answer, with more than the service documents."""

    async def behave(visit: Visit) -> None:
        while True:
            session = (await visit.request()).session
            body = body_for(session).replace(b"{", b"{" + members.encode() + b",", 1)
            await visit.send(head("200 OK", f"Content-Length: {len(body)}") + body)

    return raw(behave)


def _many_members() -> Iterator[str]:
    return (f'"key {number}":{number}' for number in range(400_000))


def _not_json(name: str, body: bytes) -> Fault:
    return Fault(name, _body(body), (Status.PROTOCOL,), _NOT_JSON, 200)


def _without_answer(name: str, value: object) -> Fault:
    body = json.dumps({"message": "Success", "data": {"answer": value}}).encode()
    return Fault(f"data.answer is {name}", _body(body), (Status.PROTOCOL,), _NO_ANSWER, 200)


def _answering(answer: str) -> bytes:
    return json.dumps({"message": "Success", "data": {"answer": answer}}).encode()


def _data_is(name: str, value: object) -> Fault:
    body = json.dumps({"message": "Success", "data": value}).encode()
    return Fault(f"data is {name}", _body(body), (Status.PROTOCOL,), _NO_ANSWER, 200)


def _read_as(name: str, answer: bytes, expected: str) -> Fault:
    return Fault(name, _body(b'{"data":{"answer":"' + answer + b'"}}'), (Status.OK,), answer=expected)


def _tolerated(name: str, members: str) -> Fault:
    return Fault(name, _beside(members), (Status.OK,), answer="Answer to {session}.")


def _whole(chats: list[Outcome]) -> None:
    assert {chat.answer_bytes for chat in chats} == {_HUGE}


def _envelope(name: str, body: bytes, code: str | None = None) -> Fault:
    response = head("500 Internal Server Error", f"Content-Length: {len(body)}") + body

    async def behave(visit: Visit) -> None:
        while True:
            await visit.request()
            await visit.send(response)
            await asyncio.sleep(0)

    return Fault(f"an envelope {name}", raw(behave), (Status.SERVER,), "500", 500, code=code)


_DEEP = "[" * 100_000 + "]" * 100_000

FAULTS = [
    _not_json("truncated", b'{"message":"Success","data":{"answer":"Hel'),
    _not_json("truncated after an escape", b'{"data":{"answer":"\\u00'),
    _not_json("empty", b""),
    _not_json("blank", b" \r\n\t "),
    _not_json("not JSON", b"This is not JSON."),
    _not_json("a page", b"<!DOCTYPE html><title>Welcome</title>"),
    _not_json("null", b"null"),
    _not_json("an array", b'[{"data":{"answer":"Hi"}}]'),
    _not_json("a string", b'"Hi"'),
    _not_json("two objects", b'{"data":{"answer":"one"}}{"data":{"answer":"two"}}'),
    _not_json("words after it", b'{"data":{"answer":"Hi"}} and more'),
    _not_json("single quotes", b"{'data':{'answer':'Hi'}}"),
    _not_json("a comment", b'{"data":{"answer":"Hi"}} // yes'),
    _not_json("a trailing comma", b'{"data":{"answer":"Hi"},}'),
    _not_json("NaN", b'{"new":NaN,"data":{"answer":"Hi"}}'),
    _not_json("a line break within the answer", b'{"data":{"answer":"one\ntwo"}}'),
    _not_json("an escape that there is not", b'{"data":{"answer":"\\x41"}}' + b" " + b"}"),
    _not_json("nothing but 100 000 brackets", b"[" * 100_000),
    Fault("UTF-16", _body('{"data":{"answer":"Hi"}}'.encode("utf-16")), (Status.PROTOCOL,), "not UTF-8", 200),
    Fault("Latin-1", _body(b'{"data":{"answer":"caf\xe9"}}'), (Status.PROTOCOL,), "not UTF-8", 200),
    Fault("overlong UTF-8", _body(b'{"data":{"answer":"\xc0\xaf"}}'), (Status.PROTOCOL,), "not UTF-8", 200),
    Fault("a surrogate as UTF-8", _body(b'{"data":{"answer":"\xed\xa0\xbd"}}'), (Status.PROTOCOL,), "not UTF-8", 200),
    _without_answer("null", None),
    _without_answer("a number", 42),
    _without_answer("true", True),
    _without_answer("an array", ["Hi"]),
    _without_answer("an object", {"text": "Hi"}),
    Fault("data.answer is missing", standin(), (Status.PROTOCOL,), _NO_ANSWER, 200, query="!no-answer"),
    Fault("data.answer is empty", standin(), (Status.PROTOCOL,), "data.answer is empty", 200, query="!empty-answer"),
    *(
        Fault(f"data.answer is {name}", _body(_answering(blank)), (Status.PROTOCOL,), "data.answer is", 200)
        for name, blank in {"blanks": "   ", "a line break": "\n", "U+200B": "\u200b"}.items()
    ),
    _data_is("null", None),
    _data_is("an array", [{"answer": "Hi"}]),
    _data_is("a string", "Hi"),
    _data_is("a number", 7),
    Fault(
        "data.answer is nested 100 000 deep",
        _body(f'{{"data":{{"answer":{_DEEP}}}}}'.encode()),
        (Status.PROTOCOL,),
        "200",
        200,
    ),
    _tolerated("an unknown key nested 100 000 deep", f'"new":{_DEEP}'),
    _tolerated("400 000 unknown keys", ",".join(_many_members())),
    _tolerated("4 000 000 numbers", f'"new":[{",".join("0" * 4_000_000)}]'),
    _tolerated("a key of a megabyte", '"' + "k" * (1 << 20) + '":1'),
    _tolerated("a number of a megabyte", '"new":' + "9" * (1 << 20)),
    _tolerated("a number past any float", '"new":1e999999'),
    _tolerated("a session_id of another type", '"session_id":[7]'),
    Fault("duplicate keys", standin(), (Status.OK,), answer="second", query="!duplicate-keys answer=second"),
    Fault("a byte order mark", standin(), (Status.OK,), answer="You wrote", query="!bom"),
    Fault("no session_id", standin(), (Status.OK,), answer="You wrote", query="!no-session"),
    _read_as("half a surrogate pair", b"one \\ud83d two", "one \ufffd two"),
    _read_as("a surrogate pair the wrong way round", b"\\udc4b\\ud83d", "\ufffd\ufffd"),
    _read_as("NUL", b"one\\u0000two", "one\ufffdtwo"),
    _read_as("all other control characters", b"\\u0001\\u001f\\u007f end", "\x01\x1f\x7f end"),
    Fault(
        "100 MB",
        standin(),
        (Status.PROTOCOL,),
        "larger than 8388608 bytes",
        200,
        query=f"!huge={_HUGE}",
    ),
    Fault(
        "100 MB in chunks",
        standin(),
        (Status.PROTOCOL,),
        "larger than 8388608 bytes",
        200,
        query=f"!huge-chunked={_HUGE}",
    ),
    Fault(
        "100 MB where so much is allowed",
        standin(),
        (Status.OK,),
        answer="x",
        within=4,
        query=f"!huge={_HUGE}",
        options={"max_response_bytes": 2 * _HUGE, "timeout_ms": 15000, "rounds": 1},
        peak_mb=700,
        check=_whole,
        # Whoever allows it pays for it: an answer is read as JSON in one piece, at about a second for a gigabyte.
        neighbour_ms=1000,
    ),
    _envelope("that is truncated", b'{"error":{"code":"BRO'),
    _envelope("with other types", b'{"message":[1],"error":{"code":7,"detail":{"a":1}}}', "7"),
    _envelope("that is an array", b'[{"error":{"code":"A"}}]'),
    _envelope("nested 100 000 deep", b'{"error":' + b"[" * 100_000),
    _envelope("that is not UTF-8", b'{"error":{"detail":"\xff\xfe"}}'),
]
