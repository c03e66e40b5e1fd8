//! `ssh://`: the line by which a server says what it is, and a key exchange, up to where the
//! server proves that its host key is its own. Nobody signs in, and nothing is encrypted:
//! <https://www.rfc-editor.org/rfc/rfc4253>.

mod exchange;
mod wire;

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::core::judge::expect::charset::plain_text;
use crate::model::detail::{BannerDetail, OwnDetail, SshDetail};
use crate::model::observation::Reason;
use crate::model::target::{HostKey, SshProbe};

use super::attempt::Context;
use super::connect::{Peer, Role, connect};
use super::fault::{Fault, broken, cut_off};
use super::tcp::{Heard, outcome};
use super::trace::{Stage, Trace};

use exchange::{Exchange, Kind, Wrong};
use wire::{MAX_PACKET, Reader};

/// Who we are, without the end of the line.
const OURSELVES: &str = concat!("SSH-2.0-prober_", env!("CARGO_PKG_VERSION"));
/// Bytes that a server may say before and with its own line, at most.
const MAX_LINES: usize = 8 * 1024;
/// Messages that are read at most, with those that are for nobody.
const MAX_MESSAGES: usize = 32;

/// The numbers of messages: <https://www.rfc-editor.org/rfc/rfc4250#section-4.1.2>.
const DISCONNECT: u8 = 1;
const KEY_EXCHANGE: u8 = 20;
const ANSWER: u8 = 31;

/// Exchanges keys. A server has keys of several kinds, and shows the first of which we ask:
/// if one is expected that it may have besides, it is asked again for that kind.
pub(super) async fn probe(
    cx: &Context<'_>,
    ssh: &SshProbe,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let mut kinds = Kind::ALL;
    let mut first = None;
    loop {
        let (shown, offered) = match Box::pin(shake(cx, ssh, kinds, trace)).await {
            // It has no other kind.
            Err(_) if first.is_some() => break,
            shaken => shaken?,
        };
        if ssh.host_keys.is_empty() || ssh.host_keys.contains(&shown) {
            return Ok(());
        }
        first.get_or_insert(shown);
        let Some(at) = kinds.iter().position(|kind| *kind == offered) else { break };
        kinds = &kinds[at + 1..];
        if kinds.is_empty() {
            break;
        }
    }
    let (host, found) = (ssh.host.clone(), first.map(|key| key.to_string()).unwrap_or_default());
    Err(Fault::theirs(Reason::Answer, SshDetail::OtherKey { host, found }))
}

/// One connection, on which keys of these kinds are asked for: the one that is shown, and of
/// which kind it is.
async fn shake(
    cx: &Context<'_>,
    ssh: &SshProbe,
    kinds: &[Kind],
    trace: &mut Trace,
) -> Result<(HostKey, Kind), Fault> {
    let peer = Peer { host: &ssh.host, port: ssh.port, role: Role::Target };
    let stream = connect(cx, peer, trace).await?;
    let mut talk = Talk { cx, ssh, stream, buffer: Vec::new() };
    talk.write(format!("{OURSELVES}\r\n").as_bytes()).await?;
    let theirs = talk.line(trace).await?;
    if let Some(banner) = &ssh.banner {
        trace.banner.clone_from(&theirs);
        let Heard::Accepted(_) = outcome(cx, banner, trace).await? else {
            let (said, expected) = (cx.excerpt(&plain_text(&theirs)), banner.to_string());
            return Err(Fault::theirs(Reason::Banner, BannerDetail::Other { said, expected }));
        };
    }
    trace.enter(Stage::Answer);
    let unprepared = |_| Fault::ours(OwnDetail::NotSetUp {});
    let mut exchange = Exchange::new(OURSELVES.as_bytes(), &theirs, kinds).map_err(unprepared)?;
    talk.write(&wire::packet(exchange.offer())).await?;
    let offered = talk.message(KEY_EXCHANGE).await?;
    let question = exchange.question(&offered).map_err(|wrong| talk.wrong(wrong))?;
    talk.write(&wire::packet(&question)).await?;
    let answer = talk.message(ANSWER).await?;
    let shown = exchange.proven(&answer).map_err(|wrong| talk.wrong(wrong))?;
    trace.enter(Stage::Rest);
    Ok(shown)
}

