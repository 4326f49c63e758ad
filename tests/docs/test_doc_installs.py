"""README's table of languages: each Install line, run as it stands there, and then the program of its row."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from consoles import TESTED_BY, commands
from library import shared_library
from programs import PATIENCE_SECONDS, environment
from standin import ROOT, Standin
from test_doc_languages import PROGRAMS, ROWS


@dataclass(frozen=True)
class Install:
    """What a program of the reader's is before, and what it is run by afterwards."""

    tools: tuple[str, ...]
    # The name of the program's file, and the line by which it takes the package from a checkout and from elsewhere.
    program: str
    run: str
    here: str = ""
    installed: str = ""
    # Commands that make an empty project, and variables that keep what is installed within it.
    before: str = "true"
    variables: dict[str, str] = field(default_factory=dict)


INSTALLS = {
    "Node.js 18": Install(("node", "npm"), "chat.mjs", "node chat.mjs"),
    "Go 1.19": Install(("go",), "chat.go", "go run chat.go", before="go mod init chat"),
    "PHP 8.1": Install(
        ("php", "composer"),
        "chat.php",
        "php chat.php",
        "'/autoload.php';",
        "'/vendor/autoload.php';",
        before="echo '{}' > composer.json",
    ),
    "Ruby 3.0": Install(
        ("ruby", "bundle"),
        "chat.rb",
        "bundle exec ruby chat.rb",
        'require_relative "lib/robofy" # with the gem: require "robofy"',
        'require "robofy"',
    ),
    "LuaJIT 2.1": Install(
        ("luajit", "luarocks"),
        "chat.lua",
        "luajit chat.lua",
        before="""echo 'rocks_trees = { "{project}/tree" } lua_version = "5.1"' > config.lua""",
        variables={
            "LUAROCKS_CONFIG": "{project}/config.lua",
            "LUA_PATH": "{project}/tree/share/lua/5.1/?.lua;{project}/tree/share/lua/5.1/?/init.lua;;",
        },
    ),
    "Perl 5.20": Install(
        ("perl", "make"),
        "chat.pl",
        "perl chat.pl",
        variables={"PERL_MM_OPT": "INSTALL_BASE={project}/tree", "PERL5LIB": "{project}/tree/lib/perl5"},
    ),
}

# Rows whose line is not run here, and what runs it.
RUN_BY_OTHERS = {
    "C": "tests/install/test_installing.py",
    "C++ 17": "tests/install/test_installing.py",
    "Python 3.9": "bindings/python/tests/test_building.py",
    "Rust": "tests/crate/test_crate.py",
    "Java 17": "nothing: Maven has its plugins from its own registry alone",
    "C#": "nothing: Debian has no dotnet",
    "Shell": "tests/install/test_installing.py",
}


def test_every_row_is_installed_or_it_is_said_by_whom() -> None:
    assert sorted([*INSTALLS, *RUN_BY_OTHERS]) == sorted(language for language, _, _ in ROWS)
    for who in RUN_BY_OTHERS.values():
        assert who.startswith("nothing: ") or (ROOT / who).is_file()


@pytest.mark.parametrize("tool", [tool for tool, who in TESTED_BY.items() if who.startswith("tests/")])
def test_a_tool_is_called_by_what_is_said_to_test_it(tool: str) -> None:
    named = ROOT / TESTED_BY[tool]
    tests = [named] if named.is_file() else named.glob("*.py")
    assert any(re.search(rf'["\'(/ ]{re.escape(tool)}["\' ]', test.read_text(encoding="utf-8")) for test in tests)


def lines_of(language: str) -> list[str]:
    [row] = [row for name, _, row in ROWS if name == language]
    [session] = re.findall(r"```console\n(.*?)```", row, re.DOTALL)[:1]
    return [command.line.replace("PATH/", f"{ROOT}/") for command in commands(session)]


@pytest.mark.parametrize("language", INSTALLS)
def test_the_lines_install_what_the_program_wants(
    language: str, need: Callable[[str], str], standin: Standin, tmp_path: Path
) -> None:
    install = INSTALLS[language]
    for tool in install.tools:
        need(tool)
    shutil.copytree(ROOT / "bindings", tmp_path / "bindings", ignore=shutil.ignore_patterns("node_modules", "target"))
    source = (ROOT / PROGRAMS[language][0]).read_text(encoding="utf-8")
    assert install.here in source
    program = source.replace(install.here, install.installed) if install.here else source
    (tmp_path / install.program).write_text(program, encoding="utf-8")

    in_the_project(tmp_path, standin, install, install.before, *lines_of(language))
    assert in_the_project(tmp_path, standin, install, f"{install.run} Hello") == 'Hello! You wrote: "Hello".\n'


def in_the_project(project: Path, standin: Standin, install: Install, *lines: str) -> str:
    """What the last of these lines prints."""
    library = shared_library().parent
    links = {"CGO_LDFLAGS": f"-L{library} -Wl,-rpath,{library}"}
    variables = {name: value.replace("{project}", str(project)) for name, value in install.variables.items()}
    script = "\n".join(["set -eu", *lines]).replace("{project}", str(project))
    ran = subprocess.run(
        ["bash", "-c", script],
        cwd=project,
        env={**environment(standin), **links, **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert ran.returncode == 0, f"{script}\n{ran.stdout}{ran.stderr}"
    return ran.stdout
