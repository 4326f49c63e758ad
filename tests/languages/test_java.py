"""The package for Java, built with javac against the system's JNA and JUnit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from contract import Contract
from gateway import check_gateway
from packages import (
    BINDINGS,
    check_five_lines,
    check_leads_to_an_answer,
    check_more,
    check_webhook,
    copy_of,
    examples_beside,
    run,
    succeed,
)
from standin import ROOT, Standin

PACKAGE = BINDINGS / "java"
_JARS = Path("/usr/share/java")
_JUNIT = [
    "junit-jupiter-api",
    "junit-jupiter-engine",
    "junit-platform-commons",
    "junit-platform-console",
    "junit-platform-engine",
    "junit-platform-launcher",
    "junit-platform-reporting",
    "apiguardian-api",
    "opentest4j",
    "picocli",
]


def jars(*names: str) -> str:
    paths = [_JARS / f"{name}.jar" for name in names]
    missing = [path.name for path in paths if not path.exists()]
    if missing:
        pytest.skip(f"{', '.join(missing)} not found: apt-get install libjna-java junit5")
    return ":".join(map(str, paths))


@pytest.fixture(scope="session")
def package(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("java")
    copy = copy_of(PACKAGE, tmp_path_factory.mktemp("bindings"))
    sources = sorted((copy / "src/main/java/ai/robofy").iterdir())
    options = ["-Xlint:all", "-Xdoclint:all,-missing", "-Werror", "--release", "17", "-cp", jars("jna")]
    succeed([need("javac"), *options, "-d", "target/classes", *sources], cwd=copy)
    return copy


@pytest.fixture(scope="session")
def tests(package: Path) -> list[str]:
    """The command that runs the package's tests, the kinds of which are to be named."""
    path = f"target/classes:{jars('jna', *_JUNIT)}"
    sources = sorted((package / "src/test/java/ai/robofy").iterdir())
    succeed(["javac", "--release", "17", "-cp", path, "-d", "target/tests", *sources], cwd=package)
    launch = ["java", "-Xmx256m", "-cp", f"target/tests:{path}", "org.junit.platform.console.ConsoleLauncher"]
    return [*launch, "--scan-classpath", "target/tests", "--disable-banner", "--details=tree"]


def test_the_java_package(package: Path, tests: list[str], standin: Standin) -> None:
    succeed(tests, standin, package, {"ROBOFY_WEBHOOKS": str(ROOT / "conversation/tests/webhook")})


def test_java_keeps_the_contract(package: Path, tests: list[str], standin: Standin) -> None:
    contract = Contract("java")
    succeed([*tests, "--include-classname=.*ContractTest"], standin, package, contract.environment)
    contract.check()


def test_the_java_tests_message_no_live_service(package: Path, tests: list[str], standin: Standin) -> None:
    done = succeed(
        tests, standin, package, {"ROBOFY_BASE_URL": "https://agents.robofy.ai", "ROBOFY_LIBRARY": "/nowhere"}
    )
    assert "skipped" in done


def test_the_java_program(package: Path, standin: Standin) -> None:
    program = ["java", "-cp", f"target/classes:{jars('jna')}", "chat.java"]
    check_five_lines(program, standin, package)


def test_a_library_that_java_cannot_use_is_named_with_what_to_do(package: Path, standin: Standin) -> None:
    for library in ("/nowhere/librobofy.so", "libc.so.6"):
        program = ["java", "-cp", f"target/classes:{jars('jna')}", "chat.java", "Hello"]
        done = run(program, standin, package, {"ROBOFY_LIBRARY": library})
        assert done.returncode != 0
        assert "point ROBOFY_LIBRARY to the shared library" in done.stderr


def test_the_java_readme_shows_the_programs_and_no_other() -> None:
    programs = [(PACKAGE / name).read_text() for name in ("more.java", "webhook.java", "inbox.java")]
    assert examples_beside(PACKAGE / "chat.java") == programs


def test_the_java_program_of_the_rest(package: Path, standin: Standin) -> None:
    check_more(["java", "-cp", f"target/classes:{jars('jna')}", "more.java"], standin, package)


def test_the_java_program_of_a_webhook(package: Path, standin: Standin) -> None:
    check_webhook(["java", "-cp", f"target/classes:{jars('jna')}", "webhook.java"], standin, package)


def test_the_java_program_from_webhook_to_answer(package: Path, standin: Standin, tmp_path: Path) -> None:
    check_gateway(["java", "-cp", f"target/classes:{jars('jna')}", "inbox.java"], standin, package, tmp_path)


def test_the_java_readme_leads_to_an_answer(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    need("javac")
    command = f"java -cp classes:{jars('jna')} chat.java Hello"
    check_leads_to_an_answer(PACKAGE / "chat.java", command, standin, tmp_path)
