//! What each channel is owed: what it should know, minus what it was told.
//! There is no queue. Every tick works out anew what is owed, from the state, so
//! that a crash, a refusing channel or a lost run loses nothing.
//!
//! Pure, like the judge. *Why did it not alert?* is answered here: a target that
//! is down and not announced has a [`NotAnnounced`] reason.
//!
//! Three functions keep the promise. [`settle`] updates what is owed when a state
//! changes, [`owed`] reads it, [`deliver`] records what a channel accepted.

mod accounts;
mod channel_hours;
mod dependencies;
mod fact;
mod hearing;
pub mod maintenance;
mod silence;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::detail::{Date, Detail, LimitDetail};
use crate::model::names::ChannelName;
use crate::model::observation::WarningKind;
use crate::model::state::{
    Announced, AnnouncedDown, ErrorKind, Incident, Outage, Receipt, State, Status, Streak,
};
use crate::model::target::{Policy, Target};

pub use accounts::{MAX_MISSED, deliver, doubt, inhibit, inhibit_change, is_settled, keep, settle};
pub use dependencies::{Broken, affected, aftermath, all_broken, broken, related, works_since};
pub use fact::{Aftermath, Fact};
pub use hearing::Hearing;
pub use silence::{Context, Silence, paused_until, silence};

/// After how many failures in a row it is told that an unstable target is down.
const LASTING: u32 = 5;

/// Why a target that is down is not announced now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAnnounced {
    /// The channel knows.
    Announced,
    /// The last observation was a success: one more, and it is up.
    OnItsWayUp,
    /// It failed while a target that it depends on failed, and not often enough otherwise.
    NotItsOwn,
    /// The reports of this incident chose other channels.
    NotForIt,
    /// It changes too often: the next message says that it is steady, or that
    /// it stays down.
    Unstable,
    /// It is silenced.
    Silenced(Silence),
    /// The channel is told only of what lasts, and this does not yet.
    TooYoung {
        /// When it will have lasted.
        until: DateTime<Utc>,
    },
    /// The channel's hours are over, and the target is not urgent.
    OutsideHours {
        /// When they begin again.
        until: DateTime<Utc>,
    },
}

/// The open incident, if the channel of `hearing` is owed it, now or as soon as its hours
/// begin; otherwise why it is not. `Err(None)` if the target is not down.
fn down<'a>(
    target: &Target,
    state: &'a State,
    hearing: &Hearing<'_>,
) -> Result<&'a Incident, Option<NotAnnounced>> {
    let (channel, silence) = (hearing.channel, hearing.silence.as_ref());
    let incident = state.incident().ok_or(None)?;
    if heard_of(state, channel, incident).is_some() {
        return Err(Some(NotAnnounced::Announced));
    }
    if !state.is_for(target, channel) {
        return Err(Some(NotAnnounced::NotForIt));
    }
    if let Some(silence) = silence {
        return Err(Some(NotAnnounced::Silenced(silence.clone())));
    }
    if let Some(until) = hearing.too_young_until(incident.since) {
        return Err(Some(NotAnnounced::TooYoung { until }));
    }
    let Some(Streak::Failing { inhibited, .. }) = state.streak else {
        return Err(Some(NotAnnounced::OnItsWayUp));
    };
    let is_doubtful = inhibited > 0 || state.without_own_evidence == Some(incident.since);
    let is_inhibited = is_doubtful && hearing.is_inhibited(state);
    // An incident that was owed before a root fell had evidence of its own.
    if is_inhibited && !is_its_own(target, state) && !is_pending(state, channel, incident) {
        return Err(Some(NotAnnounced::NotItsOwn));
    }
    if state.unstable.is_some() && knows_or_hears(state, hearing) && !lasts(state, channel) {
        return Err(Some(NotAnnounced::Unstable));
    }
    Ok(incident)
}

