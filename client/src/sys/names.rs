//! Name lookups: `getaddrinfo`, and what its failures mean.

use std::ffi::CStr;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// Why a name has no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameError {
    /// The name does not exist, or has no address.
    Unknown,
    /// The name servers did not answer, or not usefully.
    Temporary,
    /// The system refused a descriptor, a thread or memory.
    NoResources,
    /// Nothing came until the deadline.
    Late,
}

/// Blocks, for as long as the system likes. The addresses come in the system's order (RFC 6724), without a port.
pub(crate) fn look_up(name: &str) -> Result<Vec<SocketAddr>, NameError> {
    match (name, 0).to_socket_addrs() {
        Ok(addresses) if addresses.len() > 0 => Ok(addresses.collect()),
        Ok(_) => Err(NameError::Unknown),
        Err(error) => Err(meaning(&error)),
    }
}

fn meaning(error: &io::Error) -> NameError {
    // EAI_SYSTEM.
    match error.raw_os_error() {
        Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::EAGAIN) => {
            return NameError::NoResources;
        }
        Some(_) => return NameError::Temporary,
        None => {}
    }
    // std keeps the words of `gai_strerror` alone, which are in the host's language.
    let text = error.to_string();
    match [libc::EAI_AGAIN, libc::EAI_FAIL, libc::EAI_MEMORY]
        .into_iter()
        .find(|code| text.ends_with(&*words(*code)))
    {
        Some(libc::EAI_MEMORY) => NameError::NoResources,
        Some(_) => NameError::Temporary,
        None => NameError::Unknown,
    }
}

fn words(code: libc::c_int) -> std::borrow::Cow<'static, str> {
    // SAFETY: the text is a constant of the system's.
    unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_its_own_name() {
        let expected = SocketAddr::from(([127, 0, 0, 1], 0));
        assert_eq!(look_up("127.0.0.1"), Ok(vec![expected]));
    }

    #[test]
    fn a_failure_is_known_by_the_systems_words() {
        let reported = |code| {
            let words = words(code);
            io::Error::other(format!("failed to lookup address information: {words}"))
        };
        assert_eq!(meaning(&reported(libc::EAI_NONAME)), NameError::Unknown);
        assert_eq!(meaning(&reported(libc::EAI_AGAIN)), NameError::Temporary);
        assert_eq!(meaning(&reported(libc::EAI_FAIL)), NameError::Temporary);
        assert_eq!(meaning(&reported(libc::EAI_MEMORY)), NameError::NoResources);
        let full = io::Error::from_raw_os_error(libc::EMFILE);
        assert_eq!(meaning(&full), NameError::NoResources);
        let refused = io::Error::from_raw_os_error(libc::ECONNREFUSED);
        assert_eq!(meaning(&refused), NameError::Temporary);
    }
}
