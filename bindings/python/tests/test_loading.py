"""A library that is missing or is another one: the import says so, and what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, Optional

import pytest

import robofy

SOURCES = Path(robofy.__file__).parents[1]

IMPORT = """
try:
    import robofy
except ImportError as error:
    print(f"{error.name}|{error.path}|{error}")
"""

Compile = Callable[[str], Path]


@pytest.fixture
def compile_library(need: Callable[[str], str], tmp_path: Path) -> Compile:
    def compiled(code: str) -> Path:
        library = tmp_path / "librobofy.so"
        subprocess.run(
            [need("cc"), "-shared", "-fPIC", "-x", "c", "-o", library, "-"], input=code, text=True, check=True
        )
        return library

    return compiled


def import_error(library: Optional[Path], sources: Path = SOURCES) -> str:
    """What `import robofy` says with ROBOFY_LIBRARY set to this, or unset."""
    environment = {**os.environ, "PYTHONPATH": str(sources), "ROBOFY_LIBRARY": str(library or "")}
    said = subprocess.run([sys.executable, "-c", IMPORT], env=environment, capture_output=True, text=True, check=True)
    name, path, message = said.stdout.strip().split("|")
    assert name == "robofy"
    assert path in message
    assert library is None or path == str(library)
    return message


def test_robofy_library_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    message = import_error(tmp_path / "absent.so")

    assert "No such file" in message
    assert "ROBOFY_LIBRARY" in message
    assert "unset it" in message


def test_robofy_library_names_a_file_that_is_no_library(tmp_path: Path) -> None:
    text = tmp_path / "librobofy.so"
    text.write_text("not a library")

    assert "unset it" in import_error(text)


def test_robofy_library_names_another_library(compile_library: Compile) -> None:
    message = import_error(compile_library("int other(void) { return 0; }"))

    assert "robofy_version" in message
    assert "unset it" in message


def test_a_library_of_another_minor_version(compile_library: Compile) -> None:
    message = import_error(compile_library('const char *robofy_version(void) { return "0.999.0"; }'))

    assert "is robofy 0.999.0, and this package is" in message
    assert robofy.__version__ in message
    assert "unset it" in message


def test_a_library_that_lacks_a_function(compile_library: Compile) -> None:
    code = f'const char *robofy_version(void) {{ return "{robofy.__version__}"; }}'

    assert "undefined symbol: robofy_" in import_error(compile_library(code))


def test_no_library_anywhere_names_every_place_and_says_to_install_one(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("librobofy.*", "__pycache__")
    shutil.copytree(SOURCES / "robofy", tmp_path / "robofy", ignore=ignored)
    message = import_error(None, sources=tmp_path)

    for name in ("librobofy.so.0", "librobofy.so"):
        assert f"{name}: cannot open shared object file" in message
    assert str(tmp_path) not in message
    assert f"install robofy {robofy.__version__}" in message
    assert "ROBOFY_LIBRARY" in message


def test_a_patch_release_is_the_same_interface(tmp_path: Path) -> None:
    shutil.copytree(SOURCES / "robofy", tmp_path / "robofy", ignore=shutil.ignore_patterns("__pycache__"))
    major, minor, _ = robofy.__version__.split(".")
    (tmp_path / "robofy" / "_version.py").write_text(f'__version__ = "{major}.{minor}.999"\n')
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    subprocess.run([sys.executable, "-c", "import robofy"], env=environment, check=True)
