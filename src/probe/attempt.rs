//! One probe: its attempts, each with the target's timeout, and their result.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::Clock;
use crate::core::judge::expect::charset::plain_text;
use crate::core::judge::latency;
use crate::model::detail::{AnswerDetail, OwnDetail};
use crate::model::observation::{Failure, Outcome, Reason};
use crate::model::off_limits::OffLimits;
use crate::model::target::{Endpoint, Protocol};

use super::aside::Aside;
use super::connect::{Peer, Role, connect};
use super::fair::ComputingShare;
use super::fault::Fault;
use super::names::Names;
use super::room::Room;
use super::stalls::Stalls;
use super::tls::TlsSetups;
use super::trace::Trace;
use super::{Report, dns, http, icmp, quoting, ssh, tcp, udp, warnings};

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_secs(1);

/// What an attempt may use.
pub(super) struct Context<'a> {
    /// What is probed.
    pub(super) endpoint: &'a Endpoint,
    /// The names that this round has resolved.
    pub(super) names: &'a Names,
    /// When this round did not get the processor.
    pub(super) stalls: &'a Stalls,
    /// How TLS is spoken.
    pub(super) tls: &'a TlsSetups,
    /// The clock.
    pub(super) clock: &'a Clock,
    /// The addresses that no connection may reach.
    pub(super) off_limits: &'a OffLimits,
    /// The result of the earlier attempts, in case this one does not finish in
    /// time.
    pub(super) earlier: &'a Earlier,
    /// The memory that bodies may take.
    pub(super) room: &'a Room,
    /// The threads on which bodies are looked through.
    pub(super) aside: &'a Aside,
    /// What it has used of the processor.
    pub(super) share: &'a ComputingShare<'a>,
}

/// A report of attempts, if there were any.
#[derive(Default)]
pub(super) struct Earlier(Mutex<Option<Report>>);

impl Earlier {
    fn is(&self, report: &Report) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(report.clone());
    }

    /// The failure that was observed: it counts although there was no time for
    /// another attempt.
    pub(super) fn failure(self) -> Option<Report> {
        let report = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        report.filter(|report| matches!(report.outcome, Outcome::Failure(_)))
    }
}

impl Context<'_> {
    /// The beginning of something the far side sent, fit to be shown.
    pub(super) fn excerpt(&self, text: &str) -> String {
        quoting::excerpt(text, self.endpoint)
    }

    /// The host that is probed.
    pub(super) fn host(&self) -> &str {
        address(&self.endpoint.protocol).0
    }

    /// Whether the target takes any certificate.
    pub(super) fn is_insecure(&self) -> bool {
        self.endpoint.protocol.tls().is_some_and(|settings| settings.insecure)
    }
}

/// Tries until an attempt succeeds or there are no more.
pub(super) async fn probe(cx: &Context<'_>) -> Report {
    let mut report = attempt(cx, 1).await;
    for number in 2..=cx.endpoint.attempts.get() {
        if matches!(report.outcome, Outcome::Success { .. }) {
            break;
        }
        cx.earlier.is(&report);
        tokio::time::sleep(PAUSE).await;
        report = combined(report, attempt(cx, number).await);
    }
    report
}

/// The later attempt counts, unless it is inconclusive and the earlier one failed.
fn combined(earlier: Report, later: Report) -> Report {
    match (&earlier.outcome, &later.outcome) {
        (Outcome::Failure(_), Outcome::Inconclusive { .. }) => {
            Report { attempts: later.attempts, ..earlier }
        }
        (_, Outcome::Success { .. } | Outcome::Failure(_) | Outcome::Inconclusive { .. }) => later,
    }
}

