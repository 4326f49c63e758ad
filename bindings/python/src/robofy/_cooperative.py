"""Calls that leave gevent's hub to the other greenlets, in a program that gevent has patched."""

import itertools
import os
import sys
from typing import Any

from robofy import _results
from robofy._native import lib
from robofy._operation import Operation
from robofy._ownership import Owned

_READ = 1


def is_due() -> bool:
    """In the main thread's greenlets but the hub, where signal handlers run. In another thread a call may block."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("threading"):
        return False
    import gevent

    thread = monkey.get_original("_thread", "get_ident")()
    return thread == gevent.hub.MAIN_THREAD_IDENT and gevent.getcurrent() is not gevent.get_hub()


class CooperativeCalls:
    """The greenlets that wait on one client, and the hub's watch on the library's descriptor while there are any."""

    def __init__(self) -> None:
        self._tags = itertools.count()
        self._process = os.getpid()
        self._waiting: dict[int, Any] = {}
        self._watch: Any = None

    def send(self, client: Owned, operation: Operation[Any]) -> Owned:
        """Wait for the operation's completion; whatever is raised meanwhile, as by `kill`, cancels it."""
        from gevent.event import AsyncResult

        if self._process != os.getpid():
            self._leave_to_the_parent()
        tag = next(self._tags)
        self._waiting[tag] = answer = AsyncResult()
        try:
            self._look(client)
            operation.submit(client, tag)
            completion: Owned = answer.get()
            return completion
        except BaseException:
            if self._waiting.pop(tag, None) is not None:
                lib.robofy_client_cancel(client, tag)
                self._collect(client)
            raise
        finally:
            if not self._waiting:
                self._look_away()
            del client  # or an error that is kept would keep it, with this frame

    def _look(self, client: Owned) -> None:
        if self._watch is not None:
            return
        import gevent

        descriptor = _results.doorbell(lib.robofy_client_poll_fd(client))
        self._watch = gevent.get_hub().loop.io(descriptor, _READ)
        self._watch.start(self._collect, client)

    def _look_away(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.stop()
            watch.close()

    def _collect(self, client: Owned) -> None:
        """Hand out what has completed; what nobody waits for any more goes away."""
        while True:
            completion = _results.take_completion(lib.robofy_client_poll(client, 0))
            if completion is None:
                return
            answer = self._waiting.pop(lib.robofy_completion_tag(completion), None)
            if answer is not None:
                answer.set(completion)

    def _leave_to_the_parent(self) -> None:
        """Begin anew in a forked child: the greenlets that waited are copies of the parent's."""
        self._look_away()
        self._waiting = {}
        self._process = os.getpid()
