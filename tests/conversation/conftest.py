"""Runs the crate's example on bodies."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


@pytest.fixture(scope="session")
def webhook() -> Callable[..., Any]:
    """What `conversation/examples/webhook.rs` prints for a body; for `challenge`, None where it refuses."""
    build = ["cargo", "build", "--quiet", "-p", "robofy-conversation", "--example", "webhook"]
    subprocess.run(build, cwd=ROOT, check=True)

    def run(*arguments: str, body: bytes = b"") -> Any:
        binary = TARGET / "debug/examples/webhook"
        done = subprocess.run([binary, *arguments], input=body, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if arguments[0] == "challenge":
            return None if done.returncode else done.stdout.decode().removesuffix("\n")
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return run
