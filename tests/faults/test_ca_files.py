"""A `ca_file` that holds no certificates: the error names the file's fault and none of its bytes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from authority_faults import chain_of, make_certificate
from debug_text import debug_text
from driver import KEY
from fault import Bench

_INVALID_ARGUMENT = 1


def _private_key(need: Callable[[str], str], directory: Path) -> str:
    _, key = make_certificate(need("openssl"), directory, "made", key=["rsa:2048"])
    return key.read_text()


def _on_one_line(key: str) -> str:
    return key.replace("\n", "")


def _on_one_line_but_the_ends(key: str) -> str:
    head, *body, tail, _ = key.split("\n")
    return f"{head}\n{''.join(body)}\n{tail}\n"


def _with_words(key: str) -> str:
    return key.replace("\n", " is it\n", 1)


def _without_an_end(key: str) -> str:
    return key[:400]


def _of_another_end(key: str) -> str:
    return key.replace("END PRIVATE KEY", "END CERTIFICATE")


def _as_a_certificate(key: str) -> str:
    return key.replace("PRIVATE KEY", "CERTIFICATE")


def _no_base64(key: str) -> str:
    return _as_a_certificate(key).replace("A", "%")


def _escaped(key: str) -> str:
    return key.replace("\n", "\\n")


@pytest.mark.parametrize(
    "write",
    [
        str,
        _on_one_line,
        _on_one_line_but_the_ends,
        _with_words,
        _without_an_end,
        _of_another_end,
        _as_a_certificate,
        _no_base64,
        _escaped,
    ],
    ids=lambda write: write.__name__.strip("_"),
)
def test_no_byte_of_a_file_is_told(
    write: Callable[[str], str], driver: Path, need: Callable[[str], str], tmp_path: Path
) -> None:
    written = write(_private_key(need, tmp_path))
    ca_file = tmp_path / "ca.pem"
    ca_file.write_text(written)
    said = _refusal(driver, ca_file)
    assert "ca_file" in said
    assert _bytes_of(written, said) == []
    assert debug_text(said) is None, said


def test_a_trusted_certificate_is_read_or_named(
    driver: Path, need: Callable[[str], str], tmp_path: Path, bench: Bench
) -> None:
    """As `openssl x509 -trustout` writes it, in a block of another name."""
    place = chain_of("P-256")(bench)
    command = [need("openssl"), "x509", "-in", str(place.ca_file), "-trustout", "-addtrust", "serverAuth"]
    ca_file = tmp_path / "trusted.pem"
    ca_file.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    assert "BEGIN TRUSTED CERTIFICATE" in ca_file.read_text()
    command = [str(driver), f"url={place.url}", f"key={KEY}", f"ca_file={ca_file}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "Answer to chat-1-1-1." in done.stdout or "TRUSTED CERTIFICATE" in done.stderr, done


def _refusal(driver: Path, ca_file: Path) -> str:
    command = [str(driver), "url=https://localhost:1", f"key={KEY}", f"ca_file={ca_file}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    said = re.search(rf"^no client \({_INVALID_ARGUMENT}\): (.*)", done.stderr, re.MULTILINE)
    assert said, done
    return said[1]


def _bytes_of(written: str, said: str) -> list[str]:
    """Parts of the file, as they are or as numbers, that the message has."""
    lines = [line for line in re.split(r"\s|-----[A-Z ]+-----|\\n", written) if len(line) >= 12]
    pieces = [line[begin : begin + 12] for line in lines for begin in range(0, len(line) - 11, 12)]
    numbers = [f"{', '.join(str(byte) for byte in piece[:4].encode())}" for piece in pieces]
    hexadecimal = [piece.encode().hex() for piece in pieces]
    return [part for part in [*pieces, *numbers, *hexadecimal] if part in said]
