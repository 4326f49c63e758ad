"""`make install` puts every file in its place, and `make uninstall` takes them away."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from library import HEADERS, shared_library
from projects import CMAKE, files_below, needed, outcome, printed, run
from standin import ROOT, TARGET
from turns import one_at_a_time

# A first run builds the library, and others wait for it.
pytestmark = pytest.mark.timeout(1200)

VERSION = re.search(r'^version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]  # type: ignore[index]
Make = Callable[..., str]


@pytest.fixture(scope="session")
def installed_library(prefix: Path, need: Callable[[str], str]) -> Path:
    need("readelf")
    return prefix / "lib" / f"librobofy.so.{VERSION}"


def dynamic_section(library: Path) -> str:
    return printed("readelf", "-dW", library)


def soname(library: Path) -> str:
    [name] = re.findall(r"\(SONAME\).*\[(.+)\]", dynamic_section(library))
    return str(name)


def test_every_part_is_in_its_place(prefix: Path) -> None:
    installed = files_below(prefix)
    parts = [
        *(f"include/{header.relative_to(HEADERS)}" for header in HEADERS.rglob("*.h*")),
        "lib/cmake/robofy/robofyConfig.cmake",
        "lib/cmake/robofy/robofyConfigVersion.cmake",
        "lib/librobofy.a",
        "lib/librobofy.so",
        "lib/librobofy.so.0",
        f"lib/librobofy.so.{VERSION}",
        "lib/pkgconfig/robofy.pc",
        "share/doc/robofy/LICENSE-APACHE",
        "share/doc/robofy/LICENSE-LMDB",
        "share/doc/robofy/LICENSE-MIT",
    ]
    assert [part for part in parts if part not in installed] == []
    assert os.readlink(prefix / "lib" / "librobofy.so") == "librobofy.so.0"
    assert os.readlink(prefix / "lib" / "librobofy.so.0") == f"librobofy.so.{VERSION}"


@pytest.mark.parametrize("shipped", ["LICENSE-LMDB", "packaging/debian/copyright"])
def test_the_licence_of_lmdb_is_shipped_as_it_is(need: Callable[[str], str], shipped: str) -> None:
    metadata = json.loads(
        printed(need("cargo"), "metadata", "--format-version", "1", "--manifest-path", ROOT / "Cargo.toml")
    )
    [manifest] = [package["manifest_path"] for package in metadata["packages"] if package["name"] == "lmdb-master-sys"]
    sources = Path(manifest).parent / "lmdb" / "libraries" / "liblmdb"
    words = " ".join(re.sub(r"^ \.$", "", (ROOT / shipped).read_text(), flags=re.MULTILINE).split())
    assert " ".join((sources / "LICENSE").read_text().split()) in words
    # What the C sources add to it.
    for name in ("mdb.c", "midl.c"):
        notices = re.findall(
            r"(?<=\* )(?:Portions )?Copyright .*?(\d{4}[-\d, ]*) (.+)", (sources / name).read_text()[:2000]
        )
        assert notices
        for _, owner in notices:
            assert owner.strip(" .") in words


def test_the_installed_library_has_a_versioned_name(installed_library: Path) -> None:
    assert soname(installed_library) == "librobofy.so.0"


def test_the_library_that_cargo_builds_has_none(prefix: Path, need: Callable[[str], str]) -> None:
    need("readelf")
    assert prefix.exists()
    assert soname(shared_library()) == "librobofy.so"


def test_the_installed_library_is_linked_as_cargos_is(installed_library: Path) -> None:
    assert "NODELETE" in dynamic_section(installed_library)
    assert "RUNPATH" not in dynamic_section(installed_library)
    assert sorted(needed(installed_library)) == sorted(needed(shared_library()))
    assert ".symtab" not in printed("readelf", "-SW", installed_library)
    assert exports(installed_library) == exports(shared_library())


def exports(library: Path) -> list[str]:
    return [line.split()[0] for line in printed("nm", "-D", "--defined-only", "--format=posix", library).splitlines()]


def test_no_installed_text_names_the_source_tree(prefix: Path) -> None:
    texts = [prefix / name for name in files_below(prefix) if name.endswith((".pc", ".cmake"))]
    assert texts
    assert [text for text in texts if str(ROOT) in text.read_text()] == []


def test_the_static_librarys_needs_are_those_that_rustc_names(
    prefix: Path, tmp_path: Path, need: Callable[[str], str]
) -> None:
    """Without what each compiler links by itself, which a program that is static as a whole must not name."""
    # Not to /dev/null, which rustc run by root would take away.
    output = tmp_path / "libempty.a"
    command = [need("rustc"), "--print=native-static-libs", "--crate-type=staticlib", "-", "-o", str(output)]
    said = subprocess.run(command, input="", stderr=subprocess.PIPE, text=True, check=True).stderr
    [named] = re.findall(r"native-static-libs: (.+)", said)
    [private] = re.findall(r"^Libs\.private: (.+)$", (prefix / "lib/pkgconfig/robofy.pc").read_text(), re.MULTILINE)
    assert private.split() == [name for name in named.split() if name not in ("-lgcc_s", "-lc")]


def test_the_functions_have_manual_pages(prefix: Path, need: Callable[[str], str]) -> None:
    need("doxygen")
    pages = prefix / "share" / "man" / "man3"
    assert {"robofy.3", "robofy_client_new.3", "robofy_whatsapp_chat.3"} <= {page.name for page in pages.iterdir()}
    shown = printed(need("man"), "-M", pages.parent, "3", "robofy_client_new", MANPAGER="cat", MANWIDTH="80")
    assert "RobofyClient *robofy_client_new(" in shown
    assert "-lrobofy" in shown


def test_installing_twice_and_uninstalling_leaves_nothing(make: Make, tmp_path: Path) -> None:
    variables: dict[str, object] = {"PREFIX": "/opt/robofy", "LIBDIR": "lib64", "DESTDIR": tmp_path / "stage dir"}
    make("install", **variables)
    first = files_below(tmp_path)
    assert "stage dir/opt/robofy/lib64/pkgconfig/robofy.pc" in first
    make("install", **variables)
    assert files_below(tmp_path) == first
    own = tmp_path / "stage dir/opt/robofy/include/other.h"
    own.touch()
    make("uninstall", **variables)
    assert files_below(tmp_path) == [str(own.relative_to(tmp_path))]
    assert not [*tmp_path.rglob("doc/robofy"), *tmp_path.rglob("cmake/robofy")]
    assert "nothing to remove" in make("uninstall", **variables)


def test_every_libdir_of_a_prefix_is_uninstalled(make: Make, tmp_path: Path) -> None:
    for libdir in ("lib", "lib64", tmp_path / "elsewhere"):
        make("install", PREFIX=tmp_path / "prefix", LIBDIR=libdir)
    assert len(list(tmp_path.rglob("librobofy.a"))) == 3
    make("uninstall", PREFIX=tmp_path / "prefix")
    assert files_below(tmp_path) == []


@pytest.mark.parametrize("libdir", ["lib", "lib64", "/elsewhere"])
def test_a_prefix_of_ones_own_is_told_to_be_named(make: Make, tmp_path: Path, libdir: str) -> None:
    libdir = f"{tmp_path}{libdir}" if libdir.startswith("/") else libdir
    said = make("install", PREFIX=tmp_path / "prefix", LIBDIR=libdir)
    [library] = re.findall(r'export ROBOFY_LIBRARY="(.+?)"', said)
    [pkg_config] = re.findall(r'PKG_CONFIG_PATH="(.+?)"', said)
    [programs] = re.findall(r'export PATH="(.+):\$PATH"', said)
    assert Path(library).is_file()
    assert Path(pkg_config, "robofy.pc").is_file()
    assert Path(programs).is_dir()


def test_where_the_system_looks_nothing_has_to_be_named(make: Make, tmp_path: Path) -> None:
    assert "export" not in make("install", PREFIX="/usr/local", DESTDIR=tmp_path)


def test_an_installation_within_a_second_of_another_is_listed(prefix: Path, tmp_path: Path) -> None:
    assert prefix.exists()
    # Not target/cmake, which other runs configure in their own way.
    built, installed = tmp_path / "build", tmp_path / "prefix"
    run(CMAKE, "-S", ROOT, "-B", built, f"-DROBOFY_TARGET_DIR={TARGET}")
    run(CMAKE, "--build", built)
    run(CMAKE, "--install", built, "--prefix", installed)
    listed = installed / "share/doc/robofy/installed-files"
    files = listed.read_text()
    listed.write_text("share/of-an-earlier-installation\n")
    run(CMAKE, "--install", built, "--prefix", installed)
    assert set(listed.read_text().split()) == {"share/of-an-earlier-installation", *files.split()}


def test_uninstalling_needs_nothing_that_was_built(
    need: Callable[[str], str], prefix: Path, tmp_path: Path, path_without: Callable[..., str]
) -> None:
    """By the list that was installed, and so as well what is no longer built, in a prefix that was moved since."""
    checkout, moved = tmp_path / "checkout", tmp_path / "moved"
    shutil.copytree(ROOT / "packaging", checkout / "packaging")
    shutil.copy(ROOT / "Makefile", checkout)
    shutil.copytree(prefix, moved, symlinks=True)
    run(need("make"), "-C", checkout, "uninstall", f"PREFIX={moved}", PATH=path_without("cargo", "cmake", "doxygen"))
    assert files_below(moved) == []
    assert files_below(prefix) != []


@pytest.fixture
def path_without(tmp_path: Path) -> Callable[..., str]:
    """A PATH with this one's programs, but for some."""

    def path(*names: str) -> str:
        tools = tmp_path / "tools"
        tools.mkdir()
        for directory in reversed(os.environ["PATH"].split(os.pathsep)):
            for tool in Path(directory).glob("*"):
                if tool.name not in names:
                    (tools / tool.name).unlink(missing_ok=True)
                    (tools / tool.name).symlink_to(tool)
        return str(tools)

    return path


