"""The programs in the README run, and its tables are complete."""

import functools
import inspect
import re
from pathlib import Path

import pytest
from standin import Standin

import robofy

README = (Path(__file__).parents[1] / "README.md").read_text()
PROGRAMS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_runs(
    standin: Standin, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], program: str
) -> None:
    for name in ("ROBOFY_API_KEY", "ROBOFY_PID", "ROBOFY_CHATBOT_ID"):
        monkeypatch.setenv(name, "given")
    monkeypatch.setattr(robofy, "Client", functools.partial(robofy.Client, base_url=standin.url))

    exec(program, {})

    assert "Hello! You wrote" in capsys.readouterr().out


def test_every_error_has_its_row() -> None:
    rows = re.findall(r"^\| `(\w+Error)` \|", README, flags=re.MULTILINE)

    assert rows == [cls.__name__ for cls in robofy.RobofyError.__subclasses__()]


def test_every_option_has_its_row_and_its_default() -> None:
    rows = dict(
        re.findall(r"^\| `(\w+)` \| ([^|]+) \|", README.split("## Options")[1].split("## ")[0], flags=re.MULTILINE)
    )
    parameters = list(inspect.signature(robofy.Client).parameters.values())[1:]

    assert list(rows) == [parameter.name for parameter in parameters]
    assert all(rows[p.name] == f"`{p.default}`" for p in parameters if p.default is not None)
