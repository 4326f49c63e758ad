"""The example holds a conversation, and says what is wrong where it cannot."""

import signal

from chats import wait_until_chats_are_in_flight
from examples import account, finish, run, start
from standin import Standin

CHAT = "chat.py"


def test_each_argument_is_a_message_of_one_session(standin: Standin) -> None:
    said = run(CHAT, "I am Asha", "Who am I?", **account(standin))

    assert said.returncode == 0, said.stderr
    you, agent, you_again, agent_again = said.stdout.splitlines()
    assert (you, you_again) == ("you: I am Asha", "you: Who am I?")
    assert agent.startswith("agent: ")
    assert "I am Asha" in agent_again


def test_two_runs_are_two_conversations(standin: Standin) -> None:
    run(CHAT, "I am Asha", **account(standin))

    assert "Asha" not in run(CHAT, "Who am I?", **account(standin)).stdout


def test_an_error_is_printed_and_fails(standin: Standin) -> None:
    said = run(CHAT, "!status=401", **account(standin))

    assert said.returncode == 1
    assert "UNAUTHORIZED" in said.stderr
    assert "Traceback" not in said.stderr


def test_what_is_missing_is_named(standin: Standin) -> None:
    settings = account(standin)
    del settings["ROBOFY_PID"]

    assert "ROBOFY_PID" in run(CHAT, "Hello", **settings).stderr
    assert "usage" in run(CHAT, **settings).stderr
    assert "usage" in run(CHAT, "--help").stdout


def test_ctrl_c_ends_it_at_once(standin: Standin) -> None:
    waiting = start(CHAT, "!delay-ms=60000", **account(standin))
    wait_until_chats_are_in_flight(standin, 1)
    waiting.send_signal(signal.SIGINT)
    said = finish(waiting)

    assert (said.returncode, said.stderr) == (130, "")
