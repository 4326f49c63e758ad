"""A cold start: from the start of a process to its first answer over TLS, as a command line or a CGI program has it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from . import environment, nginx, programs, tls
from .paths import SCRATCH
from .plan import Plan
from .problem import Problem
from .process import output_of
from .results import Case, Figures, Results

SCENARIO = "cold"
WORKERS = 1
STARTS = 11
SYSTEM_BUNDLES = (
    Path("/etc/ssl/certs/ca-certificates.crt"),
    Path("/etc/pki/tls/certs/ca-bundle.crt"),
    Path("/etc/ssl/cert.pem"),
)


@dataclass(frozen=True)
class Setting:
    protocol: str
    own_ca: bool = False

    def __str__(self) -> str:
        authorities = "a CA file" if self.own_ca else "the system's authorities"
        return f"{self.protocol} over TLS, {authorities}"


SETTINGS = [Setting(protocol, own_ca) for own_ca in (False, True) for protocol in tls.SITES]


def run(plan: Plan, results: Results, versions: dict[str, str]) -> None:
    programs.require_tools("nginx")
    commands = {peer: tls.PEERS[peer](plan) for peer in plan.chosen(tls.PEERS)}
    certificates = environment.certificates()
    bundle = system_bundle()
    versions["nginx"] = nginx.version()
    with nginx.serving(SCENARIO, tls.SITES, WORKERS, certificates) as server:
        for number in range(plan.runs):
            plan.progress(f"{SCENARIO}: run {number + 1} of {plan.runs}")
            for setting in SETTINGS:
                for peer in plan.in_turn(commands, number):
                    words = [*commands[peer].words, *tls.address(server.ports, setting.protocol), "--cold", STARTS]
                    figures = measure(words, bundle, setting)
                    versions[peer] = figures.pop("version")
                    results.add(Case(SCENARIO, str(setting), peer), figures)


def measure(words: list[object], bundle: Path, setting: Setting) -> Figures:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("SSL_CERT_")}
    if setting.own_ca:
        words += ["--ca-file", environment.CA_FILE]
    else:
        variables["SSL_CERT_FILE"] = str(bundle)
    figures: Figures = json.loads(output_of(words, timeout=60, env=variables))
    return figures


def system_bundle() -> Path:
    """The system's authorities, and among them the one of the server."""
    system = next((path for path in SYSTEM_BUNDLES if path.exists()), None)
    if system is None:
        raise Problem("this system has no bundle of certificate authorities: install ca-certificates")
    bundle = SCRATCH / "bundle.pem"
    bundle.write_bytes(system.read_bytes() + environment.CA_FILE.read_bytes())
    return bundle
