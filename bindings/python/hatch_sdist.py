"""Puts the Rust sources into the sdist, cut down to what building the library needs."""

import tempfile
from pathlib import Path
from typing import Any

import tomlkit
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("Cargo.lock", "build.rs", "cbindgen.toml", "src", "include", "client/src", "conversation/src")
MANIFESTS = ("Cargo.toml", "client/Cargo.toml", "conversation/Cargo.toml")
FOR_DEVELOPMENT = ("dev-dependencies", "test", "bench", "example")


class RustSourcesHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        if Path(self.root, "rust").is_dir():
            return  # this is an unpacked sdist, which has them already
        checkout = Path(self.root).parent.parent
        included = build_data["force_include"]
        for name in SOURCES:
            included[str(checkout / name)] = f"rust/{name}"
        self._manifests = tempfile.TemporaryDirectory()
        for name in MANIFESTS:
            manifest = Path(self._manifests.name, name)
            manifest.parent.mkdir(exist_ok=True)
            manifest.write_text(_without_development(Path(checkout, name).read_text()))
            included[str(manifest)] = f"rust/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        if hasattr(self, "_manifests"):
            self._manifests.cleanup()


def _without_development(manifest: str) -> str:
    """Drop what names files that the sdist does not have: the tests, and the workspace members that serve them."""
    document = tomlkit.parse(manifest)
    for table in FOR_DEVELOPMENT:
        document.pop(table, None)
    if "workspace" in document:
        document["workspace"]["members"] = ["client", "conversation"]
    return tomlkit.dumps(document)
