//! How far an attempt has come, and how long each phase took. It is kept outside of the
//! attempt's future, so that it survives a timeout.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::model::detail::{BannerDetail, CertificateOwner, ConnectionDetail, OwnDetail, Span};
use crate::model::measured::Whereabouts;
use crate::model::observation::Reason;

use super::Phases;
use super::certificate::Life;
use super::fault::Fault;

/// What an attempt is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Waiting for a turn to look a name up.
    Queue,
    /// Looking a name up.
    Lookup,
    /// Connecting to this address, and to others if it does not answer.
    Connect(SocketAddr),
    /// Waiting for a proxy to connect us.
    Proxy,
    /// Shaking hands over TLS.
    Tls,
    /// Waiting for an answer to begin.
    FirstByte,
    /// Waiting for it to end.
    Rest,
    /// Waiting for memory or a processor that other probes use.
    Turn,
    /// Searching the body.
    Work,
    /// Waiting for a banner, or for the next answer of a dialogue.
    Banner,
    /// Waiting for the answer to a question in one piece.
    Answer,
}

/// A certificate that was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// From when until when it is valid.
    pub(super) life: Life,
    /// Whose it is, if not the own one of the host that is probed.
    pub(super) whose: Option<CertificateOwner>,
}

/// What has been learnt in an attempt so far.
#[derive(Debug)]
pub(super) struct Trace {
    began: Instant,
    stage: Stage,
    stage_began: Instant,
    phases: Phases,
    /// How long it waited for our own resources, which is not the target's latency.
    waited: Duration,
    /// The status of the latest answer.
    pub(super) http_status: Option<u16>,
    /// Where the target was looked for.
    pub(super) whereabouts: Whereabouts,
    /// When the first of all certificates that were needed ends.
    pub(super) cert_expires_at: Option<DateTime<Utc>>,
    /// The certificates that end first, of each server that was met.
    pub(super) certificates: Vec<Seen>,
    /// What has been read of a banner, or of the next answer of a dialogue.
    pub(super) banner: Vec<u8>,
    /// Which answer of a dialogue is waited for, from 1 on; none where there is one at most.
    pub(super) number: Option<u64>,
}

impl Trace {
    /// An attempt that begins now.
    pub(super) fn begin() -> Self {
        let began = Instant::now();
        Self {
            began,
            stage: Stage::Queue,
            stage_began: began,
            phases: Phases::default(),
            waited: Duration::ZERO,
            http_status: None,
            whereabouts: Whereabouts::default(),
            cert_expires_at: None,
            certificates: Vec::new(),
            banner: Vec::new(),
            number: None,
        }
    }

    /// Ends the present stage, and begins `next`.
    pub(super) fn enter(&mut self, next: Stage) {
        let took = self.stage_began.elapsed();
        self.enter_counting(next, took);
    }

    /// Ends the present stage, of which only so much counts, and begins `next`.
    pub(super) fn enter_counting(&mut self, next: Stage, counted: Duration) {
        let now = Instant::now();
        let took = now - self.stage_began;
        let counted = counted.min(took);
        let phase = match self.stage {
            Stage::Lookup => Some(&mut self.phases.dns),
            Stage::Connect(_) | Stage::Proxy => Some(&mut self.phases.connect),
            Stage::Tls => Some(&mut self.phases.tls),
            Stage::FirstByte | Stage::Banner | Stage::Answer => Some(&mut self.phases.first_byte),
            Stage::Rest => None,
            Stage::Queue | Stage::Turn | Stage::Work => {
                self.waited += counted;
                None
            }
        };
        self.waited += took.saturating_sub(counted);
        // A redirect goes through the same phase again: its parts add up.
        if let Some(phase) = phase {
            *phase = Some(phase.unwrap_or_default() + counted);
        }
        self.stage = next;
        self.stage_began = now;
    }

