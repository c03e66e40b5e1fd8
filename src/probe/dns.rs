//! Questions to name servers: `dns://SERVER/NAME`, `dns+tls://SERVER/NAME`, and the addresses of hosts whose target
//! has a resolver of its own. Over UDP first, and over TCP if the answer does not fit:
//! <https://www.rfc-editor.org/rfc/rfc7766>.

mod message;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::core::judge::expect::lookup;
use crate::model::detail::{ConnectionDetail, DnsDetail, ResolverFault};
use crate::model::observation::{Failure, Reason};
use crate::model::target::{DnsCode, DnsProbe, DnsType, IpChoice, Resolver, TlsSettings};

use super::attempt::Context;
use super::connect::{Peer, Role, connect};
use super::datagram;
use super::fault::{Fault, broken};
use super::tls;
use super::trace::{Stage, Trace};

use message::{Answer, Question, Reading};

/// How long the addresses of the one version are waited for once there are some of the
/// other: a name server that never answers `AAAA` takes no home down.
const PATIENCE: Duration = Duration::from_millis(250);

/// A name server.
#[derive(Debug, Clone, Copy)]
struct Server<'a> {
    peer: Peer<'a>,
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
    let peer = Peer { host: &dns.host, port: dns.port, role: Role::Target };
    let question = Question { name: &dns.name, kind: dns.kind };
    let server = Server { peer, over_tcp: false, stage: Stage::Answer };
    let answer = match &dns.tls {
        Some(settings) => Box::pin(over_tls(cx, peer, settings, question, trace)).await?,
        None => ask(cx, server, question, trace).await?,
    };
    let quote = |text: &str| cx.excerpt(text);
    Ok(lookup::answer(dns, answer.code, &answer.records, &quote)?)
}

/// The addresses of `host`, as `resolver` says: those of the versions that may be used,
/// IPv4 first.
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
    let peer = Peer { host: &resolver.host, port: resolver.port, role: Role::Resolver };
    let server = Server { peer, over_tcp: resolver.over_tcp, stage: Stage::Lookup };
    trace.enter(Stage::Lookup);
    let asking = kinds.iter().map(|&kind| of_kind(cx, server, host, kind));
    let found = gathered(asking.collect(), cx.endpoint.unreachable).await;
    trace.enter(Stage::Queue);
    found
}

/// What all who are asked know. One that fails, or takes too long, counts only if nothing
/// else is known, unless `all` must be.
async fn gathered<F: Future<Output = Result<Vec<IpAddr>, Fault>>>(
    mut asking: FuturesUnordered<F>,
    all: bool,
) -> Result<Vec<IpAddr>, Fault> {
    let (mut found, mut fault) = (Vec::new(), None);
    loop {
        let next = asking.next();
        let ended = if found.is_empty() || all {
            next.await
        } else {
            timeout(PATIENCE, next).await.unwrap_or(None)
        };
        match ended {
            None => break,
            Some(Ok(some)) => found.extend(some),
            Some(Err(why)) => fault = fault.or(Some(why)),
        }
    }
    found.sort_by_key(IpAddr::is_ipv6);
    match fault {
        Some(fault) if all || found.is_empty() => Err(fault),
        Some(_) | None => Ok(found),
    }
}

/// The addresses of `host` of one version.
async fn of_kind(
    cx: &Context<'_>,
    server: Server<'_>,
    host: &str,
    kind: DnsType,
) -> Result<Vec<IpAddr>, Fault> {
    let question = Question { name: host.trim_end_matches('.'), kind };
    // Two questions at once would not fit into the attempt's own, which is in the lookup
    // as long as they last.
    let answer = ask(cx, server, question, &mut Trace::begin()).await;
    let answer = answer.map_err(|fault| unresolved(host, server.peer, fault))?;
    if answer.code != DnsCode::NoError.number() {
        return Err(unknown(host, answer.code));
    }
    Ok(answer.records.iter().filter_map(|record| record.parse().ok()).collect())
}

