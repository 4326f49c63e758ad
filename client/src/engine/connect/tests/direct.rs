use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, Socket, Type};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::servers::{Identity, echo, saying};
use super::*;
use crate::engine::connect::{Observer, Protocol};
use crate::engine::errors::Peer;
use crate::error::Status;
use crate::sys::names::NameError;

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn without_tls_it_is_http1_and_holds_one_permit() {
    let service = echo("127.0.0.1:0", None).await;
    let (connector, share) = connector(
        &format!("http://localhost:{}", service.address.port()),
        "",
        &[],
    );
    let connected = assert_works(&connector).await;
    assert_eq!(connected.protocol, Protocol::Http1);
    assert_eq!(share.held(), 1);
    drop(connected);
    assert_eq!(share.held(), 0);
}

#[tokio::test]
async fn the_protocol_is_what_the_service_takes_of_the_offer() {
    let identity = Identity::new();
    for (spoken, protocol) in [
        (&["h2", "http/1.1"][..], Protocol::Http2),
        (&["h2"], Protocol::Http2),
        (&["http/1.1"], Protocol::Http1),
        (&[], Protocol::Http1),
    ] {
        let service = echo("127.0.0.1:0", Some(identity.acceptor(spoken))).await;
        let url = format!("https://{}", service.address);
        let (connector, _) = connector(&url, "", &[&identity]);
        let mut connected = connector.connect().await.unwrap();
        assert_eq!(connected.protocol, protocol, "{spoken:?}");
        echoes(&mut connected.stream).await;
    }
}

#[tokio::test]
async fn an_address_of_ipv6_is_a_host() {
    let identity = Identity::new();
    let service = echo("[::1]:0", Some(identity.acceptor(&[]))).await;
    let (connector, _) = connector(&format!("https://{}", service.address), "", &[&identity]);
    assert_works(&connector).await;
}

#[tokio::test]
async fn the_parts_can_be_driven_by_another_thread() {
    let identity = Identity::new();
    let service = echo("127.0.0.1:0", Some(identity.acceptor(&["http/1.1"]))).await;
    let (connector, _) = connector(&format!("https://{}", service.address), "", &[&identity]);
    let connected = assert_works(&connector).await;
    let (mut socket, mut sessions) = connected.stream.into_parts().unwrap();
    let mut session = sessions.pop().unwrap();
    assert!(sessions.is_empty());
    let echoed = tokio::task::spawn_blocking(move || {
        socket.set_nonblocking(false).unwrap();
        let mut tls = rustls::Stream::new(&mut session, &mut socket);
        tls.write_all(b"again").unwrap();
        let mut echo = [0; 5];
        tls.read_exact(&mut echo).unwrap();
        echo
    });
    assert_eq!(&echoed.await.unwrap(), b"again");
}

#[tokio::test]
async fn a_dropped_connection_is_shut_down_though_a_child_holds_it_too() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (connector, _) = connector(&url, "", &[]);
    let connected = connector.connect().await.unwrap();
    let (mut peer, _) = listener.accept().await.unwrap();
    let Stream::Tcp(tcp) = &connected.stream else {
        panic!("no TLS was asked for");
    };
    let held = tcp.duplicate();
    drop(connected);
    let read = timeout(PATIENCE, peer.read(&mut [0; 8])).await.unwrap();
    assert_eq!(read.unwrap(), 0);
    drop(held);
}

#[tokio::test]
async fn a_connection_that_is_given_up_leaves_nothing_behind() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let (connector, share) = connector(&url, "", &[]);
    let connecting = tokio::spawn(async move { connector.connect().await.map(drop) });
    let (mut peer, _) = listener.accept().await.unwrap();
    // The hello.
    assert!(peer.read(&mut [0; 1 << 14]).await.unwrap() > 0);
    assert_eq!(share.held(), 1);
    connecting.abort();
    _ = connecting.await;
    assert_eq!(share.held(), 0);
    let read = timeout(PATIENCE, peer.read(&mut [0; 8])).await.unwrap();
    assert_eq!(read.unwrap(), 0);
}

/// A name of its own, with these addresses.
fn named(addresses: Vec<SocketAddr>) -> Resolver {
    Resolver::with(Arc::new(move |name| match name {
        "service.test" => Ok(addresses.clone()),
        _ => Err(NameError::Unknown),
    }))
}

