"""A private certificate authority, for the peers that speak TLS."""

from __future__ import annotations

import ssl
import tempfile
from datetime import datetime
from pathlib import Path

import trustme


class Leaf:
    """A certificate with its key, as the files that servers read."""

    def __init__(self, certificate: trustme.LeafCert, directory: Path) -> None:
        self.chain_file = directory / "chain.pem"
        self.key_file = directory / "key.pem"
        self.both_file = directory / "both.pem"
        self.chain_file.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
        self.key_file.write_bytes(certificate.private_key_pem.bytes())
        certificate.private_key_and_cert_chain_pem.write_to_path(str(self.both_file))


class Authority:
    """Signs certificates for localhost; `ca_file` makes the library trust them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._authority = trustme.CA()
        self.ca_file = directory / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.ca_file))
        self.localhost = self.leaf("localhost")

    @staticmethod
    def namesake() -> trustme.CA:
        """An authority that nobody trusts, of the same name as all of them."""
        return trustme.CA(organization_name="Namesake", organization_unit_name="Namesake")

    def leaf(
        self,
        *names: str,
        common_name: str | None = None,
        not_after: datetime | None = None,
        issuer: trustme.CA | None = None,
    ) -> Leaf:
        issuer = issuer or self._authority
        certificate = issuer.issue_cert(*names, common_name=common_name, not_after=not_after)
        return Leaf(certificate, Path(tempfile.mkdtemp(dir=self._directory)))

    def context(self, *protocols: str, leaf: Leaf | None = None) -> ssl.SSLContext:
        """For a server of localhost, or of that certificate, that speaks these protocols (ALPN)."""
        leaf = leaf or self.localhost
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(leaf.chain_file, leaf.key_file)
        context.set_alpn_protocols(list(protocols) or ["http/1.1"])
        return context
