//! The address that `--listen` names, as people write it.

use std::fmt;
use std::io;
use std::net::Ipv6Addr;
use std::str::FromStr;

use tokio::net::TcpListener;

/// Where the inbox listens: `8080`, `:8080`, `localhost:8080`, `192.0.2.1:8080`, `[::]:8080`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Without brackets.
    host: String,
    port: u16,
}

/// What a port alone means: whoever reaches this machine, as in the examples.
const EVERYWHERE: &str = "0.0.0.0";

/// What `localhost` means, whatever the system's own list of hosts says.
const LOOPBACK: &str = "127.0.0.1";

impl Address {
    /// Listens there.
    ///
    /// # Errors
    ///
    /// A sentence about what stands against it.
    pub(super) async fn bind(&self) -> Result<TcpListener, String> {
        let listener = TcpListener::bind((self.host.as_str(), self.port)).await;
        listener.map_err(|error| format!("failed to listen on {self}: {error}{}", hint(&error)))
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds of errors are those of the standard library, which adds some"
)]
fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "; another program listens there: take another port",
        io::ErrorKind::PermissionDenied => {
            "; ports below 1024 need root: take another, such as 8080"
        }
        io::ErrorKind::AddrNotAvailable => "; this machine does not have that address",
        _ => "",
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains('/') {
            return Err(
                "is an address and not a URL: write it without `http://` and `/`".to_owned()
            );
        }
        let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
        let port = u16::from_str(port).ok().filter(|_| port.bytes().all(|c| c.is_ascii_digit()));
        if text.parse::<Ipv6Addr>().is_ok() {
            return Err(
                "an IPv6 address stands in brackets, and a port follows: [::]:8080".to_owned()
            );
        }
        let port = port.ok_or("needs a port, from 0 to 65535: 8080, or 127.0.0.1:8080")?;
        let host = match host {
            "" | "*" => EVERYWHERE,
            "localhost" => LOOPBACK,
            _ => host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host),
        };
        Ok(Self { host: host.to_owned(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_written_in_every_usual_way() {
        for (text, shown) in [
            ("8080", "0.0.0.0:8080"),
            (":8080", "0.0.0.0:8080"),
            ("*:8080", "0.0.0.0:8080"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("192.0.2.1:0", "192.0.2.1:0"),
            ("nas.lan:8080", "nas.lan:8080"),
            ("[::1]:8080", "[::1]:8080"),
        ] {
            assert_eq!(
                text.parse::<Address>().map(|address| address.to_string()),
                Ok(shown.into())
            );
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_what_is() {
        for (text, why) in [
            ("localhost", "needs a port"),
            ("80800", "needs a port"),
            ("+80", "needs a port"),
            ("::1", "in brackets"),
            ("http://localhost:8080", "not a URL"),
        ] {
            assert!(text.parse::<Address>().unwrap_err().contains(why), "{text}");
        }
    }
}
