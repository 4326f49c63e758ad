use super::servers::{Identity, Server, echo, http_proxy, saying, socks_proxy};
use super::*;
use crate::error::Status;

async fn service(identity: &Identity, at: &str) -> Server {
    echo(at, Some(identity.acceptor(&["http/1.1"]))).await
}

#[tokio::test]
async fn a_tunnel_of_an_http_proxy() {
    let identity = Identity::new();
    let service = service(&identity, "127.0.0.1:0").await;
    let proxy = http_proxy(None, "Basic dXNlcjpwQHNz").await;
    let through = format!("http://user:p@ss@{}", proxy.address);
    let url = format!("https://localhost:{}", service.address.port());
    let (connector, share) = connector(&url, &through, &[&identity]);
    let connected = assert_works(&connector).await;
    assert_eq!(share.held(), 1);
    assert_eq!(
        proxy.asked(),
        [format!("localhost:{}", service.address.port())]
    );
    let (_, sessions) = connected.stream.into_parts().unwrap();
    assert_eq!(sessions.len(), 1);
}

#[tokio::test]
async fn tls_in_tls() {
    let (identity, of_proxy) = (Identity::new(), Identity::new());
    let service = service(&identity, "127.0.0.1:0").await;
    let proxy = http_proxy(Some(of_proxy.acceptor(&["http/1.1"])), "").await;
    let through = format!("https://{}", proxy.address);
    let url = format!("https://{}", service.address);
    let (connector, _) = connector(&url, &through, &[&identity, &of_proxy]);
    let connected = assert_works(&connector).await;
    let (_, sessions) = connected.stream.into_parts().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0].alpn_protocol(), Some(&b"http/1.1"[..]));
    assert_eq!(sessions[1].alpn_protocol(), None);
}

#[tokio::test]
async fn an_untrusted_proxy_is_told_from_an_untrusted_service() {
    let (identity, of_proxy) = (Identity::new(), Identity::new());
    let service = service(&identity, "127.0.0.1:0").await;
    let proxy = http_proxy(Some(of_proxy.acceptor(&[])), "").await;
    let through = format!("https://{}", proxy.address);
    let url = format!("https://{}", service.address);
    for (trusted, words) in [
        (&identity, "the proxy's certificate was issued by nobody"),
        (&of_proxy, "the certificate was issued by nobody"),
    ] {
        let (connector, _) = connector(&url, &through, &[trusted]);
        let error = connector.connect().await.err().unwrap();
        assert!(error.message().starts_with(words), "{error}");
        assert_eq!(error.status(), Status::Tls);
    }
}

#[tokio::test]
async fn ipv6_addresses_go_through_any_proxy() {
    let identity = Identity::new();
    let service = service(&identity, "[::1]:0").await;
    let (http, socks) = (http_proxy(None, "").await, socks_proxy("", 0).await);
    let secure = http_proxy(Some(identity.acceptor(&[])), "").await;
    for (scheme, proxy) in [
        ("http", &http),
        ("https", &secure),
        ("socks5", &socks),
        ("socks5h", &socks),
    ] {
        let through = format!("{scheme}://{}", proxy.address);
        let url = format!("https://{}", service.address);
        let (connector, _) = connector(&url, &through, &[&identity]);
        assert_works(&connector).await;
        assert_eq!(proxy.asked()[0], service.address.to_string());
    }
}

#[tokio::test]
async fn socks_with_the_name_looked_up_there_or_here() {
    let identity = Identity::new();
    let service = service(&identity, "127.0.0.1:0").await;
    let port = service.address.port();
    let url = format!("https://localhost:{port}");
    for (scheme, target) in [
        ("socks5h", format!("localhost:{port}")),
        ("socks5", format!("127.0.0.1:{port}")),
    ] {
        let proxy = socks_proxy("us@er:p:ss", 0).await;
        let through = format!("{scheme}://us%40er:p:ss@{}", proxy.address);
        let resolver = Resolver::with(Arc::new(|_| Ok(vec![([127, 0, 0, 1], 0).into()])));
        let (connector, share) = connector_with(&url, &through, &[&identity], resolver);
        let connected = assert_works(&connector).await;
        assert_eq!(proxy.asked(), [target]);
        assert_eq!(share.held(), 1);
        drop(connected);
        assert_eq!(share.held(), 0);
    }
}

#[tokio::test]
async fn refusals_have_their_words_and_no_password() {
    let with_password = http_proxy(None, "Basic dXNlcjpwYXNz").await;
    let http = |proxy: &Server| format!("http://{}", proxy.address);
    let mut cases = vec![
        (
            http(&with_password),
            "wants a user name and a password (407 Proxy Authentication Required)",
        ),
        (
            http(&with_password).replace("//", "//user:secret@"),
            "refuses the user name or the password (407",
        ),
        (
            "http://127.0.0.1:9".to_owned(),
            "the proxy refused the connection",
        ),
        (
            "http://no.such.proxy.invalid:1".to_owned(),
            "the proxy's name no.such.proxy.invalid",
        ),
    ];
    for (answer, words) in [
        (
            &b"HTTP/1.1 403 Forbidden\r\n\r\n"[..],
            "refuses to connect to the service (403 Forbidden)",
        ),
        (
            b"HTTP/1.1 502 secret\r\n\r\n",
            "cannot reach the service (502 Bad Gateway)",
        ),
        (
            b"HTTP/1.0 401 \r\n\r\n",
            "wants a user name and a password (401",
        ),
        (
            b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
            "refuses to connect",
        ),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "is no proxy"),
        (b"\x00\x01\x02", "is no proxy"),
        (b"", "the proxy closed the connection"),
    ] {
        cases.push((http(&saying(answer).await), words));
    }
    let identity = Identity::new();
    let echo = echo("127.0.0.1:0", None).await;
    cases.push((http(&echo), "is no proxy"));
    for (reply, words) in [
        (
            2,
            "refuses to connect to the service (connection not allowed)",
        ),
        (3, "cannot reach the service (network unreachable)"),
        (5, "cannot reach the service (connection refused)"),
        (99, "is no proxy"),
    ] {
        let proxy = socks_proxy("", reply).await;
        cases.push((format!("socks5h://{}", proxy.address), words));
    }
    let proxy = socks_proxy("user:pass", 0).await;
    cases.push((
        format!("socks5://{}", proxy.address),
        "wants a user name and a password",
    ));
    cases.push((
        format!("socks5://user:secret@{}", proxy.address),
        "refuses the user name or the password",
    ));
    let web = saying(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    cases.push((format!("socks5://{}", web.address), "is no proxy"));
    for (through, words) in cases {
        let (connector, share) = connector("https://127.0.0.1:9", &through, &[&identity]);
        let error = connector.connect().await.err().unwrap();
        let text = error.message();
        assert!(text.contains(words), "{through}: {text}");
        assert!(text.starts_with("could not reach the service: "), "{text}");
        assert_eq!(error.status(), Status::Connect);
        for part in ["secret", "dXNlcj", "Err", "Some(", " { "] {
            assert!(!text.contains(part), "{through}: {text}");
        }
        assert_eq!(share.held(), 0);
    }
}
