"""Who waits for the outcomes of an inbox: threads, and the tasks of event loops."""

import asyncio
import contextlib
import os
import select
import threading
import time
from collections import deque
from typing import Any, Callable, Optional

from robofy import _results
from robofy._ownership import Owned

# Bounds how late a wait of the main thread sees a signal that arrived just before it began.
_LOOK_AROUND = 0.5

_Tasks = deque["asyncio.Future[None]"]


class Waited(Owned):
    """A pointer of the library with a descriptor that is readable while there is something to poll.

    Threads wait for a pipe too, by which they are told of the end. Who waits holds a reference to this.
    """

    __slots__ = ("_end", "_has_ended", "_poll_fd", "_tasks")

    def __init__(self, pointer: Any, free: Callable[[Any], None], poll_fd: Callable[[Any], int]) -> None:
        self._end: tuple[int, ...] = ()
        self._has_ended = False
        self._tasks: dict[asyncio.AbstractEventLoop, _Tasks] = {}
        self._poll_fd = poll_fd
        super().__init__(pointer, free)
        try:
            self._end = os.pipe()
        except OSError:
            _results.doorbell(-1)

    def fileno(self) -> int:
        return _results.doorbell(self._poll_fd(self))

    def block(self, deadline: Optional[float]) -> None:
        """Wait in this thread. In the main thread signal handlers run meanwhile, and under gevent other greenlets."""
        doorbell = select.poll()
        for descriptor in (self.fileno(), self._end[0]):
            doorbell.register(descriptor, select.POLLIN)
        longest = _LOOK_AROUND if threading.get_ident() == threading.main_thread().ident else None
        if deadline is not None:
            left = max(0.0, deadline - time.monotonic())
            longest = left if longest is None else min(left, longest)
        doorbell.poll(None if longest is None else longest * 1000)

    async def readable(self) -> None:
        """Wait in this task. Of the tasks of a loop that wait, one goes on at a time."""
        loop = asyncio.get_running_loop()
        descriptor = self.fileno()
        tasks = self._tasks.setdefault(loop, deque())
        rang: asyncio.Future[None] = loop.create_future()
        if not tasks:
            loop.add_reader(descriptor, _ring_one, tasks)
        tasks.append(rang)
        try:
            if not self._has_ended:
                await rang
        finally:
            tasks.remove(rang)
            if not tasks:
                del self._tasks[loop]
                if not loop.is_closed():
                    loop.remove_reader(descriptor)

    def end(self) -> None:
        """Have all of them go on."""
        self._has_ended = True  # before: a task of another thread may be about to wait
        os.write(self._end[1], b"\0")
        for loop, tasks in list(self._tasks.items()):
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(_ring_all, tasks)

    def __del__(self) -> None:
        for descriptor in getattr(self, "_end", ()):
            os.close(descriptor)
        super().__del__()


def _ring_one(tasks: _Tasks) -> None:
    for rang in tasks:
        if not rang.done():
            rang.set_result(None)
            return


def _ring_all(tasks: _Tasks) -> None:
    for rang in tasks:
        if not rang.done():
            rang.set_result(None)
