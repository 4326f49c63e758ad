//! Why a step failed, for those who have advice to give.

use std::io;

use rustls::Error as Tls;

use crate::engine::connecting::{Failure, Refusal};
use crate::engine::tls::{Kind, kind};
use crate::sys::names::NameError;

/// Why a step failed. The error beside it says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The name is not known, leads where it must not, or the name servers do not answer.
    Name,
    /// No answer in time.
    Late,
    /// Nothing listens there.
    Refused,
    /// This machine has no network to the address.
    Unreachable,
    /// The certificate was issued by nobody who is trusted.
    Untrusted,
    /// The certificate has expired, or is not valid yet.
    Dates,
    /// The certificate is for another name.
    WrongName,
    /// The certificate cannot be accepted for another reason.
    Certificate,
    /// What answers does not speak TLS.
    NoTls,
    /// The handshake failed, or was cut off.
    Handshake,
    /// The proxy wants a user name and a password, or refuses those that were given.
    #[non_exhaustive]
    Credentials {
        /// Some were given.
        given: bool,
    },
    /// The proxy does not allow the service.
    Forbidden,
    /// The proxy does not reach the service.
    BeyondProxy,
    /// What answers makes no tunnel: it is no proxy, or one of another kind.
    NoTunnel,
    /// What the error says: a lack of resources here, for example.
    Other,
}

impl Cause {
    pub(super) fn of(failure: &Failure) -> Self {
        match failure {
            Failure::Name {
                error: NameError::NoResources,
                ..
            } => Self::Other,
            Failure::Name { .. } | Failure::NotLoopback => Self::Name,
            Failure::Unreached { error, .. } => Self::of_tcp(error),
            Failure::Handshake { error, .. } => match Failure::of_tls(error) {
                Some(error) => Self::of_tls(error),
                None if Failure::is_cut_off(error) => Self::Handshake,
                None => Self::of_tcp(error),
            },
            Failure::Refused(refusal) => match refusal {
                Refusal::Credentials { given, .. } => Self::Credentials { given: *given },
                Refusal::Forbidden { .. } => Self::Forbidden,
                Refusal::Unreachable { .. } => Self::BeyondProxy,
                Refusal::NoProxy | Refusal::Closed | Refusal::Lost(_) => Self::NoTunnel,
            },
        }
    }

    fn of_tcp(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        match error.kind() {
            Kind::ConnectionRefused => Self::Refused,
            Kind::TimedOut => Self::Late,
            Kind::NetworkUnreachable | Kind::HostUnreachable | Kind::NetworkDown => {
                Self::Unreachable
            }
            _ => Self::Other,
        }
    }

    fn of_tls(error: &Tls) -> Self {
        match error {
            Tls::InvalidCertificate(problem) => match kind(problem) {
                Kind::Untrusted => Self::Untrusted,
                Kind::Expired | Kind::NotYetValid => Self::Dates,
                Kind::WrongName => Self::WrongName,
                Kind::Other(_) => Self::Certificate,
            },
            Tls::InvalidMessage(_) => Self::NoTls,
            _ => Self::Handshake,
        }
    }
}
