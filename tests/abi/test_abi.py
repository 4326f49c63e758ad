"""A program that was linked to an earlier build still finds every function, with the arguments that it passes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import baseline
import pytest

# abidiff's answer, of which the first two bits are its own failures.
SAME, CHANGED, BROKEN = 0, 4, 4 | 8

NEW = "/** New. */\nbool robofy_new(void);"


@pytest.fixture(scope="module")
def compare(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[int, str]]:
    """Compares a header with the checked-in description."""
    abidiff, _ = need("abidiff"), need("abidw")

    def compared(header: str) -> tuple[int, str]:
        # Always under the one name, which the description repeats.
        description = baseline.describe(header, tmp_path_factory.mktemp("abi") / "robofy.abi")
        command = [abidiff, "--no-corpus-path", "--harmless", str(baseline.DESCRIPTION), str(description)]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return result.returncode, result.stdout

    return compared


def test_the_library_exports_the_symbols_that_it_did() -> None:
    known = baseline.SYMBOLS.read_text().split()
    exported = baseline.exported()
    missing = sorted(set(known) - set(exported))
    assert not missing, f"programs that were linked before would not start: {missing}"
    assert exported == known, "new functions: run `make abi` and commit what it writes"


def test_the_header_declares_what_the_library_exports() -> None:
    assert baseline.declared() == baseline.exported()


def test_the_header_describes_the_interface_that_it_did(compare: Callable[[str], tuple[int, str]]) -> None:
    answer, report = compare(baseline.header())
    assert not answer & 8, f"this breaks programs that were linked before:\n{report}"
    assert answer == SAME, f"run `make abi` and commit what it writes:\n{report}"


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        ("void robofy_client_free(RobofyClient *client);", "", BROKEN),
        ("const char *robofy_version(void);", "int32_t robofy_version(void);", CHANGED),
        ("ROBOFY_STATUS_CONNECT = 2,", "ROBOFY_STATUS_CONNECT = 22,", CHANGED),
        ("int64_t timeout_ms);", "int32_t timeout_ms);", CHANGED),
        ("const char *robofy_version(void);", f"const char *robofy_version(void);\n{NEW}", CHANGED),
        (
            "ROBOFY_STATUS_STORAGE = 17,",
            "ROBOFY_STATUS_STORAGE = 17,\n  /** New. */\n  ROBOFY_STATUS_NEW = 18,",
            CHANGED,
        ),
    ],
    ids=["function removed", "result", "enumerator", "argument", "function added", "enumerator added"],
)
def test_a_change_would_be_seen(
    compare: Callable[[str], tuple[int, str]], before: str, after: str, answer: int
) -> None:
    header = baseline.header()
    assert before in header
    assert compare(header.replace(before, after, 1))[0] == answer


def test_the_description_names_no_machine() -> None:
    assert str(Path.home()) not in baseline.DESCRIPTION.read_text()
    assert "path='/" not in baseline.DESCRIPTION.read_text()
