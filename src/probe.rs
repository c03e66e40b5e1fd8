//! The probe room: an [`Endpoint`] goes in, a [`Report`] comes out.
//!
//! A probe never returns an error. If the target is at fault, it is a failure with
//! its reason; if we are, it is inconclusive. Connections are driven by hand and
//! always fresh, so that every phase is measured and every error keeps its type.
//! This room knows no status, no threshold and no channel.

mod aside;
mod attempt;
mod certificate;
mod connect;
mod datagram;
mod descriptors;
mod dns;
mod fair;
mod fault;
mod http;
mod icmp;
mod line;
mod metered;
mod names;
mod pace;
mod quoting;
mod room;
mod ssh;
mod stalls;
mod tcp;
#[cfg(test)]
mod test_context;
mod tls;
mod trace;
mod udp;
mod waits;
mod warnings;

use std::panic::AssertUnwindSafe;

use chrono::{DateTime, Utc};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::model::detail::OwnDetail;
use crate::model::measured::{Measured, Whereabouts};
use crate::model::names::TargetName;
use crate::model::observation::Outcome;
use crate::model::off_limits::OffLimits;
use crate::model::target::Endpoint;

use aside::Aside;
use attempt::{Context, Earlier};
use fair::{ComputingShare, Turns};
use names::Names;
use pace::{Costs, Pace};
use room::Room;
use stalls::Stalls;
use tls::TlsSetups;

pub use crate::model::measured::Phases;
pub use line::ProbeLine;

/// Probes endpoints. It holds what is built once for all rounds.
#[derive(Debug)]
pub struct Prober {
    tls: TlsSetups,
    clock: Clock,
    costs: Costs,
    /// The most probes at once, so that there are enough descriptors.
    max_running: usize,
    off_limits: OffLimits,
    /// The memory that bodies may take.
    room: Room,
    /// The threads that search bodies.
    aside: Aside,
}

/// What one probe found out.
#[derive(Debug, Clone)]
pub struct Report {
    /// Whether it works.
    pub outcome: Outcome,
    /// How many attempts it took.
    pub attempts: u32,
    /// How long the last attempt took.
    pub phases: Phases,
    /// The status of the last HTTP answer.
    pub http_status: Option<u16>,
    /// When the first of all certificates that were needed ends.
    pub cert_expires_at: Option<DateTime<Utc>>,
    /// Where the target was looked for in the last attempt.
    pub whereabouts: Whereabouts,
}

/// Why targets cannot be probed as configured.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A certificate in `tls.ca` is not one.
    #[error("the CA certificate of target `{target}` cannot be used: {}", tls::unusable(source))]
    Roots {
        /// The target with these settings.
        target: TargetName,
        /// What is wrong.
        source: rustls::Error,
    },
    /// The client's certificate and its key are not a pair, or not supported.
    #[error(
        "the client certificate of target `{target}` cannot be used: {}",
        tls::unusable(source)
    )]
    ClientCertificate {
        /// The target with these settings.
        target: TargetName,
        /// What is wrong.
        source: rustls::Error,
    },
}

/// What probes endpoints: a [`Prober`], or a simulation's replacement.
#[expect(async_fn_in_trait, reason = "used with static types on one thread, never as dyn")]
pub trait ProbeOnce {
    /// Probes all endpoints, as [`Prober::round`] says.
    async fn round(
        &self,
        endpoints: &[&Endpoint],
        deadline: Option<Instant>,
        done: impl FnMut(usize, &Report),
    ) -> Vec<Report>;
}

impl ProbeOnce for Prober {
    async fn round(
        &self,
        endpoints: &[&Endpoint],
        deadline: Option<Instant>,
        done: impl FnMut(usize, &Report),
    ) -> Vec<Report> {
        Self::round(self, endpoints, deadline, done).await
    }
}