def test_what_was_built_is_installed_where_there_is_no_cargo(
    need: Callable[[str], str], prefix: Path, tmp_path: Path, path_without: Callable[..., str]
) -> None:
    install = [need("make"), "-C", ROOT, "install", f"PREFIX={tmp_path / 'prefix'}"]
    with one_at_a_time("make"):
        output = run(*install, PATH=path_without("cargo", "rustc", "rustup"), HOME=str(tmp_path))
    assert "cargo is not on the PATH" in output
    assert files_below(tmp_path / "prefix") == files_below(prefix)


def test_root_leaves_the_checkout_to_the_user_who_built(
    need: Callable[[str], str], prefix: Path, tmp_path: Path, path_without: Callable[..., str]
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can install what another user has built: run this test as root")
    assert prefix.exists()
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns("target", ".git"))
    release = checkout / "target" / "release"
    release.mkdir(parents=True)
    shutil.copy(TARGET / "release" / "librobofy.a", release)
    run("chown", "-R", "nobody", checkout)
    run(
        need("make"),
        "-C",
        checkout,
        "install",
        f"PREFIX={tmp_path / 'prefix'}",
        PATH=path_without("cargo"),
        HOME=str(tmp_path),
        CARGO_TARGET_DIR=str(checkout / "target"),
    )
    assert {path.owner() for path in checkout.rglob("*")} == {"nobody"}
    assert {path.owner() for path in (tmp_path / "prefix").rglob("*")} == {"root"}


