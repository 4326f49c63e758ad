"""Perl: the signatures for FFI::Platypus, a package for each status, and the tables of options, documented as POD."""

from __future__ import annotations

from interface import Interface

from .declarations import declarations
from .parameters import parameters
from .results import failures, fields

_PACKAGE = "bindings/perl/lib/Robofy"


def files(interface: Interface) -> dict[str, str]:
    return {
        f"{_PACKAGE}/Declarations.pm": declarations(interface),
        f"{_PACKAGE}/Failures.pm": failures(interface),
        f"{_PACKAGE}/Fields.pm": fields(interface),
        f"{_PACKAGE}/Parameters.pm": parameters(interface),
    }
