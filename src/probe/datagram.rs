//! A question and its answer in one datagram each. Datagrams are lost: the question is sent
//! again until the attempt's time is up.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::net::UdpSocket;
use tokio::time::timeout;

use super::attempt::Context;
use super::connect::{Peer, addresses, reached, says_little, unconnected};
use super::fault::Fault;
use super::trace::{Stage, Trace};

/// How long an answer is waited for before the question is sent again; then twice as long,
/// and so on.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Bytes of an answer that are read.
const MAX_ANSWER: usize = 16 * 1024;
/// Datagrams that are no answer to the question, after which nobody is listened to.
const MAX_STRAY: usize = 64;
/// Addresses of a name that are asked at once.
const MAX_ADDRESSES: usize = 4;

/// What `read` makes of the first datagram that it takes for an answer, from whichever of the
/// peer's addresses; `None` if they only send what it does not. Waiting is in `stage`.
pub(super) async fn ask<T>(
    cx: &Context<'_>,
    peer: Peer<'_>,
    question: &[u8],
    read: impl Fn(&[u8]) -> Option<T>,
    (stage, trace): (Stage, &mut Trace),
) -> Result<Option<T>, Fault> {
    let mut addresses = addresses(cx, peer, trace).await?;
    addresses.truncate(MAX_ADDRESSES);
    trace.enter(stage);
    let read = &read;
    let asking = |address: SocketAddr| async move {
        let answer = exchange(address, question, read).await;
        answer.map(|answer| (address, answer)).map_err(|error| (address, error))
    };
    let mut running: FuturesUnordered<_> = addresses.into_iter().map(asking).collect();
    let (mut faults, mut is_there) = (Vec::new(), false);
    while let Some(ended) = running.next().await {
        match ended {
            Ok((address, Some(answer))) => {
                reached(cx, peer, address, trace);
                trace.enter(Stage::Rest);
                return Ok(Some(answer));
            }
            Ok((_, None)) => is_there = true,
            Err((address, error)) => faults.push(unconnected(cx, peer, address, &error)),
        }
    }
    trace.enter(Stage::Rest);
    // Who says nonsense says more than who refuses.
    let fault = faults.into_iter().min_by_key(says_little).filter(|_| !is_there);
    fault.map_or(Ok(None), Err)
}

/// Asks one address until it answers.
async fn exchange<T>(
    address: SocketAddr,
    question: &[u8],
    read: &impl Fn(&[u8]) -> Option<T>,
) -> io::Result<Option<T>> {
    let any: IpAddr = match address {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).await?;
    // From here on, the system drops what others send.
    socket.connect(address).await?;
    let (mut wait, mut stray) = (FIRST_WAIT, 0);
    loop {
        socket.send(question).await?;
        match timeout(wait, answered(&socket, read, &mut stray)).await {
            Ok(answer) => return answer,
            Err(_) => wait = wait.saturating_mul(2),
        }
    }
}

async fn answered<T>(
    socket: &UdpSocket,
    read: &impl Fn(&[u8]) -> Option<T>,
    stray: &mut usize,
) -> io::Result<Option<T>> {
    let mut buffer = vec![0; MAX_ANSWER];
    while *stray < MAX_STRAY {
        let length = socket.recv(&mut buffer).await?;
        if let Some(answer) = read(&buffer[..length]) {
            return Ok(Some(answer));
        }
        *stray += 1;
    }
    Ok(None)
}
