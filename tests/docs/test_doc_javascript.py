"""The guides' JavaScript runs, with stand-ins of the libraries that it imports."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pages import Example, pages
from programs import PATIENCE_SECONDS

STANDINS = Path(__file__).with_name("javascript")
GUIDES = [page for page in pages() if page.path.startswith("docs/")]
EXAMPLES = [example for page in GUIDES for example in page.examples() if example.language == "js"]
ANSWER = ["Hello!", "How are you?"]


def library(example: Example) -> str:
    [name] = [
        path.stem for path in STANDINS.glob("*.mjs") if f"'{path.stem}'" in example.text and path.stem != "robofy"
    ]
    return name


def calls(example: Example, directory: Path, node: str) -> list[list[object]]:
    modules = directory / "node_modules"
    for standin in STANDINS.glob("*.mjs"):
        package = modules / standin.stem
        package.mkdir(parents=True)
        (package / "package.json").write_text(json.dumps({"name": standin.stem, "exports": f"./{standin.name}"}))
        for file in (standin, STANDINS / "calls.mjs"):
            shutil.copy(file, package)
    (directory / "example.mjs").write_text(example.text, encoding="utf-8")
    ran = subprocess.run(
        [node, "example.mjs"], cwd=directory, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert (ran.stderr, ran.returncode) == ("", 0), str(example)
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_it_answers_one_user_and_nobody_else(example: Example, need: Callable[[str], str], tmp_path: Path) -> None:
    user = {"baileys": "1650@s.whatsapp.net", "whatsapp-web.js": "1650@c.us"}[library(example)]
    made = calls(example, tmp_path, need("node"))
    assert [call for call in made if call[0] == "offerText"] == [["offerText", None, user, "m3", "Hello"]]
    assert [call for call in made if call[0] in ("sendMessage", "sent")] == [
        call
        for part, text in enumerate(ANSWER)
        for call in (["sendMessage", user, text], ["sent", "answer", part, f"out of {text}"])
    ]
    other = [call for call in made if call[0] in ("pause", "sendPresenceUpdate")]
    assert (
        other
        == {
            "baileys": [["sendPresenceUpdate", "composing", user]],
            "whatsapp-web.js": [["pause", "1651@c.us", 1_800_000]],
        }[library(example)]
    )
