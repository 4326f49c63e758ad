"""Where things are."""

from __future__ import annotations

from pathlib import Path

BENCHES = Path(__file__).resolve().parent.parent
ROOT = BENCHES.parent
SCRATCH = ROOT / "target" / "bench"
RECORD = BENCHES / "results.json"
