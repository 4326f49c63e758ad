"""The loaded library: that of ROBOFY_LIBRARY, or else the package's own, or else, without one, the system's."""

import ctypes
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from robofy._declarations import (
    ADVICE,
    ADVICE_BESIDE,
    ADVICE_CHOSEN,
    BESIDE,
    CANNOT_LOAD,
    CANNOT_USE,
    SIGNATURES,
    SYSTEM,
)
from robofy._version import __version__

_OWN = Path(__file__).with_name(BESIDE.get(sys.platform, BESIDE[""]))


def load() -> ctypes.CDLL:
    files, advice = _places()
    reasons = []
    for file in files:
        try:
            library = ctypes.CDLL(file)
            _require_version(library, advice)
            for name, (returns, takes) in SIGNATURES.items():
                function = getattr(library, name)
                function.restype, function.argtypes = returns, takes
        except (OSError, AttributeError) as error:  # without the file, or without a function
            reasons.append(str(error))
        else:
            return library
    raise _import_error(CANNOT_LOAD.format(reasons="; ".join(reasons), advice=advice), files[0])


def _places() -> tuple[Sequence[str], str]:
    """The files to try, and what to do where none of them can be used."""
    chosen = os.environ.get("ROBOFY_LIBRARY")
    if chosen:
        return [chosen], ADVICE_CHOSEN
    if _OWN.is_file():
        return [str(_OWN)], ADVICE_BESIDE
    return SYSTEM.get(sys.platform, SYSTEM[""]), _advice()


def _require_version(library: ctypes.CDLL, advice: str) -> None:
    """Accept any patch release of the version that the signatures were written for."""
    library.robofy_version.restype, library.robofy_version.argtypes = SIGNATURES["robofy_version"]
    found = library.robofy_version().decode()
    if found.split(".")[:2] != __version__.split(".")[:2]:
        file = library._name
        message = CANNOT_USE.format(file=file, found=found, version=__version__, advice=advice)
        raise _import_error(message, file)


def _import_error(message: str, file: str) -> ImportError:
    return ImportError(message, name="robofy", path=file)


def _advice() -> str:
    """Say what to do where the package's own library is out of the system's reach."""
    if hasattr(sys, "frozen"):
        return (
            "the program was bundled without it: where the bundler reads no hooks of packages, as PyInstaller does, "
            f"have it put {_OWN.name} beside the modules of robofy (pyinstaller --collect-binaries robofy)"
        )
    archive = next((parent for parent in _OWN.parents if parent.is_file()), None)
    if archive:
        return (
            f"no system loads a library from inside an archive, as {archive.name} is: have it unpack itself (shiv, "
            "pex), install robofy beside it (pip install robofy) and leave it out, or set ROBOFY_LIBRARY to the path "
            "of the shared library"
        )
    return ADVICE


lib = load()