/// Whether the channel of `hearing` was told that the target is unstable, or is told now. One
/// outside its hours is not: it would miss all outages of a night in which the target becomes
/// steady again.
fn knows_or_hears(state: &State, hearing: &Hearing<'_>) -> bool {
    let is_told = |told: &Announced| told.unstable.is_some();
    hearing.closed_until.is_none() || state.told.get(hearing.channel).is_some_and(is_told)
}

/// Whether an unstable target has been down for so long that `channel` must hear of
/// it at once. If the channel was told of an earlier outage of this episode, this
/// one must be twice as long. So an episode of long outages is a few messages, and
/// it is still told if the target stays down for good.
fn lasts(state: &State, channel: &ChannelName) -> bool {
    let Some(Streak::Failing { count, inhibited, .. }) = state.streak else { return false };
    let told = state.told.get(channel).and_then(|told| told.down.as_ref());
    let heard = told
        .filter(|down| state.unstable.is_some_and(|since| down.last_told >= since))
        .and_then(|down| down.ended.as_ref())
        .map(|outage| outage.observations);
    let needed = heard.map_or(LASTING, |before| before.saturating_mul(2).max(LASTING));
    count.saturating_sub(inhibited) >= needed
}

/// Whether `target` has failed often enough by itself to be down: in a row, while
/// all that it depends on worked.
fn is_its_own(target: &Target, state: &State) -> bool {
    match state.streak {
        Some(Streak::Failing { count, inhibited, .. }) => {
            count.saturating_sub(inhibited) >= target.policy.failure_threshold.get()
        }
        Some(Streak::Succeeding { .. }) | None => false,
    }
}

/// Whether `incident` was owed to `channel` at an earlier tick.
fn is_pending(state: &State, channel: &ChannelName, incident: &Incident) -> bool {
    state.told.get(channel).is_some_and(|told| told.pending == Some(incident.since))
}

/// The entry that says that `channel` was told of `incident`.
fn heard_of<'a>(
    state: &'a State,
    channel: &ChannelName,
    incident: &Incident,
) -> Option<&'a AnnouncedDown> {
    state.told.get(channel)?.down.as_ref().filter(|down| down.incident == incident.since)
}

/// Why the channel of `hearing` is not owed that the target is down; `None` if it is
/// owed that, or if the target is not down.
#[must_use]
pub fn why_not_announced(
    target: &Target,
    state: &State,
    hearing: &Hearing<'_>,
) -> Option<NotAnnounced> {
    let closed = hearing.closed_until.map(|until| NotAnnounced::OutsideHours { until });
    down(target, state, hearing).map_or_else(|why| why, |_| closed)
}

/// What the channel of `hearing` is owed of `target` at `now`, oldest first. `affected`
/// is empty: which targets go down with this one is not known here.
///
/// Outside the channel's hours that is nothing. All of it, recoveries too, is owed when they
/// begin: [`settle`] goes on to note what was owed.
#[must_use]
pub fn owed(
    target: &Target,
    state: &State,
    hearing: &Hearing<'_>,
    now: DateTime<Utc>,
) -> Vec<Fact> {
    if hearing.closed_until.is_some() {
        return Vec::new();
    }
    let (channel, silence) = (hearing.channel, hearing.silence.as_ref());
    let nothing = Announced::default();
    let told = state.told.get(channel).unwrap_or(&nothing);
    let mut facts = Vec::new();
    let says_nothing = state.unstable.is_some() && told.unstable.is_some();
    if silence.is_none() && !says_nothing {
        facts.extend(told.missed.iter().map(|outage| missed(state, outage)));
    }
    match (state.unstable, told.unstable) {
        // Next it is told to be steady, unless it stays down.
        (Some(_), Some(_)) => facts.extend(opened(target, state, hearing, now)),
        (Some(since), None) => {
            let flapping = target.policy.flapping;
            let is_told = silence.is_none()
                && state.is_for(target, channel)
                && hearing.too_young_until(since).is_none();
            let incident = state.incident().filter(|_| state.is_failing()).cloned();
            facts.extend(is_told.then_some(Fact::Unstable { since, flapping, incident }));
        }
        (None, Some(_)) => {
            facts.extend(silence.is_none().then(|| Fact::Steady(state.status.clone())));
        }
        (None, None) => {
            // What was missed came after what was told.
            facts.splice(0..0, recovered(state, told));
            facts.extend(opened(target, state, hearing, now));
            facts.extend(another(target, state, hearing, now));
            facts.extend(reminder(target, state, hearing, now));
        }
    }
    if silence.is_none() {
        facts.extend(warnings(state, told, hearing));
        facts.extend(news(state, told, now));
    }
    facts
}

