"""Reads `robofy.h` with libclang, which has its types and its comments from one parse.

rustdoc's JSON would need a nightly compiler and says nothing of C's types; pycparser drops the comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import comment
from clang.cindex import Cursor, CursorKind, Index, TranslationUnit, TypeKind  # type: ignore[import-untyped]
from clang.cindex import Type as ClangType
from interface import Function, Handle, Interface, InterfaceError, Kind, Parameter, Status, StreamEventKind, Type
from option import options_of

_VERSION = re.compile(r'^#define ROBOFY_VERSION "(.+)"$', re.MULTILINE)
_STATUS, _EVENT_KIND = "RobofyStatus", "RobofyStreamEventKind"
_EVENT_KINDS = "ROBOFY_STREAM_EVENT_KIND_"
_HANDLE = re.compile(r"(?:const )?Robofy([A-Z]\w*)")
_NUMBERS = {kind.value: kind for kind in (Kind.BOOL, Kind.INT32, Kind.INT64, Kind.UINT32, Kind.UINT64, Kind.STATUS)}
# Any other enum is a number.
_NUMBERS[_EVENT_KIND] = Kind.UINT32
# Enough of the headers that it includes for a parse without a compiler's own.
_STANDARD = {
    "stdbool.h": "typedef _Bool bool;\n",
    "stdint.h": "".join(
        f"typedef {'un' * unsigned}signed {c_type} {'u' * unsigned}int{bits}_t;\n"
        for bits, c_type in ((8, "char"), (16, "short"), (32, "int"), (64, "long long"))
        for unsigned in (False, True)
    ),
}


def read(path: Path) -> Interface:
    cursors = list(_declarations(path))
    version = _VERSION.search(path.read_text(encoding="utf-8"))
    if not version:
        raise InterfaceError(f"{path} has no ROBOFY_VERSION")
    functions = tuple(_function(cursor) for cursor in cursors if cursor.kind == CursorKind.FUNCTION_DECL)
    return Interface(
        version=version[1],
        functions=functions,
        handles=tuple(_handle(cursor) for cursor in cursors if _is_handle(cursor)),
        statuses=tuple(Status(*member) for member in _members(cursors, _STATUS, "ROBOFY_STATUS_")),
        event_kinds=tuple(StreamEventKind(*each) for each in _members(cursors, _EVENT_KIND, _EVENT_KINDS)),
        options=options_of(functions),
    )


def _declarations(path: Path) -> Iterator[Cursor]:
    standard = [(f"/standard/{name}", text) for name, text in _STANDARD.items()]
    arguments = ["-x", "c", "-std=c11", "-nostdinc", "-I/standard"]
    unit = TranslationUnit.from_source(str(path), arguments, unsaved_files=standard, index=Index.create())
    for problem in unit.diagnostics:
        raise InterfaceError(f"{path}:{problem.location.line}: {problem.spelling}")
    for cursor in unit.cursor.get_children():
        if cursor.location.file and cursor.location.file.name == str(path):
            yield cursor


def _is_handle(cursor: Cursor) -> bool:
    is_type = cursor.kind == CursorKind.TYPEDEF_DECL and bool(cursor.raw_comment)
    return is_type and cursor.spelling not in (_STATUS, _EVENT_KIND)


def _handle(cursor: Cursor) -> Handle:
    told = comment.parse(cursor.raw_comment)
    return Handle(cursor.spelling.removeprefix("Robofy"), told.text, told.since)


def _members(cursors: list[Cursor], enum: str, prefix: str) -> Iterator[tuple[str, int, str]]:
    before = ""
    for cursor in cursors:
        if cursor.kind == CursorKind.ENUM_DECL and cursor.spelling == enum:
            for member in cursor.get_children():
                # libclang gives the comment of the member before to one that has none.
                raw, before = "" if member.raw_comment == before else member.raw_comment, member.raw_comment
                yield member.spelling.removeprefix(prefix), member.enum_value, comment.parse(raw).text


def _function(cursor: Cursor) -> Function:
    if not cursor.raw_comment:
        raise InterfaceError(f"{cursor.spelling} has no comment")
    told = comment.parse(cursor.raw_comment)
    arguments = list(cursor.get_arguments())
    names = {argument.spelling for argument in arguments}
    if names != set(told.parameters):
        odd = ", ".join(sorted(names ^ set(told.parameters)))
        raise InterfaceError(f"{cursor.spelling}: the comment and the prototype differ in {odd}")
    return Function(
        name=cursor.spelling,
        returns=_type(cursor.result_type, cursor.spelling),
        parameters=tuple(
            Parameter(argument.spelling, _type(argument.type, cursor.spelling), told.parameters[argument.spelling])
            for argument in arguments
        ),
        text=told.text,
        returns_text=told.returns,
        since=told.since,
    )


def _type(of: ClangType, function: str) -> Type:
    if of.kind == TypeKind.VOID:
        return Type(Kind.NOTHING)
    if of.spelling in _NUMBERS:
        return Type(_NUMBERS[of.spelling])
    if of.kind == TypeKind.POINTER:
        target = of.get_pointee()
        if target.kind == TypeKind.CHAR_S:
            return Type(Kind.TEXT if target.is_const_qualified() else Kind.OWNED_TEXT)
        if of.spelling == Kind.ERROR_OUT.value:
            return Type(Kind.ERROR_OUT)
        if handle := _HANDLE.fullmatch(target.spelling):
            return Type(Kind.HANDLE, handle[1], target.is_const_qualified())
    raise InterfaceError(f"{function} has a type that no binding knows: {of.spelling}")
