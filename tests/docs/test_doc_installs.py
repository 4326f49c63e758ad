"""The Install section of each language's page, run as it stands there, and then the program that the page shows.

It begins with nothing: an empty folder outside of the checkout, an empty home, and no variable that names the library.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from consoles import TESTED_BY, commands
from pages import Page
from programs import PATIENCE_SECONDS, environment
from standin import ROOT, TARGET, Standin
from test_doc_languages import PAGES, program_of
from turns import one_at_a_time

PREFIX = TARGET / "doc-installs"
# What a reader has of the checkout; `PATH` in a page is where it is.
PARTS = ("bindings", "examples")
# Commands of a page that need the network, root or another shell.
NOT_RUN = {"apt-get", "curl", "git", "sudo"}

# The other ways, `sudo make install` and the Debian packages, are run by tests/install.
NATIVE_LIBRARY = re.compile(r"make install PREFIX=(\S+)")


@dataclass(frozen=True)
class Install:
    """What a program of the reader's is before, and what it is run by afterwards."""

    tools: tuple[str, ...]
    # The command that runs the program in the reader's project; a page that runs it itself needs none.
    run: str = ""
    # The line by which the program takes the package from a checkout, and from elsewhere.
    here: str = ""
    installed: str = ""
    # Commands that make an empty project, and variables that keep what is installed within it.
    before: str = "true"
    variables: dict[str, str] = field(default_factory=dict)


INSTALLS = {
    "C": Install(("cc", "pkg-config")),
    "Node.js 18": Install(("node", "npm"), "node {program}"),
    "Go 1.19": Install(("go",), "go run {program}", before="go mod init chat"),
    "PHP 8.1": Install(
        ("php", "composer"),
        "php {program}",
        "'/autoload.php';",
        "'/vendor/autoload.php';",
        before="echo '{}' > composer.json",
    ),
    "Ruby 3.0": Install(
        ("ruby", "bundle"),
        "bundle exec ruby {program}",
        'require_relative "lib/robofy" # with the gem: require "robofy"',
        'require "robofy"',
    ),
    "LuaJIT 2.1": Install(
        ("luajit", "luarocks"),
        "luajit {program}",
        before="""echo 'rocks_trees = { "{project}/tree" } lua_version = "5.1"' > config.lua""",
        variables={
            "LUAROCKS_CONFIG": "{project}/config.lua",
            "LUA_PATH": "{project}/tree/share/lua/5.1/?.lua;{project}/tree/share/lua/5.1/?/init.lua;;",
        },
    ),
    "Perl 5.20": Install(
        ("perl", "make"),
        "perl {program}",
        variables={"PERL_MM_OPT": "INSTALL_BASE={project}/tree", "PERL5LIB": "{project}/tree/lib/perl5"},
    ),
}

# Pages whose lines are not run here, and what runs them.
RUN_BY_OTHERS = {
    "C++ 17": "tests/install/test_pkg_config.py",
    "Python 3.9": "bindings/python/tests/test_building.py",
    "Rust": "tests/crate/test_crate.py",
    "Java 17": "nothing: Maven has its plugins from its own registry alone",
    "C#": "nothing: Debian has no dotnet",
    "Shell": "tests/install/test_installing.py",
}


def test_every_page_is_installed_or_it_is_said_by_whom() -> None:
    assert sorted([*INSTALLS, *RUN_BY_OTHERS]) == sorted(PAGES)
    for who in RUN_BY_OTHERS.values():
        assert who.startswith("nothing: ") or (ROOT / who).is_file()


@pytest.mark.parametrize("tool", [tool for tool, who in TESTED_BY.items() if who.startswith("tests/")])
def test_a_tool_is_called_by_what_is_said_to_test_it(tool: str) -> None:
    named = ROOT / TESTED_BY[tool]
    tests = [named] if named.is_file() else named.glob("*.py")
    assert any(re.search(rf'["\'(/ ]{re.escape(tool)}["\' ]', test.read_text(encoding="utf-8")) for test in tests)


@pytest.fixture(scope="module")
def prefix(need: Callable[[str], str]) -> Path:
    """What `make install PREFIX=...` makes of this checkout."""
    need("cmake")
    with one_at_a_time("make"):
        made = subprocess.run(
            [need("make"), "-C", str(ROOT), "install", f"PREFIX={PREFIX}"], capture_output=True, text=True
        )
    assert made.returncode == 0, made.stdout + made.stderr
    return PREFIX


def sessions_of(language: str) -> list[list[str]]:
    """The lines of each session of the page's Install section."""
    found = [
        example
        for example in Page(PAGES[language]).examples()
        if (example.section, example.language) == ("Install", "console")
    ]
    return [[command.line for command in commands(session.text)] for session in found]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", INSTALLS)
def test_the_page_leads_from_nothing_to_an_answer(
    language: str, need: Callable[[str], str], prefix: Path, standin: Standin, tmp_path: Path
) -> None:
    install = INSTALLS[language]
    for tool in install.tools:
        need(tool)
    home, checkout, project = tmp_path / "home", tmp_path / "checkout", tmp_path / "project"
    for folder in (home, project):
        folder.mkdir()
    for part in PARTS:
        shutil.copytree(ROOT / part, checkout / part, ignore=shutil.ignore_patterns("node_modules", "target", "vendor"))

    sessions = sessions_of(language)
    assert any(NATIVE_LIBRARY.match(line) for session in sessions for line in session), "no native library"
    lines = []
    for session in sessions:
        lines += [f"cd '{project}'", *(in_place(line, checkout, home, prefix) for line in session)]
    variables = {name: value.replace("{project}", str(project)) for name, value in install.variables.items()}
    with_program = [f"cd '{project}'", f"{install.run} Hello"] if install.run else []
    if install.run:
        program = reader_s_program(language, install, project)
        with_program = [line.replace("{program}", program) for line in with_program]

    script = "\n".join(["set -eu", f"cd '{project}'", install.before, *lines, *with_program])
    said = run(script.replace("{project}", str(project)), project, without_library(standin), home, variables)
    assert said.endswith('Hello! You wrote: "Hello".\n')


def in_place(line: str, checkout: Path, home: Path, prefix: Path) -> str:
    """A line of the page with this machine's places; the installation is the one that has been made."""
    if line.split()[0] in NOT_RUN:
        return ":"
    installation = NATIVE_LIBRARY.match(line)
    if installation:
        return f'ln -s "{prefix}" {installation[1]}'
    line = line.replace("PATH/", f"{checkout}/").replace("PREFIX/", f"{home}/.local/")
    return re.sub(rf"(?<![\w/])(?:\./)?(?=(?:{'|'.join(PARTS)})\b)", f"{checkout}/", line)


def reader_s_program(language: str, install: Install, project: Path) -> str:
    path = program_of(language)
    assert path
    source = path.read_text(encoding="utf-8")
    assert install.here in source
    text = source.replace(install.here, install.installed) if install.here else source
    (project / path.name).write_text(text, encoding="utf-8")
    return path.name


def without_library(standin: Standin) -> dict[str, str]:
    harness = ("ROBOFY_LIBRARY", "LD_LIBRARY_PATH", "PYTHONPATH")
    return {name: value for name, value in environment(standin).items() if name not in harness}


def run(script: str, project: Path, variables: dict[str, str], home: Path, more: dict[str, str]) -> str:
    ran = subprocess.run(
        ["bash", "-c", script],
        cwd=project,
        env={**variables, "HOME": str(home), **more},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS * 4,
    )
    assert ran.returncode == 0, f"{script}\n{ran.stdout}{ran.stderr}"
    return ran.stdout
