"""The package for .NET, built and run with Mono."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from c_interface import signatures, without_const
from packages import BINDINGS, check_five_lines, copy_of, examples_beside, run, succeed
from standin import Standin

PACKAGE = BINDINGS / "csharp"


@pytest.fixture(scope="session")
def package(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("mono")
    copy = copy_of(PACKAGE, tmp_path_factory.mktemp("bindings"))
    library = ["-langversion:7", "-warnaserror", "-target:library", "-out:Robofy.dll"]
    succeed([need("mcs"), *library, *sorted((copy / "src").iterdir())], cwd=copy)
    succeed(["mcs", "-langversion:7", "-warnaserror", "-r:Robofy.dll", "chat.cs"], cwd=copy)
    return copy


@pytest.fixture(scope="session")
def nunit(package: Path) -> Path:
    """NUnit's assembly, beside the tests."""
    found = sorted(Path("/usr/lib/cli").glob("nunit.framework-*/nunit.framework.dll"))
    if not found:
        pytest.skip("NUnit is not installed: apt-get install nunit-console libnunit-cil-dev")
    return Path(shutil.copy(found[-1], package))


def test_the_csharp_package(package: Path, nunit: Path, need: Callable[[str], str], standin: Standin) -> None:
    sources = sorted((package / "tests").iterdir())
    compile_tests = ["mcs", "-langversion:7", "-warnaserror", "-target:library", "-r:Robofy.dll", f"-r:{nunit.name}"]
    succeed([*compile_tests, "-out:Tests.dll", *sources], cwd=package)
    runner = [need("nunit-console"), "Tests.dll", "-nologo", "-noxml", "-domain=None", "-process=Single"]
    succeed(runner, standin, package)


def test_the_csharp_program(package: Path, standin: Standin) -> None:
    check_five_lines(["mono", "chat.exe"], standin, package)


def test_a_library_that_csharp_cannot_use_is_named_with_what_to_do(package: Path, standin: Standin) -> None:
    for library in ("/nowhere/librobofy.so", "libc.so.6"):
        done = run(["mono", "chat.exe", "Hello"], standin, package, {"ROBOFY_LIBRARY": library})
        assert done.returncode != 0
        assert "point ROBOFY_LIBRARY to the shared library" in done.stderr


def test_the_csharp_readme_shows_the_program_and_no_other() -> None:
    assert examples_beside(PACKAGE / "chat.cs") == []


_WORDS = {
    "void": "Void",
    "bool": "Bool",
    "int32_t": "Int32",
    "int64_t": "Int64",
    "uint32_t": "UInt32",
    "uint64_t": "UInt64",
    "RobofyStatus": "UInt32",
}
_TAKEN = {
    "char *": "Text",
    "RobofyError * *": "Error",
    "RobofyClient *": "Client",
    "RobofyMessage *": "Message",
    "RobofyOptions *": "Options",
}


def delegate_of(name: str) -> str:
    """The delegates are called after what they return and take; what is freed goes in as the pointer it is."""
    result, *taken = without_const(signatures()[name])
    frees = name.endswith("_free") or name == "robofy_free_string"
    words = [_WORDS.get(each) or ("Pointer" if frees else _TAKEN.get(each, "Pointer")) for each in taken]
    return _WORDS.get(result, "Pointer") + "From" + ("".join(words) or "Nothing")


def test_the_signatures_in_csharp_are_those_of_the_header() -> None:
    native = (PACKAGE / "src" / "Native.cs").read_text()
    bound = re.findall(r"readonly (\w+) \w+ = Library.Function<(\w+)>\(\"(robofy_\w+)\"\)", native)
    assert bound
    for field, delegate, name in bound:
        assert field == delegate == delegate_of(name)
    types = {"Void": "void", "Pointer": "IntPtr", "Bool": "byte", "Int32": "int", "UInt32": "uint", "UInt64": "ulong"}
    for returns, delegate in re.findall(r"delegate (\w+) (\w+)\(", native):
        assert returns == types[delegate.partition("From")[0]]
