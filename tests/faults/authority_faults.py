"""Certificates of a company's own: what `ca_file` names is trusted, or the error says why it cannot be."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

from fault import Bench, Fault, Place, Status
from places import Peer
from raw_peer import RawPeer, answer_all

_ANSWER = "Answer to {session}."
_NAMES = ["-addext", "subjectAltName=DNS:localhost"]


def _serving(bench: Bench, certificate: Path, key: Path, ca_file: Path) -> Place:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["http/1.1"])
    peer = RawPeer(answer_all, context)
    bench.stack.enter_context(peer)
    return Place(peer.url, ca_file, seen=peer.seen)


def make_certificate(
    openssl: str, directory: Path, name: str, *arguments: str, key: Sequence[str]
) -> tuple[Path, Path]:
    """What `openssl req -x509` makes, and its key."""
    certificate, key_file = directory / f"{name}.pem", directory / f"{name}.key"
    command = [openssl, "req", "-x509", "-newkey", *key, "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    output = ["-keyout", str(key_file), "-out", str(certificate)]
    subprocess.run([*command, *arguments, *output], check=True, capture_output=True)
    return certificate, key_file


def _elliptic(curve: str) -> list[str]:
    return ["ec", "-pkeyopt", f"ec_paramgen_curve:{curve}"]


def _self_signed(*key: str) -> Peer:
    """The certificate of a server that is its own authority (CA:TRUE), as every guide has it."""

    def place(bench: Bench) -> Place:
        certificate, key_file = make_certificate(bench.need("openssl"), bench.directory, "self", *_NAMES, key=key)
        return _serving(bench, certificate, key_file, certificate)

    return place


def _self_signed_for_another(bench: Bench) -> Place:
    names = ["-addext", "subjectAltName=DNS:another.example"]
    certificate, key_file = make_certificate(
        bench.need("openssl"), bench.directory, "self", *names, key=_elliptic("P-256")
    )
    return _serving(bench, certificate, key_file, certificate)


def _another_self_signed(bench: Bench) -> Place:
    """Trust in one certificate is none in another of the same name."""
    openssl, key = bench.need("openssl"), _elliptic("P-256")
    certificate, key_file = make_certificate(openssl, bench.directory, "self", *_NAMES, key=key)
    (bench.directory / "trusted").mkdir()
    trusted, _ = make_certificate(openssl, bench.directory / "trusted", "self", *_NAMES, key=key)
    return _serving(bench, certificate, key_file, trusted)


def chain_of(curve: str) -> Peer:
    """A server's certificate, signed by an authority whose key is on this curve."""

    def place(bench: Bench) -> Place:
        openssl = bench.need("openssl")
        authority, authority_key = make_certificate(openssl, bench.directory, "authority", key=_elliptic(curve))
        signed_by = ["-CA", str(authority), "-CAkey", str(authority_key), "-addext", "basicConstraints=CA:FALSE"]
        certificate, key_file = make_certificate(
            openssl, bench.directory, "server", *_NAMES, *signed_by, key=_elliptic("P-256")
        )
        return _serving(bench, certificate, key_file, authority)

    return place


def _answered(name: str, place: Peer) -> Fault:
    return Fault(name, place, (Status.OK,), answer=_ANSWER)


def _refused(name: str, place: Peer, says: str) -> Fault:
    return Fault(name, place, (Status.TLS,), says, seen=(0,))


FAULTS = [
    _answered("openssl req -x509", _self_signed(*_elliptic("P-256"))),
    _answered("openssl req -x509 with RSA", _self_signed("rsa:2048")),
    _answered("an authority with P-384", chain_of("P-384")),
    _refused("an authority with P-521", chain_of("P-521"), "signature algorithm"),
    _refused("openssl req -x509 for another name", _self_signed_for_another, "another name"),
    _refused("openssl req -x509, another than is trusted", _another_self_signed, "ca_file"),
]
