import asyncio
import os
import time
from types import TracebackType
from typing import NoReturn, Optional, TypeVar, cast

from robofy import _arguments
from robofy._inbox_calls import InboxCalls
from robofy._native import lib
from robofy._outcome import Outcome, take_outcome
from robofy._ownership import Owned
from robofy._waiting import Waited

_Inbox = TypeVar("_Inbox", bound="Inbox")


class Inbox(InboxCalls):
    """Takes what users write, asks the agent once for each burst of messages, and gives the answers out.

    >>> inbox = robofy.Inbox(client, path="/var/lib/bot")
    >>> inbox.offer(event)
    >>> for outcome in inbox:
    ...     for number, part in enumerate(outcome.parts):
    ...         inbox.sent(outcome, number, send_to_whatsapp(outcome.channel_id, part.request))

    Each message that is taken ends in one outcome, also after a restart if there is a path. Iterate over an inbox in
    any number of threads, or with `async for` in any number of asyncio's tasks: each outcome goes to one of them, and
    those of one session come in their order. The loop ends when the inbox is closed. To cancel a task that waits loses
    no outcome.

    With a path `offer`, `sent` and the like wait until the disk has what they say, commonly some milliseconds. In an
    event loop `await asyncio.to_thread(inbox.offer, event)` leaves the loop to others meanwhile.

    It may outlive its client. `close()`, the end of a `with` block or forgetting it frees its path. After `os.fork()`
    it belongs to the parent: in the child every call is a `StorageError`. An inbox cannot be copied or pickled.
    """

    @property
    def _pointer(self) -> Waited:
        return cast(Waited, super()._pointer)

    @property
    def _opened(self) -> Optional[Waited]:
        return cast(Optional[Waited], self._owned)

    def poll(self, timeout: Optional[float] = None) -> Optional[Outcome]:
        """Take the next outcome, and wait for it; other threads run meanwhile, and in the main thread signal handlers.

        Args:
            timeout: How many seconds to wait; 0 does not wait, and None, the default, waits until there is one.

        Returns:
            The outcome; None if there is none in time, or if another thread closes the inbox meanwhile.

        Raises:
            StorageError: the inbox is that of the parent process.
            RuntimeError: the inbox is closed.

        """
        deadline = None
        if timeout is not None:
            deadline = time.monotonic() + _arguments.milliseconds("timeout", timeout, least=0) / 1000
        return self._wait(self._pointer, deadline)

    def __iter__(self: _Inbox) -> _Inbox:
        _ = self._pointer  # which a closed inbox refuses
        return self

    def __next__(self) -> Outcome:
        outcome = self._wait(self._opened, None)
        if outcome is None:
            raise StopIteration
        return outcome

    def __aiter__(self: _Inbox) -> _Inbox:
        return self.__iter__()

    async def __anext__(self) -> Outcome:
        await asyncio.sleep(0)  # other tasks have a turn also while outcomes are there already
        while (inbox := self._opened) is not None:
            try:
                outcome = self._take(inbox)
                if outcome is not None:
                    return outcome
                await inbox.readable()
            finally:
                del inbox  # or an error that is kept would keep it, with this frame
        raise StopAsyncIteration

    def fileno(self) -> int:
        """Give a descriptor to other event loops: `await trio.lowlevel.wait_readable(inbox)`, then `inbox.poll(0)`.

        It is readable while outcomes wait. It is not to be read, written or closed, and closed with the inbox.

        Raises:
            ConnectError: the process has no file descriptor left.
            StorageError: the inbox is that of the parent process.
            RuntimeError: the inbox is closed.

        """
        self._refuse_the_parents()
        return self._pointer.fileno()

    def close(self) -> None:
        """Let go of everything held. Any thread may do so at any time, and again.

        Who waits for an outcome goes on at once, and chats under way are ended. What was queued stays at the path,
        which is free when the calls under way have returned: the next inbox there gives out again what was not
        reported.
        """
        inbox = self._opened  # read once: another thread may let go of it meanwhile
        self._let_go()
        if inbox is not None and self._process == os.getpid():
            inbox.end()

    def __enter__(self: _Inbox) -> _Inbox:
        return self

    def __exit__(
        self,
        exception_type: Optional[type[BaseException]],
        exception: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("Inbox belongs to its process and cannot be copied or pickled: share this one among threads")

    def _wait(self, inbox: Optional[Waited], deadline: Optional[float]) -> Optional[Outcome]:
        """Wait in this thread, until the inbox is closed."""
        try:
            while inbox is not None:
                outcome = self._take(inbox)
                is_late = deadline is not None and time.monotonic() >= deadline
                if outcome or is_late or self._opened is None:
                    return outcome
                inbox.block(deadline)
            return None
        finally:
            del inbox  # or an error that is kept would keep it, with this frame

    def _take(self, inbox: Owned) -> Optional[Outcome]:
        outcome = lib.robofy_inbox_poll(inbox, 0)
        if not outcome:
            self._refuse_the_parents()
            return None
        return take_outcome(outcome)
