//! The connector against small servers on loopback.

mod direct;
mod proxies;
pub(super) mod servers;

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

use super::proxy::Proxy;
use super::resolver::Resolver;
use super::stream::Stream;
use super::trust::Trusts;
use super::{Connected, Connector};
use crate::engine::process::budget::{Budget, Share};
use crate::secret::Secret;

use servers::Identity;

/// A connector as a client has it, and its share of the budget.
pub(super) fn connector(base_url: &str, proxy: &str, trusted: &[&Identity]) -> (Connector, Share) {
    connector_with(base_url, proxy, trusted, Resolver::default())
}

fn connector_with(
    base_url: &str,
    proxy: &str,
    trusted: &[&Identity],
    resolver: Resolver,
) -> (Connector, Share) {
    let endpoint = Url::parse(base_url).unwrap();
    let proxy = Proxy::choose(Some(&Secret::new(proxy.to_owned())), &endpoint).unwrap();
    let pem: String = trusted
        .iter()
        .map(|identity| identity.pem.as_str())
        .collect();
    let ca_file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(ca_file.path(), pem).unwrap();
    let ca_file = (!trusted.is_empty()).then(|| ca_file.path());
    let trust = Trusts::default().load(ca_file).unwrap();
    let share = Budget::new().join();
    let made = Connector::new(&endpoint, proxy, &trust, Arc::new(resolver), share.clone());
    (made.unwrap(), share)
}

/// Bytes go there and come back.
async fn echoes(stream: &mut Stream) {
    stream.write_all(b"Hello").await.unwrap();
    stream.flush().await.unwrap();
    let mut echo = [0; 5];
    stream.read_exact(&mut echo).await.unwrap();
    assert_eq!(&echo, b"Hello");
}

/// The message of a failure.
pub(super) fn message<T>(result: Result<T, crate::error::Error>) -> String {
    result.err().unwrap().message().to_owned()
}

async fn assert_works(connector: &Connector) -> Connected {
    let mut connected = connector.connect().await.unwrap();
    echoes(&mut connected.stream).await;
    connected
}
