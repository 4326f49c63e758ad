"""Rust: what the command-line tool declares of the library, as rustfmt has it."""

from __future__ import annotations

from interface import Function, Interface, Kind, Type
from words import MARK

_WIDTH = 100
_TYPES = {
    Kind.BOOL: "bool",
    Kind.INT32: "i32",
    Kind.INT64: "i64",
    Kind.UINT32: "u32",
    Kind.UINT64: "u64",
    Kind.STATUS: "RobofyStatus",
    Kind.TEXT: "*const c_char",
    Kind.OWNED_TEXT: "*mut c_char",
    Kind.ERROR_OUT: "*mut *mut RobofyError",
}


def files(interface: Interface) -> dict[str, str]:
    opaque = "\n".join(f"#[repr(C)]\npub struct Robofy{handle.name}([u8; 0]);" for handle in interface.handles)
    numbers = "\n".join(
        f"pub const ROBOFY_STATUS_{status.name}: RobofyStatus = {status.number};" for status in interface.statuses
    )
    enums = "\n".join(
        f"pub const {enum.prefix}{member.name}: u32 = {member.number};"
        for enum in interface.enums
        for member in enum.members
    )
    names = "\n".join(f'    "{status.name.lower()}",' for status in interface.statuses)
    functions = "\n".join(_function(function) for function in interface.functions)
    return {
        "cli/src/c.rs": f"""\
//! The functions of `include/robofy.h`, which says what they do, and the numbers and names of the statuses.
//!
//! {MARK}
#![allow(unsafe_code, missing_docs)]
// All of them: the tool uses some.
#![allow(dead_code)]

use std::ffi::c_char;

{opaque}
pub type RobofyStatus = u32;

{numbers}

{enums}

/// In the order of their numbers.
pub const STATUS_NAMES: [&str; {len(interface.statuses)}] = [
{names}
];

unsafe extern "C" {{
{functions}
}}
"""
    }


def _function(function: Function) -> str:
    takes = [f"{parameter.name}: {_type(parameter.type)}" for parameter in function.parameters]
    returns = "" if function.returns.kind is Kind.NOTHING else f" -> {_type(function.returns)}"
    line = f"    pub fn {function.name}({', '.join(takes)}){returns};"
    if len(line) < _WIDTH:
        return line
    if len(line) == _WIDTH and returns:
        # rustfmt keeps room for a brace, which does not follow here.
        return f"    pub fn {function.name}({', '.join(takes)})\n   {returns};"
    return "\n".join([f"    pub fn {function.name}(", *(f"        {taken}," for taken in takes), f"    ){returns};"])


def _type(of: Type) -> str:
    if of.kind is Kind.HANDLE:
        return f"*{'const' if of.is_const else 'mut'} Robofy{of.handle}"
    return _TYPES[of.kind]
