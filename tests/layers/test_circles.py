"""The circle checker finds circles, and only those."""

from __future__ import annotations

from pathlib import Path

import circles
import pytest


def found(root: Path, files: dict[str, str]) -> list[list[str]]:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    graph = circles.Crate(root).graph()
    return [[str(file.relative_to(root)) for file in circle] for circle in circles.circles(graph)]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("use crate::b::B;", "use crate::a::A;"),
        ("use super::b;", "use super::a::{self, A};"),
        ("use crate::{b::{B, self as other}};", "fn f() { crate::a::f::<u8>() }"),
        ("fn f(b: &super::b::B) {}", "pub(crate) use crate::a::*;"),
        ("use crate::c::C as D;", "use crate::A;"),
        ("use crate::b::{\n    B, // the first\n    C,\n};", "fn f(a: &impl Into<super::a::A>) {}"),
    ],
)
def test_a_circle_is_found(tmp_path: Path, a: str, b: str) -> None:
    names = "mod a;\nmod b;\nmod c;\npub use a::A;\n"
    files = {"lib.rs": names, "a.rs": a, "b.rs": b, "c/mod.rs": "pub use super::b::C;\n"}
    [circle] = found(tmp_path, files)
    assert set(circle) == {"a.rs", "b.rs"}


@pytest.mark.parametrize(
    "b",
    [
        "//! See [`A`](crate::a::A).\nuse std::fmt;\n",
        'const TEXT: &str = "crate::a::A";\n',
        "pub(in crate::a) struct B;\n",
        "#[cfg(test)]\nmod tests {\n    use crate::a::A;\n\n    mod deep {\n        use crate::a::A;\n    }\n}\n",
        "use a::A;\n",
    ],
)
def test_what_is_no_use_makes_no_circle(tmp_path: Path, b: str) -> None:
    assert found(tmp_path, {"lib.rs": "mod a;\nmod b;\n", "a.rs": "use crate::b::B;\n", "b.rs": b}) == []


def test_a_re_exported_name_is_used_from_the_file_that_defines_it(tmp_path: Path) -> None:
    files = {
        "main.rs": "mod x;\nuse x::A;\n",
        "x/mod.rs": "mod a;\nmod b;\npub(crate) use self::a::A;\nuse self::b::B;\n",
        "x/a.rs": "pub(crate) struct A;\n",
        "x/b.rs": "use super::A;\npub(crate) struct B(A);\n",
    }
    assert found(tmp_path, files) == []
    files["x/b.rs"] = "use super::C;\n"
    assert found(tmp_path, files) == [["x/mod.rs", "x/b.rs", "x/mod.rs"]]


def test_a_crowded_folder_is_named(tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / f"{number}.rs").touch()
    assert list(circles.crowded(tmp_path)) == []
    (tmp_path / "mod.rs").touch()
    assert list(circles.crowded(tmp_path)) == [f"{tmp_path} holds 9 files, more than 8"]
