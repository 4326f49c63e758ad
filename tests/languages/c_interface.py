"""What robofy.h declares, for comparison with what the packages bind."""

from __future__ import annotations

import re

from library import HEADERS

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_CPLUSPLUS = re.compile(r"#ifdef __cplusplus.*?#endif", re.DOTALL)
_PREPROCESSOR = re.compile(r"^#(?:.*\\\n)*.*$", re.MULTILINE)
_FUNCTION = re.compile(r"^(?P<returns>[\w ]+[ *])(?P<name>robofy_\w+)\((?P<takes>[^)]*)\);$", re.MULTILINE)


def declarations() -> str:
    """The header without comments and preprocessor, one declaration a line: what an FFI's parser takes."""
    code = _PREPROCESSOR.sub("", _CPLUSPLUS.sub("", _COMMENT.sub("", (HEADERS / "robofy.h").read_text())))
    statements = re.findall(r"[^;{]+(?:{[^}]*}[^;]*)?;", code)
    return "".join(" ".join(statement.split()) + "\n" for statement in statements)


def signatures() -> dict[str, list[str]]:
    """Each function's C types, what it returns first."""
    return {match["name"]: signature(match["returns"], match["takes"]) for match in _FUNCTION.finditer(declarations())}


def signature(returns: str, takes: str) -> list[str]:
    """The types; const is left out except where it tells who owns a text."""
    taken = [] if takes in ("", "void") else takes.split(",")
    return [_c_type(returns), *(_c_type(re.sub(r"\w+$", "", parameter.strip())) for parameter in taken)]


def without_const(types: list[str]) -> list[str]:
    return [c_type.replace("const ", "") for c_type in types]


def statuses() -> dict[str, int]:
    """The numbers of the statuses, by their names without ROBOFY_STATUS_."""
    return {name: int(number) for name, number in re.findall(r"ROBOFY_STATUS_(\w+) = (\d+)", declarations())}


def _c_type(spelled: str) -> str:
    words = spelled.replace("*", " * ").split()
    if "char" not in words:
        words = [word for word in words if word != "const"]
    return " ".join(words)
