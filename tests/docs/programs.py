"""Compiles examples as they stand in a page, and runs those that can run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from library import HEADERS, link_shared, shared_library
from pages import Example
from standin import ROOT, TARGET, Standin

PATIENCE_SECONDS = 120
COMPILERS = {"c": ["cc", "-std=gnu99", "-xc"], "cpp": ["c++", "-std=c++17", "-xc++"]}
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# Libraries that an example includes beside this one, as pkg-config names them.
PACKAGES = {"<uv.h>": "libuv"}
# Those that pkg-config does not know.
OTHERS = {"<civetweb.h>": "-lcivetweb"}

# What an example that is not whole leaves out, and what it may use.
USUAL = "".join(f"#include <{name}>\n" for name in ("stdio.h", "stdlib.h", "string.h", "robofy.h"))
AROUND_STATEMENTS = """
int main(void)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, getenv("ROBOFY_BASE_URL"));
    RobofyError *error = NULL;
    RobofyClient *client = robofy_client_new(getenv("ROBOFY_API_KEY"), options, &error);
    RobofyMessage *message = robofy_message_new(getenv("ROBOFY_PID"), getenv("ROBOFY_CHATBOT_ID"), "Hello");
    RobofyReply *reply = NULL;
    {
%s
    }
    robofy_reply_free(reply);
    robofy_message_free(message);
    robofy_client_free(client);
    robofy_options_free(options);
    return 0;
}
"""
# A Python client that names no service talks to the stand-in.
RUN_PYTHON = """
import os, runpy, sys, robofy
def to_the_standin(client):
    def __init__(self, api_key=None, *, base_url=None, **options):
        client.__init__(self, api_key, base_url=base_url or os.environ["ROBOFY_BASE_URL"], **options)
    return type(client.__name__, (client,), {"__init__": __init__})
robofy.Client, robofy.AsyncClient = map(to_the_standin, (robofy.Client, robofy.AsyncClient))
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""

Need = Callable[[str], str]


def environment(standin: Standin) -> dict[str, str]:
    """An account at the stand-in, and the library of this build."""
    kept = {name: value for name, value in os.environ.items() if not re.fullmatch(r"(?i)robofy_.*|.*_proxy", name)}
    return {
        **kept,
        "ROBOFY_API_KEY": "key",
        "ROBOFY_PID": "project",
        "ROBOFY_CHATBOT_ID": "agent",
        "ROBOFY_BASE_URL": standin.url,
        "ROBOFY_LIBRARY": str(shared_library()),
        "LD_LIBRARY_PATH": str(shared_library().parent),
        "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
    }


def has_main(text: str) -> bool:
    return re.search(r"\b(int|fn) main\(", text) is not None


def only_defines(text: str) -> bool:
    """Functions of which the reader calls what is of use."""
    return re.search(r"^(?!(?:for|if|switch|while)\b)[a-z][^;{}()]*\([^;{}]*\)\n?\s*\{", text, re.MULTILINE) is not None


def serves(text: str) -> bool:
    """It has no end, and a test of its own."""
    return re.search(r"\bmg_start\(|\bimport WhatsApp\b|\bapp\.run\b|serve_forever", text) is not None


def may_run(text: str) -> bool:
    """It talks to the stand-in or to nobody: the service itself is for nobody's tests."""
    calls_service = re.search(r"robofy_client_new|robofy::[Cc]lient|Client::new", text)
    return not serves(text) and ("ROBOFY_BASE_URL" in text or not calls_service)


def around_statements(text: str) -> str:
    includes = re.compile(r"^#include.*\n", re.MULTILINE)
    return USUAL + "".join(includes.findall(text)) + AROUND_STATEMENTS % includes.sub("", text)


def try_c(example: Example, directory: Path, need: Need, standin: Standin) -> None:
    """C or C++: compiled without a warning; a program, or statements within one, runs to a good end."""
    if has_main(example.text):
        compile_c(example, example.text, directory, need, link=True)
        if not may_run(example.text):
            return
    elif only_defines(example.text):
        compile_c(example, USUAL + example.text, directory, need, link=False)
        return
    else:
        compile_c(example, around_statements(example.text), directory, need, link=True)
    run(example, [str(directory / "example"), "Hello"], standin)


def compile_c(example: Example, text: str, directory: Path, need: Need, *, link: bool) -> None:
    compiler, *language = COMPILERS[example.language]
    command = [need(compiler), *STRICT, *language, "-", f"-I{HEADERS}", "-o", str(directory / "example")]
    packages = [package for header, package in PACKAGES.items() if header in text]
    if packages:
        asked = [need("pkg-config"), "--cflags", "--libs", *packages]
        found = subprocess.run(asked, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if found.returncode:
            pytest.skip(f"{example} needs {', '.join(packages)} for development: {found.stdout}")
        packages = found.stdout.split()
    for header, library in OTHERS.items():
        if header in text:
            if not Path("/usr/include", header.strip("<>")).exists():
                pytest.skip(f"{example} needs {header}, which tests/setup installs")
            packages.append(library)
    command += ["-xnone", *link_shared(), "-lpthread", "-ldl", *packages] if link else ["-Wno-unused-function", "-c"]
    compiled = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if compiled.returncode or compiled.stdout:
        pytest.fail(f"{example} does not compile:\n{compiled.stdout}", pytrace=False)


def try_python(example: Example, directory: Path, standin: Standin) -> None:
    program = directory / "example.py"
    program.write_text(example.text, encoding="utf-8")
    if serves(example.text):
        compile(example.text, str(example), "exec")
        return
    run(example, [sys.executable, "-Werror", "-c", RUN_PYTHON, str(program), "Hello"], standin)


def try_rust(example: Example, directory: Path, need: Need) -> None:
    """A Rust program is compiled against the client of this build."""
    if not has_main(example.text):
        pytest.fail(f"{example} has no main: Rust in a page is a program", pytrace=False)
    crates: dict[str, Path] = {}
    built = (TARGET / "release" / "deps").glob("librobofy*.rlib")
    for rlib in sorted(built, key=lambda path: path.stat().st_mtime):
        crates[rlib.name.removeprefix("lib").rpartition("-")[0]] = rlib
    program = directory / "example.rs"
    program.write_text(example.text, encoding="utf-8")
    command = [need("rustc"), "--edition=2024", "--emit=metadata", "-Dwarnings", f"--out-dir={directory}", str(program)]
    command += [f"-Ldependency={TARGET / 'release' / 'deps'}"]
    command += [f"--extern={name}={rlib}" for name, rlib in crates.items()]
    compiled = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if compiled.returncode:
        pytest.fail(f"{example} does not compile:\n{compiled.stdout}", pytrace=False)


def run(example: Example, command: list[str], standin: Standin) -> None:
    """To a good end, with something to show where it speaks to the agent."""
    ran = subprocess.run(command, env=environment(standin), capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    if ran.returncode or ran.stderr:
        pytest.fail(f"{example} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}", pytrace=False)