/// A listener that drops SYNs, for it is full.
fn silent(address: SocketAddr) -> (Socket, Vec<Socket>) {
    let socket = || {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_nonblocking(true).unwrap();
        socket
    };
    let listener = socket();
    listener.bind(&address.into()).unwrap();
    listener.listen(0).unwrap();
    let waiting = (0..3).map(|_| {
        let waiting = socket();
        _ = waiting.connect(&address.into());
        waiting
    });
    let waiting = waiting.collect();
    (listener, waiting)
}

#[derive(Default)]
struct Tried(Vec<SocketAddr>);

impl Observer for Tried {
    fn connected(&mut self, _: Peer, address: SocketAddr) {
        self.0.push(address);
    }
}

#[tokio::test]
async fn a_dead_first_address_is_passed_over_and_the_right_one_remembered() {
    let identity = Identity::new();
    let service = echo("127.0.0.1:0", Some(identity.acceptor(&[]))).await;
    let port = service.address.port();
    let dead = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), port));
    let _full = silent(dead);
    let resolver = named(vec![dead, service.address]);
    let url = format!("https://service.test:{port}");
    let (connector, share) = connector_with(&url, "", &[&identity], resolver);
    let began = std::time::Instant::now();
    let mut tried = Tried::default();
    let connected = connector.connect_observed(&mut tried);
    let connected = timeout(PATIENCE, connected).await.unwrap();
    let mut connected = connected.ok().unwrap();
    echoes(&mut connected.stream).await;
    assert_eq!(tried.0, [service.address]);
    assert_eq!(share.held(), 1);
    assert!(began.elapsed() >= Duration::from_millis(250));
    // Now the right one goes first, and no time is lost: it is there before the next one would be tried.
    let resolved = connector.0.resolver.resolve("service.test").await.unwrap();
    assert_eq!(resolved.winner, Some(service.address.ip()));
}

#[tokio::test]
async fn a_refusal_goes_on_to_the_next_address() {
    let identity = Identity::new();
    let service = echo("127.0.0.1:0", Some(identity.acceptor(&[]))).await;
    let port = service.address.port();
    let closed = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 3), port));
    let resolver = named(vec![closed, closed, service.address]);
    let url = format!("https://service.test:{port}");
    let (connector, _) = connector_with(&url, "", &[&identity], resolver);
    assert_works(&connector).await;
}

#[tokio::test]
async fn a_name_of_this_machine_does_not_lead_elsewhere_without_tls() {
    let elsewhere = vec![SocketAddr::from(([10, 1, 1, 1], 0))];
    let resolver = Resolver::with(Arc::new(move |_| Ok(elsewhere.clone())));
    let (connector, _) = connector_with("http://localhost:1", "", &[], resolver);
    let text = message(connector.connect().await);
    assert!(text.contains("leads to another machine"), "{text}");
}

#[tokio::test]
async fn failures_have_their_words() {
    let plain = saying(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let mute = saying(b"").await;
    let alert = saying(b"\x15\x03\x03\x00\x02\x02\x28").await;
    for (url, status, words) in [
        (
            "https://127.0.0.1:9".to_owned(),
            Status::Connect,
            "it refused the connection",
        ),
        (
            "https://unknown.test".to_owned(),
            Status::Connect,
            "the name unknown.test is not known",
        ),
        (
            "https://255.255.255.255".to_owned(),
            Status::Connect,
            "unreachable",
        ),
        (
            format!("https://{}", plain.address),
            Status::Tls,
            "does not speak TLS",
        ),
        (
            format!("https://{}", mute.address),
            Status::Tls,
            "the TLS handshake was cut off",
        ),
        (
            format!("https://{}", alert.address),
            Status::Tls,
            "the TLS handshake failed: it ended it with the alert 40",
        ),
    ] {
        let (connector, share) = connector_with(&url, "", &[], named(Vec::new()));
        let error = connector.connect().await.err().unwrap();
        assert!(error.message().contains(words), "{url}: {error}");
        assert_eq!(error.status(), status, "{url}: {error}");
        assert_eq!(share.held(), 0);
    }
}
