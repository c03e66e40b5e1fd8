//! Whether the prober itself could see, as the trace says: the same decisions
//! as a tick makes, and the same record of the prober's own.

use chrono::{DateTime, Utc};

use super::pass::World;
use crate::core::judge::self_check;
use crate::message::Notice;
use crate::model::names::ChannelName;
use crate::model::observation::Observation;
use crate::model::prober_state::{Gap, ProberState};
use crate::model::target::Targets;

impl World<'_> {
    /// Takes out of `observations` what a blind prober only believed to see,
    /// and remembers the time in which nobody looked. Whether it was blind.
    pub(super) fn look(
        &mut self,
        targets: &Targets<'_>,
        observations: &mut [Observation],
        self_check_failed: bool,
        now: DateTime<Utc>,
    ) -> bool {
        let asked = !self.config.self_check.is_empty() && self_check_failed;
        let blind = asked && self_check::in_doubt(targets, observations);
        if blind {
            self_check::forget_unseen(targets, observations);
        }
        if blind || self_check::has_seen(targets, observations) {
            let missed = self_check::missed_since(targets, &self.records, now);
            self.change_prober_state(|own| own.after(now, blind, missed));
        }
        blind
    }

    /// What `channel` has not heard of yet.
    pub(super) fn unheard(&self, channel: &ChannelName) -> Vec<Notice> {
        let notices = self.untold().iter().map(|gap| Notice::NoView(gap.clone()));
        let key = |notice: &Notice| (channel.clone(), notice.identity());
        notices.filter(|notice| !self.heard.contains(&key(notice))).collect()
    }

    /// Forgets what every channel knows of.
    pub(super) fn forget_told(&mut self) {
        let mut channels = self.config.channels.iter().map(|channel| &channel.name);
        if !self.untold().is_empty() && channels.all(|channel| self.unheard(channel).is_empty()) {
            let told = self.untold().to_vec();
            self.change_prober_state(|own| own.without(&told));
        }
    }

    fn untold(&self) -> &[Gap] {
        self.records.probers.get(&self.vantage).map_or(&[], |record| &record.state.untold)
    }

    fn change_prober_state(&mut self, change: impl Fn(&ProberState) -> ProberState) {
        let own = self.records.probers.entry(self.vantage.clone()).or_default();
        own.state = change(&own.state);
    }
}
