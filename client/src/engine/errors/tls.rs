//! Failures of TLS, in words. rustls prints most of them as Rust prints its values.

use std::borrow::Cow;

use rustls::{AlertDescription, CertificateError as Certificate, Error as Tls};

use super::Peer;

/// secp521r1 (RFC 5480, section 2.1.1.1), as DER has it.
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];

const UNSUPPORTED_SIGNATURE: &str = "its signature algorithm, or its issuer's, is not supported (ECDSA with P-521, for example); have it issued with RSA, P-256, P-384 or Ed25519";

/// Why a handshake failed, and what to do.
pub(crate) fn explain(error: &Tls, peer: Peer) -> String {
    let setting = match peer {
        Peer::Service => "base_url",
        Peer::Proxy => "proxy",
    };
    let (whose, with) = match peer {
        Peer::Service => ("the certificate", "the TLS handshake"),
        Peer::Proxy => (
            "the proxy's certificate",
            "the TLS handshake with the proxy",
        ),
    };
    match error {
        Tls::InvalidCertificate(problem) => match kind(problem) {
            Kind::Untrusted => format!(
                "{whose} was issued by nobody this system trusts; if the authority is yours, name it with ca_file"
            ),
            Kind::Expired => {
                format!("{whose} has expired; check it and this machine's clock")
            }
            Kind::NotYetValid => {
                format!("{whose} is not valid yet; check it and this machine's clock")
            }
            Kind::WrongName => format!("{whose} is for another name than the one in {setting}"),
            Kind::Other(words) => format!("{whose} cannot be accepted: {words}"),
        },
        Tls::InvalidMessage(_) => {
            format!("what answered does not speak TLS; check the scheme and the port of {setting}")
        }
        _ => format!("{with} failed: {}", words(error)),
    }
}

/// What is wrong with a certificate.
pub(crate) enum Kind {
    Untrusted,
    Expired,
    NotYetValid,
    WrongName,
    Other(&'static str),
}

pub(crate) fn kind(problem: &Certificate) -> Kind {
    match problem {
        // An authority with a key that cannot be checked, or of the same name as a trusted one, yet not that one.
        Certificate::UnsupportedSignatureAlgorithmForPublicKeyContext {
            public_key_algorithm_id,
            ..
        } => match public_key_algorithm_id
            .windows(P521.len())
            .any(|id| id == P521)
        {
            true => Kind::Other(UNSUPPORTED_SIGNATURE),
            false => Kind::Untrusted,
        },
        Certificate::UnsupportedSignatureAlgorithmContext { .. } => {
            Kind::Other(UNSUPPORTED_SIGNATURE)
        }
        Certificate::UnknownIssuer | Certificate::BadSignature => Kind::Untrusted,
        Certificate::Expired | Certificate::ExpiredContext { .. } => Kind::Expired,
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => Kind::NotYetValid,
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
            Kind::WrongName
        }
        Certificate::BadEncoding => Kind::Other("it is malformed"),
        Certificate::Revoked => Kind::Other("it was revoked"),
        Certificate::UnhandledCriticalExtension => {
            Kind::Other("it has a critical extension that is not supported")
        }
        Certificate::InvalidPurpose | Certificate::InvalidPurposeContext { .. } => {
            Kind::Other("it was not issued for a server")
        }
        Certificate::Other(error) => match error.0.downcast_ref() {
            Some(webpki::Error::CaUsedAsEndEntity) => Kind::Other(
                "it is an authority's, not a server's; to trust it all the same name it with ca_file",
            ),
            Some(webpki::Error::UnsupportedCertVersion) => {
                Kind::Other("it is not of version 3 of X.509")
            }
            Some(webpki::Error::NameConstraintViolation) => {
                Kind::Other("its issuer may not issue for this name")
            }
            Some(webpki::Error::PathLenConstraintViolated) => {
                Kind::Other("its issuer may not be an authority")
            }
            _ => Kind::Other("it breaks the rules for certificates"),
        },
        _ => Kind::Other("it breaks the rules for certificates"),
    }
}

/// What is wrong with an authority that cannot be taken from a CA file.
pub(crate) fn of_authority(error: &Tls) -> &'static str {
    match error {
        Tls::InvalidCertificate(problem) => match kind(problem) {
            Kind::Other(words) => words,
            _ => "it is malformed",
        },
        _ => "it is malformed",
    }
}

