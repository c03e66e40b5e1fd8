//! `udp://`: a datagram, and its answer. Silence is a failure: over UDP, a port that is open
//! and says nothing looks like one behind a firewall.

use crate::core::judge::expect::charset::plain_text;
use crate::model::detail::BannerDetail;
use crate::model::observation::Reason;
use crate::model::target::UdpProbe;

use super::attempt::Context;
use super::connect::Peer;
use super::datagram;
use super::fault::Fault;
use super::tcp::end_of;
use super::trace::{Stage, Trace};

/// Sends, and compares the first answer with what is expected.
pub(super) async fn probe(
    cx: &Context<'_>,
    udp: &UdpProbe,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let peer = Peer { host: &udp.host, port: udp.port, is_proxy: false };
    let whole = |bytes: &[u8]| Some(bytes.to_vec());
    let answer = datagram::ask(cx, peer, &udp.send.0, whole, (Stage::Answer, trace)).await?;
    trace.banner = answer.unwrap_or_default();
    let Some(expect) = &udp.expect else { return Ok(()) };
    if end_of(cx, expect, trace).await?.is_some() {
        return Ok(());
    }
    let (said, expected) = (cx.excerpt(&plain_text(&trace.banner)), expect.to_string());
    Err(Fault::theirs(Reason::Banner, BannerDetail::Other { said, expected }))
}
