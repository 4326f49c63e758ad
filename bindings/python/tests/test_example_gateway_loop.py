"""The gateway's loop serves its users at once, tells how it goes, and ends cleanly at Ctrl-C."""

import re
import signal
from typing import Callable

from chats import wait_until_no_chat_is_in_flight
from examples import account, finish, run, start
from standin import Standin

LOOP = "gateway_loop.py"

StartStandin = Callable[..., Standin]


def test_a_thousand_users_are_served_at_once(start_standin: StartStandin) -> None:
    standin = start_standin("--delay-ms", "1000")
    said = run(LOOP, **account(standin))

    assert (said.returncode, said.stderr) == (0, "")
    progress, summary = said.stdout.splitlines()[-2:]
    assert progress.startswith("1000 answered, 0 failed, 0 waiting")
    figures = re.fullmatch(r"1000 answers in ([\d.]+) s: (\d+) a second", summary)
    assert figures
    assert 0.8 * 1000 < float(figures[1]) * int(figures[2]) < 1.2 * 1000
    assert len({request["body"]["user_context"]["session_id"] for request in standin.requests()}) == 1000
    assert standin.stats()["max_in_flight"] > 500


def test_progress_is_shown_while_chats_wait(start_standin: StartStandin) -> None:
    standin = start_standin("--delay-ms", "1500")
    said = run(LOOP, "20", **account(standin))

    assert "0 answered, 0 failed, 20 waiting" in said.stdout


def test_ctrl_c_midway_ends_it_with_a_summary(start_standin: StartStandin) -> None:
    standin = start_standin("--delay-ms", "60000")
    waiting = start(LOOP, "50", **account(standin))
    assert waiting.stdout
    progress = ""
    while "50 waiting" not in progress:
        progress += waiting.stdout.read(1)
    waiting.send_signal(signal.SIGINT)
    said = finish(waiting)

    assert (said.returncode, said.stderr) == (130, "")
    assert said.stdout.splitlines()[-1].startswith("0 answers in ")
    wait_until_no_chat_is_in_flight(standin)


def test_failures_are_counted_and_one_is_shown(start_standin: StartStandin) -> None:
    standin = start_standin("--api-key", "another")
    said = run(LOOP, "30", **account(standin))

    assert said.returncode == 1
    assert "0 answered, 30 failed, 0 waiting" in said.stdout
    assert "30 failed, the first with: 401 UNAUTHORIZED" in said.stderr
    assert "Traceback" not in said.stderr


def test_what_is_missing_is_named(standin: Standin) -> None:
    settings = account(standin)
    del settings["ROBOFY_PID"]

    assert "ROBOFY_PID" in run(LOOP, **settings).stderr
    assert "usage" in run(LOOP, "--help").stdout
