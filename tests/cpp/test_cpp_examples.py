"""The C++ examples and the programs of the documentation, as a newcomer compiles and runs them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cpp_programs import BINARIES, compile_cpp
from library import HEADERS
from standin import ROOT, Standin
from waiting import wait_until

EXAMPLES = ROOT / "examples"
README = (ROOT / "bindings" / "cpp" / "README.md").read_text()
*PROGRAMS, WITH_FAKE = re.findall(r"```cpp\n(.*?)```", README, flags=re.DOTALL)
ACCOUNT = {"ROBOFY_API_KEY": "demo-key", "ROBOFY_PID": "project-1", "ROBOFY_CHATBOT_ID": "agent-1"}


@pytest.fixture(scope="module")
def chat(need: Callable[[str], str]) -> Path:
    return compile_cpp(need("g++"), [EXAMPLES / "chat.cpp"], BINARIES / "example" / "chat", "-std=c++17")


@pytest.fixture(scope="module")
def gateway(need: Callable[[str], str]) -> Path:
    source = EXAMPLES / "gateway_loop.cpp"
    return compile_cpp(need("g++"), [source], BINARIES / "example" / "gateway_loop", "-std=c++20")


def start(program: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ROBOFY_")}
    return subprocess.Popen(
        [str(program), *arguments],
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(process: subprocess.Popen[str]) -> tuple[list[str], str, int]:
    output, errors = process.communicate(timeout=120)
    return output.splitlines(), errors, process.returncode


class TestChat:
    def test_it_holds_a_conversation(self, chat: Path, standin: Standin) -> None:
        lines, errors, status = outcome(start(chat, "I am Ana", "Who am I?", **ACCOUNT, ROBOFY_BASE_URL=standin.url))
        assert lines == [
            "you: I am Ana",
            'agent: Hello! You wrote: "I am Ana".',
            "you: Who am I?",
            'agent: You wrote: "Who am I?". Before that you wrote: "I am Ana".',
        ]
        assert (errors, status) == ("", 0)

    def test_it_says_what_is_wrong_and_fails(self, chat: Path, standin: Standin) -> None:
        lines, errors, status = outcome(start(chat, "!status=401", "never", **ACCOUNT, ROBOFY_BASE_URL=standin.url))
        assert lines == ["you: !status=401"]
        assert "401 UNAUTHORIZED" in errors
        assert status == 1

    @pytest.mark.parametrize(("variable", "parameter"), [("ROBOFY_API_KEY", "api_key"), ("ROBOFY_PID", "pid")])
    def test_it_names_what_was_not_set(self, chat: Path, standin: Standin, variable: str, parameter: str) -> None:
        account = {name: value for name, value in ACCOUNT.items() if name != variable}
        _, errors, status = outcome(start(chat, "Hello", **account, ROBOFY_BASE_URL=standin.url))
        assert parameter in errors
        assert status == 1

    def test_it_says_how_it_is_called(self, chat: Path) -> None:
        _, errors, status = outcome(start(chat))
        assert "MESSAGE..." in errors
        assert status == 2


def test_the_hello_program_says_what_is_wrong_and_fails(need: Callable[[str], str], standin: Standin) -> None:
    hello = compile_cpp(need("g++"), [EXAMPLES / "hello.cpp"], BINARIES / "example" / "hello", "-std=c++17")
    lines, errors, status = outcome(start(hello, "!status=401", **ACCOUNT, ROBOFY_BASE_URL=standin.url))
    assert "401 UNAUTHORIZED" in errors
    assert (lines, status) == ([], 1)


class TestGatewayLoop:
    def test_every_user_is_answered_twice(self, gateway: Path, start_standin: Callable[..., Standin]) -> None:
        standin = start_standin("--delay-ms", "1000")
        lines, errors, status = outcome(start(gateway, "200", **ACCOUNT, ROBOFY_BASE_URL=standin.url))
        assert (errors, status) == ("", 0)
        assert lines[-1] == "200 of 200 answered, 0 failed"
        assert standin.stats()["requests"] == 400
        assert standin.stats()["max_in_flight"] > 100

    def test_ctrl_c_ends_it_with_a_summary(self, gateway: Path, start_standin: Callable[..., Standin]) -> None:
        standin = start_standin("--delay-ms", "60000")
        process = start(gateway, "50", **ACCOUNT, ROBOFY_BASE_URL=standin.url)
        wait_until(lambda: standin.stats()["in_flight"] == 50)
        process.send_signal(signal.SIGINT)
        lines, errors, status = outcome(process)
        assert (errors, status) == ("", 130)
        assert lines[-1] == "stopped: 0 of 50 answered, 0 failed"

    def test_failures_are_counted_and_one_is_shown(self, gateway: Path) -> None:
        lines, errors, status = outcome(start(gateway, "20", **ACCOUNT, ROBOFY_BASE_URL="http://127.0.0.1:1"))
        assert lines[-1] == "0 of 20 answered, 20 failed"
        assert re.fullmatch(r"user \d+: could not reach the service.*\n", errors)
        assert status == 1

    def test_it_says_how_it_is_called(self, gateway: Path) -> None:
        lines, errors, status = outcome(start(gateway, "--help"))
        assert "gateway_loop [USERS]" in lines[0]
        assert (errors, status) == ("", 0)
        for wrong in (["many"], ["0"], ["-1"], ["1", "2"], ["1x"], [""]):
            lines, errors, status = outcome(start(gateway, *wrong))
            assert "gateway_loop [USERS]" in errors
            assert (lines, status) == ([], 2)


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_a_program_of_the_readme_runs(
    need: Callable[[str], str], start_standin: Callable[..., Standin], tmp_path: Path, number: int
) -> None:
    standin = start_standin("--stream-path", "/v1/ai-agent/events")
    source = tmp_path / "program.cpp"
    # The reader's program talks to the service; here its options say where the stand-in is.
    options = 'robofy::Options().set_base_url(std::getenv("ROBOFY_BASE_URL"))'
    text = PROGRAMS[number].replace("robofy::Options()", options)
    source.write_text(text.replace("Client client;", f"Client client({options});"))
    program = compile_cpp(need("g++"), [source], tmp_path / "program", "-std=c++17")
    lines, errors, status = outcome(start(program, **ACCOUNT, ROBOFY_BASE_URL=standin.url))
    assert (errors, status) == ("", 0)
    assert lines[0] == 'Hello! You wrote: "Hello".'


def test_the_test_of_the_readme_passes(need: Callable[[str], str], tmp_path: Path) -> None:
    source = tmp_path / "test.cpp"
    source.write_text(WITH_FAKE)
    program = compile_cpp(need("g++"), [source], tmp_path / "test", "-std=c++17", link=list)
    assert outcome(start(program)) == ([], "", 0)


def test_the_readme_has_every_error_class() -> None:
    header = (HEADERS / "robofy" / "errors.hpp").read_text()
    assert re.findall(r"^\| `(\w+Error)` \|", README, re.MULTILINE) == re.findall(r"class (\w+Error) : public", header)
