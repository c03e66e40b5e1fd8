//! A tunnel through a proxy that speaks SOCKS 5 (<https://www.rfc-editor.org/rfc/rfc1928>), with
//! a user name and a password if it wants them (<https://www.rfc-editor.org/rfc/rfc1929>). The
//! proxy resolves the name.

use std::net::IpAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::model::detail::{HttpDetail, OwnDetail, PeerName};
use crate::model::observation::Reason;
use crate::model::secret::Secret;
use crate::model::target::ProxyLogin;
use crate::probe::fault::{Fault, broken};

/// The version of what is spoken, and that of signing in.
const VERSION: u8 = 5;
const LOGIN_VERSION: u8 = 1;
/// Ways to sign in: none, and by a password.
const NOBODY: u8 = 0;
const PASSWORD: u8 = 2;
/// What is asked for: a connection.
const CONNECT: u8 = 1;

/// Kinds of addresses.
const V4: u8 = 1;
const NAME: u8 = 3;
const V6: u8 = 4;

/// A conversation with a proxy.
pub(super) struct Socks {
    /// The connection to it.
    pub(super) stream: TcpStream,
    /// Who it is.
    pub(super) whom: PeerName,
}

impl Socks {
    /// Asks to be connected to `(host, port)`, after signing in if that is wanted.
    pub(super) async fn tunnel(
        mut self,
        login: Option<&ProxyLogin>,
        (host, port): (&str, u16),
    ) -> Result<TcpStream, Fault> {
        self.sign_in(login).await?;
        let asked = [&[VERSION, CONNECT, 0][..], &address(host)?, &port.to_be_bytes()].concat();
        self.write(&asked).await?;
        let [version, reply, _, kind] = self.read().await?;
        if version != VERSION {
            return Err(self.no_socks());
        }
        if reply != 0 {
            return Err(self.refused(reply, host, port));
        }
        // Where it is connected from is of no use.
        let length = match kind {
            V4 => 4,
            V6 => 16,
            NAME => usize::from(self.read::<1>().await?[0]),
            _ => return Err(self.no_socks()),
        };
        for _ in 0..length + 2 {
            self.read::<1>().await?;
        }
        Ok(self.stream)
    }

    async fn sign_in(&mut self, login: Option<&ProxyLogin>) -> Result<(), Fault> {
        let ways = if login.is_some() { &[NOBODY, PASSWORD][..] } else { &[NOBODY] };
        let count = u8::try_from(ways.len()).unwrap_or(u8::MAX);
        self.write(&[&[VERSION, count][..], ways].concat()).await?;
        match (self.read().await?, login) {
            ([VERSION, NOBODY], _) => Ok(()),
            ([VERSION, PASSWORD], Some(ProxyLogin { username, password })) => {
                let [username, password] = [username, password].map(Secret::expose);
                let said = [&[LOGIN_VERSION][..], &short(username)?, &short(password)?].concat();
                self.write(&said).await?;
                let [_, status] = self.read().await?;
                if status == 0 { Ok(()) } else { Err(self.stranger()) }
            }
            ([VERSION, _], _) => Err(self.stranger()),
            _ => Err(self.no_socks()),
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let written = self.stream.write_all(bytes).await;
        written.map_err(|error| broken(&error, self.whom.clone()))
    }

    async fn read<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        let read = self.stream.read_exact(&mut bytes).await;
        read.map(|_| bytes).map_err(|error| broken(&error, self.whom.clone()))
    }

    fn no_socks(&self) -> Fault {
        Fault::theirs(Reason::Protocol, HttpDetail::NotSocks { peer: self.whom.clone() })
    }

    fn stranger(&self) -> Fault {
        Fault::theirs(Reason::Status, HttpDetail::SocksStranger { peer: self.whom.clone() })
    }

    /// What is said of the target, and what of us: RFC 1928, section 6.
    fn refused(&self, reply: u8, host: &str, port: u16) -> Fault {
        let reason = match reply {
            5 => Reason::Refused,
            6 => Reason::Timeout,
            _ => Reason::Unreachable,
        };
        let (peer, host) = (self.whom.clone(), host.to_owned());
        Fault::theirs(reason, HttpDetail::SocksAnswered { peer, reply, host, port })
    }
}

fn address(host: &str) -> Result<Vec<u8>, Fault> {
    Ok(match host.parse() {
        Ok(IpAddr::V4(address)) => [&[V4][..], &address.octets()].concat(),
        Ok(IpAddr::V6(address)) => [&[V6][..], &address.octets()].concat(),
        Err(_) => [&[NAME][..], &short(host)?].concat(),
    })
}

/// A text of at most 255 bytes behind its length. Longer ones are no names, and passwords of
/// that length are refused when they are read.
fn short(text: &str) -> Result<Vec<u8>, Fault> {
    let length = u8::try_from(text.len()).map_err(|_| Fault::ours(OwnDetail::ProxyPassword {}))?;
    Ok([&[length][..], text.as_bytes()].concat())
}
