//! A private certificate authority and a server certificate that is good, or wrong in one chosen way.

use std::io::{self, Write};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;

use crate::serve::HttpVersions;

const RIGHT_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
const WRONG_NAMES: [&str; 1] = ["another.example"];

/// The certificate that a TLS stand-in shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Tls {
    /// For localhost, 127.0.0.1 and ::1, signed by the private authority.
    Valid,
    /// Ended in 2021.
    Expired,
    /// Begins in 2090.
    NotYetValid,
    /// For another.example.
    WrongName,
    /// Signed by its own key; the private authority has no part in it.
    SelfSigned,
    /// Signed by another authority than the one in the CA file.
    Untrusted,
}

pub(crate) struct Identity {
    pub acceptor: TlsAcceptor,
    /// The authority's certificate, as PEM.
    pub ca_file: NamedTempFile,
}

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

pub(crate) fn issue(tls: Tls, http: HttpVersions) -> io::Result<Identity> {
    let authority = authority("Robofy stand-in CA").map_err(io::Error::other)?;
    let (certificate, key) = leaf(tls, &authority).map_err(io::Error::other)?;
    let mut ca_file = tempfile::Builder::new()
        .prefix("robofy-standin-")
        .suffix(".pem")
        .tempfile()?;
    ca_file.write_all(authority.pem.as_bytes())?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .map_err(io::Error::other)?;
    config.alpn_protocols = http.alpn();
    Ok(Identity {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        ca_file,
    })
}

fn authority(name: &str) -> Result<Authority, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate()?;
    let pem = params.self_signed(&key)?.pem();
    Ok(Authority {
        pem,
        issuer: Issuer::new(params, key),
    })
}

fn leaf(
    tls: Tls,
    trusted: &Authority,
) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    let names = if tls == Tls::WrongName {
        &WRONG_NAMES[..]
    } else {
        &RIGHT_NAMES[..]
    };
    let mut params =
        CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    params.distinguished_name.push(DnType::CommonName, names[0]);
    match tls {
        Tls::Expired => {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        Tls::NotYetValid => {
            params.not_before = date_time_ymd(2090, 1, 1);
            params.not_after = date_time_ymd(2091, 1, 1);
        }
        Tls::Valid | Tls::WrongName | Tls::SelfSigned | Tls::Untrusted => {}
    }
    let key = KeyPair::generate()?;
    let certificate = match tls {
        Tls::SelfSigned => params.self_signed(&key)?,
        Tls::Untrusted => params.signed_by(&key, &authority("Another CA")?.issuer)?,
        Tls::Valid | Tls::Expired | Tls::NotYetValid | Tls::WrongName => {
            params.signed_by(&key, &trusted.issuer)?
        }
    };
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    Ok((certificate.der().clone(), key.into()))
}
