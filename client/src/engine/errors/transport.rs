//! What went wrong below HTTP, told apart: never reached, TLS, lost on the way, or not HTTP at all.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use h2::Reason;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use tower_service::Service;

use crate::error::{Error, Resend, Status};

/// Not named by its crate, yet what a proxy's refusal arrives as.
type TunnelError = <Tunnel<HttpConnector> as Service<http::Uri>>::Error;

/// A request that got no response. `has_left`: something of the message was written.
pub(crate) fn of_request(error: &(dyn StdError + 'static), has_left: bool) -> Error {
    let causes = Causes::of(error);
    if causes.stream_was_refused() {
        return Error::new(
            Status::Connect,
            "the service refused the stream before it looked at the message; try again later",
        );
    }
    if has_left {
        return causes.after_departure();
    }
    match causes.is_over_tls() {
        true => causes.untrusted_or_unreached(),
        false => causes.unreached(),
    }
}

/// A connection that was not made.
pub(crate) fn of_connecting(error: &(dyn StdError + 'static)) -> Error {
    Causes::of(error).unreached()
}

/// A connection that was made, without TLS on it.
pub(crate) fn of_handshake(error: &io::Error) -> Error {
    Causes::of(error).untrusted_or_unreached()
}

/// A response whose body did not arrive whole.
pub(crate) fn of_body(error: &(dyn StdError + 'static)) -> Error {
    let causes = Causes::of(error);
    let broken = causes.io_kind().is_some_and(|kind| {
        use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        matches!(kind, InvalidData | InvalidInput | UnexpectedEof)
    });
    if broken || causes.breaks_http2() {
        return Error::new(
            Status::Protocol,
            format!(
                "the response body is broken or cut short: {}; the agent has seen the message",
                causes.root()
            ),
        );
    }
    Error::new(
        Status::Interrupted,
        format!(
            "the connection was lost in the middle of the answer: {}; the agent has seen the message",
            causes.root()
        ),
    )
}

/// The service closes the connection in an orderly way, and promises that it has not processed the stream (RFC 9113,
/// section 6.8).
pub(crate) fn is_of_drain(error: &h2::Error) -> bool {
    error.is_remote() && error.is_go_away() && error.reason() == Some(Reason::NO_ERROR)
}

/// The service speaks none of the protocols that were offered to it (RFC 7301, section 3.2).
pub(crate) fn is_of_negotiation(error: &(dyn StdError + 'static)) -> bool {
    use rustls::{AlertDescription, Error as Tls};
    matches!(
        Causes::of(error).find(),
        Some(Tls::AlertReceived(AlertDescription::NoApplicationProtocol))
    )
}

/// An error and everything it was caused by, outermost first.
struct Causes<'a>(Vec<&'a (dyn StdError + 'static)>);

impl<'a> Causes<'a> {
    fn of(error: &'a (dyn StdError + 'static)) -> Self {
        let mut causes = vec![error];
        let mut at = error;
        while let Some(next) = cause(at) {
            causes.push(next);
            at = next;
        }
        Self(causes)
    }

    fn find<E: StdError + 'static>(&self) -> Option<&'a E> {
        self.0.iter().find_map(|error| error.downcast_ref())
    }

    fn io_kind(&self) -> Option<io::ErrorKind> {
        let io = self
            .0
            .iter()
            .rev()
            .find_map(|error| error.downcast_ref::<io::Error>());
        io.map(io::Error::kind)
    }

    /// The innermost cause, in words.
    fn root(&self) -> String {
        if let Some(error) = self.find::<h2::Error>()
            && let Some(reason) = error.reason()
        {
            // Whatever else the service says with it, the key perhaps, is left out.
            return reason.description().to_owned();
        }
        match self.0.last() {
            // rustls words this as a page of its manual.
            Some(error) if error.to_string().contains("close_notify") => {
                "the other side cut the TLS connection".to_owned()
            }
            Some(error) => one_line(&error.to_string()),
            None => String::new(),
        }
    }

    /// The peer promises that it has not processed the stream (RFC 9113, sections 6.8 and 8.7).
    fn stream_was_refused(&self) -> bool {
        self.find::<h2::Error>().is_some_and(|error| {
            is_of_drain(error)
                || (error.is_remote() && error.reason() == Some(Reason::REFUSED_STREAM))
        })
    }

    /// Found by our own side: frames out of order, a body shorter than announced.
    fn breaks_http2(&self) -> bool {
        self.find::<h2::Error>()
            .is_some_and(|error| error.is_library() && error.reason().is_some())
    }

    fn unreached(&self) -> Error {
        Error::new(
            Status::Connect,
            format!(
                "could not reach the service: {}; check the network, base_url and proxy",
                self.root()
            ),
        )
    }

    /// Of a request that had to make its connection first.
    fn is_over_tls(&self) -> bool {
        let url = self.find::<reqwest::Error>().and_then(reqwest::Error::url);
        url.is_some_and(|url| url.scheme() == "https")
    }

    fn untrusted_or_unreached(&self) -> Error {
        match self.tls_problem() {
            Some(problem) => Error::new(Status::Tls, problem),
            None => self.unreached(),
        }
    }

    fn after_departure(&self) -> Error {
        let not_http = self
            .find::<hyper::Error>()
            .is_some_and(hyper::Error::is_parse)
            || self.breaks_http2();
        if not_http {
            return Error::new(
                Status::Protocol,
                format!(
                    "what came back is not HTTP as it should be: {}; check base_url",
                    self.root()
                ),
            );
        }
        Error::new(
            Status::Interrupted,
            format!(
                "the connection was lost after the message was sent: {}; the agent may have seen it",
                self.root()
            ),
        )
    }

    /// What is wrong with the certificate or the handshake, if that is where it failed.
    fn tls_problem(&self) -> Option<String> {
        if let Some(error) = self.find::<rustls::Error>() {
            return Some(explain(error));
        }
        // A proxy's silence and a failed TCP connect come wrapped; a bare loss is one in the middle of the handshake.
        let through_proxy = self.find::<TunnelError>().is_some();
        let in_handshake = matches!(
            self.io_kind()?,
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
        );
        (in_handshake && !through_proxy && self.find::<hyper::Error>().is_none()).then(|| {
            "the TLS handshake was cut off by the other side; check that base_url is a TLS service and that nothing in between intercepts it".to_owned()
        })
    }
}

/// `io::Error::source` skips the error that it wraps.
fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn explain(error: &rustls::Error) -> String {
    use rustls::CertificateError as Certificate;
    use rustls::Error as Tls;
    match error {
        Tls::InvalidCertificate(problem) => match problem {
            // The last two: an authority of the same name as a trusted one, yet not that one.
            Certificate::UnknownIssuer
            | Certificate::BadSignature
            | Certificate::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
                "the certificate was issued by nobody this system trusts; if the authority is yours, name it with ca_file".to_owned()
            }
            Certificate::Expired | Certificate::ExpiredContext { .. } => {
                "the certificate has expired; check the service's certificate and this machine's clock".to_owned()
            }
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                "the certificate is not valid yet; check the service's certificate and this machine's clock".to_owned()
            }
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                "the certificate is for another name than the one in base_url".to_owned()
            }
            _ => format!("the certificate cannot be accepted: {}", one_line(&problem.to_string())),
        },
        Tls::InvalidMessage(_) => {
            "what answered does not speak TLS; check the scheme and the port of base_url".to_owned()
        }
        _ => format!("the TLS handshake failed: {}", one_line(&error.to_string())),
    }
}

/// Text from outside on one line, without control characters.
pub(crate) fn one_line(text: &str) -> String {
    let clean = text.replace(
        |c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}',
        " ",
    );
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Failures that name the time that ran out.
pub(crate) fn deadline_passed(has_left: bool) -> Error {
    if has_left {
        Error::new(
            Status::Timeout,
            "the deadline passed before the answer was complete; the agent may have seen the message; give the call a longer timeout",
        )
    } else {
        Error::new(
            Status::Timeout,
            "the deadline passed before the message could be sent; give the call a longer timeout",
        )
        .with_resend(Resend::Safe)
    }
}

/// The service was not reached in the time for that.
pub(crate) fn connect_timeout() -> Error {
    Error::new(
        Status::Connect,
        "could not reach the service within the connect timeout; check the network, base_url and proxy",
    )
}

/// The account's pace leaves the message no moment before its deadline.
pub(crate) fn over_pace(wait: Duration) -> Error {
    Error::new(
        Status::RateLimited,
        "rate_limit has no room for this message before its deadline; it was not sent; send it later, or give it a longer timeout",
    )
    .with_resend(Resend::Safe)
    .with_retry_after(Some(wait))
}
