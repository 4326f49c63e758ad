//! An error and what it was caused by, in words.

use std::error::Error as StdError;
use std::io;

use h2::Reason;

use super::tls;

/// An error and everything it was caused by, outermost first.
pub(crate) struct Causes<'a>(Vec<&'a (dyn StdError + 'static)>);

impl<'a> Causes<'a> {
    pub(crate) fn of(error: &'a (dyn StdError + 'static)) -> Self {
        let mut causes = vec![error];
        let mut at = error;
        while let Some(next) = cause(at) {
            causes.push(next);
            at = next;
        }
        Self(causes)
    }

    pub(crate) fn find<E: StdError + 'static>(&self) -> Option<&'a E> {
        self.0.iter().find_map(|error| error.downcast_ref())
    }

    /// The innermost.
    pub(crate) fn io(&self) -> Option<&'a io::Error> {
        self.0.iter().rev().find_map(|error| error.downcast_ref())
    }

    pub(crate) fn io_kind(&self) -> Option<io::ErrorKind> {
        self.io().map(io::Error::kind)
    }

    /// The innermost cause, in words.
    pub(crate) fn root(&self) -> String {
        if let Some(error) = self.find::<h2::Error>()
            && let Some(reason) = error.reason()
        {
            // Whatever else the service says with it, the key perhaps, is left out.
            return reason.description().to_owned();
        }
        if let Some(error) = self.find::<rustls::Error>() {
            return tls::words(error).into_owned();
        }
        match self.0.last() {
            // rustls words this as a page of its manual.
            Some(error) if error.to_string().contains("close_notify") => {
                "the other side cut the TLS connection".to_owned()
            }
            Some(error) => match error.downcast_ref() {
                Some(error) => io_words(error),
                None => one_line(&error.to_string()),
            },
            None => String::new(),
        }
    }

    /// The peer promises that it has not processed the stream (RFC 9113, sections 6.8 and 8.7).
    pub(crate) fn stream_was_refused(&self) -> bool {
        self.find::<h2::Error>().is_some_and(|error| {
            is_of_drain(error)
                || (error.is_remote() && error.reason() == Some(Reason::REFUSED_STREAM))
        })
    }

    /// A stream that our own side has reset before its response: h2 says no more.
    pub(crate) fn head_is_malformed(&self) -> bool {
        self.find::<h2::Error>().is_some_and(|error| {
            error.is_library() && error.is_reset() && error.reason() == Some(Reason::PROTOCOL_ERROR)
        })
    }

    /// Found by our own side: frames out of order, a body shorter than announced.
    pub(crate) fn breaks_http2(&self) -> bool {
        self.find::<h2::Error>()
            .is_some_and(|error| error.is_library() && error.reason().is_some())
    }
}

/// The service closes the connection in an orderly way, and promises that it has not processed the stream (RFC 9113,
/// section 6.8).
pub(crate) fn is_of_drain(error: &h2::Error) -> bool {
    error.is_remote() && error.is_go_away() && error.reason() == Some(Reason::NO_ERROR)
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

/// The system's words, without its number for them.
pub(crate) fn io_words(error: &io::Error) -> String {
    let words = one_line(&error.to_string());
    match words.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => words,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn root(error: &(dyn StdError + 'static)) -> String {
        Causes::of(error).root()
    }

    #[test]
    fn the_innermost_cause_is_told() {
        let reset = io::Error::from_raw_os_error(libc::ECONNRESET);
        let wrapped = io::Error::other(io::Error::other(reset));
        assert_eq!(root(&wrapped), "Connection reset by peer");
        assert_eq!(
            Causes::of(&wrapped).io_kind(),
            Some(io::ErrorKind::ConnectionReset)
        );
    }

    #[test]
    fn a_reason_of_http2_has_its_description() {
        let error = h2::Error::from(Reason::PROTOCOL_ERROR);
        assert_eq!(root(&error), "unspecific protocol error detected");
    }

    #[test]
    fn a_failure_of_tls_has_no_names_from_its_source() {
        let error = rustls::Error::PeerMisbehaved(rustls::PeerMisbehaved::IllegalTlsInnerPlaintext);
        let wrapped = io::Error::new(io::ErrorKind::InvalidData, error);
        assert_eq!(root(&wrapped), "it broke the rules of TLS");
        let cut = "peer closed connection without sending TLS close_notify: https://docs.rs/...";
        let cut = io::Error::new(io::ErrorKind::UnexpectedEof, cut);
        assert_eq!(root(&cut), "the other side cut the TLS connection");
    }
}
