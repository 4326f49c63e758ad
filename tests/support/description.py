"""The C interface as `bindings/describe` reads it from the header."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from library import HEADERS
from standin import ROOT

sys.path.append(str(ROOT / "bindings" / "describe"))

import header
import languages as languages
from changes import functions_of as functions_of
from interface import InterfaceError as InterfaceError

if TYPE_CHECKING:
    from interface import Interface


@functools.lru_cache
def described(path: Path = HEADERS / "robofy.h") -> Interface:
    return header.read(path)