    /// Notes the certificate of a server that ends first of those it needs. Over
    /// redirects there are several servers, and the target needs them all.
    pub(super) fn saw_certificate(&mut self, seen: Seen) {
        self.cert_expires_at = self.cert_expires_at.into_iter().chain([seen.life.ends]).min();
        self.certificates.push(seen);
    }

    /// The phases, at the end of the attempt, which `waited` for its turns besides.
    pub(super) fn finish(&mut self, waited: Duration) -> Phases {
        self.enter(Stage::Rest);
        let waited = self.waited + waited;
        Phases { total: (self.stage_began - self.began).saturating_sub(waited), ..self.phases }
    }

    /// The fault if the time is up. `quoted` is the banner so far.
    pub(super) fn timed_out(
        &self,
        timeout: Duration,
        quoted: impl FnOnce(&[u8]) -> String,
    ) -> Fault {
        use ConnectionDetail as Late;
        let within = timeout.into();
        let late = |detail| Fault::theirs(Reason::Timeout, detail);
        match self.stage {
            Stage::Queue => Fault::ours(OwnDetail::TooManyLookups { within }),
            Stage::Lookup => Fault::theirs(Reason::Dns, Late::NotResolvedWithin { within }),
            Stage::Connect(address) => late(Late::NoConnectionWithin { within, address }),
            Stage::Proxy => late(Late::NoProxyWithin { within }),
            Stage::Tls => late(Late::NoHandshakeWithin { within }),
            Stage::FirstByte => late(Late::NoFirstByteWithin { within }),
            Stage::Rest => late(Late::IncompleteWithin { within }),
            Stage::Turn => Fault::ours(OwnDetail::TooManyBodies { within }),
            Stage::Work => Fault::ours(OwnDetail::BodyUnread { within }),
            Stage::Answer => late(Late::NoAnswerWithin { within }),
            Stage::Banner => self.unsaid(within, quoted),
        }
    }

    /// The fault if what was to be said was not said `within` this time.
    fn unsaid(&self, within: Span, quoted: impl FnOnce(&[u8]) -> String) -> Fault {
        let said = (!self.banner.is_empty()).then(|| quoted(&self.banner));
        let detail = match (said, self.number) {
            (None, None) => BannerDetail::NoneWithin { within },
            (None, Some(number)) => BannerDetail::NoAnswerWithin { within, number },
            (Some(said), None) => BannerDetail::OnlyWithin { within, said },
            (Some(said), Some(number)) => BannerDetail::OnlyAnswerWithin { within, number, said },
        };
        let reason = if self.banner.is_empty() { Reason::Timeout } else { Reason::Banner };
        Fault::theirs(reason, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::observation::Failure;

    #[tokio::test(start_paused = true)]
    async fn of_a_stage_only_so_much_may_count() {
        let mut trace = Trace::begin();
        trace.enter(Stage::Answer);
        tokio::time::advance(Duration::from_secs(5)).await;
        trace.enter_counting(Stage::Rest, Duration::from_secs(1));
        let phases = trace.finish(Duration::ZERO);
        let second = Duration::from_secs(1);
        assert_eq!((phases.first_byte, phases.total), (Some(second), second));
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_a_turn_to_look_up_is_no_latency() {
        let mut trace = Trace::begin();
        tokio::time::advance(Duration::from_secs(3)).await;
        trace.enter(Stage::Lookup);
        tokio::time::advance(Duration::from_secs(1)).await;
        let phases = trace.finish(Duration::ZERO);
        assert_eq!((phases.dns, phases.total), (Some(phases.total), Duration::from_secs(1)));
    }

    #[test]
    fn readme_shows_what_is_said_of_a_home_without_power() {
        let mut trace = Trace::begin();
        trace.enter(Stage::Connect(([203, 0, 113, 7], 443).into()));
        let fault = trace.timed_out(Duration::from_secs(10), |_| String::new());
        let Fault::Theirs(Failure { detail, .. }) = fault else { panic!() };
        let shown = include_str!("../../README.md").matches(&format!(": {detail}\n")).count();
        assert_eq!(shown, 2, "README lacks: {detail}");
    }
}
