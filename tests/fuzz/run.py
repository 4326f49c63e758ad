#!/usr/bin/env python3
"""Builds the fuzz targets and runs them side by side, each for a while; the first broken promise is a failure.

A target is a C file of this directory: libFuzzer drives it, the library under it is built with coverage counters,
debug assertions and overflow checks, and the C side with AddressSanitizer. `corpus/` holds what each starts from; what
it finds on top of that is kept in target/fuzz/corpus, so that the next run goes on from there.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BUILD = TARGET / "fuzz"
RECORD = TARGET / "reliability" / "fuzz.json"

DICTIONARIES = {
    "responses": "json.dict",
    "messages": "json.dict",
    "http": "http.dict",
    "events": "sse.dict",
    "format": "markdown.dict",
    "split": "markdown.dict",
    **{f"webhook_{channel}": "webhook.dict" for channel in ("meta", "waha", "evolution", "twilio")},
}
LONGEST_INPUT = {"retry_after": 64, "http": 4096}
# What other threads allocate and compare would make each input look like a leak, or new, and be looked into at length.
# What really leaks is found at the end.
THREADED = {"http"}

_COUNTERS = ["inline-8bit-counters", "pc-table", "trace-compares"]
_RUSTFLAGS = " ".join(
    ["--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"]
    + [f"-Cllvm-args=-sanitizer-coverage-{counter}" for counter in _COUNTERS]
)
_C = ["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-O1"]


@dataclass
class Outcome:
    """What one target did."""

    name: str
    outcome: str
    executions: int
    per_second: int
    edges: int
    features: int
    corpus: int
    seconds: float


def main() -> int:
    names = sorted(path.stem for path in HERE.glob("*.c"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="how long each target runs (default %(default)s)")
    parser.add_argument("--minimize", action="store_true", help="then add to corpus/ what the run found and it lacks")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(names)} (default: all)")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.targets) - set(names))
    if unknown:
        parser.error(f"no such target: {', '.join(unknown)}; there are {', '.join(names)}")
    targets = arguments.targets or names
    library = build_library()
    binaries = {name: build_target(name, library) for name in targets}
    print(f"fuzzing {', '.join(targets)} for {arguments.seconds} s", flush=True)
    outcomes = run(binaries, arguments.seconds)
    report(outcomes, arguments.seconds)
    if arguments.minimize:
        for name, binary in binaries.items():
            minimize(name, binary)
    return 0 if all(outcome.outcome == "passed" for outcome in outcomes) else 1


def build_library() -> Path:
    """The library as an archive with coverage counters; by the ordinary compiler."""
    version = subprocess.run(["rustc", "-vV"], stdout=subprocess.PIPE, text=True, check=True).stdout
    host = next(line.split()[1] for line in version.splitlines() if line.startswith("host:"))
    # For a named target the flags are not those of build scripts, which are linked without libFuzzer.
    cargo = ["cargo", "rustc", "--quiet", "--lib", "--crate-type", "staticlib", "--profile", "fuzz"]
    command = [*cargo, "--target", host, "--target-dir", str(BUILD)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "RUSTFLAGS": _RUSTFLAGS}, check=True)
    return BUILD / host / "fuzz" / "librobofy.a"


def build_target(name: str, library: Path) -> Path:
    clang = shutil.which("clang")
    if clang is None:
        sys.exit("clang is missing: install it for libFuzzer (apt-get install clang libclang-rt-14-dev)")
    binary = BUILD / name
    command = [clang, *_C, "-fsanitize=fuzzer,address,undefined", f"-I{ROOT / 'include'}", str(HERE / f"{name}.c")]
    subprocess.run([*command, "-o", str(binary), str(library), "-lpthread", "-ldl", "-lm"], check=True)
    return binary


def run(binaries: dict[str, Path], seconds: int) -> list[Outcome]:
    began = time.monotonic()
    processes = {name: start(name, binary, seconds) for name, binary in binaries.items()}
    try:
        for process in processes.values():
            process.wait()
    except KeyboardInterrupt:
        # libFuzzer had the signal too, and ends with its figures.
        for process in processes.values():
            process.wait()
    return [outcome(name, process, time.monotonic() - began) for name, process in processes.items()]


def start(name: str, binary: Path, seconds: int) -> subprocess.Popen[bytes]:
    found = BUILD / "corpus" / name
    found.mkdir(parents=True, exist_ok=True)
    command = [str(binary), f"-max_total_time={seconds}", f"-max_len={LONGEST_INPUT.get(name, 2048)}"]
    command += ["-timeout=30", "-rss_limit_mb=2048", "-print_final_stats=1", "-reload=0"]
    command += [f"-artifact_prefix={findings(name)}/"]
    command += ["-detect_leaks=0"] if name in THREADED else ["-use_value_profile=1"]
    if name in DICTIONARIES:
        command.append(f"-dict={HERE / DICTIONARIES[name]}")
    with log(name).open("wb") as output:
        return subprocess.Popen([*command, str(found), str(HERE / "corpus" / name)], stdout=output, stderr=output)


def log(name: str) -> Path:
    return BUILD / f"{name}.log"


def findings(name: str) -> Path:
    directory = BUILD / "findings" / name
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def outcome(name: str, process: subprocess.Popen[bytes], seconds: float) -> Outcome:
    text = log(name).read_text(errors="replace")

    def last(pattern: str) -> int:
        found = re.findall(pattern, text)
        return int(found[-1]) if found else 0

    # 72: ended by Ctrl-C, having found nothing.
    passed = process.returncode in (0, 72)
    if not passed:
        print(f"\n{name} ended with {process.returncode}:\n{text[-6000:]}", file=sys.stderr)
    return Outcome(
        name,
        "passed" if passed else "failed",
        last(r"number_of_executed_units:\s*(\d+)") or last(r"#(\d+)\s"),
        last(r"average_exec_per_sec:\s*(\d+)"),
        last(r"cov: (\d+)"),
        last(r"ft: (\d+)"),
        last(r"corp: (\d+)"),
        round(seconds, 1),
    )


def report(outcomes: list[Outcome], seconds: int) -> None:
    print(f"{'target':17} {'outcome':8} {'executions':>12} {'a second':>9} {'edges':>7} {'features':>9} {'corpus':>7}")
    for row in outcomes:
        print(
            f"{row.name:17} {row.outcome:8} {row.executions:12,} {row.per_second:9,} {row.edges:7,} "
            f"{row.features:9,} {row.corpus:7,}"
        )
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    record = {
        "part": "fuzz",
        "command": f"make fuzz FUZZ_SECONDS={seconds}",
        "totals": {"executions": sum(row.executions for row in outcomes), "seconds_each": seconds},
        "cases": [asdict(row) for row in outcomes],
    }
    RECORD.write_text(json.dumps(record, indent=2) + "\n")


def minimize(name: str, binary: Path) -> None:
    """Copies into corpus/ what reaches more than that does."""
    command = [str(binary), "-merge=1", str(HERE / "corpus" / name), str(BUILD / "corpus" / name)]
    with log(name).open("ab") as output:
        subprocess.run(command, stdout=output, stderr=output, check=True)


if __name__ == "__main__":
    sys.exit(main())
