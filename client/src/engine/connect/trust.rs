//! Whom TLS trusts: the platform's roots, and the caller's CA file.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::engine::shared::Shared;
use crate::error::{Error, Status};

pub(crate) const ALPN_H2: &[u8] = b"h2";
pub(crate) const ALPN_H1: &[u8] = b"http/1.1";
/// Sessions kept for resumption: one server per transport, with some room for proxies.
const RESUMABLE_SESSIONS: usize = 8;

/// The trust roots of a client; clients of the same CA file share them.
#[derive(Debug)]
pub(crate) struct Trust {
    roots: Arc<RootCertStore>,
    added: Vec<CertificateDer<'static>>,
}

impl PartialEq for Trust {
    fn eq(&self, other: &Self) -> bool {
        self.added == other.added
    }
}

impl Trust {
    /// The platform's roots, and the certificates of `ca_file` beside them.
    pub(crate) fn load(shared: &Shared, ca_file: Option<&Path>) -> Result<Arc<Self>, Error> {
        let added = match ca_file {
            Some(path) => read_ca_file(path)?,
            None => Vec::new(),
        };
        shared.trust(
            |known| match known.iter().find(|known| known.added == added) {
                Some(known) => Ok(known.clone()),
                None => Self::with(added).map(Arc::new),
            },
        )
    }

    fn with(added: Vec<CertificateDer<'static>>) -> Result<Self, Error> {
        let mut roots = platform_roots();
        for certificate in &added {
            roots.add(certificate.clone()).map_err(|error| {
                Error::invalid_argument(
                    "ca_file",
                    format!("holds an unusable certificate: {error}"),
                )
            })?;
        }
        Ok(Self {
            roots: Arc::new(roots),
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
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(Error::internal)?
            .with_root_certificates(self.roots.clone())
            .with_no_client_auth();
        config.resumption = Resumption::in_memory_sessions(RESUMABLE_SESSIONS);
        Ok(config)
    }
}

fn platform_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn read_ca_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let refuse = |problem: String| Error::invalid_argument("ca_file", problem);
    let pem = fs::read(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    let certificates = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| refuse(format!("is not a PEM file of certificates: {error}")))?;
    if certificates.is_empty() {
        return Err(refuse("holds no PEM certificate".to_owned()));
    }
    Ok(certificates)
}
