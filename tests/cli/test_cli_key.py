"""Where the API key comes from, and where it never goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_tool import KEY, Tool
from standin import Standin


def bearer(standin: Standin) -> str:
    [request] = standin.requests()
    return str(dict(request["headers"])["authorization"])


def key_file(path: Path, text: str = f"{KEY}\n", mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.fixture
def keyless(robofy: Tool) -> Tool:
    del robofy.environment["ROBOFY_API_KEY"]
    return robofy


@pytest.mark.parametrize("place", ["named", "home", "xdg"])
def test_a_private_file(keyless: Tool, standin: Standin, tmp_path: Path, place: str) -> None:
    options: list[str] = []
    if place == "named":
        options = ["--api-key-file", str(key_file(tmp_path / "key"))]
    elif place == "home":
        key_file(keyless.home / ".config" / "robofy" / "api-key")
    else:
        keyless.environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")
        key_file(tmp_path / "config" / "robofy" / "api-key", mode=0o400)
    assert keyless.run("send", "Hi", *options).returncode == 0
    assert bearer(standin) == f"Bearer {KEY}"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o601])
def test_a_file_that_others_can_open_is_refused(keyless: Tool, standin: Standin, tmp_path: Path, mode: int) -> None:
    file = key_file(tmp_path / "my key", mode=mode)
    ran = keyless.run("send", "Hi", "--api-key-file", str(file))
    assert ran.returncode == 2
    assert f"run `chmod 600 '{file}'`" in ran.stderr
    assert standin.requests() == []
    file.chmod(0o600)
    assert keyless.run("send", "Hi", "--api-key-file", str(file)).returncode == 0


def test_a_link_does_not_hide_an_open_file(keyless: Tool, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(key_file(tmp_path / "key", mode=0o644))
    assert "chmod 600" in keyless.run("send", "Hi", "--api-key-file", str(link)).stderr


def test_the_nearer_to_the_user_wins(robofy: Tool, standin: Standin, tmp_path: Path) -> None:
    key_file(robofy.home / ".config" / "robofy" / "api-key", "sk-default-file")
    robofy.run("send", "Hi")
    assert bearer(standin) == f"Bearer {KEY}"
    standin.clear()
    robofy.run("send", "Hi", "--api-key-file", str(key_file(tmp_path / "key", "sk-named-file")))
    assert bearer(standin) == "Bearer sk-named-file"
    standin.clear()
    robofy.environment["ROBOFY_API_KEY"] = ""
    robofy.run("send", "Hi")
    assert bearer(standin) == "Bearer sk-default-file"


def test_without_one_the_tool_says_where_to_put_it(keyless: Tool) -> None:
    ran = keyless.run("send", "Hi")
    assert ran.returncode == 2
    assert "ROBOFY_API_KEY" in ran.stderr
    assert f"{keyless.home}/.config/robofy/api-key" in ran.stderr
    del keyless.environment["HOME"]
    assert "--api-key-file" in keyless.run("send", "Hi").stderr


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        (f"{KEY} {KEY}", "more than one word"),
        (f"{KEY}\nx", "more than one"),
        ("k" * 9000, "too long"),
    ],
)
def test_what_is_no_key_is_refused(keyless: Tool, tmp_path: Path, text: str, problem: str) -> None:
    ran = keyless.run("send", "Hi", "--api-key-file", str(key_file(tmp_path / "key", text)))
    assert ran.returncode == 2
    assert problem in ran.stderr


def test_a_file_that_is_not_there_is_named(keyless: Tool, tmp_path: Path) -> None:
    ran = keyless.run("send", "Hi", "--api-key-file", str(tmp_path / "none"))
    assert ran.returncode == 2
    assert f"{tmp_path}/none" in ran.stderr


@pytest.mark.parametrize("arguments", [["--api-key", KEY], [f"--api-key={KEY}"], [f"--api-key-fil={KEY}"]])
@pytest.mark.parametrize("command", [["send", "Hi"], ["chat"], ["check"]])
def test_no_argument_takes_it_and_none_repeats_it(keyless: Tool, command: list[str], arguments: list[str]) -> None:
    ran = keyless.run(*command, *arguments)
    assert ran.returncode == 2
    assert "unexpected argument" in ran.stderr


@pytest.mark.parametrize("command", ["chat", "send", "check"])
def test_help_shows_no_value_of_the_environment(robofy: Tool, command: str) -> None:
    robofy.environment["ROBOFY_CHATBOT_ID"] = "bot-canary"
    shown = robofy.run(command, "--help").stdout
    assert "ROBOFY_CHATBOT_ID" in shown
    assert "bot-canary" not in shown


def test_a_service_that_echoes_the_key_is_not_quoted(robofy: Tool) -> None:
    # Tool.run looks for the key in everything that is printed.
    for options in ([], ["--json"]):
        assert robofy.run("send", f"!status=401 detail=Bearer_{KEY}", *options).returncode == 9
    assert robofy.run("check", "--message", f"!status=401 detail=Bearer_{KEY}").returncode == 9
