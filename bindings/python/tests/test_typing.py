"""The package is typed throughout, and its types refuse what it refuses."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from standin import ROOT, TARGET

pytest.importorskip("mypy")

BINDING = ROOT / "bindings" / "python"
EXAMPLES = ROOT / "examples"
# One for each worker of pytest: mypy does not share it with another at the same time.
CACHE = TARGET / "mypy-cache" / os.environ.get("PYTEST_XDIST_WORKER", "main")

RIGHT_USE = """
from typing import Optional
import robofy

with robofy.Client("key", timeout=30, ca_file="ca.pem", ordered_sessions=True) as client:
    reply = client.whatsapp_chat(pid="p", chatbot_id="c", query="q", user_context={"age": 30}, timeout=None)
    answer: str = reply.answer
    session: Optional[str] = reply.session_id
    timeouts: int = client.stats().failed["timeout"]
    median: float = client.stats().latency.p50


async def converse() -> robofy.Reply:
    async with robofy.AsyncClient("key", max_in_flight=100, rate_limit=robofy.RateLimit(30, burst=5)) as client:
        robofy.AsyncClient("key", rate_limit=(30, 5))
        return await client.whatsapp_chat(pid="p", chatbot_id="c", query="q", session_id="s", timeout=5)


try:
    pass
except robofy.RateLimitedError as error:
    wait: Optional[float] = error.retry_after
    status: robofy.Status = error.status
"""

WRONG_USE = """
import robofy

robofy.Client(api_key=b"key")
robofy.Client("key", 30)
client = robofy.Client("key", timeout="30")
client.whatsapp_chat("p", "c", "q")
client.whatsapp_chat(pid="p", chatbot_id="c", query="q", session_id=918727000000)
robofy.Client("key", rate_limit=30)
client.stats().answered = 1
with robofy.AsyncClient("key") as never: pass
answer: int = client.whatsapp_chat(pid="p", chatbot_id="c", query="q").answer
"""


def mypy(*arguments: object) -> "subprocess.CompletedProcess[str]":
    configuration = ["--strict", "--config-file", BINDING / "pyproject.toml", "--cache-dir", CACHE]
    command = [sys.executable, "-m", "mypy", *configuration, *arguments]
    shared = [ROOT / "tests" / "support", ROOT / "bindings" / "contract"]
    search = os.pathsep.join([*map(str, shared), "src", "tests"])
    return subprocess.run(
        [str(part) for part in command],
        cwd=BINDING,
        env={**os.environ, "MYPYPATH": search},
        capture_output=True,
        text=True,
        check=False,
    )


def test_package_tests_hooks_and_examples_are_strictly_typed() -> None:
    checked = mypy("src", *EXAMPLES.glob("*.py"), *BINDING.glob("*.py"), *BINDING.glob("tests/*.py"))

    assert checked.returncode == 0, checked.stdout


def test_the_programs_of_the_readme_are_strictly_typed(tmp_path: Path) -> None:
    programs = re.findall(r"```python\n(.*?)```", (BINDING / "README.md").read_text(), flags=re.DOTALL)
    files = [tmp_path / f"program{number}.py" for number in range(len(programs))]
    for file, program in zip(files, programs):
        file.write_text(program)
    checked = mypy("src", *files)

    assert files
    assert checked.returncode == 0, checked.stdout


def test_right_use_is_accepted(tmp_path: Path) -> None:
    program = tmp_path / "right.py"
    program.write_text(RIGHT_USE)
    checked = mypy("src", program)

    assert checked.returncode == 0, checked.stdout


def test_wrong_use_is_refused_line_by_line(tmp_path: Path) -> None:
    program = tmp_path / "wrong.py"
    program.write_text(WRONG_USE)
    refused = re.findall(r"wrong\.py:(\d+): error", mypy("src", program).stdout)

    lines = WRONG_USE.splitlines()
    assert {lines[int(number) - 1] for number in refused} == set(lines[3:])
