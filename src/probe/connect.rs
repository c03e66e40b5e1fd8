//! A TCP connection to a host: resolves its name, and races its addresses as in Happy
//! Eyeballs (<https://www.rfc-editor.org/rfc/rfc8305>).

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::net::TcpStream;

use crate::model::detail::{ConnectionDetail, IpFamily, OwnDetail, PeerName};
use crate::model::observation::{Failure, Reason};
use crate::model::off_limits::OffLimit;
use crate::model::target::IpChoice;
use crate::os::lacks_family;

use super::attempt::Context;
use super::dns;
use super::fault::{Fault, is_ours, ours};
use super::trace::{Stage, Trace};

/// How long to wait for an address before the next one is tried too: the delay that
/// RFC 8305, section 5, recommends.
const STAGGER: Duration = Duration::from_millis(250);
/// Addresses of a name that are tried, at most: each holds a descriptor.
const MAX_ADDRESSES: usize = 32;

/// What to connect to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer<'a> {
    /// Its name or address, without brackets.
    pub(super) host: &'a str,
    /// Its port.
    pub(super) port: u16,
    /// What it is to the target.
    pub(super) role: Role,
}

/// What a peer is to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The target itself, or a server that it leads to.
    Target,
    /// A proxy on the way there.
    Proxy,
    /// The name server that knows its addresses. What `ip` says of those is not said of its
    /// own, and connecting to it is part of the lookup.
    Resolver,
}

impl From<Peer<'_>> for PeerName {
    fn from(peer: Peer<'_>) -> Self {
        Self { host: peer.host.to_owned(), is_proxy: peer.role == Role::Proxy }
    }
}

/// Connects to whichever of the peer's addresses answers first.
pub(super) async fn connect(
    cx: &Context<'_>,
    peer: Peer<'_>,
    trace: &mut Trace,
) -> Result<TcpStream, Fault> {
    let addresses = addresses(cx, peer, trace).await?;
    if let Some(first) = addresses.first() {
        trace.enter(match peer.role {
            Role::Target | Role::Proxy => Stage::Connect(*first),
            Role::Resolver => Stage::Lookup,
        });
    }
    // That nothing answers can only be said if all addresses were tried.
    let stagger = if cx.endpoint.unreachable { Duration::ZERO } else { STAGGER };
    let result = match *addresses {
        [only] => TcpStream::connect(only).await.map_err(|error| vec![(only, error)]),
        _ => race(addresses, stagger).await,
    };
    trace.enter(Stage::Rest);
    let stream = result.map_err(|errors| most_telling(cx, peer, &errors))?;
    // Handshakes are small writes, which Nagle's algorithm would hold back. If
    // this fails, the connection is broken, and using it tells why.
    stream.set_nodelay(true).ok();
    if let Ok(address) = stream.peer_addr() {
        reached(cx, peer, address, trace);
    }
    Ok(stream)
}

/// Notes that `address` of `peer` answers, if that is the target's own host.
pub(super) fn reached(cx: &Context<'_>, peer: Peer<'_>, address: SocketAddr, trace: &mut Trace) {
    if is_own(cx, peer) {
        trace.whereabouts.reached = Some(address.ip());
    }
}

/// Whether `peer` is the target's own host, and not one that it redirects to, a proxy or a
/// name server.
fn is_own(cx: &Context<'_>, peer: Peer<'_>) -> bool {
    peer.role == Role::Target && peer.host == cx.host()
}

/// The addresses of `host`, with `port`, as the target's own resolver or the system says.
pub(super) async fn resolve(
    cx: &Context<'_>,
    host: &str,
    port: u16,
    trace: &mut Trace,
) -> Result<Vec<SocketAddr>, Fault> {
    match &cx.endpoint.resolver {
        Some(resolver) if host.parse::<IpAddr>().is_err() => {
            // Boxed, because its name server is connected to as well.
            let found = Box::pin(dns::addresses(cx, resolver, host, trace)).await?;
            Ok(found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect())
        }
        Some(_) | None => cx.names.resolve(host, port, trace).await,
    }
}

/// The peer's addresses that may be used, with the families in turn.
pub(super) async fn addresses(
    cx: &Context<'_>,
    peer: Peer<'_>,
    trace: &mut Trace,
) -> Result<Vec<SocketAddr>, Fault> {
    let mut addresses = resolve(cx, peer.host, peer.port, trace).await?;
    let ip = if peer.role == Role::Resolver { IpChoice::Any } else { cx.endpoint.ip };
    addresses.retain(|address| match ip {
        IpChoice::Any => true,
        IpChoice::V4 => address.is_ipv4(),
        IpChoice::V6 => address.is_ipv6(),
    });
    if addresses.is_empty() {
        return Err(Fault::theirs(Reason::Dns, no_address(peer, ip)));
    }
    if is_own(cx, peer) {
        trace.whereabouts.addresses = addresses.iter().map(SocketAddr::ip).collect();
    }
    allowed(cx, peer, &mut addresses)?;
    Ok(interleaved(addresses))
}

fn no_address(peer: Peer<'_>, asked_for: IpChoice) -> ConnectionDetail {
    let peer = peer.into();
    match asked_for {
        IpChoice::Any => ConnectionDetail::NoAddress { peer },
        IpChoice::V4 => ConnectionDetail::NoAddressOf { peer, family: IpFamily::V4 },
        IpChoice::V6 => ConnectionDetail::NoAddressOf { peer, family: IpFamily::V6 },
    }
}