impl Prober {
    /// Builds what the probes of these targets need, once for all rounds. It connects to
    /// nothing that is `off_limits`, also not through names, redirects or proxies.
    /// Raises the process's limit of open files as far as it may be raised.
    ///
    /// # Errors
    ///
    /// A target's certificates or key cannot be used; the error names the target.
    pub fn new<'a>(
        targets: impl IntoIterator<Item = (&'a TargetName, &'a Endpoint)>,
        off_limits: OffLimits,
        clock: Clock,
    ) -> Result<Self, SetupError> {
        let targets: Vec<_> = targets.into_iter().collect();
        let room = Room::new(targets.len());
        let tls = TlsSetups::new(targets)?;
        let (max_running, aside) = (descriptors::max_connections(), Aside::new());
        let costs = Costs::new();
        Ok(Self { tls, clock, costs, max_running, off_limits, room, aside })
    }

    /// Probes all endpoints, and returns their reports in the same order.
    ///
    /// Calls `done` with each report and its index as the probe finishes. A probe
    /// that has not finished at the `deadline` is inconclusive, unless one of its
    /// attempts has failed by then: otherwise a target that hangs so long that
    /// there is no time for a second attempt would never be down. A target that
    /// hangs, floods or causes a panic harms no other. A probe begins when the
    /// processor is free for it; before that, neither its latency nor its timeout
    /// counts.
    pub async fn round(
        &self,
        endpoints: &[&Endpoint],
        deadline: Option<Instant>,
        mut done: impl FnMut(usize, &Report),
    ) -> Vec<Report> {
        let names = Names::new();
        let (stalls, turns) = (Stalls::new(), Turns::new());
        let mut pace = Pace::new(&self.costs);
        let earlier: Vec<Earlier> = endpoints.iter().map(|_| Earlier::default()).collect();
        let mut reports: Vec<Option<Report>> = endpoints.iter().map(|_| None).collect();
        let mut waiting = endpoints.iter().enumerate();
        let mut running = FuturesUnordered::new();
        let mut time_is_up = std::pin::pin!(sleep_until(deadline));
        while waiting.len() > 0 || !running.is_empty() {
            tokio::select! {
                biased;
                () = &mut time_is_up => break,
                () = stalls.beat() => {}
                Some((index, report)) = running.next() => {
                    done(index, &report);
                    reports[index] = Some(report);
                }
                () = pace.turn(), if waiting.len() > 0 && running.len() < self.max_running => {
                    running.extend(waiting.next().map(|(index, endpoint)| {
                        pace.begins(endpoint.protocol.has_handshake());
                        let shared = Shared { names: &names, stalls: &stalls, turns: &turns };
                        let probe = self.probe(endpoint, shared, &earlier[index]);
                        probe.map(move |report| (index, report))
                    }));
                }
            }
        }
        drop(running);
        for (index, (report, earlier)) in reports.iter_mut().zip(earlier).enumerate() {
            if report.is_none() {
                done(index, report.insert(earlier.failure().unwrap_or_else(Report::unfinished)));
            }
        }
        reports.into_iter().flatten().collect()
    }

    /// Probes one endpoint; there is always a report.
    async fn probe(&self, endpoint: &Endpoint, shared: Shared<'_>, earlier: &Earlier) -> Report {
        let (tls, clock) = (&self.tls, &self.clock);
        let Shared { names, stalls, turns } = shared;
        let (room, aside) = (&self.room, &self.aside);
        let off_limits = &self.off_limits;
        // A handshake costs ten times as much as all the rest.
        let with_tls = endpoint.protocol.has_handshake();
        let share = &ComputingShare::new(with_tls, self.costs.allowance(with_tls), turns);
        let cx = Context {
            endpoint,
            names,
            stalls,
            tls,
            clock,
            off_limits,
            earlier,
            room,
            aside,
            share,
        };
        let report = AssertUnwindSafe(attempt::probe(&cx)).catch_unwind().await;
        let panicked = |_| Report::inconclusive(OwnDetail::Panicked {});
        let report = report.unwrap_or_else(panicked);
        // What failed may have cost nothing, or all that a hostile server could make it cost.
        if matches!(report.outcome, Outcome::Success { .. }) {
            self.costs.learn(with_tls, share.used());
        }
        report
    }
}

/// What all probes of a round share.
#[derive(Clone, Copy)]
struct Shared<'a> {
    names: &'a Names,
    stalls: &'a Stalls,
    turns: &'a Turns,
}

impl Report {
    /// What it measured.
    #[must_use]
    pub fn measured(&self) -> Measured {
        Measured {
            phases: self.phases,
            cert_expires_at: self.cert_expires_at,
            whereabouts: self.whereabouts.clone(),
        }
    }

    fn unfinished() -> Self {
        Self::inconclusive(OwnDetail::RoundOver {})
    }

    fn inconclusive(why: OwnDetail) -> Self {
        let (outcome, phases) = (Outcome::inconclusive(why), Phases::default());
        Self {
            outcome,
            attempts: 0,
            phases,
            http_status: None,
            cert_expires_at: None,
            whereabouts: Whereabouts::default(),
        }
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
