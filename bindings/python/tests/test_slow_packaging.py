"""Every way of installing the package ends with one that chats; what stands in the way is said.

The package is built in a copy of the checkout that keeps its place and its times between runs, with one target
directory, so that cargo compiles only what has changed.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from standin import ROOT, TARGET, Standin

import robofy

pytestmark = pytest.mark.timeout(1800)

WORK = TARGET / "python-packaging"
NOT_SOURCES = shutil.ignore_patterns("target", ".git", "__pycache__", ".*_cache", "dist", "librobofy.*")

CHAT = """
import sys, robofy
print(robofy.__file__)
with robofy.Client("key", base_url=sys.argv[1]) as client:
    print(client.whatsapp_chat(pid="p", chatbot_id="c", query="!answer=installed"))
"""


class Environment:
    """A virtual environment that knows nothing of the tests' own package and library."""

    def __init__(self, directory: Path) -> None:
        venv.create(directory, with_pip=True)
        self._python = directory / "bin" / "python"

    def run(self, *arguments: object, path: str = os.environ["PATH"]) -> "subprocess.CompletedProcess[str]":
        hidden = ("PYTHONPATH", "ROBOFY_LIBRARY")
        inherited = {name: value for name, value in os.environ.items() if name not in hidden}
        return subprocess.run(
            [str(part) for part in (self._python, *arguments)],
            cwd=self._python.parent,
            env={**inherited, "PATH": path, "CARGO_TARGET_DIR": str(WORK / "target")},
            capture_output=True,
            text=True,
            check=False,
        )

    def pip_install(self, *arguments: object) -> None:
        installed = self.run("-m", "pip", "install", *arguments)
        assert installed.returncode == 0, installed.stdout + installed.stderr

    def chat(self, standin: Standin) -> Path:
        """Chat with the installed package, and return where that is."""
        chatted = self.run("-c", CHAT, standin.url)
        assert chatted.returncode == 0, chatted.stderr
        module, answer = chatted.stdout.splitlines()
        assert answer == "installed"
        return Path(module).parent


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "venv")


@pytest.fixture(scope="module")
def project() -> Path:
    """The package's directory in a copy of the checkout, so that no build touches the checkout itself."""
    checkout = WORK / "checkout"
    shutil.rmtree(checkout, ignore_errors=True)
    shutil.copytree(ROOT, checkout, ignore=NOT_SOURCES)
    return checkout / "bindings" / "python"


@pytest.fixture(scope="module")
def distributions(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `python -m build` has put an sdist, and the wheel that it built from it."""
    directory = tmp_path_factory.mktemp("dist")
    builder = Environment(directory / "venv")
    builder.pip_install("build")
    built = builder.run("-m", "build", "--outdir", directory, project)
    assert built.returncode == 0, built.stdout + built.stderr
    return directory


def test_pip_installs_from_a_checkout(environment: Environment, project: Path, standin: Standin) -> None:
    environment.pip_install(project)

    installed = environment.chat(standin)
    assert "site-packages" in installed.parts
    assert Path(installed, "librobofy.so").is_file()


def test_an_editable_install_runs_the_sources(environment: Environment, project: Path, standin: Standin) -> None:
    for _ in range(2):
        environment.pip_install("--editable", project)
        assert environment.chat(standin) == project / "src" / "robofy"


def test_the_wheel_built_from_the_sdist_needs_no_rust(
    environment: Environment, distributions: Path, standin: Standin
) -> None:
    (wheel,) = distributions.glob("*.whl")
    no_index = ["--no-index", "--no-deps"]
    installed = environment.run("-m", "pip", "install", *no_index, wheel, path="/nonexistent")
    assert installed.returncode == 0, installed.stderr

    assert "site-packages" in environment.chat(standin).parts


def test_the_wheel_serves_every_python_3_of_one_platform(distributions: Path) -> None:
    (wheel,) = distributions.glob("*.whl")
    name, version, python, abi, platform = wheel.stem.split("-")
    assert (name, version, python, abi) == ("robofy", robofy.__version__, "py3", "none")
    assert platform == f"linux_{os.uname().machine}"

    files = zipfile.ZipFile(wheel).namelist()
    assert {"robofy/__init__.py", "robofy/py.typed", "robofy/librobofy.so"} <= set(files)
    licences = f"robofy-{version}.dist-info/licenses"
    assert {f"{licences}/LICENSE-MIT", f"{licences}/LICENSE-APACHE"} <= set(files)


def test_the_sdist_holds_the_rust_sources_and_nothing_for_their_development(distributions: Path) -> None:
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        files = {name.split("/", 1)[1] for name in archive.getnames()}

    assert {"rust/Cargo.toml", "rust/Cargo.lock", "rust/src/lib.rs", "rust/client/src/lib.rs"} <= files
    assert not [name for name in files if "standin" in name or "tests/" in name]
    assert not [name for name in files if name.endswith(".so")]


def test_an_unpacked_sdist_makes_the_same_sdist(distributions: Path, tmp_path: Path) -> None:
    (sdist,) = distributions.glob("*.tar.gz")
    subprocess.run(["tar", "-xf", sdist, "-C", tmp_path], check=True)
    unpacked = tmp_path / sdist.name[: -len(".tar.gz")]
    subprocess.run([sys.executable, "-m", "build", "--sdist", "--outdir", tmp_path, unpacked], check=True)

    with tarfile.open(sdist) as first, tarfile.open(tmp_path / sdist.name) as second:
        assert sorted(first.getnames()) == sorted(second.getnames())


def test_without_cargo_the_build_says_to_install_rust(environment: Environment, project: Path) -> None:
    refused = environment.run("-m", "pip", "install", project, path="/nonexistent")

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


@pytest.mark.parametrize("name", ["LICENSE-MIT", "LICENSE-APACHE"])
def test_the_licences_are_the_projects(name: str) -> None:
    assert (ROOT / "bindings" / "python" / name).read_bytes() == (ROOT / name).read_bytes()
