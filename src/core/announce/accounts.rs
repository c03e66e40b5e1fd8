//! The account of each channel: what it was told, and what it must still be told.
//! It is updated when a state changes, and when a channel has accepted something.

use chrono::{DateTime, Utc};

use super::{Broken, Fact, Hearing, down, is_its_own};
use crate::model::names::{ChannelName, TargetName};
use crate::model::state::{
    Announced, AnnouncedDown, Dependents, Incident, Outage, Receipt, State, Status, Streak,
};
use crate::model::target::Target;

/// How many incidents of one target a channel may miss. If it misses more, the
/// newest ones are told as one, with their number: this bounds the record.
pub const MAX_MISSED: usize = 8;

/// Whether [`settle`] can change nothing of `state`: the target works, as far as is
/// known, it is steady, and no channel has an account.
#[must_use]
pub fn is_settled(state: &State) -> bool {
    let is_calm = state.incident().is_none() && !state.is_failing() && state.unstable.is_none();
    let has_news = state.by_kind.topic().is_some_and(|topic| !topic.items.is_empty());
    is_calm && !has_news && state.told.is_empty()
}

/// Updates the accounts of `state` after it has changed. It marks closed incidents
/// as over or as missed. It notes an incident that is owed now, so that it is told
/// even if it closes before that is possible.
///
/// `hearings` has one entry for each of the target's channels. A second call
/// changes nothing.
pub fn settle<'a>(
    target: &Target,
    state: &mut State,
    hearings: impl IntoIterator<Item = &'a Hearing<'a>>,
) {
    state.told.retain(|channel, _| target.notify.contains(channel));
    if let Some(outage) = &state.last_outage {
        state.told.values_mut().for_each(|told| close(told, outage));
    }
    let told = |channel| state.told.get(channel).map_or(0, |told| told.news);
    let news = target.notify.iter().map(told).min();
    if let Some(topic) = state.by_kind.topic_mut() {
        topic.forget(news.unwrap_or(u64::MAX));
    }
    forget_unstable(state);
    for hearing in hearings {
        if let Ok(incident) = down(target, state, hearing) {
            let since = incident.since;
            state.told.entry(hearing.channel.clone()).or_default().pending = Some(since);
        }
    }
}

/// A channel that was told that the target stays down need not hear that it is steady.
fn forget_unstable(state: &mut State) {
    let Some(open) = state.incident().map(|incident| incident.since) else { return };
    if state.unstable.is_none() {
        let knows =
            |told: &&mut Announced| told.down.as_ref().is_some_and(|down| down.incident == open);
        state.told.values_mut().filter(knows).for_each(|told| told.unstable = None);
    }
}

/// Notes which failures of `state` prove nothing, because a target above was
/// `broken`: all of them if that is down. If it only fails at times, just the `new`
/// ones, so that it cannot hide for ever what is down behind it.
///
/// `above` are all targets above that are broken.
pub fn inhibit(state: &mut State, broken: Broken, above: &[&TargetName], new: u32) {
    if let Some(Streak::Failing { count, inhibited, .. }) = &mut state.streak {
        *inhibited = match broken {
            Broken::Down => *count,
            Broken::Failing => inhibited.saturating_add(new).min(*count),
        };
    }
    if state.is_failing() || state.incident().is_some() {
        state.inhibited_by.extend(above.iter().map(|name| (*name).clone()));
    }
}

/// Notes that an incident of `state` that was not open in `old` opened without
/// enough failures of the target's own. That ends once it has had enough in a row;
/// a success between them, on the way up, begins the row anew.
pub fn doubt(target: &Target, state: &mut State, old: &State) {
    let open = |state: &State| state.incident().map(|incident| incident.since);
    let (is, was) = (open(state), open(old));
    if is.is_none() && !state.is_failing() {
        state.inhibited_by.clear();
    }
    if is.is_none() || is_its_own(target, state) {
        state.without_own_evidence = None;
    } else if is != was {
        state.without_own_evidence = is;
    }
}

/// Notes that an incident of `state` that was not open in `old` opened while a
/// target above was broken, and is no change of the target's own: a target behind a
/// root that flaps is not unstable itself.
pub fn inhibit_change(state: &mut State, old: &State) {
    let open = |state: &State| state.incident().map(|incident| incident.since);
    if open(state).is_some() && open(state) != open(old) {
        state.changes.clone_from(&old.changes);
        state.unstable = old.unstable;
        state.inhibited_incident = open(state);
    }
}

/// Notes in one channel's account that `outage` is over.
fn close(told: &mut Announced, outage: &Outage) {
    if told.pending.take_if(|pending| *pending == outage.since).is_some() {
        miss(&mut told.missed, outage);
    }
    if let Some(down) = told.down.as_mut().filter(|down| down.incident == outage.since) {
        down.ended.get_or_insert_with(|| outage.clone());
    }
}

