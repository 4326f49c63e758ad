"""What a package needs beside the tool: completions, man pages, and a library that is found."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_tool import Tool
from library import shared_library

COMMANDS = [
    *["api", "chat", "check", "completions", "format", "inbox", "inbox-show", "leads", "packaging", "send", "sessions"],
    *["split", "webhook", "webhook-show", "webhook-verify"],
]
FILES = [
    "bash-completion/completions/robofy",
    "fish/vendor_completions.d/robofy.fish",
    "man/man1/robofy.1",
    *[f"man/man1/robofy-{command}.1" for command in COMMANDS],
    "zsh/site-functions/_robofy",
]


def test_every_file_is_written_and_written_again_alike(tool: Tool, tmp_path: Path) -> None:
    def write() -> dict[str, str]:
        ran = tool.run("packaging", str(tmp_path / "share"))
        assert (ran.stdout, ran.stderr, ran.returncode) == ("", "", 0)
        files = [path for path in (tmp_path / "share").rglob("*") if path.is_file()]
        return {str(path.relative_to(tmp_path / "share")): path.read_text() for path in files}

    files = write()
    assert sorted(files) == sorted(FILES)
    assert write() == files
    assert files["zsh/site-functions/_robofy"].startswith("#compdef robofy")
    assert "-l no-message" in files["fish/vendor_completions.d/robofy.fish"]
    for command in ["api", "chat", "check", "leads", "send", "sessions"]:
        page = files[f"man/man1/robofy-{command}.1"]
        assert page.startswith(".ie")
        assert "ROBOFY_API_KEY" in page
        assert str(tool.home) not in page


@pytest.mark.parametrize("shell", ["bash", "elvish", "fish", "powershell", "zsh"])
def test_the_completions_of_a_shell_are_printed(tool: Tool, shell: str) -> None:
    ran = tool.run("completions", shell)
    assert ran.returncode == 0
    assert "chatbot-id" in ran.stdout


@pytest.mark.parametrize(
    ("words", "completion"),
    [
        ("robofy ch", ["chat", "check"]),
        ("robofy check --no-m", ["--no-message"]),
        ("robofy api --pag", ["--paginate"]),
        ("robofy leads --cs", ["--csv"]),
        ("robofy split --nu", ["--null"]),
        ("robofy webhook ver", ["verify"]),
        ("robofy inbox sh", ["show"]),
    ],
)
def test_bash_completes(tool: Tool, need: Callable[[str], str], words: str, completion: list[str]) -> None:
    script = tool.run("completions", "bash").stdout
    listed = words.split()
    previous, current = listed[-2:]
    ask = f"""
        COMP_WORDS=({words}); COMP_CWORD={len(listed) - 1}
        _robofy robofy {current} {previous}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    ran = subprocess.run([need("bash"), "-c", script + ask], stdout=subprocess.PIPE, text=True, check=True)
    assert ran.stdout.split() == completion


def test_the_man_page_is_well_formed(tool: Tool, need: Callable[[str], str], tmp_path: Path) -> None:
    tool.run("packaging", str(tmp_path))
    for page in (tmp_path / "man" / "man1").iterdir():
        ran = subprocess.run(
            [need("groff"), "-man", "-Tutf8", "-ww", str(page)], capture_output=True, text=True, check=True
        )
        assert ran.stderr == "", page


def test_a_folder_that_cannot_be_written_is_named(tool: Tool) -> None:
    ran = tool.run("packaging", "/dev/null/share")
    assert ran.returncode == 1
    assert "/dev/null/share" in ran.stderr


def test_packaging_prints_nothing_and_needs_no_standard_output(tool: Tool, tmp_path: Path) -> None:
    command = ["/bin/sh", "-c", f"{tool.path} packaging {tmp_path / 'share'} >&-"]
    assert subprocess.run(command, env=tool.environment, timeout=60).returncode == 0


@pytest.mark.parametrize("place", ["bin/../lib", "beside"])
def test_the_library_is_found_where_an_installation_has_it(tool: Tool, tmp_path: Path, place: str) -> None:
    installed = tmp_path / "bin" / "robofy"
    library = tmp_path / ("bin" if place == "beside" else "lib") / "librobofy.so"
    for path in (installed, library):
        path.parent.mkdir(exist_ok=True)
    shutil.copy2(tool.path, installed)
    shutil.copy2(shared_library(), library)
    tool.path = installed
    assert tool.run("--version").returncode == 0
    library.unlink()
    assert "librobofy.so" in tool.run("--version").stderr
