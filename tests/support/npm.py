"""Packages of npm's registry that tests run: of one version, installed once below target/ and kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from standin import TARGET


def installed(package: str, need: Callable[[str], str]) -> Path:
    """The folder whose node_modules has it; `package` is NAME@VERSION."""

    def fill(folder: Path) -> list[str]:
        (folder / "package.json").write_text("{}")
        return ["install", package]

    return _kept(package.replace("/", "+"), fill, need)


def installed_from(source: Path, need: Callable[[str], str]) -> Path:
    """The same for the packages of a folder's `package-lock.json`; nothing else is downloaded by what they run then."""
    lock = source / "package-lock.json"

    def fill(folder: Path) -> list[str]:
        for file in (lock, source / "package.json"):
            shutil.copy(file, folder)
        return ["ci"]

    return _kept(f"{source.name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}", fill, need)


def _kept(name: str, fill: Callable[[Path], list[str]], need: Callable[[str], str]) -> Path:
    need("node")
    kept: Path = TARGET / "npm" / name
    if kept.is_dir():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".unfinished-") as directory:
        unfinished = Path(directory, "package")
        unfinished.mkdir()
        command = [need("npm"), *fill(unfinished), "--no-audit", "--no-fund"]
        without_browser = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}
        ran = subprocess.run(command, cwd=unfinished, env=without_browser, capture_output=True, text=True, timeout=600)
        if ran.returncode:
            pytest.fail(f"npm cannot install {name}:\n{ran.stdout}{ran.stderr}", pytrace=False)
        try:
            unfinished.rename(kept)
        except OSError:
            # Another run was quicker, and what it has put there is whole.
            if not kept.is_dir():
                raise
    return kept
