"""The wheel that is published: for every Python 3 from 3.9 on, on every Linux with a C library that is not too old."""

import email
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection
from installing import Environment, pythons
from standin import ROOT, Standin

import robofy

pytestmark = pytest.mark.timeout(1200)

README = (ROOT / "bindings" / "python" / "README.md").read_text()
SOURCES = ROOT / "bindings" / "python" / "src" / "robofy"
MODULES = {str(path.relative_to(SOURCES)) for path in SOURCES.rglob("*.py")}


@pytest.fixture(scope="session")
def library(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library inside of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return Path(archive.extract("robofy/librobofy.so", tmp_path_factory.mktemp("library")))


@pytest.mark.parametrize("version", pythons())
def test_it_serves_this_python_without_rust_or_network(
    version: str, wheel: Path, standin: Standin, tmp_path: Path
) -> None:
    environment = Environment(tmp_path / "venv", pythons()[version])
    environment.install_offline(wheel)

    assert "site-packages" in environment.chat(standin).parts
    environment.pip("check")


def test_uninstalled_it_leaves_nothing(wheel: Path, standin: Standin, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "venv")
    before = environment.files()
    environment.install_offline(wheel)
    assert environment.files() > before
    environment.chat(standin)
    environment.pip("uninstall", "--yes", "robofy")

    assert environment.files() == before
    assert environment.run("-c", "import robofy").returncode != 0


def test_the_name_is_for_every_python_3_of_one_platform(wheel: Path) -> None:
    name, version, python, abi, platform = wheel.stem.split("-")

    assert (name, version, python, abi) == ("robofy", robofy.__version__, "py3", "none")
    assert all(re.fullmatch(rf"manylinux\w+_{os.uname().machine}", tag) for tag in platform.split("."))


def test_the_tag_is_the_lowest_that_the_symbols_allow(wheel: Path, library: Path) -> None:
    with library.open("rb") as file:
        needs = ELFFile(file).get_section_by_name(".gnu.version_r")
        assert isinstance(needs, GNUVerNeedSection)
        versions = [version.name for _, wanted in needs.iter_versions() for version in wanted]
    newest = max(tuple(map(int, re.findall(r"\d+", name))) for name in versions if name.startswith("GLIBC_"))
    tags = re.findall(r"manylinux_(\d+)_(\d+)_", wheel.stem)

    assert tags == [tuple(map(str, newest))]


def test_auditwheel_passes_it_and_the_readme_has_its_tag(wheel: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "auditwheel", "show", wheel], capture_output=True, text=True, check=True
    ).stdout
    (tag,) = re.findall(r'platform tag:\s+"(\w+)"', shown)

    assert tag in wheel.stem
    assert f"`py3-none-{tag.replace(os.uname().machine, 'x86_64')}`" in README


def test_it_holds_the_package_its_library_and_licences_and_nothing_else(wheel: Path) -> None:
    metadata = f"robofy-{robofy.__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        files = {member.filename for member in archive.infolist() if not member.is_dir()}
        licences = {name: archive.read(name) for name in files if "/licenses/" in name}
        about = email.message_from_bytes(archive.read(f"{metadata}/METADATA"))

    package = {f"robofy/{name}" for name in (*MODULES, "py.typed", "librobofy.so")}
    described = {f"{metadata}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")}
    assert files == package | described | set(licences)
    assert licences == {
        f"{metadata}/licenses/{name}": (ROOT / name).read_bytes()
        for name in ("LICENSE-MIT", "LICENSE-APACHE", "LICENSE-LMDB")
    }
    assert about["License-Expression"] == "(MIT OR Apache-2.0) AND OLDAP-2.8"
    assert about["Requires-Python"] == ">=3.9"
    assert about.get_all("Requires-Dist") is None


def test_the_library_has_no_debug_sections_no_search_path_and_no_path_of_this_machine(library: Path) -> None:
    with library.open("rb") as file:
        elf = ELFFile(file)
        sections = {section.name for section in elf.iter_sections()}
        dynamic = elf.get_section_by_name(".dynamic")
        assert isinstance(dynamic, DynamicSection)
        tags = {tag.entry.d_tag for tag in dynamic.iter_tags()}

    assert not [name for name in sections if name.startswith((".debug", ".symtab"))]
    assert not {"DT_RPATH", "DT_RUNPATH"} & tags
    assert str(ROOT).encode() not in library.read_bytes()
    assert str(Path.home()).encode() + b"/" not in library.read_bytes()


@pytest.mark.parametrize("date", [{}, {"SOURCE_DATE_EPOCH": "1700000000"}], ids=["no date", "a date"])
def test_made_twice_it_and_the_sdist_have_the_same_bytes(date: dict[str, str], tmp_path: Path) -> None:
    made = []
    for name in ("once", "again"):
        make = [sys.executable, str(ROOT / "bindings" / "python" / "distribute.py"), "--out"]
        subprocess.run([*make, str(tmp_path / name)], env={**os.environ, **date}, capture_output=True, check=True)
        made.append({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()})

    assert len(made[0]) == 2
    assert made[0] == made[1]


def test_a_platform_whose_tag_auditwheel_cannot_tell_is_refused() -> None:
    make = [sys.executable, str(ROOT / "bindings" / "python" / "distribute.py"), "x86_64-unknown-linux-musl"]
    refused = subprocess.run(make, capture_output=True, text=True, check=False)

    assert refused.returncode == 2
    assert "x86_64-unknown-linux-musl: auditwheel knows tags for Linux with glibc" in refused.stderr
