"""Inboxes: from what a user writes to what is sent, through the C interface."""

from __future__ import annotations

from pathlib import Path

from c_programs import Programs
from record import received
from standin import Standin


def test_each_message_ends_in_one_outcome(programs: Programs, standin: Standin) -> None:
    programs.run("inbox", standin.url)
    assert received(standin)["!answer=**one** headers=1"] == 1


def test_bad_arguments_and_paths_are_named(programs: Programs, standin: Standin, tmp_path: Path) -> None:
    programs.run("inbox_arguments", standin.url, tmp_path)


def test_it_lives_in_loops_threads_and_after_restarts(programs: Programs, standin: Standin, tmp_path: Path) -> None:
    programs.run("inbox_life", standin.url, tmp_path)
    assert received(standin)["!answer=one\nheaders=1"] == 1


def test_after_fork_it_is_the_parents(programs: Programs, standin: Standin, tmp_path: Path) -> None:
    # A child leaves alone, and so leaks, what its parent has.
    unchecked = {"VALGRIND_OPTS": "--leak-check=no", "ASAN_OPTIONS": "detect_leaks=0"}
    programs.run("inbox_forks", standin.url, tmp_path, **unchecked)
