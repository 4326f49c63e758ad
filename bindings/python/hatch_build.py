"""Builds the shared library with cargo and ships it inside the wheel, beside the package's modules.

ROBOFY_WHEEL_TARGET names another platform than this machine's, and how old its C library may be, as cargo-zigbuild
has it: `x86_64-unknown-linux-gnu.2.17`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Optional

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NO_SOURCES = """\
robofy is built from Rust sources, and they are not here.
Install from a checkout or from the sdist, with pip 21.3 or newer (python -m pip install --upgrade pip):
an older pip copies this directory away from the sources that stand around it."""

NO_CARGO = """\
robofy is built from Rust sources, and cargo was not found.
Install Rust from https://rustup.rs or your system's packages, make sure that cargo is on PATH, and try again.
A wheel of robofy for this platform would need no Rust."""

NO_ZIGBUILD = """\
ROBOFY_WHEEL_TARGET asks for a build with cargo-zigbuild, which was not found.
Install it (python -m pip install cargo-zigbuild ziglang), or unset ROBOFY_WHEEL_TARGET."""

# Where Rust's name of a processor is not the one that Linux and the wheels have.
LINUX_NAMES = {"armv7": "armv7l", "i586": "i686", "powerpc64le": "ppc64le", "riscv64gc": "riscv64"}


class SharedLibraryHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        target = os.environ.get("ROBOFY_WHEEL_TARGET")
        library = self._build(target)
        if version == "editable":
            self._put_beside_the_modules(library)
        else:
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{platform_tag(target or _host())}"
            build_data["force_include"][str(library)] = f"robofy/{library.name}"

    def _build(self, target: Optional[str]) -> Path:
        cargo = shutil.which("cargo") or sys.exit(NO_CARGO)
        if target and not shutil.which("cargo-zigbuild"):
            sys.exit(NO_ZIGBUILD)
        command = ["zigbuild", "--target", target] if target else ["build"]
        build = subprocess.run(  # noqa: S603
            [cargo, *command, "--release", "--lib", "--message-format=json-render-diagnostics"],
            cwd=self._rust_sources(),
            env=_undated(),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if build.returncode != 0:
            sys.exit("cargo could not build the robofy library: its messages above say why")
        return _shared_library(build.stdout)

    def _rust_sources(self) -> Path:
        sdist, checkout = Path(self.root, "rust"), Path(self.root).parent.parent
        for sources in (sdist, checkout):
            if Path(sources, "client", "Cargo.toml").is_file():
                return sources
        sys.exit(NO_SOURCES)

    def _put_beside_the_modules(self, library: Path) -> None:
        """Replace, never overwrite: a running process may have the old library mapped."""
        place = Path(self.root, "src", "robofy", library.name)
        fresh = place.with_name(f"{library.name}.new")
        shutil.copy2(library, fresh)
        fresh.replace(place)


def _undated() -> dict[str, str]:
    """Keep a date that is meant for archives from cargo, which would compile anew for each."""
    return {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}


def _shared_library(cargo_messages: str) -> Path:
    """Ask cargo where it put the library: CARGO_TARGET_DIR and configuration files decide that."""
    for line in cargo_messages.splitlines():
        message = json.loads(line)
        if message["reason"] == "compiler-artifact" and "cdylib" in message["target"]["kind"]:
            return next(Path(name) for name in message["filenames"] if name.endswith((".so", ".dylib", ".dll")))
    raise RuntimeError('cargo built no shared library: is crate-type = ["cdylib"] gone from Cargo.toml?')


def platform_tag(triple: str) -> str:
    """Name the platform as wheels do. Which manylinux or musllinux it is, only auditwheel can tell."""
    machine, _, system = triple.partition("-")
    if "linux" in system:
        return f"linux_{LINUX_NAMES.get(machine, machine)}"
    if system == "apple-darwin":
        major, minor = _oldest_macos(triple)
        return f"macosx_{major}_{minor}_{machine.replace('aarch64', 'arm64')}"
    if system.startswith("pc-windows"):
        return {"x86_64": "win_amd64", "aarch64": "win_arm64"}.get(machine, "win32")
    sys.exit(f"robofy is not built into wheels for {triple}: use a checkout and ROBOFY_LIBRARY")


def _oldest_macos(triple: str) -> tuple[int, int]:
    """Ask for the version that the library is built for, not the one that it is built on."""
    printed = _rustc("--print", "deployment-target", "--target", triple)
    major, minor = (int(part) for part in re.findall(r"\d+", printed)[:2])
    return major, minor if major == 10 else 0  # installers know macOS 11 and later by the major number alone


def _host() -> str:
    """Ask for the triple that cargo builds for by itself."""
    (triple,) = re.findall(r"^host: (\S+)", _rustc("--version", "--verbose"), flags=re.MULTILINE)
    return os.environ.get("CARGO_BUILD_TARGET") or str(triple)


def _rustc(*arguments: str) -> str:
    rustc = shutil.which("rustc") or sys.exit(NO_CARGO)
    printed = subprocess.run([rustc, *arguments], stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return str(printed.stdout)
