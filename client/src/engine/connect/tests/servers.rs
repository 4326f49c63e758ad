//! An echo, over TLS or not, and proxies in front of it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, copy_bidirectional, split,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub(in crate::engine::connect) trait Wire:
    AsyncRead + AsyncWrite + Send + Unpin
{
}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// A certificate that signed itself.
pub(in crate::engine::connect) struct Identity {
    pub(in crate::engine::connect) pem: String,
    der: rustls::pki_types::CertificateDer<'static>,
    key: Vec<u8>,
}

impl Identity {
    pub(in crate::engine::connect) fn new() -> Self {
        Self::with("localhost", |_| {})
    }

    /// As `openssl req -x509` makes it.
    pub(in crate::engine::connect) fn authority(name: &str) -> Self {
        Self::with(name, |params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        })
    }

    pub(in crate::engine::connect) fn expired_authority() -> Self {
        Self::with("localhost", |params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        })
    }

    fn with(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let names = [name, "127.0.0.1", "::1", "service.test"].map(str::to_owned);
        let names = match name {
            "localhost" => names.to_vec(),
            name => vec![name.to_owned()],
        };
        let mut params = CertificateParams::new(names).unwrap();
        // Issuers are told apart by their names.
        let subject = format!("{name} {}", fastrand::u64(..));
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, subject);
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            pem: certificate.pem(),
            der: certificate.der().clone(),
            key: key.serialize_der(),
        }
    }

    pub(in crate::engine::connect) fn acceptor(&self, protocols: &[&str]) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![self.der.clone()],
                PrivatePkcs8KeyDer::from(self.key.clone()).into(),
            )
            .unwrap();
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A server's address, and what it was asked for.
pub(in crate::engine::connect) struct Server {
    pub(in crate::engine::connect) address: SocketAddr,
    pub(in crate::engine::connect) asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(in crate::engine::connect) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve<F>(
    at: &str,
    behave: impl Fn(TcpStream, Arc<Mutex<Vec<String>>>) -> F + Send + 'static,
) -> Server
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind(at).await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let log = asked.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(behave(stream, log.clone()));
        }
    });
    Server { address, asked }
}

/// Sends back what it is sent.
pub(in crate::engine::connect) async fn echo(at: &str, tls: Option<TlsAcceptor>) -> Server {
    serve(at, move |stream, _| {
        let tls = tls.clone();
        async move {
            let stream: Box<dyn Wire> = match tls {
                Some(tls) => Box::new(tls.accept(stream).await?),
                None => Box::new(stream),
            };
            let (mut reader, mut writer) = split(stream);
            let mut buffer = [0; 1024];
            loop {
                let count = reader.read(&mut buffer).await?;
                if count == 0 {
                    return Ok(());
                }
                writer.write_all(&buffer[..count]).await?;
                writer.flush().await?;
            }
        }
    })
    .await
}

/// Answers with these bytes whatever it is asked, and closes.
pub(in crate::engine::connect) async fn saying(answer: &'static [u8]) -> Server {
    serve("127.0.0.1:0", move |mut stream, _| async move {
        let mut request = [0; 1024];
        _ = stream.read(&mut request).await?;
        stream.write_all(answer).await?;
        stream.shutdown().await?;
        _ = copy(&mut stream, &mut tokio::io::sink()).await;
        Ok(())
    })
    .await
}

/// A proxy that makes tunnels, for whoever shows this header if there is one.
pub(in crate::engine::connect) async fn http_proxy(
    tls: Option<TlsAcceptor>,
    authorization: &'static str,
) -> Server {
    serve("127.0.0.1:0", move |stream, log| {
        let tls = tls.clone();
        async move {
            let mut stream: Box<dyn Wire> = match tls {
                Some(tls) => Box::new(tls.accept(stream).await?),
                None => Box::new(stream),
            };
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await?);
            }
            let head = String::from_utf8(head).unwrap();
            let target = head.split(' ').nth(1).unwrap().to_owned();
            log.lock().unwrap().push(target.clone());
            if !authorization.is_empty()
                && !head.contains(&format!("Proxy-Authorization: {authorization}\r\n"))
            {
                let refusal = b"HTTP/1.1 407 dXNlcjpzZWNyZXQ=\r\nContent-Length: 0\r\n\r\n";
                stream.write_all(refusal).await?;
                return stream.flush().await;
            }
            let mut service = TcpStream::connect(&target).await?;
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            stream.flush().await?;
            copy_bidirectional(&mut stream, &mut service).await?;
            Ok(())
        }
    })
    .await
}

/// A SOCKS5 proxy that answers a request for a tunnel with this reply; with a password if `password` is one.
pub(in crate::engine::connect) async fn socks_proxy(password: &'static str, reply: u8) -> Server {
    serve("127.0.0.1:0", move |mut stream, log| async move {
        let count = {
            assert_eq!(stream.read_u8().await?, 5);
            stream.read_u8().await?
        };
        let mut methods = vec![0; usize::from(count)];
        stream.read_exact(&mut methods).await?;
        let method = if password.is_empty() { 0 } else { 2 };
        if !methods.contains(&method) {
            return stream.write_all(&[5, 0xff]).await;
        }
        stream.write_all(&[5, method]).await?;
        if method == 2 {
            assert_eq!(stream.read_u8().await?, 1);
            let user = text(&mut stream).await?;
            let given = format!("{user}:{}", text(&mut stream).await?);
            let status = u8::from(given != password);
            stream.write_all(&[1, status]).await?;
        }
        let mut request = [0; 4];
        stream.read_exact(&mut request).await?;
        let host = match request[3] {
            1 => {
                let mut octets = [0; 4];
                stream.read_exact(&mut octets).await?;
                std::net::IpAddr::from(octets).to_string()
            }
            4 => {
                let mut octets = [0; 16];
                stream.read_exact(&mut octets).await?;
                format!("[{}]", std::net::Ipv6Addr::from(octets))
            }
            _ => text(&mut stream).await?,
        };
        let target = format!("{host}:{}", stream.read_u16().await?);
        log.lock().unwrap().push(target.clone());
        if reply != 0 {
            return stream.write_all(&[5, reply, 0, 1, 0, 0, 0, 0, 0, 0]).await;
        }
        let mut service = TcpStream::connect(&target).await?;
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
        copy_bidirectional(&mut stream, &mut service).await?;
        Ok(())
    })
    .await
}

async fn text(stream: &mut TcpStream) -> std::io::Result<String> {
    let length = stream.read_u8().await?;
    let mut text = vec![0; usize::from(length)];
    stream.read_exact(&mut text).await?;
    Ok(String::from_utf8(text).unwrap())
}
