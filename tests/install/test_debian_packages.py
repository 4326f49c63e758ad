"""The Debian packages, built and installed into a clean Debian root that has neither Rust nor the source tree."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from projects import CMAKE, SOURCES, assert_it_chats, copy_project, files_below, outcome, printed, run
from standin import ROOT, TARGET, Standin
from turns import one_at_a_time

# A first run builds and downloads, and others wait for it.
pytestmark = pytest.mark.timeout(1200)

PACKAGES = TARGET / "debian"
CLEAN_ROOT = TARGET / "clean-root"
FOLDER = "home/gateway"


@pytest.fixture(scope="module")
def packages(make: Callable[..., str], need: Callable[[str], str], testrun_uid: str) -> dict[str, Path]:
    """The packages by name, built once for all parallel runs."""
    need("dpkg-shlibdeps")
    built_by = PACKAGES / "built-by"
    with one_at_a_time("packages"):
        if not built_by.is_file() or built_by.read_text() != testrun_uid:
            shutil.rmtree(PACKAGES, ignore_errors=True)
            make("deb")
            built_by.write_text(testrun_uid)
    return {package.name.partition("_")[0]: package for package in PACKAGES.glob("*.deb")}


def field(package: Path, name: str) -> str:
    return printed("dpkg-deb", "--field", package, name).strip()


def test_lintian_finds_no_error(packages: dict[str, Path], need: Callable[[str], str]) -> None:
    lintian = need("lintian")
    status, output = outcome(lintian, "--allow-root", "--fail-on", "error", *packages.values())
    assert not status, output


def test_the_packages_say_what_they_need(packages: dict[str, Path]) -> None:
    runtime, development = packages["librobofy0"], packages["librobofy-dev"]
    version = field(runtime, "Version")
    needed = [name.split()[0] for name in field(runtime, "Depends").split(", ")]
    assert sorted(needed) == ["libc6", "libgcc-s1"]
    assert field(development, "Depends") == f"librobofy0 (= {version})"
    assert printed("dpkg-deb", "--info", runtime, "shlibs").strip() == f"librobofy 0 librobofy0 (>= {version})"
    assert "activate-noawait ldconfig" in printed("dpkg-deb", "--info", runtime, "triggers")


def test_the_development_package_has_the_manual(
    packages: dict[str, Path], need: Callable[[str], str], tmp_path: Path
) -> None:
    run("dpkg-deb", "--extract", packages["librobofy-dev"], tmp_path)
    manual = tmp_path / "usr" / "share" / "man"
    shown = printed(need("man"), "-M", manual, "3", "robofy_client_new", MANPAGER="cat", MANWIDTH="80")
    assert "RobofyClient *robofy_client_new(" in shown
    assert not list(tmp_path.rglob("installed-files"))


@pytest.fixture
def root(packages: dict[str, Path], need: Callable[[str], str]) -> Iterator[Path]:
    """A clean root in which the packages are installed; afterwards they are purged, and nothing of them is left."""
    if os.geteuid() != 0:
        pytest.skip("only root can install packages into a root of its own: run this test as root")
    need("mmdebstrap")
    with one_at_a_time("clean-root"):
        run(ROOT / "tests" / "install" / "clean-root", CLEAN_ROOT)
        work = CLEAN_ROOT / FOLDER
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        before = files_below(CLEAN_ROOT / "usr")
        for package in packages.values():
            shutil.copy(package, work)
        in_root("dpkg", "--install", *(f"/{FOLDER}/{package.name}" for package in packages.values()))
        try:
            yield CLEAN_ROOT
        finally:
            in_root("dpkg", "--purge", *packages, "robofy")
            assert files_below(CLEAN_ROOT / "usr") == before
            shutil.rmtree(work)


def in_root(*command: str) -> str:
    return run(*_in_root(*command))


def _in_root(*command: str) -> list[str]:
    path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
    return ["chroot", str(CLEAN_ROOT), "env", path, "HOME=/root", "LC_ALL=C.UTF-8", *command]


PKG_CONFIG = {
    "pkg-config": "cc chat.c $(pkg-config --cflags --libs robofy) -o chat",
    "pkg-config --static": "cc -static chat.c $(pkg-config --static --cflags --libs robofy) -o chat",
}


@pytest.mark.parametrize("way", PKG_CONFIG)
def test_a_program_built_with_pkg_config_chats(root: Path, standin: Standin, way: str) -> None:
    shutil.copy(SOURCES["C"], root / FOLDER)
    in_root("sh", "-ec", f"cd /{FOLDER}; {PKG_CONFIG[way]}")
    assert_it_chats(standin, *_in_root(f"/{FOLDER}/chat"))


@pytest.mark.parametrize("target", ["robofy::robofy", "robofy::robofy_static"])
def test_a_program_built_with_cmake_chats(root: Path, standin: Standin, target: str) -> None:
    definitions = copy_project("found", "C", root / FOLDER)
    in_root("cmake", "-S", f"/{FOLDER}", "-B", f"/{FOLDER}/build", f"-DTARGET={target}", *definitions)
    in_root("cmake", "--build", f"/{FOLDER}/build")
    assert_it_chats(standin, *_in_root(f"/{FOLDER}/build/chat"))


def test_the_tool_finds_the_library(root: Path, tool: Path, tmp_path: Path, packages: dict[str, Path]) -> None:
    build = tmp_path / "build"
    definitions = ["-DROBOFY_DEBIAN=ON", f"-DROBOFY_TARGET_DIR={TARGET}", f"-DROBOFY_TOOL={tool}"]
    run(CMAKE, "-S", ROOT, "-B", build, "-DCMAKE_INSTALL_PREFIX=/usr", *definitions)
    run(CMAKE, "--build", build, "--target", "package")
    [package] = build.glob("robofy_*.deb")
    shutil.copy(package, root / FOLDER)
    in_root("dpkg", "--install", f"/{FOLDER}/{package.name}")
    assert in_root("robofy").strip() == field(packages["librobofy0"], "Version")
    assert in_root("dpkg", "--listfiles", "robofy").count("/usr/share/man/man1/robofy.1.gz") == 1
