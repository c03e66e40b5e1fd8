//! `tcp://`: a connection, and what is said over it first.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::core::judge::expect::charset::plain_text;
use crate::model::expect::BannerExpect;
use crate::model::observation::Reason;
use crate::model::target::TcpProbe;

use super::attempt::Context;
use super::connect::{Peer, connect};
use super::fault::{Fault, broken};
use super::trace::{Stage, Trace};

/// Bytes of banner that are read at most.
const MAX_BANNER: usize = 16 * 1024;

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
        sent.map_err(|error| broken(&error, &tcp.host))?;
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
    trace.enter(Stage::Banner);
    while trace.banner.len() < MAX_BANNER {
        let read = stream.read_buf(&mut trace.banner).await;
        let ended = read.map_err(|error| broken(&error, host))? == 0;
        let text = plain_text(&trace.banner);
        if expect.banner.is_match(&text) {
            return Ok(());
        }
        if ended && text.is_empty() {
            let detail = format!("{host} closed the connection without a banner");
            return Err(Fault::theirs(Reason::Banner, detail));
        }
        if ended {
            break;
        }
    }
    let said = cx.excerpt(&plain_text(&trace.banner));
    let detail = format!("it said `{said}`, which does not match `{}`", expect.banner);
    Err(Fault::theirs(Reason::Banner, detail))
}
