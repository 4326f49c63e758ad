//! The proxy's consent to a tunnel (RFC 9110, section 9.3.6).

use std::io::{self, ErrorKind, Read, Write};

use super::report::Problem;
use super::route::{Place, Proxy};
use super::wire::{Wire, is_late};
use crate::failure::{Failure, Status};

/// A proxy's answer is a few lines.
const LARGEST_HEAD: usize = 16 * 1024;
const REASON: usize = 60;

/// Asks for it, and reads no further than the end of the answer's head.
pub fn open(wire: &mut Box<dyn Wire>, proxy: &Proxy, service: &Place) -> Result<(), Problem> {
    let head = ask(wire, proxy, service).map_err(|error| unanswered(&proxy.place, &error))?;
    let mut words = head.lines().next().unwrap_or_default().splitn(3, ' ');
    let (version, status) = (words.next().unwrap_or_default(), words.next());
    let status: Option<u16> = status.and_then(|status| status.parse().ok());
    let reason: String = words
        .next()
        .unwrap_or_default()
        .chars()
        .take(REASON)
        .collect();
    match status {
        Some(200..300) if version.starts_with("HTTP/") => Ok(()),
        Some(status) if version.starts_with("HTTP/") => {
            Err(refused(status, reason.trim(), proxy, service))
        }
        _ => Err(problem(
            format!("what answers at {} is no HTTP proxy", proxy.place),
            "correct the host, the port and the scheme of --proxy or HTTPS_PROXY",
        )),
    }
}

fn ask(wire: &mut Box<dyn Wire>, proxy: &Proxy, service: &Place) -> io::Result<String> {
    let mut request = format!("CONNECT {service} HTTP/1.1\r\nHost: {service}\r\n").into_bytes();
    if let Some(authorization) = &proxy.authorization {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    wire.write_all(&request)?;
    wire.flush()?;
    let mut head = Vec::new();
    // Byte by byte: what follows belongs to TLS.
    let mut byte = [0];
    while head.len() < LARGEST_HEAD && wire.read(&mut byte)? > 0 {
        head.extend(byte);
        if head.ends_with(b"\r\n\r\n") || head.ends_with(b"\n\n") {
            break;
        }
    }
    match head.is_empty() {
        true => Err(ErrorKind::UnexpectedEof.into()),
        false => Ok(String::from_utf8_lossy(&head).into_owned()),
    }
}

fn refused(status: u16, reason: &str, proxy: &Proxy, service: &Place) -> Problem {
    let place = &proxy.place;
    match (status, &proxy.authorization) {
        // 401 is what some answer to a wrong password, tinyproxy among them.
        (401 | 407, None) => problem(
            format!("the proxy {place} wants a user name and a password ({status} {reason})"),
            "set HTTPS_PROXY=http://user:password@host:port",
        ),
        (401 | 407, Some(_)) => problem(
            format!("the proxy {place} refuses the user name or the password ({status} {reason})"),
            "correct the user name and the password in HTTPS_PROXY or --proxy",
        ),
        (500.., _) => problem(
            format!("the proxy {place} cannot reach {service} ({status} {reason})"),
            "check host and port of --base-url; if they are right, ask who runs the proxy",
        ),
        _ => problem(
            format!("the proxy {place} refuses to connect to {service} ({status} {reason})"),
            "have the proxy allow CONNECT to this host and port, or use another proxy",
        ),
    }
}

fn unanswered(proxy: &Place, error: &io::Error) -> Problem {
    let said = match error.kind() {
        _ if is_late(error) => "it did not answer in time".to_owned(),
        ErrorKind::UnexpectedEof => "it closed the connection".to_owned(),
        _ => error.to_string(),
    };
    problem(
        format!("the proxy {proxy} made no tunnel: {said}"),
        "check that an HTTP proxy runs there; correct --proxy or HTTPS_PROXY",
    )
}

fn problem(message: String, advice: &str) -> Problem {
    Problem::new(Failure::new(Status::CONNECT, message), advice)
}
