"""The package for Java, built with javac against the system's JNA and JUnit."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from c_interface import signatures, without_const
from packages import BINDINGS, check_five_lines, copy_of, examples_beside, run, succeed
from standin import Standin

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
    options = ["-Xlint:all", "-Werror", "--release", "17", "-cp", jars("jna")]
    succeed([need("javac"), *options, "-d", "target/classes", *sources], cwd=copy)
    return copy


def test_the_java_package(package: Path, standin: Standin) -> None:
    path = f"target/classes:{jars('jna', *_JUNIT)}"
    sources = sorted((package / "src/test/java/ai/robofy").iterdir())
    succeed(["javac", "--release", "17", "-cp", path, "-d", "target/tests", *sources], cwd=package)
    launch = ["java", "-Xmx256m", "-cp", f"target/tests:{path}", "org.junit.platform.console.ConsoleLauncher"]
    succeed([*launch, "--scan-classpath", "target/tests", "--disable-banner"], standin, package)


def test_the_java_program(package: Path, standin: Standin) -> None:
    program = ["java", "-cp", f"target/classes:{jars('jna')}", "chat.java"]
    check_five_lines(program, standin, package)


def test_a_library_that_java_cannot_use_is_named_with_what_to_do(package: Path, standin: Standin) -> None:
    for library in ("/nowhere/librobofy.so", "libc.so.6"):
        program = ["java", "-cp", f"target/classes:{jars('jna')}", "chat.java", "Hello"]
        done = run(program, standin, package, {"ROBOFY_LIBRARY": library})
        assert done.returncode != 0
        assert "point ROBOFY_LIBRARY to the shared library" in done.stderr


def test_the_java_readme_shows_the_program_and_no_other() -> None:
    assert examples_beside(PACKAGE / "chat.java") == []


_PLAIN = {"void": "void", "bool": "byte", "RobofyStatus": "int", "RobofyError * *": "PointerByReference"}


def in_java(c: str, parameter: bool) -> str:
    if c == "char *" and parameter:
        return "byte[]"
    if c in _PLAIN:
        return _PLAIN[c]
    return "Pointer" if c.endswith("*") else "long" if "64" in c else "int"


def test_the_signatures_in_java_are_those_of_the_header() -> None:
    native = (PACKAGE / "src/main/java/ai/robofy/Native.java").read_text()
    bound = re.findall(r"static native (\S+) (robofy_\w+)\((.*?)\);", native)
    assert bound
    for returns, name, parameters in bound:
        result, *taken = without_const(signatures()[name])
        expected = [in_java(each, parameter=name != "robofy_free_string") for each in taken]
        assert (returns, [each.split()[0] for each in parameters.split(", ") if each]) == (
            in_java(result, parameter=False),
            expected,
        ), name
