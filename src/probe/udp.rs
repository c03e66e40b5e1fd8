//! `udp://`: a datagram, and its answer. Silence is a failure: over UDP, a port that is open
//! and says nothing looks like one behind a firewall.

use crate::core::judge::expect::charset::plain_text;
use crate::model::detail::{BannerDetail, OwnDetail};
use crate::model::observation::Reason;
use crate::model::target::UdpProbe;

use super::attempt::Context;
use super::connect::{Peer, Role};
use super::datagram;
use super::fault::Fault;
use super::tcp::{Heard, outcome};
use super::trace::{Stage, Trace};

/// Sends, and compares the first answer with what is expected.
pub(super) async fn probe(
    cx: &Context<'_>,
    udp: &UdpProbe,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let peer = Peer { host: &udp.host, port: udp.port, role: Role::Target };
    let whole = |bytes: &[u8]| Some(bytes.to_vec());
    let answer = datagram::ask(cx, peer, &udp.send.bytes, whole, (Stage::Answer, trace)).await?;
    // Whatever comes is an answer, so that there is one.
    trace.banner = answer.ok_or_else(|| Fault::ours(OwnDetail::NotSetUp {}))?;
    let Some(expect) = &udp.expect else { return Ok(()) };
    if let Heard::Accepted(_) = outcome(cx, expect, trace).await? {
        return Ok(());
    }
    let (said, expected) = (cx.excerpt(&plain_text(&trace.banner)), expect.to_string());
    Err(Fault::theirs(Reason::Banner, BannerDetail::Other { said, expected }))
}
