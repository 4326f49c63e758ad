"""Packages of npm's registry that tests run: of one version, installed once below target/ and kept."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from standin import TARGET


def installed(package: str, need: Callable[[str], str]) -> Path:
    """The folder whose node_modules has it; `package` is NAME@VERSION."""
    need("node")
    kept: Path = TARGET / "npm" / package.replace("/", "+")
    if kept.is_dir():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".unfinished-") as directory:
        unfinished = Path(directory, "package")
        unfinished.mkdir()
        (unfinished / "package.json").write_text("{}")
        command = [need("npm"), "install", package, "--no-audit", "--no-fund"]
        ran = subprocess.run(command, cwd=unfinished, capture_output=True, text=True, timeout=600)
        if ran.returncode:
            pytest.fail(f"npm cannot install {package}:\n{ran.stdout}{ran.stderr}", pytrace=False)
        try:
            unfinished.rename(kept)
        except OSError:
            # Another run was quicker, and what it has put there is whole.
            if not kept.is_dir():
                raise
    return kept
