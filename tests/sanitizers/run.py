#!/usr/bin/env python3
"""Runs the C tests under sanitizers and the Rust units under Miri, and writes what came of each.

  asan   AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer in the C programs, on the released library
  tsan   ThreadSanitizer in the C programs, the library and the library's standard library
  miri   the units of the library and of the client's layer below it, interpreted

tsan and miri want the nightly toolchain with the components rust-src and miri (`rustup toolchain install nightly`).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
RECORD = TARGET / "reliability" / "sanitizers.json"
HOST = "x86_64-unknown-linux-gnu"

# A sanitizer's own locks are not released in the child of a process with threads.
NOT_FOR_ADDRESSES = ["fork"]
# What these count is disturbed by the sanitizer, which has a thread of its own.
NOT_FOR_THREADS = [*NOT_FOR_ADDRESSES, "outlives", "thousand_accounts", "test_tls", "test_stats"]

# All of the library, and what of the client has `unsafe` code or is used through it; the compiler denies it elsewhere. Miri
# knows no sockets.
FOR_MIRI = [
    ["-p", "robofy"],
    ["-p", "robofy-client", "--", "sys::", "engine::completion", "--skip", "sys::names", "--skip", "sys::socket"],
]

Outcome = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkers", nargs="*", metavar="CHECKER", help=f"of {', '.join(CHECKERS)} (default: all)")
    checkers = parser.parse_args().checkers or list(CHECKERS)
    unknown = sorted(set(checkers) - set(CHECKERS))
    if unknown:
        parser.error(f"no such checker: {', '.join(unknown)}; there are {', '.join(CHECKERS)}")
    cases = [timed(checker) for checker in checkers]
    for case in cases:
        print(f"{case['name']}: {case['outcome']}, {case['tests']} tests in {case['seconds']} s")
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    record = {"part": "sanitizers", "command": f'make sanitize SANITIZERS="{" ".join(checkers)}"', "cases": cases}
    RECORD.write_text(json.dumps(record, indent=2) + "\n")
    return 1 if any(case["outcome"] == "failed" for case in cases) else 0


def timed(checker: str) -> Outcome:
    began = time.monotonic()
    try:
        outcome = CHECKERS[checker]()
    except NoNightlyError as error:
        outcome = {"outcome": f"not checked: {error}"}
    return {"name": checker, "tests": 0, **outcome, "seconds": round(time.monotonic() - began, 1)}


def asan() -> Outcome:
    return programs("asan", NOT_FOR_ADDRESSES)


def tsan() -> Outcome:
    need_nightly("rust-src")
    environment = {
        "RUSTFLAGS": "-Zsanitizer=thread",
        "CARGO_PROFILE_DEV_OPT_LEVEL": "1",
        "CARGO_PROFILE_DEV_DEBUG": "line-tables-only",
    }
    # The standard library too: what it synchronises would not be seen otherwise.
    build = ["cargo", "+nightly", "rustc", "--quiet", "--lib", "--crate-type", "staticlib", "-Zbuild-std"]
    command = [*build, "--target", HOST, "--target-dir", str(TARGET / "tsan")]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)
    return programs("tsan", NOT_FOR_THREADS)


def programs(linking: str, without: list[str]) -> Outcome:
    """The C tests linked in one way, and what the sanitizer must see."""
    which = " and not ".join([linking, *without])
    report = TARGET / f"{linking}.xml"
    pytest = [sys.executable, "-m", "pytest", "-c", "tests/pytest.ini", "-q", "-n", "4"]
    command = [*pytest, "-k", which, f"--junitxml={report}", "tests/c", "tests/sanitizers"]
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, "ROBOFY_LINKING": linking})
    suite = ElementTree.parse(report).getroot().find("testsuite")
    count = int(suite.get("tests", 0)) if suite is not None else 0
    return {"outcome": "passed" if ended.returncode == 0 and count else "failed", "tests": count}


def miri() -> Outcome:
    need_nightly("miri", "rust-src")
    cargo = ["cargo", "+nightly", "miri", "test", "--quiet", "--lib", "--target-dir", str(TARGET / "miri")]
    ended = [subprocess.run([*cargo, *units], cwd=ROOT, stdout=subprocess.PIPE, text=True) for units in FOR_MIRI]
    print(*(each.stdout for each in ended), end="")
    counts = [
        sum(int(line.split()[3]) for line in each.stdout.splitlines() if line.startswith("test result:")) for each in ended
    ]
    passed = all(counts) and not any(each.returncode for each in ended)
    return {"outcome": "passed" if passed else "failed", "tests": sum(counts)}


class NoNightlyError(Exception):
    """This machine has no nightly toolchain with these components, and cannot fetch it."""

    def __init__(self, components: tuple[str, ...], missing: str = "no nightly toolchain") -> None:
        super().__init__(f"{missing}: rustup toolchain install nightly -c " + " -c ".join(components))


def need_nightly(*components: str) -> None:
    if not shutil.which("rustup"):
        raise NoNightlyError(components, "rustup is not installed (https://rustup.rs)")
    command = ["rustup", "component", "add", "--toolchain", "nightly", *components]
    if subprocess.run(command, stderr=subprocess.DEVNULL).returncode != 0:
        raise NoNightlyError(components)


CHECKERS: dict[str, Callable[[], Outcome]] = {"asan": asan, "tsan": tsan, "miri": miri}

if __name__ == "__main__":
    sys.exit(main())
