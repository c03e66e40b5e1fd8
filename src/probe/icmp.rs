//! `icmp://`: echoes, by a socket that needs no privileges where the system allows it
//! (`net.ipv4.ping_group_range`, <https://man7.org/linux/man-pages/man7/icmp.7.html>), and
//! else by one that needs them.

mod echo;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout};

use crate::model::detail::{ConnectionDetail, OwnDetail};
use crate::model::observation::{Failure, Reason};
use crate::model::target::IcmpProbe;

use super::attempt::Context;
use super::connect::{Peer, Role, addresses, reached, unconnected};
use super::fault::Fault;
use super::trace::{Stage, Trace};

use echo::Echo;

/// Addresses of a name that are pinged at once; one that answers is enough.
const MAX_ADDRESSES: usize = 8;
/// Bytes of an answer that are looked at: its headers, and what was sent.
const MAX_ANSWER: usize = 256;

/// Pings until enough are answered, or too many are not. Each has its share of the time.
pub(super) async fn probe(
    cx: &Context<'_>,
    icmp: &IcmpProbe,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let peer = Peer { host: &icmp.host, port: 0, role: Role::Target };
    let mut addresses = addresses(cx, peer, trace).await?;
    addresses.truncate(MAX_ADDRESSES);
    let (count, expected) = (icmp.count.get(), icmp.answered.get());
    // All waits together end before the time is up, so that what is said is how many.
    let wait = cx.endpoint.timeout / (count + 1);
    trace.enter(Stage::Answer);
    let (mut answered, mut slowest) = (0, Duration::ZERO);
    for number in 1..=count {
        let echo = Echo::new(number).map_err(|_| Fault::ours(OwnDetail::NotSetUp {}))?;
        let sent = Instant::now();
        match timeout(wait, any_answers(cx, peer, &addresses, echo)).await {
            Ok(result) => {
                reached(cx, peer, result?, trace);
                answered += 1;
                slowest = slowest.max(sent.elapsed());
            }
            Err(_) if answered + (count - number) < expected => {
                return Err(lost(peer, answered, number, expected));
            }
            Err(_) => {}
        }
        if answered >= expected {
            break;
        }
    }
    // Waiting for those that were lost is not the latency of those that were answered.
    trace.enter_counting(Stage::Rest, slowest);
    Ok(())
}

fn lost(peer: Peer<'_>, answered: u32, sent: u32, expected: u32) -> Fault {
    let (peer, sent) = (peer.into(), sent.into());
    let detail = if answered == 0 {
        ConnectionDetail::Unanswered { peer, sent }
    } else {
        let (answered, expected) = (answered.into(), expected.into());
        ConnectionDetail::LostPings { peer, answered, sent, expected }
    };
    Fault::theirs(Reason::Timeout, detail)
}

/// Waits until one of the addresses answers; the fault of the last if none can be pinged.
async fn any_answers(
    cx: &Context<'_>,
    peer: Peer<'_>,
    addresses: &[SocketAddr],
    echo: Echo,
) -> Result<SocketAddr, Fault> {
    let pinging = |address: &SocketAddr| {
        let address = *address;
        async move { ping(address, echo).await.map(|()| address).map_err(|error| (address, error)) }
    };
    let mut running: FuturesUnordered<_> = addresses.iter().map(pinging).collect();
    let mut fault = Fault::ours(OwnDetail::PingsForbidden {});
    while let Some(ended) = running.next().await {
        match ended {
            Ok(address) => return Ok(address),
            Err((_, error)) if error.kind() == io::ErrorKind::PermissionDenied => {}
            Err((address, error)) => fault = unpinged(cx, peer, address, &error),
        }
    }
    Err(fault)
}

/// The fault if this address cannot be pinged.
fn unpinged(cx: &Context<'_>, peer: Peer<'_>, address: SocketAddr, error: &io::Error) -> Fault {
    match unconnected(cx, peer, address, error) {
        Fault::Ours(why) => Fault::Ours(why),
        Fault::Theirs(Failure { .. }) => {
            let (peer, ip) = (peer.into(), address.ip());
            Fault::theirs(Reason::Unreachable, ConnectionDetail::NoWayForPings { peer, ip })
        }
    }
}

/// Sends one echo, and waits for its answer.
async fn ping(address: SocketAddr, echo: Echo) -> io::Result<()> {
    let socket = open(address)?;
    socket.send(&echo.request(address.is_ipv6())).await?;
    let mut buffer = [0; MAX_ANSWER];
    loop {
        let length = socket.recv(&mut buffer).await?;
        if echo.is_answered_by(&buffer[..length], address.is_ipv6()) {
            return Ok(());
        }
    }
}

/// A socket on which nobody but `address` is heard.
fn open(address: SocketAddr) -> io::Result<UdpSocket> {
    let (domain, protocol) = match address.ip() {
        IpAddr::V4(_) => (Domain::IPV4, Protocol::ICMPV4),
        IpAddr::V6(_) => (Domain::IPV6, Protocol::ICMPV6),
    };
    let unprivileged = Socket::new(domain, Type::DGRAM, Some(protocol));
    let is_denied = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    let socket = match unprivileged {
        Err(error) if is_denied(&error) => Socket::new(domain, Type::RAW, Some(protocol))?,
        socket => socket?,
    };
    socket.set_nonblocking(true)?;
    socket.connect(&address.into())?;
    UdpSocket::from_std(socket.into())
}
