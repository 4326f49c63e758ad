//! Why there is no connection: which step failed, and in which way.

use std::io;

use super::causes::{Causes, io_words};
use super::{Peer, tls};
use crate::error::{Error, Status};
use crate::sys::names::NameError;

/// The step that failed.
#[derive(Debug)]
pub(crate) enum Failure {
    Name {
        peer: Peer,
        name: String,
        error: NameError,
    },
    /// Plain http shows the key, so a name that only claims to be this machine's must not lead it elsewhere.
    NotLoopback,
    /// Over TCP.
    Unreached {
        peer: Peer,
        error: io::Error,
    },
    /// TLS on a connection that was made.
    Handshake {
        peer: Peer,
        error: io::Error,
    },
    Refused(Refusal),
}

/// Why a proxy made no tunnel.
#[derive(Debug)]
pub(crate) enum Refusal {
    Credentials {
        given: bool,
        reason: String,
    },
    Forbidden {
        reason: String,
    },
    Unreachable {
        reason: String,
    },
    /// What answers is none, or not of this kind.
    NoProxy,
    Closed,
    Lost(io::Error),
}

impl Failure {
    /// The peer cut the handshake off without a word.
    pub(crate) fn is_cut_off(error: &io::Error) -> bool {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        matches!(
            error.kind(),
            UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe
        )
    }

    pub(crate) fn of_tls(error: &io::Error) -> Option<&rustls::Error> {
        Causes::of(error).find()
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Name { peer, name, error } => unreached(&name_words(peer, &name, error)),
            Failure::NotLoopback => unreached(
                "its name leads to another machine, where plain http would show the API key",
            ),
            Failure::Unreached { peer, error } => unreached(&tcp_words(peer, &error)),
            Failure::Handshake { peer, error } => handshake(peer, &error),
            Failure::Refused(refusal) => unreached(&refusal.words()),
        }
    }
}

fn unreached(why: &str) -> Error {
    Error::new(
        Status::Connect,
        format!("could not reach the service: {why}; check the network, base_url and proxy"),
    )
}

fn handshake(peer: Peer, error: &io::Error) -> Error {
    match Failure::of_tls(error) {
        Some(error) => Error::new(Status::Tls, tls::explain(error, peer)),
        None if !Failure::is_cut_off(error) => unreached(&tcp_words(peer, error)),
        None if peer == Peer::Proxy => {
            unreached("the TLS handshake with the proxy was cut off by the other side")
        }
        None => Error::new(
            Status::Tls,
            "the TLS handshake was cut off by the other side; check that base_url is a TLS service and that nothing in between intercepts it",
        ),
    }
}

fn name_words(peer: Peer, name: &str, error: NameError) -> String {
    let what = match peer {
        Peer::Service => "the name",
        Peer::Proxy => "the proxy's name",
    };
    match error {
        NameError::Unknown => format!("{what} {name} is not known"),
        NameError::Temporary | NameError::Late => {
            format!("{what} {name} could not be looked up, the name servers did not answer")
        }
        NameError::NoResources => format!(
            "{what} {name} could not be looked up, there was no thread, file descriptor or memory for that; see the limits on threads and open files of this process"
        ),
    }
}

/// What the system says of a connection that was not made.
pub(crate) fn tcp_words(peer: Peer, error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    let it = match peer {
        Peer::Service => "it",
        Peer::Proxy => "the proxy",
    };
    let reason = io_words(error);
    match (error.kind(), error.raw_os_error()) {
        (Kind::ConnectionRefused, _) => {
            format!("{it} refused the connection, nothing listens there")
        }
        (Kind::TimedOut, _) => format!("{it} did not answer"),
        (Kind::NetworkUnreachable | Kind::HostUnreachable, _) => {
            format!("{it} is unreachable from this machine ({reason})")
        }
        (Kind::PermissionDenied, _) => {
            format!("this system forbids the connection ({reason})")
        }
        (Kind::AddrNotAvailable | Kind::AddrInUse, _) => {
            "this machine has no address or port left for the connection".to_owned()
        }
        (_, Some(libc::EMFILE | libc::ENFILE)) => {
            "no file descriptor is left, raise the limit on open files".to_owned()
        }
        _ => format!("{it} cannot be connected to ({reason})"),
    }
}

impl Refusal {
    /// In one clause.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Credentials {
                given: false,
                reason,
            } => {
                format!("the proxy wants a user name and a password ({reason})")
            }
            Self::Credentials {
                given: true,
                reason,
            } => {
                format!("the proxy refuses the user name or the password ({reason})")
            }
            Self::Forbidden { reason } => {
                format!("the proxy refuses to connect to the service ({reason})")
            }
            Self::Unreachable { reason } => {
                format!("the proxy cannot reach the service ({reason})")
            }
            Self::NoProxy => {
                "what answers is no proxy, or one of another kind than proxy says".to_owned()
            }
            Self::Closed => "the proxy closed the connection".to_owned(),
            Self::Lost(error) => {
                format!("the connection to the proxy was lost ({})", io_words(error))
            }
        }
    }
}
