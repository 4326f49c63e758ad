"""`robofy inbox show`: a store at rest, and what is none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from c_programs import BINARIES, compile_program
from cli_tool import Tool
from library import link_shared
from standin import Standin

STAMP = b"robofy inbox"


@pytest.fixture(scope="module")
def maker(need: Callable[[str], str]) -> Path:
    source = Path(__file__).with_name("store.c")
    return compile_program(need("cc"), source, BINARIES / "cli" / "store", *link_shared())


@pytest.fixture
def store(maker: Path, standin: Standin, tmp_path: Path) -> Path:
    """1650 has an answer that was not reported, and one more message; 1651 wants no answers; 1652 is paused."""
    path = tmp_path / "inbox"
    subprocess.run([str(maker), str(path)], env={**os.environ, "ROBOFY_BASE_URL": standin.url}, check=True, timeout=300)
    return path


def test_a_store_at_rest_is_shown(tool: Tool, store: Path) -> None:
    before = (store / "data.mdb").read_bytes()
    ran = tool.run("inbox", "show", str(store))
    assert (ran.stderr, ran.returncode) == ("", 0)
    summary, _, sessions = ran.stdout.partition("\n\n")
    assert summary.splitlines() == [
        f"store         {store}",
        "version       1",
        "opened        2 times",
        "pending       2 messages",
        "turns         1",
        "not reported  1 outcome",
        "remembered    3 messages",
    ]
    headings, *rows = sessions.splitlines()
    assert headings == "session  channel  pending  due  silent     turn"
    assert sorted(rows) == [
        "1650     106      2        -    -          answer of 1 message, polled, 1 of 1 part not reported",
        "1651     106      0        -    stop word  -",
        "1652     106      0        -    60 min     -",
    ]
    assert (store / "data.mdb").read_bytes() == before


def test_texts_are_shown_to_who_asks_for_them(tool: Tool, store: Path) -> None:
    for options in [], ["--json"]:
        assert "Sundays" not in tool.run("inbox", "show", *options, str(store)).stdout
    shown = tool.run("inbox", "show", "--texts", str(store)).stdout
    assert "\n  m1: Hello there\n  m2: And on Sundays?\n" in shown
    [first] = [
        session["messages"]
        for session in json.loads(tool.run("inbox", "show", "--texts", "--json", str(store)).stdout)["sessions"]
        if session["messages"]
    ]
    assert first == [{"id": "m1", "text": "Hello\nthere"}, {"id": "m2", "text": "And on Sundays?"}]


def test_programs_read_json(tool: Tool, store: Path) -> None:
    ran = tool.run("inbox", "show", "--json", str(store))
    [line] = ran.stdout.splitlines()
    told = json.loads(line)
    sessions = {session.pop("session_id"): session for session in told.pop("sessions")}
    assert told == {
        "path": str(store),
        "version": 1,
        "opened": 2,
        "pending": 2,
        "turns": 1,
        "unreported": 1,
        "remembered": 3,
    }
    assert sorted(sessions) == ["1650", "1651", "1652"]
    answered, stopped, paused = (sessions[name] for name in sorted(sessions))
    assert answered["channel_id"] == "106"
    assert answered["messages"] == [{"id": "m1"}, {"id": "m2"}]
    assert answered["turn"] == {
        "stage": "answered",
        "messages": 1,
        "attempts": 1,
        "outcome": "answer",
        "parts": 1,
        "unreported_parts": 1,
        "polled": True,
    }
    assert (stopped["stopped"], stopped["paused_until_ms"], stopped["turn"]) == (True, None, None)
    assert (paused["stopped"], paused["paused_until_ms"] > 0, paused["messages"]) == (False, True, [])


def test_a_store_that_is_open_is_left_alone(tool: Tool, maker: Path, store: Path) -> None:
    command, environment = [str(maker), str(store), "open"], {**os.environ, "ROBOFY_BASE_URL": "http://127.0.0.1:9"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout and process.stdout.readline() == "open\n"
        ran = tool.run("inbox", "show", str(store))
        assert (ran.stdout, ran.returncode) == ("", 18)
        assert f"the store {store}: another process has it open" in ran.stderr
        process.communicate()
    assert tool.run("inbox", "show", str(store)).returncode == 0


def nowhere(path: Path) -> str:
    shutil.rmtree(path)
    return "there is no such folder"


def a_file(path: Path) -> str:
    shutil.rmtree(path)
    path.write_text("something")
    return "it is a file"


def an_empty_folder(path: Path) -> str:
    (path / "data.mdb").unlink()
    return "is not a store"


def of_a_later_version(path: Path) -> str:
    data = path / "data.mdb"
    data.write_bytes(data.read_bytes().replace(STAMP + b"\1\0\0\0", STAMP + b"\2\0\0\0"))
    return "it has version 2, and this library reads up to 1"


def cut_short(path: Path) -> str:
    os.truncate(path / "data.mdb", 5000)
    return "the end of its file data.mdb is missing"


def of_another_program(path: Path) -> str:
    (path / "data.mdb").write_bytes(bytes(20_000))
    return "damaged, or not a store's"


# Root may read everything, unless it is without these.
AS_ANY_USER = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


def unreadable(path: Path) -> str:
    (path / "data.mdb").chmod(0)
    return "this user may not read"


@pytest.mark.parametrize(
    "spoil", [nowhere, a_file, an_empty_folder, of_a_later_version, cut_short, of_another_program, unreadable]
)
def test_what_is_no_store_is_told(tool: Tool, store: Path, spoil: Callable[[Path], str]) -> None:
    words = spoil(store)
    ran = tool.run("inbox", "show", "--json", str(store), before=AS_ANY_USER)
    assert (ran.stdout, ran.returncode) == ("", 18)
    assert f"the store {store}: " in ran.stderr
    assert words in ran.stderr
