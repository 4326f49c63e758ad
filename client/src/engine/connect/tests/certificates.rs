use std::time::Duration;

use super::*;
use crate::engine::connect::tests::servers::{Identity, echo};
use crate::engine::connect::tests::{connector, message};
use crate::engine::errors::Peer;
use crate::engine::errors::tls;

/// Made by OpenSSL: an authority with a P-521 key, and what it issued to localhost.
const P521: &str = include_str!("p521.pem");

async fn outcome(base: &str, served: &Identity, trusted: &[&Identity]) -> Result<(), Error> {
    let service = echo("127.0.0.1:0", Some(served.acceptor(&[]))).await;
    let url = format!("{base}:{}", service.address.port());
    let (connector, _) = connector(&url, "", trusted);
    connector.connect().await.map(drop)
}

#[tokio::test]
async fn a_certificate_in_the_ca_file_is_trusted_itself() {
    let authority = Identity::authority("localhost");
    outcome("https://localhost", &authority, &[&authority])
        .await
        .unwrap();
}

#[tokio::test]
async fn its_name_and_its_dates_are_checked() {
    let other = Identity::authority("another.example");
    let text = message(outcome("https://localhost", &other, &[&other]).await);
    assert_eq!(
        text,
        "the certificate is for another name than the one in base_url"
    );
    let old = Identity::expired_authority();
    let text = message(outcome("https://localhost", &old, &[&old]).await);
    assert!(text.starts_with("the certificate has expired"), "{text}");
}

#[tokio::test]
async fn an_authority_as_a_server_is_told_without_names_from_the_source() {
    let (served, trusted) = (
        Identity::authority("localhost"),
        Identity::authority("localhost"),
    );
    let error = outcome("https://localhost", &served, &[&trusted])
        .await
        .err()
        .unwrap();
    assert_eq!(error.status(), Status::Tls);
    let text = error.message();
    assert!(
        text.contains("it is an authority's, not a server's"),
        "{text}"
    );
    let stranger = Identity::new();
    let text = message(outcome("https://localhost", &stranger, &[&trusted]).await);
    assert!(
        text.contains("issued by nobody this system trusts"),
        "{text}"
    );
}

#[test]
fn a_key_that_cannot_be_checked_is_told_as_such() {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(P521.as_bytes())
        .collect::<Result<_, _>>()
        .unwrap();
    let [root, leaf, leaf_sha512] = certificates.try_into().unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    // Within their dates.
    let now = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));
    let trust = Trust::new(Arc::new(RootCertStore::empty()), vec![root]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = trust.verifier(provider).unwrap();
    for leaf in [leaf, leaf_sha512] {
        let verified = verifier.verify_server_cert(&leaf, &[], &name, &[], now);
        let error = verified.unwrap_err();
        let text = tls::explain(&error, Peer::Service);
        assert!(
            text.contains("is not supported (ECDSA with P-521"),
            "{text}"
        );
    }
}

#[test]
fn a_private_key_is_not_quoted() {
    for pem in [
        "-----BEGIN PRIVATE KEY-----MIGHAgEAMBMGByqGSM49-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----MIGHAgEAMBMGByqGSM49",
        "-----BEGIN CERTIFICATE-----\nMIGHAgEAMBMGByqGSM49",
        "-----BEGIN CERTIFICATE-----\nMIGH\u{1}gEAM\n-----END CERTIFICATE-----\n",
        "MIGHAgEAMBMGByqGSM49",
        "",
    ] {
        let error = read_certificates(pem.as_bytes()).unwrap_err();
        let message = error.message();
        assert!(message.starts_with("ca_file "), "{error}");
        for part in ["MIGH", "77", "45, 45", "PRIVATE"] {
            assert!(!message.contains(part), "{error}");
        }
    }
}

#[test]
fn what_follows_a_certificate_is_left_out() {
    let long = [vec![0x30, 0x82, 1, 0], vec![7; 256]].concat();
    for element in [vec![0x30, 2, 7, 7], vec![0x30, 0x81, 1, 7], long] {
        let with_more = [element.clone(), vec![0x30, 0]].concat();
        assert_eq!(first_element(with_more.into()), element);
        assert_eq!(first_element(element.clone().into()), element);
    }
    assert_eq!(first_element(vec![0x30].into()), [0x30]);
}

#[test]
fn an_openssl_form_is_read() {
    let pem = "-----BEGIN TRUSTED CERTIFICATE-----\nMAIHBzAA\n-----END TRUSTED CERTIFICATE-----\n";
    let certificates = read_certificates(pem.as_bytes()).unwrap();
    assert_eq!(certificates, [vec![0x30, 2, 7, 7].into()]);
}