/// A failure in one clause, about the other side.
pub(crate) fn words(error: &Tls) -> Cow<'static, str> {
    let words = match error {
        Tls::InvalidCertificate(problem) => match kind(problem) {
            Kind::Untrusted => "its certificate was issued by nobody this system trusts",
            Kind::Expired => "its certificate has expired",
            Kind::NotYetValid => "its certificate is not valid yet",
            Kind::WrongName => "its certificate is for another name",
            Kind::Other(_) => "its certificate cannot be accepted",
        },
        Tls::AlertReceived(alert) => {
            let number = u8::from(*alert);
            return format!("it ended it with the alert {number}, {}", meaning(*alert)).into();
        }
        Tls::InvalidMessage(_) => "what it sent is not TLS",
        Tls::InappropriateMessage { .. } | Tls::InappropriateHandshakeMessage { .. } => {
            "it sent a message out of order"
        }
        Tls::PeerIncompatible(_) => {
            "it offers no protocol version, cipher or key exchange that is supported here"
        }
        Tls::PeerMisbehaved(_) => "it broke the rules of TLS",
        Tls::NoCertificatesPresented => "it sent no certificate",
        Tls::DecryptError => "what it sent cannot be decrypted",
        Tls::PeerSentOversizedRecord => "it sent a record that is too large",
        Tls::NoApplicationProtocol => "it speaks neither HTTP/2 nor HTTP/1.1",
        Tls::FailedToGetCurrentTime => "this system does not tell the time",
        Tls::FailedToGetRandomBytes => "this system has no random numbers",
        _ => "for a reason that has no name",
    };
    words.into()
}

/// RFC 8446, section 6.
fn meaning(alert: AlertDescription) -> &'static str {
    use AlertDescription as Alert;
    match alert {
        Alert::HandshakeFailure => "handshake failure: the two have too little in common",
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::UnknownCA => "it does not accept a certificate",
        Alert::CertificateRequired => "it wants a certificate of this side, which has none",
        Alert::AccessDenied => "access denied",
        Alert::ProtocolVersion => "it does not speak TLS 1.2 or 1.3",
        Alert::InsufficientSecurity => "what is offered is not secure enough for it",
        Alert::InternalError => "it failed itself",
        Alert::UnrecognisedName => "it does not know the name",
        Alert::NoApplicationProtocol => "it speaks neither HTTP/2 nor HTTP/1.1",
        _ => "which this side did not expect",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{OtherError, PeerIncompatible, PeerMisbehaved};

    use super::*;

    fn other(error: webpki::Error) -> Tls {
        Tls::InvalidCertificate(Certificate::Other(OtherError(Arc::new(error))))
    }

    #[test]
    fn nothing_is_printed_as_rust_prints_its_values() {
        let unsupported = Certificate::UnsupportedSignatureAlgorithmForPublicKeyContext {
            signature_algorithm_id: vec![1],
            public_key_algorithm_id: P521.to_vec(),
        };
        let mut errors = vec![
            other(webpki::Error::CaUsedAsEndEntity),
            other(webpki::Error::UnsupportedCertVersion),
            other(webpki::Error::MaximumPathDepthExceeded),
            Tls::InvalidCertificate(unsupported),
            Tls::InvalidCertificate(Certificate::UnknownIssuer),
            Tls::InvalidCertificate(Certificate::Expired),
            Tls::InvalidCertificate(Certificate::NotValidYet),
            Tls::InvalidCertificate(Certificate::NotValidForName),
            Tls::InvalidCertificate(Certificate::InvalidPurpose),
            Tls::InvalidCertificate(Certificate::ApplicationVerificationFailure),
            Tls::InvalidMessage(rustls::InvalidMessage::InvalidCcs),
            Tls::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon),
            Tls::PeerMisbehaved(PeerMisbehaved::IncorrectBinder),
            Tls::NoCertificatesPresented,
            Tls::DecryptError,
            Tls::General("SomeName".to_owned()),
            Tls::Other(OtherError(Arc::new(std::fmt::Error))),
        ];
        errors.extend((0..=255).map(|alert| Tls::AlertReceived(alert.into())));
        for error in errors {
            for peer in [Peer::Service, Peer::Proxy] {
                let text = format!("{}; {}", explain(&error, peer), words(&error));
                // No word has a capital within, and nothing stands in braces.
                let is_debug = text.contains(['{', '}', '[', '"'])
                    || text.split(|c: char| !c.is_alphanumeric()).any(|word| {
                        word.chars().any(char::is_lowercase)
                            && word.chars().skip(1).any(char::is_uppercase)
                    });
                assert!(!is_debug, "{text}");
            }
        }
    }

    #[test]
    fn an_authority_of_the_same_name_is_not_the_trusted_one() {
        let of_another_kind = Certificate::UnsupportedSignatureAlgorithmForPublicKeyContext {
            signature_algorithm_id: vec![1],
            public_key_algorithm_id: vec![2],
        };
        assert!(matches!(kind(&of_another_kind), Kind::Untrusted));
    }
}
