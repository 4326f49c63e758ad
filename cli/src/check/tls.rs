//! A TLS handshake that trusts whom the library trusts: the platform's roots and the CA file. No request follows.

use std::io;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, Error as TlsError, ProtocolVersion,
    RootCertStore, StreamOwned,
};

use super::report::Problem;
use super::route::Place;
use super::wire::{Deadline, Wire, is_late};
use crate::arguments::Connection;
use crate::failure::{Failure, Status};

const CUT_OFF: &str =
    "check that the port is a TLS service's, and whether something in between intercepts it";

/// The connection with TLS on it, and what was agreed.
pub fn with_service(
    wire: Box<dyn Wire>,
    place: &Place,
    connection: &Connection,
    deadline: Deadline,
) -> Result<(Box<dyn Wire>, String), Problem> {
    let stream = handshake(wire, place, connection, &[b"h2", b"http/1.1"], deadline)?;
    let detail = format!(
        "{}, certificate trusted{}",
        version(&stream.conn),
        protocol(&stream.conn)
    );
    Ok((Box::new(stream), detail))
}

/// The connection to a proxy with TLS on it. Nothing is negotiated: `CONNECT` follows, in HTTP/1.1.
pub fn with_proxy(
    wire: Box<dyn Wire>,
    place: &Place,
    connection: &Connection,
    deadline: Deadline,
) -> Result<Box<dyn Wire>, Problem> {
    Ok(Box::new(handshake(wire, place, connection, &[], deadline)?))
}

type Stream = StreamOwned<ClientConnection, Box<dyn Wire>>;

fn handshake(
    wire: Box<dyn Wire>,
    place: &Place,
    connection: &Connection,
    protocols: &[&[u8]],
    deadline: Deadline,
) -> Result<Stream, Problem> {
    let config = config(connection, protocols)?;
    let name = ServerName::try_from(place.host.clone()).map_err(|_| {
        let message = format!("no certificate can name the host {}", place.host);
        problem(message, "correct the host in --base-url")
    })?;
    let session =
        ClientConnection::new(Arc::new(config), name).map_err(|error| explain(&error, place))?;
    let mut stream = StreamOwned::new(session, wire);
    while stream.conn.is_handshaking() {
        let done = stream.conn.complete_io(&mut stream.sock);
        done.map_err(|error| of_io(&error, place, deadline))?;
    }
    Ok(stream)
}

fn config(connection: &Connection, protocols: &[&[u8]]) -> Result<ClientConfig, Problem> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = &connection.ca_file {
        let added = CertificateDer::pem_file_iter(path).map(|found| found.flatten().collect());
        let added: Vec<CertificateDer<'static>> = added.unwrap_or_default();
        roots.add_parsable_certificates(added);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| problem(error.to_string(), "report this as a bug"))?;
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(config)
}

fn version(session: &ClientConnection) -> &'static str {
    match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    }
}

fn protocol(session: &ClientConnection) -> &'static str {
    match session.alpn_protocol() {
        Some(b"h2") => ", HTTP/2",
        Some(b"http/1.1") => ", HTTP/1.1",
        _ => "",
    }
}

fn of_io(error: &io::Error, place: &Place, deadline: Deadline) -> Problem {
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return explain(error, place);
    }
    if is_late(error) {
        // To the library too a silent service is one that was not reached.
        let message = format!("{place} did not finish the TLS handshake within {deadline}");
        return Problem::new(Failure::new(Status::CONNECT, message), CUT_OFF);
    }
    problem(
        format!("{place} cut off the TLS handshake ({error})"),
        CUT_OFF,
    )
}

fn explain(error: &TlsError, place: &Place) -> Problem {
    const CLOCK: &str = "have the certificate renewed, and check this machine's clock";
    let (message, advice) = match error {
        TlsError::InvalidCertificate(certificate) => match certificate {
            // The last two: an authority of the same name as a trusted one, yet not that one.
            CertificateError::UnknownIssuer
            | CertificateError::BadSignature
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => (
                format!("the certificate of {place} was issued by nobody this system trusts"),
                "if the authority is yours (a private service, a company's proxy), name its PEM file with --ca-file; \
                 on a bare system install the package ca-certificates; otherwise do not trust this connection",
            ),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                (format!("the certificate of {place} has expired"), CLOCK)
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
                format!("the certificate of {place} is not valid yet"),
                CLOCK,
            ),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                (
                    format!("the certificate of {place} is for another name"),
                    "use the name that the certificate is for in --base-url, or have it issued for this one",
                )
            }
            other => (
                format!("the certificate of {place} cannot be accepted: {other}"),
                "have it issued anew",
            ),
        },
        TlsError::InvalidMessage(_) => (
            format!("what answers at {place} does not speak TLS"),
            "check the scheme and the port of --base-url",
        ),
        other => (
            format!("the TLS handshake with {place} failed: {other}"),
            CUT_OFF,
        ),
    };
    problem(message, advice)
}

fn problem(message: String, advice: &str) -> Problem {
    Problem::new(Failure::new(Status::TLS, message), advice)
}
