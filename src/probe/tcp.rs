//! `tcp://`: a connection, and what is said over it first.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::core::judge::expect::charset::plain_text;
use crate::model::detail::BannerDetail;
use crate::model::expect::BannerExpect;
use crate::model::observation::Reason;
use crate::model::pattern::Pattern;
use crate::model::target::TcpProbe;

use super::aside::Cost;
use super::attempt::Context;
use super::connect::{Peer, connect};
use super::fault::{Fault, broken};
use super::trace::{Stage, Trace};

/// Bytes of banner that are read at most.
const MAX_BANNER: usize = 16 * 1024;
/// Bytes that are looked through as soon as there are more of them, those before each
/// time again. After that, only when nothing is said for a while.
const MAX_LOOKED_AT: usize = 2 * 1024;
/// For how long.
const PAUSE: Duration = Duration::from_millis(100);
/// Bytes of banner that are looked through at once: the worst patterns take
/// microseconds a byte.
const QUICK: usize = 2 * 1024;

/// Connects, sends what is to be sent, and waits for the banner, if any.
pub(super) async fn probe(
    cx: &Context<'_>,
    tcp: &TcpProbe,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let peer = Peer { host: &tcp.host, port: tcp.port, is_proxy: false };
    let mut stream = connect(cx, peer, trace).await?;
    if let Some(send) = &tcp.send {
        let sent = stream.write_all(send.expose().as_bytes()).await;
        sent.map_err(|error| broken(&error, tcp.host.as_str()))?;
    }
    match &tcp.expect {
        Some(expect) => await_banner(cx, stream, &tcp.host, expect, trace).await,
        None => Ok(()),
    }
}

/// Reads until the banner matches, the peer is done, or it has said too much.
/// The time is limited by the attempt's own.
async fn await_banner(
    cx: &Context<'_>,
    mut stream: TcpStream,
    host: &str,
    expect: &BannerExpect,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let mut looks_left = MAX_LOOKED_AT;
    loop {
        trace.enter(Stage::Banner);
        let ended = heard(&mut stream, looks_left > 0, &mut trace.banner).await;
        let ended = ended.map_err(|error| broken(&error, host))?;
        looks_left = looks_left.saturating_sub(trace.banner.len());
        if is_match(cx, &expect.banner, trace).await? {
            return Ok(());
        }
        if ended && trace.banner.is_empty() {
            let detail = BannerDetail::ClosedWithout { host: host.to_owned() };
            return Err(Fault::theirs(Reason::Banner, detail));
        }
        if ended || trace.banner.len() >= MAX_BANNER {
            break;
        }
    }
    let said = cx.excerpt(&plain_text(&trace.banner));
    let detail = BannerDetail::Other { said, expected: expect.banner.to_string() };
    Err(Fault::theirs(Reason::Banner, detail))
}

/// Reads what is said next, and unless it is to be looked at `at_once`, all that
/// is said until there is a pause. Whether that was all.
async fn heard(stream: &mut TcpStream, at_once: bool, banner: &mut Vec<u8>) -> io::Result<bool> {
    loop {
        if stream.read_buf(banner).await? == 0 {
            return Ok(true);
        }
        let goes_on = !at_once && timeout(PAUSE, stream.readable()).await.is_ok();
        if !goes_on || banner.len() >= MAX_BANNER {
            return Ok(false);
        }
    }
}

/// Whether the banner so far is what is expected. A long one is looked through on
/// another thread.
async fn is_match(cx: &Context<'_>, pattern: &Pattern, trace: &mut Trace) -> Result<bool, Fault> {
    let text = plain_text(&trace.banner);
    if text.len() <= QUICK {
        return Ok(pattern.is_match(&text));
    }
    let (pattern, text) = (pattern.clone(), text.into_owned());
    let search = Cost::Search(text.len());
    cx.aside.run(search, move || pattern.is_match(&text), trace).await
}
