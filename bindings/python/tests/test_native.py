"""The signatures that the package declares are those of the C header."""

import ctypes
import re
import subprocess
from enum import IntEnum
from typing import Any, Callable

import pytest
from pycparser import c_ast, c_parser
from standin import ROOT

import robofy
from robofy import _declarations, _native

FIXED_WIDTH = "typedef int int32_t; typedef unsigned uint32_t; typedef long int64_t; typedef unsigned long uint64_t;"

CTYPES = {
    "void": None,
    "_Bool": ctypes.c_bool,
    "int": ctypes.c_int,
    "int32_t": ctypes.c_int32,
    "uint32_t": ctypes.c_uint32,
    "int64_t": ctypes.c_int64,
    "uint64_t": ctypes.c_uint64,
    "RobofyStreamEventKind": ctypes.c_uint32,
    "RobofyEventKind": ctypes.c_uint32,
    "RobofyAccept": ctypes.c_uint32,
    "RobofyOutcomeKind": ctypes.c_uint32,
    "RobofyStatus": ctypes.c_uint32,  # what gcc and clang take for an enum without negative numbers
    "const char *": ctypes.c_char_p,
    "char *": ctypes.c_void_p,
}


@pytest.fixture(scope="module")
def declarations(need: Callable[[str], str]) -> c_ast.FileAST:
    header = (ROOT / "include" / "robofy.h").read_text()
    no_includes = re.sub(r"^#include.*", "", header, flags=re.MULTILINE)
    preprocess = [need("cc"), "-E", "-P", "-D", "bool=_Bool", "-x", "c", "-"]
    code = subprocess.run(preprocess, input=no_includes, capture_output=True, text=True, check=True).stdout
    return c_parser.CParser().parse(FIXED_WIDTH + code)


@pytest.fixture(scope="module")
def functions(declarations: c_ast.FileAST) -> dict[str, c_ast.FuncDecl]:
    return {
        declaration.name: declaration.type
        for declaration in declarations.ext
        if isinstance(declaration, c_ast.Decl) and isinstance(declaration.type, c_ast.FuncDecl)
    }


def c_name(node: Any) -> str:
    """The type as C spells it; const counts where it tells who owns a string."""
    if isinstance(node, c_ast.PtrDecl):
        pointed = c_name(node.type)
        return f"{pointed}*" if pointed.endswith("*") else f"{pointed} *"
    if isinstance(node, c_ast.TypeDecl):
        name = " ".join(node.type.names)
        return f"const {name}" if name == "char" and "const" in node.quals else name
    return c_name(node.type)


def as_ctypes(name: str) -> Any:
    if name in CTYPES:
        return CTYPES[name]
    pointed, star, rest = name.rpartition("*")
    assert (star, rest) == ("*", ""), f"{name} has no counterpart in ctypes here"
    pointed = pointed.strip()
    return ctypes.POINTER(as_ctypes(pointed) if pointed.endswith("*") else getattr(_declarations, pointed))


def parameters(function: c_ast.FuncDecl) -> list[str]:
    names = [c_name(parameter) for parameter in function.args.params]
    return [] if names == ["void"] else names


def test_every_function_of_the_header_is_declared_and_no_other(functions: dict[str, c_ast.FuncDecl]) -> None:
    assert set(functions) == set(_declarations.SIGNATURES)


@pytest.mark.parametrize("name", _declarations.SIGNATURES)
def test_a_function_takes_and_gives_what_the_header_says(functions: dict[str, c_ast.FuncDecl], name: str) -> None:
    returns, takes = _declarations.SIGNATURES[name]

    assert returns is as_ctypes(c_name(functions[name].type))
    assert takes == [as_ctypes(parameter) for parameter in parameters(functions[name])]


ENUMS = [
    (robofy.Status, "STATUS"),
    (robofy.StreamEventKind, "STREAM_EVENT_KIND"),
    (robofy.Dialect, "DIALECT"),
    (robofy.webhook.Channel, "CHANNEL"),
    (robofy.webhook.EventKind, "EVENT_KIND"),
    (robofy.Accept, "ACCEPT"),
    (robofy.OutcomeKind, "OUTCOME_KIND"),
    (robofy.MediaPolicy, "MEDIA_POLICY"),
]


@pytest.mark.parametrize(("enum", "prefix"), ENUMS)
def test_an_enum_has_the_names_and_numbers_of_the_header(
    declarations: c_ast.FileAST, enum: type[IntEnum], prefix: str
) -> None:
    (declared,) = (
        declaration.type.type
        for declaration in declarations.ext
        if isinstance(declaration, c_ast.Typedef) and declaration.name == f"Robofy{enum.__name__}"
    )
    numbers = {value.name: int(value.value.value) for value in declared.values.enumerators}

    assert numbers == {f"ROBOFY_{prefix}_{member.name}": member.value for member in enum}


def test_the_packages_version_is_the_librarys() -> None:
    assert _native.lib.robofy_version().decode() == robofy.__version__


@pytest.mark.parametrize("status", robofy.Status)
def test_a_status_has_the_librarys_name(status: robofy.Status) -> None:
    assert status.label == status.name.lower()


def test_a_status_that_the_library_does_not_have_is_unknown() -> None:
    assert robofy.Status(99).label == "unknown"
