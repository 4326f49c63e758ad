"""Whom the library trusts over TLS, and the protocols that it speaks there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from c_programs import Programs
from record import received, request_of
from standin import Standin


def test_a_private_authority_is_trusted_when_named(programs: Programs, tls: Standin) -> None:
    programs.run("tls", "trusted", tls.url, tls.ca_file)
    assert {request["version"] for request in tls.requests()} == {"HTTP/2.0"}


def test_a_service_may_speak_http1_alone(programs: Programs, start_standin: Callable[..., Standin]) -> None:
    tls = start_standin("--http", "1", tls="valid")
    programs.run("tls", "trusted", tls.url, tls.ca_file)
    assert {request["version"] for request in tls.requests()} == {"HTTP/1.1"}


def test_a_private_authority_is_not_trusted_unnamed(programs: Programs, tls: Standin) -> None:
    programs.run("tls", "unnamed", tls.url, "ca_file")
    assert tls.requests() == []


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        ("untrusted", "ca_file"),
        ("self-signed", "ca_file"),
        ("expired", "expired"),
        ("not-yet-valid", "not valid yet"),
        ("wrong-name", "name"),
    ],
)
def test_a_bad_certificate_is_refused(
    programs: Programs, start_standin: Callable[..., Standin], certificate: str, reason: str
) -> None:
    tls = start_standin(tls=certificate)
    programs.run("tls", "refused", tls.url, tls.ca_file, reason)
    assert tls.requests() == []


def test_a_service_without_tls_is_refused(programs: Programs, standin: Standin, tls: Standin) -> None:
    programs.run("tls", "refused", standin.url.replace("http:", "https:"), tls.ca_file, "TLS")
    assert standin.requests() == []


def test_streams_over_http2(programs: Programs, tls: Standin) -> None:
    programs.run("http2", tls.url, tls.ca_file)
    assert received(tls)["!refuse-stream"] == 3
    assert received(tls)["!reset-stream=before"] == 1
    goaway, after = request_of(tls, "!goaway"), request_of(tls, "after goaway")
    assert goaway["connection"] != after["connection"]
