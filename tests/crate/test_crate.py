"""The Rust crate, as it would be published, in a project of somebody else's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from standin import ROOT, TARGET, Standin

# Where nothing has been built yet, all that the crate depends on is.
pytestmark = pytest.mark.timeout(1200)


def run(*command: str, cwd: Path, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ROBOFY_")}
    done = subprocess.run(
        command, cwd=cwd, env={**inherited, **environment}, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def crate(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked package."""
    packages = tmp_path_factory.mktemp("crate")
    arguments = ["--no-verify", "--offline", "--allow-dirty", "--target-dir", str(packages)]
    run(need("cargo"), "package", "-p", "robofy-client", *arguments, cwd=ROOT)
    [package] = (packages / "package").glob("robofy-client-*.crate")
    with tarfile.open(package) as archive:
        archive.extractall(packages)
    return packages / package.stem


def readme_program() -> str:
    """The README's first program, with another service than the public one."""
    readme = (ROOT / "client" / "README.md").read_text()
    fenced = re.search(r"```rust,no_run\n(fn main.*?)```", readme, re.DOTALL)
    assert fenced
    program, elsewhere = re.subn(
        r"&Default::default\(\)",
        'robofy_client::Options::new().base_url(std::env::var("ROBOFY_BASE_URL")?)',
        fenced[1],
    )
    assert elsewhere == 1
    return program


def test_the_package_stands_alone(crate: Path) -> None:
    manifest = (crate / "Cargo.toml").read_text()
    assert 'readme = "README.md"' in manifest
    assert 'path = "../' not in manifest
    for name in ("README.md", "LICENSE-MIT", "LICENSE-APACHE"):
        assert (crate / name).read_text()


def test_a_project_that_adds_it_prints_an_answer(
    need: Callable[[str], str], crate: Path, standin: Standin, tmp_path: Path
) -> None:
    cargo, project = need("cargo"), tmp_path / "project"
    run(cargo, "init", "--quiet", "--vcs", "none", str(project), cwd=tmp_path)
    run(cargo, "add", "--quiet", "--offline", "--path", str(crate), "robofy-client", cwd=project)
    (project / "src" / "main.rs").write_text(readme_program())
    # What was tested with here, and is there already.
    shutil.copy(ROOT / "Cargo.lock", project)
    said = run(
        cargo,
        "run",
        "--quiet",
        "--offline",
        cwd=project,
        CARGO_TARGET_DIR=str(TARGET / "crate-tests"),
        CARGO_PROFILE_DEV_DEBUG="0",
        ROBOFY_BASE_URL=standin.url,
        ROBOFY_API_KEY="a-test-key",
    )
    assert said == 'Hello! You wrote: "Hello".\n'
    [request] = standin.requests()
    assert request["body"]["user_context"]["session_id"] == "918727000000"
