"""Calls that a signal handler can end by raising: the main thread's, since Python runs signal handlers there."""

import itertools
import os
import select
from typing import Any, Optional

from robofy import _failure, _results, _stats
from robofy._failures import ChatInterruptedError
from robofy._native import lib
from robofy._operation import Operation
from robofy._ownership import Owned

# Bounds how late a call sees what does not ring for it: a signal that arrived just before the wait began, and a
# completion that was collected by another call, which a signal handler made during this one.
_LOOK_AROUND_MS = 500


class InterruptibleCalls:
    """The main thread's calls on one client: one that waits, and those that signal handlers make meanwhile."""

    def __init__(self) -> None:
        self._tags = itertools.count()
        self._completions: dict[int, Optional[Owned]] = {}

    def send(self, client: Owned, operation: Operation[Any]) -> Owned:
        """Wait for the operation's completion; whatever is raised meanwhile cancels it."""
        process = os.getpid()
        tag = next(self._tags)
        try:
            doorbell = select.poll()
            doorbell.register(_results.doorbell(lib.robofy_client_poll_fd(client)), select.POLLIN)
            self._completions[tag] = completion = None  # before: a handler's own call may collect this one's completion
            operation.submit(client, tag)
            while completion is None:
                rang = doorbell.poll(_LOOK_AROUND_MS)
                if os.getpid() != process:
                    raise ChatInterruptedError("the process forked during the call, and the answer is the parent's")
                is_lost = not rang and _is_nothing_left(client)
                self._collect(client)
                completion = self._completions[tag]
                if completion is None and is_lost:
                    raise ChatInterruptedError(
                        "a signal handler raised as the answer was collected: the agent may have seen the message"
                    )
            del self._completions[tag]
            return completion
        except BaseException:
            self._completions.pop(tag, None)
            lib.robofy_client_cancel(client, tag)
            self._collect(client)
            raise
        finally:
            del client  # or an error that is kept would keep it, with this frame

    def _collect(self, client: Owned) -> None:
        """Hand every completion to the call that waits for it; one whose call was ended goes away."""
        while True:
            completion = _results.take_completion(lib.robofy_client_poll(client, 0))
            if completion is None:
                return
            tag = lib.robofy_completion_tag(completion)
            if tag in self._completions:
                self._completions[tag] = completion


def _is_nothing_left(client: Owned) -> bool:
    """No chat is in flight and none uncollected: what a call still waits for was lost."""
    stats = _stats.parse(_failure.take_text(lib.robofy_client_stats(client)))
    return not stats.in_flight and not stats.uncollected
