"""The built tool, run as by a user who has set nothing else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from standin import TARGET, Standin

BUILD = "cargo build --release --manifest-path cli/Cargo.toml --target-dir target"
KEY = "sk-cli-canary"


class Tool:
    """`robofy` with an environment and a home of its own."""

    def __init__(self, home: Path) -> None:
        self.path = TARGET / "release" / "robofy"
        if not self.path.is_file():
            pytest.fail(f"{self.path} is missing: run `{BUILD}`", pytrace=False)
        self.home = home
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm", "LC_ALL": "C.UTF-8"}

    def knows(self, service: Standin) -> None:
        """Everything that a message needs."""
        self.environment.update(
            ROBOFY_BASE_URL=service.url, ROBOFY_PID="3", ROBOFY_CHATBOT_ID="bot", ROBOFY_API_KEY=KEY
        )

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        options.setdefault("stdin", None if "input" in options else subprocess.DEVNULL)
        ran = subprocess.run(
            [*options.pop("before", []), str(self.path), *arguments],
            env=self.environment,
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
            **options,
        )
        assert KEY not in (ran.stdout or "") + ran.stderr
        return ran
