"""The example holds a conversation, and says what is wrong where it cannot."""

import os
import subprocess
import sys

from standin import ROOT, Standin

EXAMPLE = ROOT / "examples" / "chat.py"


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ROBOFY_")}
    inherited["ROBOFY_LIBRARY"] = os.environ["ROBOFY_LIBRARY"]
    return subprocess.run(
        [sys.executable, EXAMPLE, *arguments],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def account(standin: Standin) -> dict[str, str]:
    return {
        "ROBOFY_API_KEY": "key",
        "ROBOFY_PID": "31415",
        "ROBOFY_CHATBOT_ID": "DKDvwn",
        "ROBOFY_BASE_URL": standin.url,
    }


def test_each_argument_is_a_message_of_one_session(standin: Standin) -> None:
    said = run("I am Asha", "Who am I?", **account(standin))

    assert said.returncode == 0, said.stderr
    you, agent, you_again, agent_again = said.stdout.splitlines()
    assert (you, you_again) == ("you: I am Asha", "you: Who am I?")
    assert agent.startswith("agent: ")
    assert "I am Asha" in agent_again


def test_two_runs_are_two_conversations(standin: Standin) -> None:
    run("I am Asha", **account(standin))

    assert "Asha" not in run("Who am I?", **account(standin)).stdout


def test_an_error_is_printed_and_fails(standin: Standin) -> None:
    said = run("!status=401", **account(standin))

    assert said.returncode == 1
    assert "UNAUTHORIZED" in said.stderr
    assert "Traceback" not in said.stderr


def test_what_is_missing_is_named(standin: Standin) -> None:
    settings = account(standin)
    del settings["ROBOFY_PID"]

    assert "ROBOFY_PID" in run("Hello", **settings).stderr
    assert "usage" in run(**settings).stderr
    assert "usage" in run("--help").stdout
