//! The book: every state that is stored and every message that is accepted is
//! entered here, and checked against the invariants as it is.

mod evidence;
mod heard;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use prober::model::names::{ChannelName, TargetName};
use prober::model::observation::{Outcome, Vantage};
use prober::model::prober_state::ProberState;
use prober::model::state::State;

pub(super) use heard::{Heard, Kind};

/// Who must be told of as soon as it is down: `photos` is silent while the
/// router fails.
const SILENCED: &str = "photos";

/// What is known of all incidents, by target and start.
#[derive(Default)]
pub(super) struct Book {
    /// What each target's probes have ever seen, and not been judged yet.
    seen: BTreeMap<TargetName, Seen>,
    incidents: BTreeMap<(TargetName, DateTime<Utc>), Incident>,
    /// The incident that each detail is of.
    details: BTreeMap<String, (TargetName, DateTime<Utc>)>,
    warned: BTreeMap<(ChannelName, TargetName), Warned>,
    /// What the prober said of itself, and may say again.
    of_itself: BTreeMap<(ChannelName, Option<String>), Announced>,
    pub(super) messages: u64,
}

#[derive(Default)]
struct Seen {
    successes: u64,
    failures: BTreeSet<String>,
}

#[derive(Default)]
struct Incident {
    ended: bool,
    told: BTreeMap<ChannelName, Announced>,
}

/// What a channel heard of one incident, and what it may hear again.
#[derive(Debug, Default)]
struct Announced {
    down: u32,
    was_down: u32,
    recovered: u32,
    excused: u32,
}

/// Warnings heard, less those that were heard to be over.
#[derive(Debug, Default)]
struct Warned {
    raised: i64,
    excused: i64,
}

impl Book {
    /// A probe of `target` saw this.
    pub(super) fn saw(&mut self, target: &str, outcome: &Outcome) {
        let seen = self.seen.entry(TargetName::new(target)).or_default();
        match outcome {
            Outcome::Success { .. } => seen.successes += 1,
            Outcome::Failure(failure) => drop(seen.failures.insert(failure.detail.to_string())),
            Outcome::Inconclusive { .. } => {}
        }
    }

    /// The state `after` took the place of `before` in the store.
    pub(super) fn stored(&mut self, target: &TargetName, before: &State, after: &State) {
        evidence::monotone(target, before, after);
        if before.last_slot != after.last_slot {
            evidence::threshold(target, before, after);
            self.was_seen(target, after);
        }
        if let Some(incident) = after.incident() {
            let id = (target.clone(), incident.since);
            self.details.insert(incident.failure.detail.to_string(), id.clone());
            self.incidents.entry(id).or_default();
        }
        if let Some(outage) = &after.last_outage {
            let id = (target.clone(), outage.since);
            self.incidents.get_mut(&id).expect("an outage was an incident").ended = true;
        }
    }

    /// The same of what the prober at `vantage` remembers of itself.
    pub(super) fn prober_stored(vantage: &Vantage, before: &ProberState, after: &ProberState) {
        let since = |state: &ProberState| (state.times, state.unseen_s);
        assert!(since(before) <= since(after), "Monotone: {vantage:?} went back: {after:?}");
    }

    /// Evidence: what was judged was observed, and is counted once.
    fn was_seen(&mut self, target: &TargetName, after: &State) {
        // Discovered and services are told of; nobody looks at them.
        let Some(seen) = self.seen.get_mut(target) else { return };
        if let Some(failure) = evidence::latest_failure(after) {
            assert!(
                seen.failures.remove(&failure.detail.to_string()),
                "{target}: counted twice: {failure:?}"
            );
        } else {
            let left = seen.successes.checked_sub(1);
            seen.successes = left.unwrap_or_else(|| panic!("{target}: a success that nobody saw"));
        }
    }

