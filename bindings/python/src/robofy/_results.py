"""The library's replies and completions on their way to Python: read, then freed."""

import logging
from typing import Any, Optional

from robofy._failure import read_error, text_or_none
from robofy._failures import ConnectError
from robofy._native import lib
from robofy._ownership import Owned
from robofy._reply import Reply
from robofy._response import Response
from robofy._stream_event import StreamEvent, StreamEventKind

_log = logging.getLogger("robofy")


def take_reply(pointer: Any) -> Reply:
    return read_reply(Owned(pointer, lib.robofy_reply_free))


def take_response(pointer: Any) -> Response:
    return _told(Response(pointer, Owned(pointer, lib.robofy_response_free)))


def take_stream_event(pointer: Any) -> StreamEvent:
    event = Owned(pointer, lib.robofy_stream_event_free)
    return StreamEvent(
        kind=StreamEventKind(lib.robofy_stream_event_kind(event)),
        name=text_or_none(lib.robofy_stream_event_name(event)),
        text=text_or_none(lib.robofy_stream_event_text(event)),
        body=lib.robofy_stream_event_json(event).decode(),
    )


def take_completion(pointer: Any) -> Optional[Owned]:
    """Own what a poll gave, if it gave one."""
    return Owned(pointer, lib.robofy_completion_free) if pointer else None


def doorbell(descriptor: int) -> int:
    """Check the descriptor that is readable while completions wait."""
    if descriptor < 0:
        advice = "the process has no file descriptor left: let it close some, or raise its limit (ulimit -n)"
        raise ConnectError(advice, is_retryable=True)
    return descriptor


def result_of(completion: Owned) -> Reply:
    """Return the chat's reply, or raise its error."""
    reply = lib.robofy_completion_reply(completion)
    if not reply:
        raise read_error(lib.robofy_completion_error(completion))
    return read_reply(reply)


def response_of(completion: Owned) -> Response:
    """Return the call's response, or raise its error."""
    response = lib.robofy_completion_response(completion)
    if not response:
        raise read_error(lib.robofy_completion_error(completion))
    return _told(Response(response, completion))


def _told(response: Response) -> Response:
    if response.attempts > 1:
        _log.info("a call was answered at attempt %d, after %.1f s", response.attempts, response.elapsed)
    return response


def read_reply(pointer: Any) -> Reply:
    reply = Reply(
        answer=lib.robofy_reply_answer(pointer).decode(),
        session_id=text_or_none(lib.robofy_reply_session_id(pointer)),
        message=text_or_none(lib.robofy_reply_message(pointer)),
        body=lib.robofy_reply_json(pointer).decode(),
        attempts=lib.robofy_reply_attempts(pointer),
        elapsed=lib.robofy_reply_elapsed_us(pointer) / 1_000_000,
    )
    if reply.attempts > 1:
        _log.info("a chat was answered at attempt %d, after %.1f s", reply.attempts, reply.elapsed)
    return reply