/// The open incident, if it is owed and its message does not wait for the result of
/// a probe.
fn opened(
    target: &Target,
    state: &State,
    hearing: &Hearing<'_>,
    now: DateTime<Utc>,
) -> Option<Fact> {
    let incident = down(target, state, hearing).ok()?;
    state.waits_until(now).is_none().then(|| Fact::down(incident.clone()))
}

/// The kinds of errors of the open incident that the channel does not know. The
/// first of them is in the message that tells of the incident.
fn another(
    target: &Target,
    state: &State,
    hearing: &Hearing<'_>,
    now: DateTime<Utc>,
) -> Option<Fact> {
    let incident = state.incident()?;
    let known = match heard_of(state, hearing.channel, incident) {
        Some(down) => down.kinds.max(1),
        None => opened(target, state, hearing, now).map(|_| 1)?,
    };
    if hearing.silence.is_some() || !state.is_for(target, hearing.channel) {
        return None;
    }
    let kinds = state.by_kind.errors()?.errors.kinds.get(known..)?.to_vec();
    let incident = incident.since;
    (!kinds.is_empty()).then_some(Fact::Another { incident, known, kinds })
}

/// The news of a topic that the channel was not told.
fn news(state: &State, told: &Announced, now: DateTime<Utc>) -> Option<Fact> {
    let items = state.by_kind.topic()?.owed(told.news, now);
    (!items.is_empty()).then_some(Fact::News(items))
}

/// The end of an incident that the channel was told of. It is told at once, also
/// when the target is silenced, unless the target is down again: then the new
/// incident says more.
fn recovered(state: &State, told: &Announced) -> Option<Fact> {
    match state.status {
        Status::Down(_) => None,
        Status::Unknown | Status::Up { .. } => {
            let outage = told.down.as_ref()?.ended.clone()?;
            Some(match quiet(state, &outage) {
                Some((kinds, others)) => Fact::Quiet { outage, kinds, others },
                None => Fact::Recovered(outage),
            })
        }
    }
}

/// The `outage` that was missed.
fn missed(state: &State, outage: &Outage) -> Fact {
    let (kinds, others) = quiet(state, outage).unwrap_or_default();
    let is_down_again = state.incident().is_some();
    Fact::WasDown { outage: outage.clone(), kinds, others, is_down_again }
}

/// The kinds of errors of `outage`, and how many errors there were of others, if it
/// had several and they are not forgotten: the next incident begins with its own.
fn quiet(state: &State, outage: &Outage) -> Option<(Vec<ErrorKind>, u32)> {
    let is_last = state.last_outage.as_ref().is_some_and(|last| last.since == outage.since);
    let errors = &state.by_kind.errors().filter(|_| is_last)?.errors;
    let has_several = errors.kinds.len() > 1 || errors.others > 0;
    has_several.then(|| (errors.kinds.clone(), errors.others))
}

/// A reminder, if it is time for one.
fn reminder(
    target: &Target,
    state: &State,
    hearing: &Hearing<'_>,
    now: DateTime<Utc>,
) -> Option<Fact> {
    let is_told = state.is_failing() && hearing.silence.is_none();
    let incident = state.incident().filter(|_| is_told)?;
    let is_due = reminder_at(target, state, hearing.channel)? <= now;
    is_due.then(|| Fact::StillDown(incident.clone()))
}