/// Removes the addresses that are off limits. If none is left, the probe is
/// inconclusive: nothing was tried.
fn allowed(cx: &Context<'_>, peer: Peer<'_>, addresses: &mut Vec<SocketAddr>) -> Result<(), Fault> {
    let mut refused = None;
    addresses.retain(|address| {
        let why = cx.off_limits.why_not(address.ip(), address.port());
        refused = why.map(|why| (address.ip(), why)).or(refused);
        why.is_none()
    });
    match refused {
        Some((ip, why)) if addresses.is_empty() => Err(Fault::ours(not_asked(peer, ip, why))),
        Some(_) | None => Ok(()),
    }
}

fn not_asked(peer: Peer<'_>, ip: IpAddr, why: OffLimit) -> OwnDetail {
    let peer = peer.into();
    match why {
        OffLimit::AwsService => OwnDetail::AwsAddress { peer, ip },
        OffLimit::LambdaRuntime => OwnDetail::RuntimeAddress { peer, ip },
        OffLimit::MailPort => OwnDetail::MailPort { peer },
    }
}

/// The families in turn, beginning with the resolver's first choice
/// (RFC 8305, section 4).
fn interleaved(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let Some(first) = addresses.first().map(SocketAddr::is_ipv4) else { return addresses };
    let (leading, others): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv4() == first);
    let (mut leading, mut others) = (leading.into_iter(), others.into_iter());
    std::iter::from_fn(|| Some([leading.next(), others.next()]))
        .take_while(|pair| pair.iter().any(Option::is_some))
        .flatten()
        .flatten()
        .take(MAX_ADDRESSES)
        .collect()
}

/// The first connection that is made, or every address's error.
async fn race(
    addresses: Vec<SocketAddr>,
    stagger: Duration,
) -> Result<TcpStream, Vec<(SocketAddr, io::Error)>> {
    let mut waiting = addresses.into_iter();
    let mut running = FuturesUnordered::new();
    let mut errors = Vec::new();
    loop {
        if let Some(address) = waiting.next() {
            running.push(async move { (address, TcpStream::connect(address).await) });
        }
        tokio::select! {
            ended = running.next() => match ended {
                Some((_, Ok(stream))) => return Ok(stream),
                Some((address, Err(error))) => errors.push((address, error)),
                None => return Err(errors),
            },
            () = tokio::time::sleep(stagger), if waiting.len() > 0 => {}
        }
    }
}

/// The one of several addresses' errors that says most about the peer: an error of
/// somebody who is there comes before silence.
fn most_telling(cx: &Context<'_>, peer: Peer<'_>, errors: &[(SocketAddr, io::Error)]) -> Fault {
    errors
        .iter()
        .map(|(address, error)| unconnected(cx, peer, *address, error))
        .min_by_key(says_little)
        .unwrap_or_else(|| Fault::theirs(Reason::Dns, no_address(peer, IpChoice::Any)))
}

/// How little a fault says about the peer.
pub(super) fn says_little(fault: &Fault) -> u8 {
    match fault {
        Fault::Theirs(Failure { reason: Reason::Refused, .. }) => 0,
        Fault::Theirs(Failure { reason: Reason::Reset, .. }) => 1,
        Fault::Theirs(Failure { reason: Reason::Timeout, .. }) => 2,
        Fault::Theirs(_) => 3,
        Fault::Ours(_) => 4,
    }
}

/// The fault if connecting to this address failed.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds of errors are those of the standard library, which adds some"
)]
pub(super) fn unconnected(
    cx: &Context<'_>,
    peer: Peer<'_>,
    address: SocketAddr,
    error: &io::Error,
) -> Fault {
    // Without a route to IPv4 there is no network. That counts as a failure, so that
    // the prober notices that it is blind, but does not prove that a port is closed.
    let is_no_evidence = address.is_ipv6() || cx.endpoint.unreachable;
    if is_no_evidence && is_without_route(address, error) {
        return Fault::ours(without_family(cx, peer, address.into()));
    }
    if is_ours(error) {
        return ours(error);
    }
    let peer = peer.into();
    match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            Fault::theirs(Reason::Refused, ConnectionDetail::Refused { peer, address })
        }
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            Fault::theirs(Reason::Reset, ConnectionDetail::Reset { peer, address })
        }
        io::ErrorKind::TimedOut => {
            Fault::theirs(Reason::Timeout, ConnectionDetail::Silent { peer, address })
        }
        // `ErrorKind` is non-exhaustive; the rest are ways of not getting there.
        _ => Fault::theirs(Reason::Unreachable, ConnectionDetail::Unreachable { peer, address }),
    }
}

/// Says that there is no route from here to any usable address of `peer`. It names the
/// host only if that is not the target's own.
fn without_family(cx: &Context<'_>, peer: Peer<'_>, family: IpFamily) -> OwnDetail {
    let is_target = peer.role == Role::Target && peer.host == cx.host();
    // An address of the other family would have failed itself, and said more.
    let is_only_one = cx.endpoint.ip == IpChoice::Any && !cx.endpoint.unreachable;
    match (is_target, is_only_one) {
        (true, true) => OwnDetail::HasOnly { family },
        (true, false) => OwnDetail::Needs { family },
        (false, true) => OwnDetail::PeerHasOnly { peer: peer.into(), family },
        (false, false) => OwnDetail::PeerNeeds { peer: peer.into(), family },
    }
}

/// Whether this machine itself, and not some router, has no route to an address.
/// Connecting a UDP socket looks up the route, and sends nothing.
fn is_without_route(address: SocketAddr, error: &io::Error) -> bool {
    let is_local =
        matches!(error.kind(), io::ErrorKind::NetworkUnreachable | io::ErrorKind::AddrNotAvailable)
            || lacks_family(error);
    let any = if address.is_ipv6() { "[::]:0" } else { "0.0.0.0:0" };
    let has_route = || UdpSocket::bind(any).and_then(|socket| socket.connect(address)).is_ok();
    is_local && !has_route()
}
