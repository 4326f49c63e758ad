"""The package inside of a bundle: PyInstaller's takes the library along, and an archive says what to do."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import zipapp
from pathlib import Path

import pytest
from installing import CHAT, Environment
from standin import Standin

import robofy

SOURCES = Path(robofy.__file__).parent
UNSET = {"ROBOFY_LIBRARY": "", "PYTHONPATH": ""}


def complaint(command: list[object]) -> str:
    ran = subprocess.run(
        [str(word) for word in command], env={**os.environ, **UNSET}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    return ran.stderr


@pytest.fixture
def application(tmp_path: Path) -> Path:
    """A program and the package beside it, without its library."""
    ignored = shutil.ignore_patterns("librobofy.*", "__pycache__")
    shutil.copytree(SOURCES, tmp_path / "application" / "robofy", ignore=ignored)
    (tmp_path / "application" / "__main__.py").write_text("import robofy")
    return tmp_path / "application"


def test_an_archive_says_that_no_library_is_loaded_from_it(application: Path, tmp_path: Path) -> None:
    archive = tmp_path / "application.pyz"
    shutil.copy2(os.environ["ROBOFY_LIBRARY"], application / "robofy" / "librobofy.so")
    zipapp.create_archive(application, archive)
    said = complaint([sys.executable, archive])

    assert "inside an archive, as application.pyz is: have it unpack itself (shiv, pex)" in said
    assert "ROBOFY_LIBRARY" in said


def test_a_bundle_without_the_library_says_how_to_take_it_along(application: Path) -> None:
    said = complaint(
        [sys.executable, "-c", f"import sys; sys.frozen = True; sys.path[:0] = [{str(application)!r}]; import robofy"]
    )

    assert "pyinstaller --collect-binaries robofy" in said
    assert "pip install --force-reinstall" not in said


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("form", ["--onedir", "--onefile"])
def test_pyinstaller_takes_the_library_along(wheel: Path, standin: Standin, tmp_path: Path, form: str) -> None:
    environment = Environment(tmp_path / "venv")
    version = importlib.metadata.version("pyinstaller")
    environment.pip("install", f"pyinstaller == {version}")
    environment.install_offline(wheel)
    program = tmp_path / "program.py"
    program.write_text(CHAT)
    built = environment.run(
        "-m",
        "PyInstaller",
        form,
        "--distpath",
        tmp_path / "dist",
        "--workpath",
        tmp_path / "work",
        "--specpath",
        tmp_path,
        program,
    )
    assert built.returncode == 0, built.stderr

    binary = tmp_path / "dist" / "program" / "program" if form == "--onedir" else tmp_path / "dist" / "program"
    ran = subprocess.run(
        [str(binary), standin.url], env={**os.environ, **UNSET}, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout.splitlines()[1:3]) == (0, ["installed", "UNAUTHORIZED"]), ran.stderr