/// When the next reminder of the open incident is due on any channel, silenced or
/// not: `watch` sleeps until then.
#[must_use]
pub fn next_reminder(target: &Target, state: &State) -> Option<DateTime<Utc>> {
    target.notify.iter().filter_map(|channel| reminder_at(target, state, channel)).min()
}

fn reminder_at(target: &Target, state: &State, channel: &ChannelName) -> Option<DateTime<Utc>> {
    let incident = state.incident()?;
    let last_told = heard_of(state, channel, incident)?.last_told;
    reminder_after(&target.policy, incident.since, last_told)
}

/// When the reminder after what was told at `last_told` is due of an incident that began at
/// `since`, if there are any.
///
/// One comes each time the outage has doubled: after six hours, twelve, a day, two days.
/// Whatever is down for a week is known by then.
#[must_use]
pub fn reminder_after(
    policy: &Policy,
    since: DateTime<Utc>,
    last_told: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let gap = TimeDelta::from_std(policy.remind?).ok()?;
    last_told.checked_add_signed(gap.max(last_told - since))
}

/// How the raised warnings differ from those that the channel was told of.
fn warnings(state: &State, told: &Announced, hearing: &Hearing<'_>) -> Vec<Fact> {
    let raised: Vec<_> = state
        .raised()
        .filter(|(kind, _)| !told.warnings.contains(kind))
        .filter(|(_, flag)| hearing.too_young_until(flag.since).is_none())
        .map(|(kind, flag)| (kind, flag.detail.clone()))
        .collect();
    let cleared: Vec<_> = told
        .warnings
        .iter()
        .filter(|kind| !state.raised().any(|(raised, _)| raised == **kind))
        .map(|kind| (*kind, instead(state, *kind)))
        .collect();
    let raised = (!raised.is_empty()).then_some(Fact::Warning(raised));
    raised.into_iter().chain((!cleared.is_empty()).then_some(Fact::Cleared(cleared))).collect()
}

/// What is seen now that the limit of `kind` is no longer crossed; nothing if that is not known.
fn instead(state: &State, kind: WarningKind) -> Detail {
    let seen = match kind {
        WarningKind::CertExpiring => {
            let ends = state.by_kind.endpoint().cert_expires_at;
            ends.map(|ends| LimitDetail::Lasts { ends: Date(ends) })
        }
        WarningKind::Slow => {
            let latency = state.history.recent.last().copied().flatten();
            let took = |ms| Duration::from_millis(u64::from(ms)).into();
            latency.map(|ms| LimitDetail::Took { took: took(ms) })
        }
        WarningKind::Partial | WarningKind::Unwatched => None,
    };
    seen.map_or_else(|| "".into(), Detail::Limit)
}

/// The message in which `channel` was told of the outage that `fact` ends.
#[must_use]
pub fn answered<'a>(state: &'a State, channel: &ChannelName, fact: &Fact) -> Option<&'a Receipt> {
    let down = state.told.get(channel)?.down.as_ref()?;
    let ends = match fact {
        Fact::Recovered(outage)
        | Fact::Quiet { outage, .. }
        | Fact::RootRecovered { outage, .. } => down.incident == outage.since,
        Fact::Steady(Status::Up { .. } | Status::Unknown) => down.ended.is_some(),
        Fact::Steady(Status::Down(_))
        | Fact::Down { .. }
        | Fact::Another { .. }
        | Fact::News(_)
        | Fact::StillDown(_)
        | Fact::WasDown { .. }
        | Fact::Unstable { .. }
        | Fact::Warning(_)
        | Fact::Cleared(_) => false,
    };
    down.receipt.as_ref().filter(|_| ends)
}

/// The open incident of which `channel` was told in the message at `receipt`.
#[must_use]
pub fn still_open<'a>(
    state: &'a State,
    channel: &ChannelName,
    receipt: &Receipt,
) -> Option<&'a Incident> {
    let incident = state.incident()?;
    let down = heard_of(state, channel, incident)?;
    (down.receipt.as_ref() == Some(receipt)).then_some(incident)
}
