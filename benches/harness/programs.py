"""The programs being measured: how each is built, in the way that its users would, and how it is started."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from . import environment
from .paths import BENCHES, ROOT, SCRATCH
from .plan import Plan
from .problem import SETUP_HINT, Problem
from .process import output_of

CFLAGS = ["-std=c99", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-pthread"]
LIBCURL = ("libcurl", "libcjson")


@dataclass(frozen=True)
class Command:
    """How a program is started; its numbers follow, then `more`."""

    words: Sequence[str | Path]
    more: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


Builder = Callable[[Plan], Command]


def c_program(name: str, libraries: Sequence[str] = (), more: Sequence[str] = ()) -> Builder:
    return lambda plan: Command([compile_c(name, package_flags(libraries))], more)


def robofy_program(name: str) -> Builder:
    return lambda plan: Command([compile_c(name, robofy_flags(plan.library_dir))])


def rust_program(name: str) -> Builder:
    return lambda plan: Command([build_rust_peers() / name])


def python_program(name: str) -> Builder:
    return lambda plan: Command([environment.python(), BENCHES / "python" / f"{name}.py"])


def robofy_python_program(name: str) -> Builder:
    return lambda plan: Command(
        [environment.python(), BENCHES / "python" / f"{name}.py"],
        environment={
            "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
            "ROBOFY_LIBRARY": str(plan.library_dir / "librobofy.so"),
        },
    )


def require_tools(*tools: str) -> None:
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        raise Problem(f"not found: {', '.join(missing)}; {SETUP_HINT}")


@cache
def compile_c(name: str, flags: tuple[str, ...]) -> Path:
    require_tools("cc")
    binary = SCRATCH / name
    binary.parent.mkdir(parents=True, exist_ok=True)
    output_of(["cc", *CFLAGS, BENCHES / "c" / f"{name}.c", "-o", binary, *flags], timeout=120)
    return binary


def robofy_flags(library_dir: Path) -> tuple[str, ...]:
    if not (library_dir / "librobofy.so").exists():
        raise Problem(f"no librobofy.so in {library_dir}: run `cargo build --release`, or say --library DIR")
    return (f"-I{ROOT / 'include'}", f"-L{library_dir}", "-lrobofy", f"-Wl,-rpath,{library_dir}")


def package_flags(libraries: Sequence[str]) -> tuple[str, ...]:
    if not libraries:
        return ()
    require_tools("pkg-config")
    ask = ["pkg-config", "--cflags", "--libs", *libraries]
    found = subprocess.run(ask, text=True, capture_output=True, check=False)
    if found.returncode != 0:
        raise Problem(f"C libraries missing ({', '.join(libraries)}): {SETUP_HINT}")
    return tuple(found.stdout.split())


@cache
def build_rust_peers() -> Path:
    require_tools("cargo")
    target = Path(os.environ.get("CARGO_TARGET_DIR", SCRATCH / "peers"))
    manifest = BENCHES / "peers" / "Cargo.toml"
    cargo = ["cargo", "build", "--release", "--locked", "--quiet"]
    output_of([*cargo, "--manifest-path", manifest, "--target-dir", target], timeout=1800)
    return target / "release"
