"""What robofy.h declares, for comparison with what the packages bind."""

from __future__ import annotations

import re

from description import described


def declarations() -> str:
    """The header without comments and preprocessor, one declaration a line: what an FFI's parser takes."""
    interface = described()
    numbers = ", ".join(f"ROBOFY_STATUS_{status.name} = {status.number}" for status in interface.statuses)
    lines = [f"typedef enum RobofyStatus {{ {numbers}, }} RobofyStatus"]
    lines += [f"typedef struct Robofy{handle.name} Robofy{handle.name}" for handle in interface.handles]
    lines += [function.signature for function in interface.functions]
    return "".join(f"{line};\n" for line in lines)


def signatures() -> dict[str, list[str]]:
    """Each function's C types, what it returns first."""
    return {
        function.name: [_c_type(str(of)) for of in (function.returns, *(each.type for each in function.parameters))]
        for function in described().functions
    }


def signature(returns: str, takes: str) -> list[str]:
    """The types; const is left out except where it tells who owns a text."""
    taken = [] if takes in ("", "void") else takes.split(",")
    return [_c_type(returns), *(_c_type(re.sub(r"\w+$", "", parameter.strip())) for parameter in taken)]


def without_const(types: list[str]) -> list[str]:
    return [c_type.replace("const ", "") for c_type in types]


def statuses() -> dict[str, int]:
    """The numbers of the statuses, by their names without ROBOFY_STATUS_."""
    return {status.name: status.number for status in described().statuses}


def _c_type(spelled: str) -> str:
    words = spelled.replace("*", " * ").split()
    if "char" not in words:
        words = [word for word in words if word != "const"]
    return " ".join(words)
