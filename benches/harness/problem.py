"""What a person can mend: printed as one line, without a traceback."""

from __future__ import annotations

SETUP_HINT = "run benches/setup (as root, on Debian or Ubuntu), or install its equal"


class Problem(Exception):  # noqa: N818 - it is said to a person
    pass
