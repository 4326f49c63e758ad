"""The sources are formatted and linted."""

import subprocess
import sys

import pytest
from standin import ROOT

pytest.importorskip("ruff")

BINDING = ROOT / "bindings" / "python"


@pytest.mark.parametrize("check", [["check"], ["format", "--diff"]])
def test_ruff_has_nothing_to_say(check: list[str]) -> None:
    command = [sys.executable, "-m", "ruff", *check, "--no-cache", "--config", "pyproject.toml"]
    ran = subprocess.run(
        [*command, ".", *(ROOT / "examples").glob("*.py")], cwd=BINDING, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