/// That a resolver cannot be reached is a name that is not resolved.
fn unresolved(host: &str, resolver: Peer<'_>, fault: Fault) -> Fault {
    let server = resolver.host.to_owned();
    let why = match fault {
        Fault::Theirs(Failure { reason: Reason::Timeout, .. }) => ResolverFault::NoAnswer {},
        Fault::Theirs(Failure { reason: Reason::Protocol, .. }) => ResolverFault::NotDns { server },
        Fault::Theirs(_) => ResolverFault::Unreached { server },
        Fault::Ours(why) => return Fault::Ours(why),
    };
    Fault::theirs(Reason::Dns, ConnectionDetail::Unresolved { host: host.to_owned(), why })
}

fn unknown(host: &str, code: u16) -> Fault {
    let why = if code == DnsCode::NxDomain.number() {
        ResolverFault::NoSuchName {}
    } else {
        ResolverFault::Code { answered: DnsCode::shown(code) }
    };
    Fault::theirs(Reason::Dns, ConnectionDetail::Unresolved { host: host.to_owned(), why })
}

/// Asks over UDP, unless TCP is wanted, and over TCP if the answer did not fit or was
/// damaged.
async fn ask(
    cx: &Context<'_>,
    server: Server<'_>,
    question: Question<'_>,
    trace: &mut Trace,
) -> Result<Answer, Fault> {
    let Server { peer, over_tcp, stage } = server;
    if !over_tcp {
        let id = message::random_id().map_err(|error| broken(&error, peer))?;
        let query = message::query(id, question).map_err(|error| broken(&error, peer))?;
        let read = |bytes: &[u8]| message::read(bytes, id, question);
        let answer = datagram::ask(cx, peer, &query, read, (stage, trace)).await?;
        match answer.ok_or_else(|| not_dns(peer))? {
            Reading::Answer(answer) if !answer.is_cut => return Ok(answer),
            Reading::Answer(_) | Reading::Unreadable => {}
        }
    }
    by_connection(cx, peer, (question, stage), trace).await
}

fn not_dns(peer: Peer<'_>) -> Fault {
    Fault::theirs(Reason::Protocol, DnsDetail::NotDns { host: peer.host.to_owned() })
}

/// One question and its answer over TCP, each with its length before it:
/// <https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2>.
async fn by_connection(
    cx: &Context<'_>,
    peer: Peer<'_>,
    (question, stage): (Question<'_>, Stage),
    trace: &mut Trace,
) -> Result<Answer, Fault> {
    let stream = connect(cx, peer, trace).await?;
    trace.enter(stage);
    let answer = converse(stream, peer, question).await?;
    trace.enter(Stage::Rest);
    Ok(answer)
}

/// The same over TLS: <https://www.rfc-editor.org/rfc/rfc7858>.
async fn over_tls(
    cx: &Context<'_>,
    peer: Peer<'_>,
    settings: &Arc<TlsSettings>,
    question: Question<'_>,
    trace: &mut Trace,
) -> Result<Answer, Fault> {
    let stream = connect(cx, peer, trace).await?;
    let name = settings.server_name.as_ref();
    let stream = tls::handshake(cx, settings, name, peer.host, stream, trace).await?;
    trace.enter(Stage::Answer);
    let answer = converse(stream, peer, question).await?;
    trace.enter(Stage::Rest);
    Ok(answer)
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    peer: Peer<'_>,
    question: Question<'_>,
) -> Result<Answer, Fault> {
    let failed = |error: io::Error| broken(&error, peer);
    let id = message::random_id().map_err(failed)?;
    let query = message::query(id, question).map_err(failed)?;
    let length = u16::try_from(query.len()).unwrap_or(u16::MAX).to_be_bytes();
    stream.write_all(&[&length[..], &query].concat()).await.map_err(failed)?;
    stream.flush().await.map_err(failed)?;
    let length = stream.read_u16().await.map_err(failed)?;
    let mut answer = vec![0; length.into()];
    stream.read_exact(&mut answer).await.map_err(failed)?;
    match message::read(&answer, id, question) {
        Some(Reading::Answer(answer)) => Ok(answer),
        Some(Reading::Unreadable) | None => Err(not_dns(peer)),
    }
}
