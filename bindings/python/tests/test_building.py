"""Every way of building the package ends with one that chats; what stands in the way is said.

The library is compiled without optimisation here, which is a matter of time alone: `distribute.py` builds the real one.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from installing import NO_TOOLS, Environment
from standin import ROOT, TARGET, Standin

from hatch_build import platform_tag

pytestmark = pytest.mark.timeout(1200)

NOT_SOURCES = shutil.ignore_patterns("target", ".git", "__pycache__", ".*_cache", "dist", "librobofy.*")
WITH_RUST = {
    "CARGO_TARGET_DIR": str(TARGET / "python-packaging" / "target"),
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
}


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "venv")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The package's directory in a copy of the checkout, so that no build touches the checkout itself."""
    shutil.copytree(ROOT, tmp_path / "checkout", ignore=NOT_SOURCES)
    return tmp_path / "checkout" / "bindings" / "python"


def test_pip_installs_from_a_checkout(environment: Environment, project: Path, standin: Standin) -> None:
    environment.pip("install", project, **WITH_RUST)

    installed = environment.chat(standin)
    assert "site-packages" in installed.parts
    assert Path(installed, "librobofy.so").is_file()


def test_an_editable_install_runs_the_sources(environment: Environment, project: Path, standin: Standin) -> None:
    for _ in range(2):
        environment.pip("install", "--editable", project, **WITH_RUST)
        assert environment.chat(standin) == project / "src" / "robofy"


def test_pip_installs_from_the_sdist(environment: Environment, sdist: Path, standin: Standin) -> None:
    environment.pip("install", sdist, **WITH_RUST)

    assert "site-packages" in environment.chat(standin).parts


def test_the_sdist_holds_the_rust_sources_and_nothing_for_their_development(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        files = {name.split("/", 1)[1] for name in archive.getnames()}

    assert {"rust/Cargo.toml", "rust/Cargo.lock", "rust/src/lib.rs", "rust/client/src/lib.rs"} <= files
    assert {"LICENSE-MIT", "LICENSE-APACHE", "LICENSE-LMDB", "README.md", "src/robofy/py.typed"} <= files
    # Units have their tests beside them.
    of_tests = ("rust/tests/", "rust/client/tests/", "tests/")
    assert not [name for name in files if "standin" in name or name.startswith(of_tests)]
    assert not [name for name in files if name.endswith(".so")]


def test_an_unpacked_sdist_makes_the_same_sdist(sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path)
    unpacked = tmp_path / sdist.name[: -len(".tar.gz")]
    build = [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--outdir"]
    subprocess.run([*build, str(tmp_path), str(unpacked)], capture_output=True, check=True)

    assert contents(tmp_path / sdist.name) == contents(sdist)


def contents(sdist: Path) -> dict[str, bytes]:
    with tarfile.open(sdist) as archive:
        opened = {member.name: archive.extractfile(member) for member in archive}
        return {name: file.read() for name, file in opened.items() if file}


@pytest.mark.parametrize("source", ["checkout", "sdist"])
def test_without_cargo_the_build_says_to_install_rust(
    source: str, environment: Environment, request: pytest.FixtureRequest
) -> None:
    built_from = request.getfixturevalue({"checkout": "project", "sdist": "sdist"}[source])
    refused = environment.run("-m", "pip", "install", built_from, PATH=NO_TOOLS)

    assert refused.returncode != 0
    assert "https://rustup.rs" in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr


def test_away_from_the_rust_sources_the_build_says_so(environment: Environment, project: Path, tmp_path: Path) -> None:
    alone = tmp_path / "nowhere" / "near" / "python"
    shutil.copytree(project, alone)
    refused = environment.run("-m", "pip", "install", alone)

    assert refused.returncode != 0
    assert "they are not here" in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr


def test_for_another_platform_without_zigbuild_the_build_says_what_to_install(
    environment: Environment, project: Path, need_cargo_alone: str
) -> None:
    target = {"ROBOFY_WHEEL_TARGET": "x86_64-unknown-linux-gnu.2.17", "PATH": need_cargo_alone}
    refused = environment.run("-m", "pip", "install", project, **target)

    assert refused.returncode != 0
    assert "pip install cargo-zigbuild ziglang" in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr


@pytest.fixture
def need_cargo_alone(tmp_path: Path) -> str:
    """A PATH that has cargo and nothing else."""
    directory = tmp_path / "cargo-alone"
    directory.mkdir()
    (directory / "cargo").symlink_to(shutil.which("cargo") or "cargo")
    return os.fspath(directory)


@pytest.mark.parametrize(
    ("triple", "tag"),
    [
        ("x86_64-unknown-linux-gnu", "linux_x86_64"),
        ("aarch64-unknown-linux-gnu.2.17", "linux_aarch64"),
        ("x86_64-unknown-linux-musl", "linux_x86_64"),
        ("armv7-unknown-linux-gnueabihf", "linux_armv7l"),
        ("aarch64-apple-darwin", "macosx_11_0_arm64"),
        ("x86_64-apple-darwin", "macosx_10_12_x86_64"),
        ("x86_64-pc-windows-msvc", "win_amd64"),
    ],
)
def test_a_platform_has_the_name_that_installers_know(triple: str, tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MACOSX_DEPLOYMENT_TARGET", raising=False)

    assert platform_tag(triple) == tag


def test_macos_is_the_version_that_the_library_is_built_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MACOSX_DEPLOYMENT_TARGET", "13.2")

    assert platform_tag("aarch64-apple-darwin") == "macosx_13_0_arm64"


@pytest.mark.parametrize("name", ["LICENSE-MIT", "LICENSE-APACHE", "LICENSE-LMDB"])
def test_the_licences_are_the_projects(name: str) -> None:
    assert (ROOT / "bindings" / "python" / name).read_bytes() == (ROOT / name).read_bytes()
