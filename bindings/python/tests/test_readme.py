"""The programs in the README run, and its tables are complete."""

import functools
import inspect
import re
from dataclasses import fields
from enum import Enum
from pathlib import Path

import pytest
from standin import Standin

import robofy

README = (Path(__file__).parents[1] / "README.md").read_text()
PROGRAMS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_runs(
    standin: Standin,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    program: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ROBOFY_API_KEY", "ROBOFY_PID", "ROBOFY_CHATBOT_ID"):
        monkeypatch.setenv(name, "given")
    for client in ("Client", "AsyncClient"):
        monkeypatch.setattr(robofy, client, functools.partial(getattr(robofy, client), base_url=standin.url))

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

    assert inspect.signature(robofy.AsyncClient) == inspect.signature(robofy.Client)
    assert list(rows) == [parameter.name for parameter in parameters]
    assert all(rows[p.name] == f"`{p.default}`" for p in parameters if p.default is not None)


def shown(default: object) -> str:
    return f"{type(default).__name__}.{default.name}" if isinstance(default, Enum) else repr(default)


def test_every_option_of_an_inbox_has_its_row_and_its_default() -> None:
    table = README.split("| option of an inbox |")[1].split("\n\n")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table, flags=re.MULTILINE))
    parameters = list(inspect.signature(robofy.Inbox).parameters.values())[3:]

    assert list(rows) == [parameter.name for parameter in parameters]
    assert all(rows[p.name] == f"`{shown(p.default)}`" for p in parameters if p.default is not None)


def test_every_method_and_kind_of_an_inbox_has_its_row() -> None:
    section = README.split("## From webhooks to answers")[1].split("\n## ")[0]
    methods = [name for name, _ in inspect.getmembers(robofy.Inbox, inspect.isfunction) if name[0] != "_"]

    assert all(f"`{name}(" in section for name in methods)
    kinds = {kind.name for kind in (*robofy.OutcomeKind, *robofy.Accept)} - {robofy.Accept.REFUSED.name}
    assert all(f"`{kind}`" in section for kind in kinds)
    names = [field.name for kind in (robofy.Outcome, robofy.Part) for field in fields(kind)]
    assert all(f"`{name}`" in section for name in names if name[0] != "_")


def test_both_clients_chat_with_the_same_arguments() -> None:
    blocking = inspect.signature(robofy.Client.whatsapp_chat)
    assert inspect.signature(robofy.AsyncClient.whatsapp_chat) == blocking


def test_every_figure_has_its_row() -> None:
    section = README.split("## Figures")[1].split("## ")[0]
    rows = re.findall(r"^\| (`.*?`) \|", section, flags=re.MULTILINE)[1:]

    assert [name for row in rows for name in re.findall(r"`(\w+)`", row)] == [f.name for f in fields(robofy.Stats)]
    assert all(f"`{f.name}`" in section for f in fields(robofy.Latency))
