"""examples/whatsapp_web_bot.mjs with the real whatsapp-web.js, whose browser is replaced: `whatsapp_web/phone.mjs`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from library import shared_library
from npm import installed_from
from standin import ROOT, Standin
from waiting import wait_until

HERE = Path(__file__).resolve().parent / "whatsapp_web"
EXAMPLE = ROOT / "examples" / "whatsapp_web_bot.mjs"
# What a phone's identifiers look like, by which the library tells them from its own.
PHONES_ID = "3F1234567890ABCDEF1234567890ABCDEF"


class Bot:
    """The example, with a folder of its own; it can be killed and started again."""

    def __init__(self, project: Path, folder: Path, standin: Standin) -> None:
        self._project = project
        self._command = ["node", "--import", "./phone.mjs", EXAMPLE.name, str(folder)]
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        account = {"ROBOFY_API_KEY": "key", "ROBOFY_PID": "project", "ROBOFY_CHATBOT_ID": "agent"}
        place = {"ROBOFY_BASE_URL": standin.url, "ROBOFY_LIBRARY": str(shared_library())}
        self._environment = {**kept, **account, **place}
        self.told: list[dict[str, Any]] = []
        self.start()

    def start(self, *unread: dict[str, Any]) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(
            self._command, cwd=self._project, env=self._environment, text=True, encoding="utf-8", **pipes
        )
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,))
        self._reader.start()
        for message in unread:
            self.say("unread", **message)
        self.say("ready")

    def _read(self, lines: Any) -> None:
        for line in lines:
            self.told.append(json.loads(line))

    def say(self, event: str, **message: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"event": event, **message}) + "\n")
        self.process.stdin.flush()

    def write(self, user: str, number: int, text: str) -> None:
        """A user writes, and the program is done with it."""
        self._done("message", {"id": f"{user}.{number}", "from": user, "body": text})

    def write_on_the_phone(self, user: str, text: str) -> None:
        own = {"id": PHONES_ID, "from": "me@c.us", "to": user, "fromMe": True, "body": text}
        self._done("message_create", own)

    def _done(self, event: str, message: dict[str, Any]) -> None:
        before = self.told.count({"taken": message["id"]})
        self.say(event, **message)
        wait_until(lambda: self.told.count({"taken": message["id"]}) > before)

    def sent(self, user: str) -> list[dict[str, Any]]:
        return [each for each in self.told if each.get("to") == user]

    def kill(self) -> None:
        self.process.kill()
        self._reader.join()
        self.process.communicate()


@pytest.fixture(scope="module")
def project(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the example finds whatsapp-web.js, and the package of this checkout."""
    folder = tmp_path_factory.mktemp("bot")
    packages = installed_from(HERE, need) / "node_modules"
    (folder / "node_modules").mkdir()
    for name in "whatsapp-web.js", "koffi":
        (folder / "node_modules" / name).symlink_to(packages / name)
    own = shutil.ignore_patterns("node_modules", "test")
    shutil.copytree(ROOT / "bindings" / "node", folder / "node_modules" / "robofy", ignore=own)
    shutil.copy(EXAMPLE, folder)
    shutil.copy(HERE / "phone.mjs", folder)
    return folder


@pytest.fixture
def bot(project: Path, standin: Standin, tmp_path: Path) -> Iterator[Bot]:
    bot = Bot(project, tmp_path / "bot", standin)
    yield bot
    bot.kill()


def asked(standin: Standin, user: str) -> list[str]:
    """What the agent was asked of a user, message by message."""
    bodies = [request["body"] for request in standin.requests() if request["body"]]
    of_user = [body["query"] for body in bodies if body["user_context"]["session_id"] == user]
    return [message for query in of_user for message in query.split("\n")]


def test_a_burst_is_answered_once_and_quoted(bot: Bot, standin: Standin) -> None:
    user = "15550100@c.us"
    bot.write("120363@g.us", 1, "!answer=group")
    bot.write(user, 1, "!answer=**Nine** delay-ms=1000")
    bot.write(user, 1, "!answer=**Nine** delay-ms=1000")
    bot.write(user, 2, "headers=1")
    wait_until(lambda: bool(bot.sent(user)))
    [answer] = bot.sent(user)
    assert (answer["text"], answer["quoted"]) == ("*Nine*", f"{user}.2")
    assert {"typing": user} in bot.told
    assert asked(standin, user) == ["!answer=**Nine** delay-ms=1000", "headers=1"]
    # Its own message was no takeover.
    bot.write(user, 3, "!answer=more")
    wait_until(lambda: len(bot.sent(user)) == 2)
    assert not bot.sent("120363@g.us")


def test_a_person_on_the_phone_is_not_talked_over(bot: Bot, standin: Standin) -> None:
    bot.write("1@lid", 1, "!answer=bot")
    wait_until(lambda: bool(bot.sent("1@lid")))
    bot.write_on_the_phone("1@lid", "This is Ana. Can I help?")
    bot.write("1@lid", 2, "!answer=bot")
    bot.write("2@lid", 1, "!answer=bot")
    wait_until(lambda: bool(bot.sent("2@lid")))
    assert len(bot.sent("1@lid")) == 1
    assert asked(standin, "1@lid") == ["!answer=bot"]


def test_kill_9_in_mid_burst_loses_and_doubles_nothing(bot: Bot, standin: Standin) -> None:
    users = [f"1555020{number}@c.us" for number in range(5)]
    for user in users:
        bot.write(user, 1, f"!answer={user}")
    bot.kill()
    # Nobody knows whether the agent has answered these.
    doubtful = {user for user in users if asked(standin, user)}
    away = {"id": "away.1", "from": "15550300@c.us", "body": "!answer=back"}
    old = {"id": "old.1", "from": "15550301@c.us", "body": "!answer=old", "t": 1}
    bot.start(away, old, {"id": f"{users[0]}.1", "from": users[0], "body": f"!answer={users[0]}"})
    for user in users:
        bot.write(user, 2, "headers=1")
    wait_until(lambda: all(len(asked(standin, user)) >= 2 for user in users))
    wait_until(lambda: all(bot.sent(user) for user in [*users, "15550300@c.us"]))
    bot.kill()
    assert {user: asked(standin, user) for user in users} == {user: [f"!answer={user}", "headers=1"] for user in users}
    # A slow machine makes two turns of the two messages.
    sure = [user for user in users if user not in doubtful]
    assert [bot.sent(user)[0]["text"] for user in sure] == sure
    assert bot.sent("15550300@c.us")[0]["text"] == "back"
    assert not bot.sent("15550301@c.us")


def test_it_says_how_it_is_called(project: Path) -> None:
    ended = subprocess.run(
        ["node", EXAMPLE.name],
        cwd=project,
        env={**os.environ, "ROBOFY_LIBRARY": str(shared_library())},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert (ended.returncode, ended.stderr) == (2, "usage: node whatsapp_web_bot.mjs FOLDER\n")
