//! The certificate authorities that the platform trusts.

use rustls::RootCertStore;

pub(super) fn platform_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}
