//! The platform's trust roots.

#[cfg(all(unix, not(target_os = "macos")))]
use std::env;
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

type Certificates = Vec<CertificateDer<'static>>;

/// Empty where the platform has none. Certificates that cannot be parsed are left out.
pub(crate) fn platform_roots() -> RootCertStore {
    store(bundle_or(bundle().as_deref(), everything))
}

fn store(certificates: Certificates) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    roots
}

/// `SSL_CERT_FILE` and `SSL_CERT_DIR`; where neither is set, the system's store.
fn everything() -> Certificates {
    rustls_native_certs::load_native_certs().certs
}

/// The system's certificates in one file. None where the environment names others.
#[cfg(all(unix, not(target_os = "macos")))]
fn bundle() -> Option<PathBuf> {
    let is_set = |name| env::var_os(name).is_some();
    match is_set(openssl_probe::ENV_CERT_FILE) || is_set(openssl_probe::ENV_CERT_DIR) {
        true => None,
        false => openssl_probe::probe().cert_file,
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn bundle() -> Option<PathBuf> {
    None
}

/// The bundle alone, if it holds certificates: the directory beside it has the same ones in a file each, and takes five
/// times as long to read.
fn bundle_or(bundle: Option<&Path>, otherwise: impl FnOnce() -> Certificates) -> Certificates {
    let held = rustls_native_certs::load_certs_from_paths(bundle, None).certs;
    if held.is_empty() { otherwise() } else { held }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use robofy_standin::{Standin, Tls};
    use tempfile::NamedTempFile;

    use super::*;

    /// Valid PEM, and no certificate.
    const GARBAGE: &str = "-----BEGIN CERTIFICATE-----\nSGVsbG8h\n-----END CERTIFICATE-----\n";

    fn bundle(pem: &str) -> NamedTempFile {
        let file = NamedTempFile::new().unwrap();
        fs::write(&file, pem).unwrap();
        file
    }

    fn authority() -> String {
        let standin = Standin::builder().tls(Tls::Valid).start();
        fs::read_to_string(standin.ca_file()).unwrap()
    }

    #[test]
    fn a_bundle_with_certificates_is_all_that_is_read() {
        let bundle = bundle(&authority());
        let read = bundle_or(Some(bundle.path()), || unreachable!());
        assert_eq!(store(read).len(), 1);
    }

    #[test]
    fn without_a_bundle_of_use_everything_is_read() {
        let empty = bundle("");
        let missing = Path::new("/nonexistent/bundle.pem");
        for bundle in [None, Some(empty.path()), Some(missing)] {
            let read = bundle_or(bundle, || vec![vec![1].into()]);
            assert_eq!(read.len(), 1, "{bundle:?}");
        }
    }

    #[test]
    fn what_cannot_be_parsed_is_left_out() {
        let bundle = bundle(&format!("{GARBAGE}{}{GARBAGE}", authority()));
        let read = bundle_or(Some(bundle.path()), Vec::new);
        assert_eq!(store(read).len(), 1);
        assert!(store(Vec::new()).is_empty());
    }
}