async fn attempt(cx: &Context<'_>, attempts: u32) -> Report {
    let mut trace = Trace::begin();
    let (began, timeout) = (Instant::now(), cx.endpoint.timeout);
    let (deadline, waited) = (began.checked_add(timeout), cx.share.used().waited);
    let result =
        match tokio::time::timeout(timeout, cx.share.run(speak(cx, deadline, &mut trace))).await {
            Ok(result) => result,
            Err(_) => Err(too_late(cx, began, &trace)),
        };
    let waited = cx.share.used().waited.saturating_sub(waited);
    let phases = trace.finish(waited);
    let result = if cx.endpoint.unreachable { inverted(cx.endpoint, result) } else { result };
    let too_slow = || latency::too_slow(phases.total, cx.endpoint.latency_under);
    let result = result.and_then(|()| too_slow().map_or(Ok(()), |failure| Err(failure.into())));
    let outcome = match result {
        Ok(()) => warnings::judge(cx, &phases, &trace.certificates),
        Err(Fault::Theirs(Failure { reason, detail })) => {
            Outcome::failure(reason, quoting::detail(detail, cx.endpoint))
        }
        Err(Fault::Ours(why)) => Outcome::inconclusive(quoting::detail(why, cx.endpoint)),
    };
    let (http_status, cert_expires_at) = (trace.http_status, trace.cert_expires_at);
    let whereabouts = trace.whereabouts;
    Report { outcome, attempts, phases, http_status, cert_expires_at, whereabouts }
}

/// The fault if the time is up: none of the target's if we did not get the processor. Who
/// made us compute for longer than others is not excused by many short waits: they may be for
/// its own work.
fn too_late(cx: &Context<'_>, began: Instant, trace: &Trace) -> Fault {
    let timeout = cx.endpoint.timeout;
    let waited = || cx.stalls.waited(began, timeout).filter(|_| !cx.share.is_used_up());
    if let Some(lost) = cx.stalls.lost(began, timeout).or_else(waited) {
        let (within, lost) = (timeout.into(), lost.into());
        return Fault::ours(OwnDetail::NoProcessor { within, lost });
    }
    trace.timed_out(timeout, |banner| cx.excerpt(&plain_text(banner)))
}

/// Makes the attempt by the target's protocol.
async fn speak(
    cx: &Context<'_>,
    deadline: Option<Instant>,
    trace: &mut Trace,
) -> Result<(), Fault> {
    if cx.endpoint.unreachable {
        let (host, port) = address(&cx.endpoint.protocol);
        return connect(cx, Peer { host, port, role: Role::Target }, trace).await.map(drop);
    }
    match &cx.endpoint.protocol {
        Protocol::Http(http) => http::probe(cx, http, deadline, trace).await,
        Protocol::Tcp(tcp) => tcp::probe(cx, tcp, trace).await,
        Protocol::Udp(udp) => udp::probe(cx, udp, trace).await,
        Protocol::Dns(dns) => dns::probe(cx, dns, trace).await,
        Protocol::Icmp(icmp) => icmp::probe(cx, icmp, trace).await,
        Protocol::WebSocket(ws) => http::websocket::probe(cx, ws, trace).await,
        Protocol::Ssh(ssh) => ssh::probe(cx, ssh, trace).await,
        Protocol::Grpc(grpc) => http::grpc::probe(cx, grpc, trace).await,
    }
}

/// The host and port that an endpoint is about; 0 where it has none.
pub(super) fn address(protocol: &Protocol) -> (&str, u16) {
    match protocol {
        Protocol::Http(http) => http::authority(&http.url),
        Protocol::Tcp(tcp) => (&tcp.host, tcp.port),
        Protocol::Udp(udp) => (&udp.host, udp.port),
        Protocol::Dns(dns) => (&dns.host, dns.port),
        Protocol::Icmp(icmp) => (&icmp.host, 0),
        Protocol::WebSocket(ws) => http::authority(&ws.url),
        Protocol::Ssh(ssh) => (&ssh.host, ssh.port),
        Protocol::Grpc(grpc) => http::authority(&grpc.url),
    }
}

/// For a port that must not answer: an answer is a failure, no answer is the success,
/// and an unknown name is inconclusive.
fn inverted(endpoint: &Endpoint, result: Result<(), Fault>) -> Result<(), Fault> {
    let (host, port) = address(&endpoint.protocol);
    match result {
        Ok(()) => {
            let detail = AnswerDetail::Open { host: host.to_owned(), port };
            Err(detail.failure(Reason::Reachable).into())
        }
        Err(Fault::Theirs(Failure {
            reason: Reason::Refused | Reason::Unreachable | Reason::Timeout,
            ..
        })) => Ok(()),
        Err(Fault::Theirs(Failure { detail, .. }) | Fault::Ours(detail)) => {
            Err(Fault::Ours(detail))
        }
    }
}
