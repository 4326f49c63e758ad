//! What an HTTP/2 service does to a stream by frames that no HTTP library would send of itself.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::future::poll_fn;
use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use bytes::Bytes;
use h2::server::{self, Connection};
use h2::{Reason, SendStream};
use http::Response;
use rcgen::generate_simple_self_signed;
use robofy_client::{Client, EventStream, Message, Options, Status};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use support::{CHATBOT_ID, KEY, PID, STREAM};
use tempfile::NamedTempFile;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

const EVENT: &str = "data: {\"type\":\"text-delta\",\"delta\":\"x\"}\n\n";
const DONE: &str = "data: [DONE]\n\n";

type Http2 = Connection<TlsStream<TcpStream>, Bytes>;

/// Serves each connection by `serve`, which is given the answer's body once its first event is on its way; and a client of
/// it.
fn service<F>(
    serve: impl Fn(Http2, SendStream<Bytes>) -> F + Send + 'static,
) -> (Client, NamedTempFile)
where
    F: Future<Output = ()>,
{
    let identity = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let mut authority = NamedTempFile::new().unwrap();
    authority.write_all(identity.cert.pem().as_bytes()).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(
        identity.signing_key.serialize_der(),
    ));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.cert.der().clone()], key)
        .unwrap();
    tls.alpn_protocols = vec![b"h2".to_vec()];
    let tls = TlsAcceptor::from(Arc::new(tls));
    let (listening, port) = channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            listening
                .send(listener.local_addr().unwrap().port())
                .unwrap();
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                let Ok(stream) = tls.accept(tcp).await else {
                    continue;
                };
                let mut http2 = server::handshake(stream).await.unwrap();
                if let Some(Ok((_, mut response))) = http2.accept().await {
                    let mut body = response.send_response(Response::new(()), false).unwrap();
                    body.send_data(EVENT.into(), false).unwrap();
                    serve(http2, body).await;
                }
            }
        });
    });
    let mut options = Options::new();
    let url = format!("https://localhost:{}", port.recv().unwrap());
    options.base_url(&url).ca_file(Some(authority.path()));
    (Client::new(KEY, &options).unwrap(), authority)
}

fn open(client: &Client) -> EventStream {
    let message = Message::new(PID, CHATBOT_ID, "Hi");
    let stream = client.stream(STREAM, &message).unwrap();
    assert_eq!(stream.wait(None).unwrap().unwrap().text(), Some("x"));
    stream
}

async fn drive(mut http2: Http2) {
    while http2.accept().await.is_some() {}
}

/// Told by the test when to go on.
fn signal() -> (Sender<()>, Arc<std::sync::Mutex<Receiver<()>>>) {
    let (go, wait) = channel();
    (go, Arc::new(std::sync::Mutex::new(wait)))
}

/// Drives the connection until the signal comes.
async fn until(signal: &std::sync::Mutex<Receiver<()>>, http2: &mut Http2) {
    loop {
        let waited = tokio::time::timeout(std::time::Duration::from_millis(5), http2.accept());
        _ = waited.await;
        if signal.lock().unwrap().try_recv().is_ok() {
            return;
        }
    }
}

#[test]
fn a_graceful_goaway_amid_a_stream_ends_it_in_its_own_time() {
    let (go, signal) = signal();
    let (client, _authority) = service(move |mut http2, mut body| {
        let signal = signal.clone();
        async move {
            until(&signal, &mut http2).await;
            http2.graceful_shutdown();
            body.send_data(EVENT.into(), false).unwrap();
            body.send_data(DONE.into(), true).unwrap();
            drive(http2).await;
        }
    });
    let mut stream = open(&client);
    go.send(()).unwrap();
    assert_eq!(stream.next().unwrap().unwrap().text(), Some("x"));
    assert!(stream.next().is_none());
    assert_eq!(client.stats().answered, 1);
}

#[test]
fn a_goaway_that_ends_all_interrupts_a_stream_and_keeps_what_came() {
    let (go, signal) = signal();
    let (client, _authority) = service(move |mut http2, _body| {
        let signal = signal.clone();
        async move {
            until(&signal, &mut http2).await;
            http2.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM);
            drive(http2).await;
        }
    });
    let mut stream = open(&client);
    go.send(()).unwrap();
    let error = stream.next().unwrap().unwrap_err();
    assert_eq!(error.status(), Status::Interrupted, "{error}");
    assert!(
        !error.is_retryable() && error.message().contains("cut short"),
        "{error}"
    );
    assert_eq!(stream.text(), "x");
}

#[test]
fn a_reset_without_an_error_amid_a_stream_is_no_end() {
    let (go, signal) = signal();
    let (client, _authority) = service(move |mut http2, mut body| {
        let signal = signal.clone();
        async move {
            until(&signal, &mut http2).await;
            body.send_reset(Reason::NO_ERROR);
            drive(http2).await;
        }
    });
    let mut stream = open(&client);
    go.send(()).unwrap();
    let error = stream.next().unwrap().unwrap_err();
    assert_eq!(error.status(), Status::Interrupted, "{error}");
}

#[test]
fn a_cancelled_stream_is_reset() {
    let end: [fn(EventStream); 2] = [|stream| assert!(stream.cancel()), drop];
    for end in end {
        let (told, reason) = channel();
        let (client, _authority) = service(move |http2, mut body| {
            let told = told.clone();
            async move {
                let reset = tokio::spawn(async move { poll_fn(|cx| body.poll_reset(cx)).await });
                tokio::spawn(drive(http2));
                told.send(reset.await.unwrap().unwrap()).unwrap();
            }
        });
        end(open(&client));
        assert_eq!(reason.recv().unwrap(), Reason::CANCEL);
    }
}
