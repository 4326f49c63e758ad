"""An answer while it is written: its events, one after another, for threads and for asyncio."""

import asyncio
import select
import threading
from ctypes import byref
from types import TracebackType
from typing import Optional, TypeVar

from robofy import _cooperative, _failure, _results
from robofy._native import lib
from robofy._ownership import Managed, Owned
from robofy._stream_event import StreamEvent

_Stream = TypeVar("_Stream", bound="Stream")
_AsyncStream = TypeVar("_AsyncStream", bound="AsyncStream")

# Bounds how late a wait of the main thread sees a signal that arrived just before it began.
_LOOK_AROUND_MS = 500

# Events that are there already are taken without a wait: after so many the event loop has a turn.
_MOST_AT_ONCE = 100


class _Answer(Managed):
    def __init__(self, stream: Owned) -> None:
        self._owned = stream

    @property
    def text(self) -> str:
        """The answer so far: the text of the events that were taken, also of a stream that was cut short.

        It goes up to the client's `max_response_bytes`; what comes after that is in the events alone.
        """
        return _failure.take_text(lib.robofy_stream_text(self._pointer))

    @property
    def session_id(self) -> Optional[str]:
        """The conversation, once its event was taken, which comes near the end; else None."""
        session_id = lib.robofy_stream_session_id(self._pointer)
        return _failure.take_text(session_id) if session_id else None

    def cancel(self) -> bool:
        """Give the answer up: whoever waits for an event has `ChatCancelledError` at once. Any thread may do so.

        Returns:
            False if the end was taken before. The agent may have seen the message.

        """
        cancelled: bool = lib.robofy_stream_cancel(self._pointer)
        return cancelled

    def _close(self) -> None:
        stream = self._owned  # read once: another thread may let go of it meanwhile
        if stream is not None:
            lib.robofy_stream_cancel(stream)
        self._let_go()


def _take(stream: Owned, timeout_ms: int) -> Optional[StreamEvent]:
    """The next event, None if there is none in time or no other; raises the stream's error."""
    error = _failure.no_error()
    event = lib.robofy_stream_next(stream, timeout_ms, byref(error))
    if error:
        raise _failure.take_error(error)
    return _results.take_stream_event(event) if event else None


def _is_done(stream: Owned) -> bool:
    done: bool = lib.robofy_stream_is_done(stream)
    return done


def _ring(rang: "asyncio.Future[None]") -> None:
    if not rang.done():
        rang.set_result(None)


class Stream(_Answer):
    """An answer while it is written: an iterator over its events, each of which is waited for.

    It ends with the service's word for the end, or raises how else it ended: `ChatInterruptedError` where it was cut
    short, `ServerError` where the service gave it up, `ChatTimeoutError` where no event came in time, and others. What
    came before can still be read from `text` and `session_id`. Threads may share it, and each event goes to one of
    them. `close()`, the end of a `with` block or forgetting it before its end cancels the answer. In a forked child it
    is at its end with `ChatCancelledError`. A stream cannot be pickled.
    """

    def __iter__(self: _Stream) -> _Stream:
        return self

    def __next__(self) -> StreamEvent:
        stream = self._pointer
        may_block = threading.get_ident() != threading.main_thread().ident and not _cooperative.is_due()
        try:
            event = _take(stream, -1) if may_block else self._interruptibly(stream)
        finally:
            del stream  # or an error that is kept would keep it, with this frame
        if event is None:
            raise StopIteration
        return event

    @staticmethod
    def _interruptibly(stream: Owned) -> Optional[StreamEvent]:
        """Wait where signal handlers run meanwhile, and under gevent other greenlets."""
        event = _take(stream, 0)
        if event is not None or _is_done(stream):
            return event
        doorbell = select.poll()
        doorbell.register(_results.doorbell(lib.robofy_stream_poll_fd(stream)), select.POLLIN)
        while event is None and not _is_done(stream):
            doorbell.poll(_LOOK_AROUND_MS)
            event = _take(stream, 0)
        return event

    def close(self) -> None:
        """Cancel what is left of the answer, and let go of it. Any thread may do so, and again."""
        self._close()

    def __enter__(self: _Stream) -> _Stream:
        return self

    def __exit__(
        self,
        exception_type: Optional[type[BaseException]],
        exception: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()


class AsyncStream(_Answer):
    """A `Stream` for asyncio: `async for` goes over its events.

    One task at a time waits for an event. To cancel that task loses no event, and the stream goes on: `aclose()`, the
    end of an `async with` block or forgetting it cancels the answer.
    """

    def __init__(self, stream: Owned) -> None:
        super().__init__(stream)
        self._is_awaited = False
        self._at_once = 0

    def __aiter__(self: _AsyncStream) -> _AsyncStream:
        return self

    async def __anext__(self) -> StreamEvent:
        if self._is_awaited:
            raise RuntimeError("another task waits for an event of this AsyncStream: one at a time may")
        self._is_awaited = True
        try:
            if self._at_once >= _MOST_AT_ONCE:
                self._at_once = 0
                await asyncio.sleep(0)
            while True:
                event = _take(self._pointer, 0)
                if event is not None:
                    self._at_once += 1
                    return event
                if _is_done(self._pointer):
                    raise StopAsyncIteration
                self._at_once = 0
                await self._readable()
        finally:
            self._is_awaited = False

    async def _readable(self) -> None:
        """While an event, or the end, waits to be taken."""
        loop = asyncio.get_running_loop()
        stream = self._pointer  # kept for as long as its descriptor is watched
        doorbell = _results.doorbell(lib.robofy_stream_poll_fd(stream))
        rang: asyncio.Future[None] = loop.create_future()
        loop.add_reader(doorbell, _ring, rang)
        try:
            await rang
        finally:
            loop.remove_reader(doorbell)
            del stream

    async def aclose(self) -> None:
        """Cancel what is left of the answer, and let go of it. May be called again."""
        self._close()

    async def __aenter__(self: _AsyncStream) -> _AsyncStream:
        return self

    async def __aexit__(
        self,
        exception_type: Optional[type[BaseException]],
        exception: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.aclose()
