"""Child processes that never outlive the harness."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from .problem import Problem

STOP_SECONDS = 10.0


def tethered(command: Sequence[object]) -> list[str]:
    """The command, ended by the kernel when the harness dies, be it by SIGKILL."""
    setpriv = shutil.which("setpriv")
    tether = [setpriv, "--pdeathsig", "TERM"] if setpriv else []
    return tether + [str(word) for word in command]


@contextmanager
def running(command: Sequence[object], **options: object) -> Iterator[subprocess.Popen[str]]:
    """A server for the time of the block; stopped at its end, whatever happens."""
    child: subprocess.Popen[str] = subprocess.Popen(tethered(command), text=True, **options)  # type: ignore[call-overload]
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def output_of(command: Sequence[object], timeout: float, env: Mapping[str, str] | None = None) -> str:
    """What the command printed. Its failure is a Problem that carries its last words."""
    words = tethered(command)
    try:
        done = subprocess.run(words, text=True, capture_output=True, timeout=timeout, env=env, check=False)
    except subprocess.TimeoutExpired:
        raise Problem(f"no end after {timeout:.0f} s: {' '.join(map(str, command))}") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it printed nothing"]
        ended = f"ended with {done.returncode}"
        raise Problem(f"{' '.join(map(str, command))} {ended}: " + "\n  ".join(said[-5:]))
    return done.stdout
