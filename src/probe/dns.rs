//! Questions to name servers: `dns://SERVER/NAME`, and the addresses of hosts whose target
//! has a resolver of its own. Over UDP first, and over TCP if the answer does not fit:
//! <https://www.rfc-editor.org/rfc/rfc7766>.

mod message;

use std::io;
use std::net::IpAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::core::judge::expect::lookup;
use crate::model::detail::{ConnectionDetail, DnsDetail, ResolverFault};
use crate::model::observation::{Failure, Reason};
use crate::model::target::{DnsCode, DnsProbe, DnsType, IpChoice, Resolver};

use super::attempt::Context;
use super::connect::{Peer, connect};
use super::datagram;
use super::fault::{Fault, broken};
use super::trace::{Stage, Trace};

use message::{Answer, Question};

/// A name server.
#[derive(Debug, Clone, Copy)]
struct Server<'a> {
    host: &'a str,
    port: u16,
    over_tcp: bool,
    /// What waiting for its answer is.
    stage: Stage,
}

/// Asks, and judges the answer.
pub(super) async fn probe(
    cx: &Context<'_>,
    dns: &DnsProbe,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let stage = Stage::Answer;
    let server = Server { host: &dns.host, port: dns.port, over_tcp: false, stage };
    let answer = ask(cx, server, Question { name: &dns.name, kind: dns.kind }, trace).await?;
    let quote = |text: &str| cx.excerpt(text);
    Ok(lookup::answer(dns, answer.code, &answer.records, &quote)?)
}

/// The addresses of `host`, as `resolver` says: those of the versions that may be used.
pub(super) async fn addresses(
    cx: &Context<'_>,
    resolver: &Resolver,
    host: &str,
    trace: &mut Trace,
) -> Result<Vec<IpAddr>, Fault> {
    let kinds: &[DnsType] = match cx.endpoint.ip {
        IpChoice::Any => &[DnsType::A, DnsType::Aaaa],
        IpChoice::V4 => &[DnsType::A],
        IpChoice::V6 => &[DnsType::Aaaa],
    };
    let Resolver { over_tcp, host: server, port } = resolver;
    let (over_tcp, port, stage) = (*over_tcp, *port, Stage::Lookup);
    let server = Server { host: server, port, over_tcp, stage };
    let mut found = Vec::new();
    for &kind in kinds {
        let name = host.trim_end_matches('.');
        let answer = ask(cx, server, Question { name, kind }, trace).await;
        let answer = answer.map_err(|fault| unresolved(host, fault))?;
        if answer.code != DnsCode::NoError.number() {
            return Err(unknown(host, answer.code));
        }
        found.extend(answer.records.iter().filter_map(|record| record.parse::<IpAddr>().ok()));
    }
    trace.enter(Stage::Queue);
    Ok(found)
}

/// That a resolver cannot be reached is a name that is not resolved.
fn unresolved(host: &str, fault: Fault) -> Fault {
    match fault {
        Fault::Theirs(Failure { detail, .. }) => {
            let (host, why) = (host.to_owned(), ResolverFault::Other { said: detail.to_string() });
            Fault::theirs(Reason::Dns, ConnectionDetail::Unresolved { host, why })
        }
        Fault::Ours(why) => Fault::Ours(why),
    }
}

fn unknown(host: &str, code: u16) -> Fault {
    let known = DnsCode::ALL.iter().find(|known| known.number() == code);
    let why = match known {
        Some(DnsCode::NxDomain) => ResolverFault::NoSuchName {},
        Some(code) => ResolverFault::Other { said: code.to_string() },
        None => ResolverFault::Other { said: format!("code {code}") },
    };
    Fault::theirs(Reason::Dns, ConnectionDetail::Unresolved { host: host.to_owned(), why })
}

/// Asks over UDP, unless TCP is wanted, and over TCP if the answer did not fit.
async fn ask(
    cx: &Context<'_>,
    server: Server<'_>,
    question: Question<'_>,
    trace: &mut Trace,
) -> Result<Answer, Fault> {
    let peer = Peer { host: server.host, port: server.port, is_proxy: false };
    if !server.over_tcp {
        let id = message::random_id().map_err(|error| broken(&error, peer))?;
        let query = message::query(id, question).map_err(|error| broken(&error, peer))?;
        let read = |bytes: &[u8]| message::read(bytes, id, question);
        let answer = datagram::ask(cx, peer, &query, read, (server.stage, trace)).await?;
        let answer = answer.ok_or_else(|| not_dns(peer))?;
        if !answer.is_cut {
            return Ok(answer);
        }
    }
    over_tcp(cx, peer, (question, server.stage), trace).await
}

fn not_dns(peer: Peer<'_>) -> Fault {
    Fault::theirs(Reason::Protocol, DnsDetail::NotDns { host: peer.host.to_owned() })
}

/// One question and its answer over TCP, each with its length before it:
/// <https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2>.
async fn over_tcp(
    cx: &Context<'_>,
    peer: Peer<'_>,
    (question, stage): (Question<'_>, Stage),
    trace: &mut Trace,
) -> Result<Answer, Fault> {
    let mut stream = connect(cx, peer, trace).await?;
    trace.enter(stage);
    let failed = |error: io::Error| broken(&error, peer);
    let id = message::random_id().map_err(failed)?;
    let query = message::query(id, question).map_err(failed)?;
    let length = u16::try_from(query.len()).unwrap_or(u16::MAX).to_be_bytes();
    stream.write_all(&[&length[..], &query].concat()).await.map_err(failed)?;
    let length = stream.read_u16().await.map_err(failed)?;
    let mut answer = vec![0; length.into()];
    stream.read_exact(&mut answer).await.map_err(failed)?;
    trace.enter(Stage::Rest);
    message::read(&answer, id, question).ok_or_else(|| not_dns(peer))
}
