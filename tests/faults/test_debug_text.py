"""The pattern that tells a programmer's notation from a sentence."""

from __future__ import annotations

import pytest
from debug_text import debug_text


@pytest.mark.parametrize(
    "message",
    [
        'could not reach the service: Os { code: 111, kind: ConnectionRefused, message: "Connection refused" }',
        "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
        "received fatal alert: HandshakeFailure",
        "invalid peer certificate: UnknownIssuer",
        "the request failed: hyper::Error(Parse, TooLarge)",
        "Some(7) streams",
        "error kind: timed out",
        "ca_file: Custom { kind: InvalidData, error: Base64Decode([45, 45, 45, 66]) }",
        "not PEM: [45, 45, 45, 45, 45, 66]",
        'not PEM: b"-----BEGIN"',
        r"not PEM: \x00\x01",
        r"not PEM: one\ntwo",
        'no protocol of ["h2", "http/1.1"]',
    ],
)
def test_a_notation_is_found(message: str) -> None:
    assert debug_text(message)


@pytest.mark.parametrize(
    "message",
    [
        "could not reach the service: Connection refused (os error 111); check the network, base_url and proxy",
        "503 Service Unavailable: It is so; try again later",
        "401 CODE_401: It is so; check the API key",
        "[::1]:8443 and [fd00::5] do not answer",
        "the deadline passed before the answer was complete; the agent may have seen the message",
        "ca_file holds a TRUSTED CERTIFICATE block",
        "the service sent RST_STREAM (PROTOCOL_ERROR)",
        "HTTP(S) is spoken by OpenSSL",
        "the certificate is signed with P-521 (ECDSA), which is not supported",
        'data.answer is missing: "{"message": "Success", "data": [{"answer": "\\x41"}]}"; check base_url',
    ],
)
def test_a_sentence_is_not(message: str) -> None:
    assert debug_text(message) is None
