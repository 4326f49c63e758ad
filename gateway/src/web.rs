//! The client of HTTP that all calls of the gateway's own go through.

use rustls::crypto::ring;

/// Follows no redirect, and computes TLS as the library does.
pub fn client() -> reqwest::ClientBuilder {
    // Another part of the process may have chosen already.
    let _ = ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("robofy-gateway/", env!("CARGO_PKG_VERSION")))
}
