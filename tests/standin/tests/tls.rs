//! Certificates: a good one, and each that a client must refuse.

mod support;

use std::error::Error;
use std::fs;

use reqwest::Certificate;
use robofy_standin::{HttpVersions, Standin, Tls};
use support::{Visitor, eventually};

fn visitor(standin: &Standin) -> Visitor {
    let pem = fs::read(standin.ca_file()).expect("the CA file");
    Visitor::trusting(
        standin,
        Certificate::from_pem_bundle(&pem).expect("a PEM certificate"),
    )
}

fn refused(tls: Tls, reason: &str) {
    let standin = Standin::builder().tls(tls).start();
    let error = format!("{:?}", visitor(&standin).failure("Hello"));
    assert!(error.contains(reason), "{error}");
    assert_eq!(
        standin.stats().requests,
        0,
        "nothing was sent to an unverified server"
    );
}

fn hyper_error(error: &reqwest::Error) -> Option<&hyper::Error> {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(hyper) = error.downcast_ref() {
            return Some(hyper);
        }
        source = error.source();
    }
    None
}

#[test]
fn a_valid_certificate_is_trusted_through_its_ca_file() {
    let standin = Standin::builder().tls(Tls::Valid).start();
    assert!(standin.base_url().starts_with("https://localhost:"));
    assert!(visitor(&standin).text("Hello").contains("Success"));
}

#[test]
fn a_valid_certificate_is_not_trusted_without_its_ca_file() {
    let standin = Standin::builder().tls(Tls::Valid).start();
    let error = Visitor::trusting(&standin, Vec::new()).failure("Hello");
    assert!(format!("{error:?}").contains("UnknownIssuer"), "{error:?}");
}

#[test]
fn alpn_chooses_among_the_versions_that_are_spoken() {
    for (http, version) in [
        (HttpVersions::Auto, "HTTP/2.0"),
        (HttpVersions::Http1, "HTTP/1.1"),
        (HttpVersions::Http1WithoutAlpn, "HTTP/1.1"),
        (HttpVersions::Http2, "HTTP/2.0"),
    ] {
        let standin = Standin::builder().tls(Tls::Valid).http(http).start();
        visitor(&standin).text("Hello");
        assert_eq!(standin.requests()[0].version, version);
    }
}

#[test]
fn an_expired_certificate_is_refused() {
    refused(Tls::Expired, "Expired");
}

#[test]
fn a_certificate_that_is_not_yet_valid_is_refused() {
    refused(Tls::NotYetValid, "NotValidYet");
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    refused(Tls::WrongName, "NotValidForName");
}

#[test]
fn a_self_signed_certificate_is_refused() {
    refused(Tls::SelfSigned, "UnknownIssuer");
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused() {
    // Another authority of the same name would fail by its signature, which is a different error.
    refused(Tls::Untrusted, "UnknownIssuer");
}

#[test]
fn garbage_comes_through_tls() {
    let standin = Standin::builder()
        .tls(Tls::Valid)
        .http(HttpVersions::Http1)
        .start();
    let error = visitor(&standin).failure("!garbage");
    assert!(
        hyper_error(&error).is_some_and(hyper::Error::is_parse),
        "{error:?}"
    );
}

#[test]
fn close_ends_tls_too() {
    let standin = Standin::builder()
        .tls(Tls::Valid)
        .http(HttpVersions::Http1)
        .start();
    let error = visitor(&standin).failure("!close=before");
    assert!(
        hyper_error(&error).is_some_and(hyper::Error::is_incomplete_message),
        "{error:?}"
    );
}

#[test]
fn reset_is_a_tcp_reset_under_tls() {
    for http in [HttpVersions::Http1, HttpVersions::Http2] {
        let standin = Standin::builder().tls(Tls::Valid).http(http).start();
        let error = visitor(&standin).failure("!reset=midway");
        assert!(
            format!("{error:?}").contains("ConnectionReset"),
            "{error:?}"
        );
        eventually("the connection is gone", || {
            standin.stats().connections_open == 0
        });
    }
}
