//! What all parts of an engine share: the configuration, the store, the clock,
//! and where the prober runs.

use chrono::{DateTime, Utc};

use super::recorder::Recorder;
use url::Url;

use crate::clock::Clock;
use crate::core::announce::Context;
use crate::message::Voice;
use crate::model::names::TargetName;
use crate::model::observation::{Observation, Vantage};
use crate::model::record::{ProberWrite, Records};
use crate::model::record_key::RecordKey;
use crate::model::self_check::SelfCheck;
use crate::model::target::{self, Config, Target, Targets};
use crate::store::retry::{RACE, retry_prober};
use crate::store::{Store, StoreError};

/// What all parts of an engine share.
pub struct Site<S> {
    /// What is watched, and whom to tell.
    pub config: Config,
    /// Where states live.
    pub store: S,
    /// What time it is.
    pub clock: Clock,
    /// Where we are.
    pub vantage: Vantage,
    /// For the self-check and the watchdog.
    pub http: reqwest::Client,
    /// What keeps a trace of what is seen, if somebody asked for one.
    pub recorder: Option<Box<dyn Recorder>>,
}

/// The targets of one pass: the configured ones, and the discovered ones.
pub(super) struct Roster<'a> {
    configured: &'a [Target],
    discovered: Vec<Target>,
}

impl Roster<'_> {
    /// All of them, by name.
    pub(super) fn targets(&self) -> Targets<'_> {
        target::and_discovered(self.configured, &self.discovered)
    }
}

impl<S> Site<S> {
    /// The targets that are configured, and those among `names` that need no
    /// configuration.
    pub(super) fn roster<'a>(&self, names: impl Iterator<Item = &'a TargetName>) -> Roster<'_> {
        let discovered = names.filter_map(|name| self.config.discovered.target(name));
        Roster { configured: &self.config.targets, discovered: discovered.collect() }
    }

    /// What decisions are made of now.
    pub(super) fn context<'a>(&'a self, targets: &'a Targets<'a>) -> Context<'a> {
        Context::configured(&self.config, targets, self.clock.now())
    }

    /// How everything is said that is said of the instant `now`.
    pub(super) fn voice(&self, now: DateTime<Utc>) -> Voice<'_> {
        let Self { config, vantage, .. } = self;
        let page = config.page.url.as_ref().map(Url::as_str);
        Voice { language: config.language, zone: config.timezone, vantage, page, now }
    }

    /// Records what was probed, if there is a recorder. It leaves out what follows
    /// from silence: a replay works that out itself.
    pub(super) fn keep_trace(
        &self,
        targets: &Targets<'_>,
        observations: &[Observation],
        self_check: SelfCheck,
        at: DateTime<Utc>,
    ) {
        let Some(recorder) = &self.recorder else { return };
        recorder.record(at, &probed(targets, observations), self_check);
    }
}

/// Those of `observations` that are probes. The others are what follows from silence.
pub(super) fn probed<'a>(
    targets: &Targets<'_>,
    observations: &'a [Observation],
) -> Vec<&'a Observation> {
    let is_probed = |name| targets.get(name).is_some_and(|target| target.endpoint().is_some());
    observations.iter().filter(|seen| is_probed(&seen.target)).collect()
}

impl<S: Store> Site<S> {
    /// Writes `change`, which is of the prober's own record, however often
    /// others write first.
    pub(super) async fn change_own_record(
        &self,
        records: &mut Records,
        change: &mut impl FnMut(&Records) -> Option<ProberWrite>,
    ) -> Result<(), StoreError> {
        let reload = async || self.load().await;
        let stored = retry_prober(&self.store, RACE, records, reload, change).await;
        let own = RecordKey::prober(&self.vantage).name();
        let problem = || format!("other processes kept writing the record of {own}");
        stored.map_err(|error| error.or_busy(problem()))
    }
}
