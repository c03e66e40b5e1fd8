//! What the system here says of what it could not do: as codes, because its own words are
//! English, and differ from system to system.

use std::io;

use super::table::details;
use crate::os::{Shortage, shortage};

details! {
    /// Why something on this machine did not go.
    OsFault {
        /// This process may open no more.
        TooManyFiles {} = "too many open files";
        /// The memory is used up.
        NoMemory {} = "out of memory";
        /// No port is left to send from.
        NoPort {} = "no free port is left";
        /// It has no address from which the other one can be reached.
        NoAddress {} = "this machine has no address to send from";
        /// There is no such file.
        NotFound {} = "there is no such file";
        /// There is no such parameter or object.
        NotThere {} = "it is not there";
        /// It may not be read.
        Denied {} = "permission denied";
        /// It is no text.
        NotUtf8 {} = "it is not UTF-8";
        /// Something else.
        Other {
            /// What the system says.
            said: String,
        } = "{said}";
    }
}

details! {
    /// What a resolver says of a name that leads to no address.
    ResolverFault {
        /// There is no such name.
        NoSuchName {} = "no such name";
        /// The name is there, and leads to no address.
        NoAddress {} = "the name has no address";
        /// No name server answered, or one said to try again.
        NoAnswer {} = "no answer from a name server";
        /// A name server would not answer.
        Refused {} = "the name server failed";
        /// The target's own name server cannot be reached.
        Unreached {
            /// Which.
            server: String,
        } = "the name server {server} cannot be reached";
        /// What answers in its place is no name server.
        NotDns {
            /// Who answers.
            server: String,
        } = "{server} answers, and not as a name server does";
        /// It answers with a code that is an error.
        Code {
            /// The code: `SERVFAIL`.
            answered: String,
        } = "{answered}";
        /// Something else.
        Other {
            /// What the resolver says.
            said: String,
        } = "{said}";
    }
}

impl From<&io::Error> for OsFault {
    fn from(error: &io::Error) -> Self {
        match (shortage(error), error.kind()) {
            (Some(Shortage::Files), _) => Self::TooManyFiles {},
            (Some(Shortage::Memory), _) | (_, io::ErrorKind::OutOfMemory) => Self::NoMemory {},
            (_, io::ErrorKind::AddrInUse) => Self::NoPort {},
            (_, io::ErrorKind::AddrNotAvailable) => Self::NoAddress {},
            (_, io::ErrorKind::NotFound) => Self::NotFound {},
            (_, io::ErrorKind::PermissionDenied) => Self::Denied {},
            (_, io::ErrorKind::InvalidData) => Self::NotUtf8 {},
            _ => Self::Other { said: error.to_string() },
        }
    }
}

/// What the libraries say for each fault: glibc, musl, and those of BSD. The standard library
/// keeps the words of a lookup's error, and not its number.
/// <https://man7.org/linux/man-pages/man3/gai_strerror.3.html>
const RESOLVERS: [(&str, ResolverFault); 10] = [
    ("Name or service not known", ResolverFault::NoSuchName {}),
    ("Name does not resolve", ResolverFault::NoSuchName {}),
    ("nodename nor servname provided, or not known", ResolverFault::NoSuchName {}),
    ("No address associated with hostname", ResolverFault::NoAddress {}),
    ("No address associated with nodename", ResolverFault::NoAddress {}),
    ("Name has no usable address", ResolverFault::NoAddress {}),
    ("Temporary failure in name resolution", ResolverFault::NoAnswer {}),
    ("Try again", ResolverFault::NoAnswer {}),
    ("Non-recoverable failure in name resolution", ResolverFault::Refused {}),
    ("Non-recoverable error", ResolverFault::Refused {}),
];

/// Windows has numbers for them, which no other system has for anything:
/// <https://learn.microsoft.com/en-us/windows/win32/winsock/windows-sockets-error-codes-2>.
fn of_windows(error: &io::Error) -> Option<ResolverFault> {
    match error.raw_os_error()? {
        11_001 => Some(ResolverFault::NoSuchName {}),
        11_002 => Some(ResolverFault::NoAnswer {}),
        11_003 => Some(ResolverFault::Refused {}),
        11_004 => Some(ResolverFault::NoAddress {}),
        _ => None,
    }
}

impl From<&io::Error> for ResolverFault {
    fn from(error: &io::Error) -> Self {
        if let Some(fault) = of_windows(error) {
            return fault;
        }
        let words = error.to_string();
        // The standard library sets words of its own before them.
        let said = words.rsplit_once("information: ").map_or(&*words, |(_, said)| said);
        let known = RESOLVERS.iter().find(|(words, _)| *words == said);
        known.map_or_else(|| Self::Other { said: said.to_owned() }, |(_, fault)| fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::*;

    #[test]
    fn a_resolver_is_understood_by_whatever_library_it_is() {
        let fault = |said: &str| {
            let words = format!("failed to lookup address information: {said}");
            ResolverFault::from(&io::Error::other(words))
        };
        assert_eq!(fault("Name or service not known"), ResolverFault::NoSuchName {});
        assert_eq!(fault("Try again"), ResolverFault::NoAnswer {});
        assert_eq!(fault("it is ill"), ResolverFault::Other { said: "it is ill".into() });
        let number = |number| ResolverFault::from(&io::Error::from_raw_os_error(number));
        assert_eq!(number(11_001), ResolverFault::NoSuchName {});
        assert_eq!(number(11_004), ResolverFault::NoAddress {});
    }

    #[test]
    fn the_system_is_understood_by_its_numbers_and_quoted_otherwise() {
        let fault = |errno: Errno| OsFault::from(&io::Error::from(errno));
        assert_eq!(fault(Errno::MFILE), OsFault::TooManyFiles {});
        assert_eq!(fault(Errno::NOENT), OsFault::NotFound {});
        assert!(matches!(fault(Errno::IO), OsFault::Other { said } if said.contains("os error 5")));
    }
}
