"""The bodies that the crate is tested with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def cases(*names: str) -> list[tuple[str, Any]]:
    """The bodies of the crate's fixtures: (name, case)."""
    paths = sorted((ROOT / "conversation/tests/webhook").glob("*.json"))
    return [
        (f"{path.stem}: {case['name']}", case)
        for path in paths
        if path.stem in names
        for case in json.loads(path.read_text())
    ]
