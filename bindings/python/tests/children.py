"""What a forked child does, brought back to its parent."""

import os
import pickle
import select
import signal
import traceback
from typing import Any, Callable

import pytest


def in_child(work: Callable[[], Any]) -> Any:
    """Fork, and return what the work returned in the child."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            result = work()
        except BaseException:
            result = traceback.format_exc()
        os.write(writable, pickle.dumps(result))
        os._exit(0)
    os.close(writable)
    try:
        with os.fdopen(readable, "rb") as pipe:
            if not select.select([pipe], [], [], 120)[0]:
                os.kill(child, signal.SIGKILL)
                pytest.fail("the child hangs")
            return pickle.loads(pipe.read())
    finally:
        os.waitpid(child, 0)