struct Talk<'a> {
    cx: &'a Context<'a>,
    ssh: &'a SshProbe,
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Talk<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.stream.write_all(bytes).await.map_err(|error| self.broken(&error))
    }

    async fn read(&mut self) -> Result<(), Fault> {
        let read = self.stream.read_buf(&mut self.buffer).await;
        match read.map_err(|error| self.broken(&error))? {
            0 => Err(cut_off(self.ssh.host.as_str())),
            _ => Ok(()),
        }
    }

    /// The line by which the server says what it is. Others may come before it:
    /// <https://www.rfc-editor.org/rfc/rfc4253#section-4.2>.
    async fn line(&mut self, trace: &mut Trace) -> Result<Vec<u8>, Fault> {
        trace.enter(Stage::Banner);
        let mut left = MAX_LINES;
        loop {
            while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                let line = line.strip_suffix(b"\n").unwrap_or(&line);
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                if line.starts_with(b"SSH-2.0-") || line.starts_with(b"SSH-1.99-") {
                    trace.enter(Stage::Rest);
                    return Ok(line.to_vec());
                }
                if left == MAX_LINES {
                    trace.banner = line.to_vec();
                }
                left = left.saturating_sub(end + 1);
                if line.starts_with(b"SSH-") {
                    return Err(self.no_ssh(line));
                }
            }
            if left == MAX_LINES {
                trace.banner.clone_from(&self.buffer);
            }
            if self.buffer.len() > left {
                return Err(self.no_ssh(&trace.banner));
            }
            if let Err(fault) = self.read().await {
                // Who says something else and goes is no server of SSH.
                let said = &trace.banner;
                return Err(if said.is_empty() { fault } else { self.no_ssh(said) });
            }
        }
    }

    fn no_ssh(&self, said: &[u8]) -> Fault {
        let (host, begins) = (self.ssh.host.clone(), self.cx.excerpt(&plain_text(said)));
        Fault::theirs(Reason::Protocol, SshDetail::NotSsh { host, begins })
    }

    /// The next message of this number. Those that are for nobody are passed over.
    async fn message(&mut self, number: u8) -> Result<Vec<u8>, Fault> {
        for _ in 0..MAX_MESSAGES {
            let payload = loop {
                match wire::payload(&mut self.buffer) {
                    Ok(Some(payload)) => break payload,
                    Ok(None) => self.read().await?,
                    Err(wire::NoPacket) => return Err(self.wrong(Wrong::Rules)),
                }
                debug_assert!(self.buffer.len() <= 2 * MAX_PACKET, "a packet is taken at once");
            };
            match payload.first() {
                Some(&DISCONNECT) => return Err(self.ended(&payload)),
                Some(found) if *found == number => return Ok(payload),
                Some(_) | None => {}
            }
        }
        Err(self.wrong(Wrong::Rules))
    }

    /// <https://www.rfc-editor.org/rfc/rfc4253#section-11.1>.
    fn ended(&self, payload: &[u8]) -> Fault {
        let mut reader = Reader(payload.get(5..).unwrap_or_default());
        let said = reader.string().unwrap_or_default();
        let (host, said) = (self.ssh.host.clone(), self.cx.excerpt(&plain_text(said)));
        Fault::theirs(Reason::Protocol, SshDetail::Ended { host, said })
    }

    fn wrong(&self, wrong: Wrong) -> Fault {
        let host = self.ssh.host.clone();
        let detail = match wrong {
            Wrong::Rules => SshDetail::RulesBroken { host },
            Wrong::NothingShared => SshDetail::NothingShared { host },
            Wrong::Signature => SshDetail::NotProven { host },
        };
        Fault::theirs(Reason::Protocol, detail)
    }

    fn broken(&self, error: &io::Error) -> Fault {
        broken(error, self.ssh.host.as_str())
    }
}