fn miss(missed: &mut Vec<Outage>, outage: &Outage) {
    let full = missed.len() >= MAX_MISSED;
    let Some(last) = missed.last_mut().filter(|_| full) else {
        missed.push(outage.clone());
        return;
    };
    last.until = outage.until;
    last.failure = outage.failure.clone();
    last.incidents = last.incidents.saturating_add(outage.incidents);
    last.down_s = last.down_s.saturating_add(outage.down_s);
    last.unseen_s = last.unseen_s.saturating_add(outage.unseen_s);
    last.observations = last.observations.saturating_add(outage.observations);
    last.silenced.extend(&outage.silenced);
}

/// Notes that `channel` accepted `fact` at `at`. The state may be newer than the
/// one that the fact was read from; the entry is still right.
pub fn deliver(state: &mut State, channel: &ChannelName, fact: &Fact, at: DateTime<Utc>) {
    let open = state.incident().map(|incident| incident.since);
    let last_outage = state.last_outage.clone();
    let told = state.told.entry(channel.clone()).or_default();
    match fact {
        Fact::Down { incident, .. } | Fact::Steady(Status::Down(incident)) => {
            let ended = ended(told, incident, open, last_outage, at);
            told.pending.take_if(|pending| *pending == incident.since);
            let receipt = None;
            told.down = Some(AnnouncedDown {
                incident: incident.since,
                last_told: at,
                ended,
                receipt,
                kinds: 0,
                dependents: Dependents::of(affected(fact)),
            });
            told.unstable.take_if(|_| matches!(fact, Fact::Steady(_)));
        }
        Fact::Steady(Status::Up { .. } | Status::Unknown) => {
            // The channel was told that it is up, so every earlier outage is over.
            told.down.take_if(|down| down.ended.is_some());
            told.unstable = None;
        }
        Fact::Unstable { since, incident, .. } => {
            told.unstable = Some(*since);
            let said = incident.as_ref().map(|incident| incident.since);
            told.pending.take_if(|pending| Some(*pending) == said);
        }
        Fact::Another { incident, known, kinds } => {
            if let Some(down) = told.down.as_mut().filter(|down| down.incident == *incident) {
                down.kinds = known + kinds.len();
            }
        }
        Fact::News(items) => {
            let last = items.iter().map(|item| item.number).max();
            told.news = told.news.max(last.unwrap_or_default());
        }
        Fact::StillDown(incident) => {
            if let Some(down) = told.down.as_mut().filter(|down| down.incident == incident.since) {
                down.last_told = at;
            }
        }
        Fact::Recovered(outage)
        | Fact::Quiet { outage, .. }
        | Fact::RootRecovered { outage, .. } => {
            told.down.take_if(|down| down.incident == outage.since);
        }
        Fact::WasDown { outage, .. } => forget(&mut told.missed, outage),
        Fact::Warning(raised) => {
            let new = raised.iter().map(|(kind, _)| *kind);
            told.warnings
                .extend(new.filter(|kind| !told.warnings.contains(kind)).collect::<Vec<_>>());
        }
        Fact::Cleared(cleared) => {
            told.warnings.retain(|kind| !cleared.iter().any(|(over, _)| over == kind));
        }
    }
    if *told == Announced::default() {
        state.told.remove(channel);
    }
}

/// The targets that `fact` says to be affected.
fn affected(fact: &Fact) -> &[TargetName] {
    if let Fact::Down { affected, .. } = fact { affected } else { &[] }
}

/// Notes where `channel` keeps the message that told it of `fact`, if the end can be
/// told there. Call it after [`deliver`], which enters the incident.
pub fn keep(state: &mut State, channel: &ChannelName, fact: &Fact, receipt: &Receipt) {
    let told = state.told.get_mut(channel).and_then(|told| told.down.as_mut());
    if let (Some(incident), Some(down)) = (fact.opens(), told)
        && down.incident == incident.since
    {
        down.receipt = Some(receipt.clone());
    }
}

/// The end of an incident that closed while it was being told: the end is owed next,
/// as a recovery, and not as a missed outage.
fn ended(
    told: &mut Announced,
    incident: &Incident,
    open: Option<DateTime<Utc>>,
    last_outage: Option<Outage>,
    at: DateTime<Utc>,
) -> Option<Outage> {
    if open == Some(incident.since) {
        return None;
    }
    let missed = told.missed.iter().position(|outage| outage.since == incident.since);
    missed
        .map(|index| told.missed.remove(index))
        .or_else(|| last_outage.filter(|outage| outage.since == incident.since))
        .or_else(|| Some(Outage::of(incident, at)))
}

/// Removes `told` from the `missed` outages; what was added to it meanwhile stays.
fn forget(missed: &mut Vec<Outage>, told: &Outage) {
    let Some(index) = missed.iter().position(|outage| outage.since == told.since) else {
        return;
    };
    let left = missed[index].incidents.saturating_sub(told.incidents);
    if left == 0 {
        missed.remove(index);
    } else {
        let outage = &mut missed[index];
        outage.since = told.until;
        outage.incidents = left;
        outage.down_s = outage.down_s.saturating_sub(told.down_s);
        outage.unseen_s = outage.unseen_s.saturating_sub(told.unseen_s);
    }
}
