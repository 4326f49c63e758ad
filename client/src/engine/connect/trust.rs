//! Whom TLS trusts: the platform's roots, and the caller's CA file.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, KeyProvider};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::SigningKey;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};

use super::roots::platform_roots;
use crate::engine::errors::tls;
use crate::error::{Error, Status};

/// Sessions kept for resumption: one server per route, with some room.
const RESUMABLE_SESSIONS: usize = 8;

/// The trust of all clients of a process: roots are read once for those who share them.
#[derive(Default)]
pub(crate) struct Trusts {
    /// Held while they are read from disk, by clients that are being made alone.
    platform: Mutex<Weak<RootCertStore>>,
    known: Mutex<Vec<Weak<Trust>>>,
}

/// The trust roots of a client; clients of the same CA file share them.
#[derive(Debug)]
pub(crate) struct Trust {
    /// Kept for those who come later.
    _platform: Arc<RootCertStore>,
    roots: Arc<RootCertStore>,
    added: Vec<CertificateDer<'static>>,
}

impl PartialEq for Trust {
    fn eq(&self, other: &Self) -> bool {
        self.added == other.added
    }
}

impl Trusts {
    /// The platform's roots, and the certificates of `ca_file` beside them.
    pub(crate) fn load(&self, ca_file: Option<&Path>) -> Result<Arc<Trust>, Error> {
        let added = match ca_file {
            Some(path) => read_ca_file(path)?,
            None => Vec::new(),
        };
        if let Some(known) = find(&lock(&self.known), &added) {
            return Ok(known);
        }
        let trust = Arc::new(Trust::new(self.platform(), added)?);
        let mut known = lock(&self.known);
        // Another client may have come first.
        if let Some(known) = find(&known, &trust.added) {
            return Ok(known);
        }
        known.retain(|known| known.strong_count() > 0);
        known.push(Arc::downgrade(&trust));
        Ok(trust)
    }

    fn platform(&self) -> Arc<RootCertStore> {
        let mut platform = lock(&self.platform);
        platform.upgrade().unwrap_or_else(|| {
            let roots = Arc::new(platform_roots());
            *platform = Arc::downgrade(&roots);
            roots
        })
    }
}

fn find(known: &[Weak<Trust>], added: &[CertificateDer<'_>]) -> Option<Arc<Trust>> {
    let mut known = known.iter().filter_map(Weak::upgrade);
    known.find(|known| known.added == added)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Trust {
    fn new(
        platform: Arc<RootCertStore>,
        added: Vec<CertificateDer<'static>>,
    ) -> Result<Self, Error> {
        let mut roots = platform.clone();
        if !added.is_empty() {
            let roots = Arc::make_mut(&mut roots);
            for certificate in &added {
                roots.add(certificate.clone()).map_err(|error| {
                    let problem = tls::of_authority(&error);
                    refuse(&format!("holds an unusable certificate: {problem}"))
                })?;
            }
        }
        Ok(Self {
            _platform: platform,
            roots,
            added,
        })
    }

    pub(crate) fn must_not_be_empty(&self) -> Result<(), Error> {
        if self.roots.is_empty() {
            return Err(Error::new(
                Status::Tls,
                "no trusted certificate authorities were found on this system; install its ca-certificates package, correct SSL_CERT_FILE and SSL_CERT_DIR if they are set, or set ca_file",
            ));
        }
        Ok(())
    }

    /// A TLS configuration with a session cache of its own.
    pub(crate) fn client_config(&self) -> Result<ClientConfig, Error> {
        let provider = Arc::new(CryptoProvider {
            key_provider: &NoKeys,
            ..rustls::crypto::ring::default_provider()
        });
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(Error::internal)?;
        let mut config = match self.added.is_empty() {
            true => builder.with_root_certificates(self.roots.clone()),
            false => builder
                .dangerous()
                .with_custom_certificate_verifier(self.verifier(provider)?),
        }
        .with_no_client_auth();
        config.resumption = Resumption::in_memory_sessions(RESUMABLE_SESSIONS);
        Ok(config)
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Arc<Verifier>, Error> {
        let chains = WebPkiServerVerifier::builder_with_provider(self.roots.clone(), provider)
            .build()
            .map_err(Error::internal)?;
        Ok(Arc::new(Verifier {
            chains,
            trusted: self.added.clone(),
        }))
    }
}

/// A client shows no certificate of its own: without ring's way to load a key, its signatures are not linked.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(
        &self,
        _key: PrivateKeyDer<'static>,
    ) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("no client certificates".into()))
    }
}

/// As rustls verifies; but a certificate that stands in the CA file is trusted itself, where nobody trusted has issued it
/// or it is an authority's.
#[derive(Debug)]
struct Verifier {
    chains: Arc<WebPkiServerVerifier>,
    trusted: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified =
            self.chains
                .verify_server_cert(certificate, intermediates, name, ocsp_response, now);
        match verified {
            Err(error) if self.trusted.contains(certificate) && is_of_chain(&error) => {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chains
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chains
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}

/// Whether the certificate itself was found good. webpki looks at its dates before anything that these say.
fn is_of_chain(error: &rustls::Error) -> bool {
    let rustls::Error::InvalidCertificate(error) = error else {
        return false;
    };
    match error {
        CertificateError::UnknownIssuer
        | CertificateError::BadSignature
        | CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => true,
        CertificateError::Other(error) => matches!(
            error.0.downcast_ref(),
            Some(webpki::Error::CaUsedAsEndEntity)
        ),
        _ => false,
    }
}

fn refuse(problem: &str) -> Error {
    Error::invalid_argument("ca_file", problem)
}

fn read_ca_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let pem = fs::read(path).map_err(|error| refuse(&format!("cannot be read: {error}")))?;
    read_certificates(&pem)
}

/// The certificates of a PEM text. An error quotes nothing of it: the file may be a private key.
fn read_certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let pem = String::from_utf8_lossy(pem);
    // OpenSSL's own form, in which what the certificate is trusted for follows it.
    let pem: Cow<'_, str> = match pem.contains("TRUSTED CERTIFICATE-----") {
        true => pem
            .replace("TRUSTED CERTIFICATE-----", "CERTIFICATE-----")
            .into(),
        false => pem,
    };
    let certificates = CertificateDer::pem_slice_iter(pem.as_bytes())
        .map(|der| Ok(first_element(der?).into()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| {
            let problem = match error {
                pem::Error::MissingSectionEnd { .. } => "a section in it has no END line",
                pem::Error::IllegalSectionStart { .. } => {
                    "a BEGIN line in it is malformed, perhaps for want of line breaks"
                }
                pem::Error::Base64Decode(_) => "a section in it is not Base64",
                _ => "it is malformed",
            };
            refuse(&format!("is not a PEM file of certificates: {problem}"))
        })?;
    match certificates.is_empty() {
        true => Err(refuse("holds no PEM certificate")),
        false => Ok(certificates),
    }
}

/// The first of several DER elements (X.690, section 8.1), or what is none as it is.
fn first_element(der: CertificateDer<'static>) -> Vec<u8> {
    let mut der = der.to_vec();
    let length = match der.get(1) {
        Some(&length @ ..=0x7f) => Some(2 + usize::from(length)),
        Some(0x82) => der
            .get(2..4)
            .map(|length| 4 + (usize::from(length[0]) << 8) + usize::from(length[1])),
        Some(0x81) => der.get(2).map(|length| 3 + usize::from(*length)),
        _ => None,
    };
    der.truncate(length.unwrap_or(usize::MAX));
    der
}

#[cfg(test)]
#[path = "tests/certificates.rs"]
mod tests;
