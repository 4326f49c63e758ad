"""docs/formatting.md says what `robofy format` and vercel's adapter give now. ROBOFY_UPDATE_FORMATTING=1 writes it anew."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from npm import installed_from
from standin import ROOT, TARGET

HERE = Path(__file__).resolve().parent / "formatting"
PAGE = ROOT / "docs" / "formatting.md"


def test_the_page_says_what_both_give(need: Callable[[str], str], tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(installed_from(HERE, need) / "node_modules")
    for name in "package.json", "cases.mjs", "page.mjs":
        shutil.copy(HERE / name, tmp_path)
    command = ["node", "page.mjs", str(TARGET / "release" / "robofy")]
    page = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, check=True).stdout.decode()
    if os.environ.get("ROBOFY_UPDATE_FORMATTING"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page
