"""What the programs need beside a compiler: a virtual environment and certificates, both under target/."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from .nginx import Tls
from .paths import BENCHES, ROOT, SCRATCH
from .problem import Problem
from .process import output_of

REQUIREMENTS = BENCHES / "python" / "requirements.txt"
VENV = ROOT / "target" / "bench-venv"
CERTIFICATES = SCRATCH / "certificates"
CA_FILE = CERTIFICATES / "client.pem"


def python() -> Path:
    """The virtual environment's Python, with the peers installed."""
    interpreter, stamp = VENV / "bin" / "python", VENV / "requirements.sha256"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return interpreter
    try:
        output_of([sys.executable, "-m", "venv", "--clear", VENV], timeout=300)
        output_of([interpreter, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS], timeout=900)
    except Problem as problem:
        raise Problem(f"the virtual environment {VENV} cannot be made: {problem}") from None
    stamp.write_text(wanted)
    return interpreter


def certificates() -> Tls:
    """A server certificate for 127.0.0.1 from a private CA, anew for each run."""
    CERTIFICATES.mkdir(parents=True, exist_ok=True)
    output_of([python(), "-m", "trustme", "-q", "-d", CERTIFICATES, "-i", "127.0.0.1", "localhost"], timeout=60)
    return Tls(certificate=CERTIFICATES / "server.pem", key=CERTIFICATES / "server.key")