    /// `channel` accepted this.
    pub(super) fn hear(&mut self, channel: &ChannelName, heard: &Heard) {
        self.messages += 1;
        match heard.kind {
            Kind::NoView => {
                let key = (channel.clone(), heard.detail.clone());
                let told = self.of_itself.entry(key).or_default();
                told.was_down += 1;
                told.check(channel, heard);
            }
            Kind::Warning => self.warn(channel, heard, 1),
            Kind::Cleared => self.warn(channel, heard, -1),
            Kind::Down => {
                let told = self.told(channel, heard);
                told.down += 1;
                told.check(channel, heard);
            }
            Kind::Recovered => {
                let told = self.told(channel, heard);
                told.recovered += 1;
                assert!(told.down > 0, "Order: {channel} heard {heard:?} before its down");
                told.check(channel, heard);
            }
            Kind::WasDown(_) => {
                for told in self.all_told(channel, heard) {
                    told.was_down += 1;
                    told.check(channel, heard);
                }
            }
        }
    }

    /// No noise for warnings: they begin and end in turns.
    fn warn(&mut self, channel: &ChannelName, heard: &Heard, step: i64) {
        let warned = self.warned.entry((channel.clone(), heard.target.clone())).or_default();
        warned.raised += step;
        let (least, most) = (-warned.excused, 1 + warned.excused);
        let fits = (least..=most).contains(&warned.raised);
        assert!(fits, "No noise: {channel} heard {heard:?} once too often: {warned:?}");
    }

    /// What was accepted and not recorded may be said once more.
    pub(super) fn excuse(&mut self, lost: Vec<(ChannelName, Heard)>) {
        for (channel, heard) in lost {
            match heard.kind {
                Kind::NoView => {
                    self.of_itself.entry((channel, heard.detail)).or_default().excused += 1;
                }
                Kind::Warning | Kind::Cleared => {
                    self.warned.entry((channel, heard.target)).or_default().excused += 1;
                }
                Kind::Down | Kind::Recovered | Kind::WasDown(_) => {
                    self.all_told(&channel, &heard).for_each(|told| told.excused += 1);
                }
            }
        }
    }

    fn told(&mut self, channel: &ChannelName, heard: &Heard) -> &mut Announced {
        self.all_told(channel, heard).next().unwrap()
    }

    /// The entries of the incidents that `heard` is of: the newest first.
    fn all_told(
        &mut self,
        channel: &ChannelName,
        heard: &Heard,
    ) -> impl Iterator<Item = &mut Announced> {
        let detail = heard.detail.as_deref().unwrap_or_default();
        let last = self.details.get(detail).unwrap_or_else(|| panic!("never happened: {heard:?}"));
        let first = (last.0.clone(), DateTime::<Utc>::MIN_UTC);
        let up_to = self.incidents.range_mut(first..=last.clone()).rev();
        up_to
            .take(heard.times())
            .map(|(_, incident)| incident.told.entry(channel.clone()).or_default())
    }

    /// No silence: nothing went wrong for a while, so that every channel
    /// knows what it should of every target, which is in `states`.
    pub(super) fn nothing_is_owed(&self, channel: &ChannelName, target: &TargetName, now: &State) {
        let of_target = self.incidents.iter().filter(|((name, _), _)| name == target);
        let mut latest = None;
        for ((_, since), incident) in of_target {
            let told = incident.told.get(channel);
            let known = told.is_some_and(|told| told.down + told.was_down > 0);
            let is_open = !incident.ended;
            let on_its_way_up = is_open && !now.is_failing();
            let must = target.as_str() != SILENCED && !on_its_way_up;
            assert!(known || !must, "No silence: {channel} never heard of {target} at {since}");
            if told.is_some_and(|told| told.down > 0) {
                latest = told.zip(Some(incident.ended));
            }
        }
        if let (Some((told, true)), None) = (latest, now.incident()) {
            // A *down* that was not recorded may have been followed by *was down*.
            let knows = told.recovered + told.was_down > 0;
            assert!(knows, "No silence: {channel} thinks that {target} is down");
        }
        let warned = self.warned.get(&(channel.clone(), target.clone()));
        if let Some(warned) = warned.filter(|_| target.as_str() != SILENCED) {
            let untold = i64::try_from(now.raised().count()).unwrap() - warned.raised;
            assert!(untold.abs() <= warned.excused, "No silence: {target} {warned:?} {untold}");
        }
    }
}

impl Announced {
    /// No noise: each incident is told once, as open or as over, and ends once.
    fn check(&self, channel: &ChannelName, heard: &Heard) {
        let most = 1 + self.excused;
        let fits = self.down + self.was_down <= most && self.recovered <= most;
        assert!(fits, "No noise: {channel} heard {heard:?} once too often: {self:?}");
    }
}
