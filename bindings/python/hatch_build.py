"""Builds the shared library with cargo and ships it inside the wheel, beside the package's modules."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import platform_tags

NO_SOURCES = """\
robofy is built from Rust sources, and they are not here.
Install from a checkout or from the sdist, with pip 21.3 or newer (python -m pip install --upgrade pip):
an older pip copies this directory away from the sources that stand around it."""

NO_CARGO = """\
robofy is built from Rust sources, and cargo was not found.
Install Rust from https://rustup.rs or your system's packages, make sure that cargo is on PATH, and try again."""


class SharedLibraryHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        library = self._build()
        if version == "editable":
            self._put_beside_the_modules(library)
        else:
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{_platform()}"
            build_data["force_include"][str(library)] = f"robofy/{library.name}"

    def _build(self) -> Path:
        cargo = shutil.which("cargo") or sys.exit(NO_CARGO)
        build = subprocess.run(  # noqa: S603
            [cargo, "build", "--release", "--lib", "--message-format=json-render-diagnostics"],
            cwd=self._rust_sources(),
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


def _shared_library(cargo_messages: str) -> Path:
    """Ask cargo where it put the library: CARGO_TARGET_DIR and configuration files decide that."""
    for line in cargo_messages.splitlines():
        message = json.loads(line)
        if message["reason"] == "compiler-artifact" and "cdylib" in message["target"]["kind"]:
            return next(Path(name) for name in message["filenames"] if name.endswith((".so", ".dylib", ".dll")))
    raise RuntimeError('cargo built no shared library: is crate-type = ["cdylib"] gone from Cargo.toml?')


def _platform() -> str:
    """The platform itself: a manylinux tag is a promise that only auditwheel can make."""
    return next(tag for tag in platform_tags() if "manylinux" not in tag and "musllinux" not in tag)