def test_without_doxygen_the_manual_pages_are_left_out_aloud(
    need: Callable[[str], str], prefix: Path, tmp_path: Path, path_without: Callable[..., str]
) -> None:
    install = [need("make"), "-C", ROOT, "install", f"PREFIX={tmp_path / 'prefix'}"]
    with one_at_a_time("make"):
        output = run(*install, PATH=path_without("doxygen"))
    assert "no manual pages of the functions" in output
    assert "apt-get install doxygen" in output
    others = [name for name in files_below(prefix) if not name.startswith("share/man/man3/")]
    assert files_below(tmp_path / "prefix") == others


def test_an_old_cmake_is_refused_with_the_remedy(tmp_path: Path) -> None:
    old = tmp_path / "cmake"
    old.write_text("#!/bin/sh\necho cmake version 3.10.2\n")
    old.chmod(0o755)
    status, output = outcome(CMAKE, "--version", PATH=f"{tmp_path}:/usr/bin:/bin", CARGO_TARGET_DIR=str(tmp_path))
    assert status == 1
    assert "apt-get install cmake" in output
    assert "pip install cmake" in output


@pytest.mark.parametrize("libdir", ["lib", "lib/some/where"])
def test_the_tool_finds_the_library_beside_it(tool: Path, tmp_path: Path, libdir: str) -> None:
    built, moved = tmp_path / "build", tmp_path / "moved"
    definitions = [f"-DROBOFY_TARGET_DIR={TARGET}", f"-DROBOFY_TOOL={tool}", f"-DCMAKE_INSTALL_LIBDIR={libdir}"]
    run(CMAKE, "-S", ROOT, "-B", built, *definitions)
    run(CMAKE, "--build", built)
    run(CMAKE, "--install", built, "--prefix", tmp_path / "prefix")
    shutil.move(tmp_path / "prefix", moved)
    assert printed(moved / "bin" / "robofy").strip() == VERSION
    assert "librobofy.so.0" in needed(moved / "bin" / "robofy")
    assert (moved / "share" / "man" / "man1" / "robofy.1").is_file()
    assert (moved / "share" / "bash-completion" / "completions" / "robofy").is_file()
