//! Whether to speak: what each channel should know, less what it has been
//! told. There is no queue; what is owed is recomputed from state at every
//! tick, so that a crash, a refusing channel or a lost run forgets nothing.
//!
//! Pure, like the judge. *Why did it not alert?* is answered here: whoever is
//! down and not announced has a [`Quiet`] reason.
//!
//! Three functions carry the promise. [`settle`] keeps the accounts when a
//! state changes, [`owed`] reads them, [`deliver`] writes what was accepted.

mod silence;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::observation::WarningKind;
use crate::state::{Incident, Outage, Receipt, State, Status, Streak, Told, ToldDown};
use crate::target::{ChannelName, Flapping, Target, TargetName};

pub use silence::{Broken, Scene, Silence, affected, broken, paused_until, silence};

/// Incidents that one channel may miss of one target before the newest ones
/// are told as one, with their number: it bounds the record.
pub const MAX_MISSED: usize = 8;

/// Something that a channel should know of a target and has not been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// An incident was owed, and closed before it could be told.
    WasDown(Outage),
    /// An incident that the channel was told of is over.
    Recovered(Outage),
    /// An incident is open.
    Down {
        /// Which.
        incident: Incident,
        /// The targets that it takes with it: those that depend on this one,
        /// however far, and are down or failing.
        affected: Vec<TargetName>,
    },
    /// It is open still, and a reminder is due.
    StillDown(Incident),
    /// It changes so often that each change is no news any more.
    Unstable {
        /// Since when.
        since: DateTime<Utc>,
        /// What its policy counts as too often.
        flapping: Flapping,
    },
    /// It no longer does, and this is the status that it holds.
    Steady(Status),
    /// Limits are crossed: which, and how far.
    Warning(Vec<(WarningKind, String)>),
    /// Limits are no longer crossed.
    Cleared(Vec<WarningKind>),
}

impl Fact {
    /// That `incident` is open, and takes nobody with it.
    #[must_use]
    pub const fn down(incident: Incident) -> Self {
        Self::Down { incident, affected: Vec::new() }
    }

    /// The incident that a channel knows of once it was told this.
    #[must_use]
    pub const fn opens(&self) -> Option<&Incident> {
        match self {
            Self::Down { incident, .. } | Self::Steady(Status::Down(incident)) => Some(incident),
            Self::Steady(Status::Up { .. } | Status::Unknown)
            | Self::StillDown(_)
            | Self::WasDown(_)
            | Self::Recovered(_)
            | Self::Unstable { .. }
            | Self::Warning(_)
            | Self::Cleared(_) => None,
        }
    }

    /// The stable code that programs match on.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::WasDown(_) => "was_down",
            Self::Recovered(_) => "recovered",
            Self::Down { .. } => "down",
            Self::StillDown(_) => "still_down",
            Self::Unstable { .. } => "unstable",
            Self::Steady(_) => "steady",
            Self::Warning(_) => "warning",
            Self::Cleared(_) => "cleared",
        }
    }
}

/// Why a target that is down is not announced now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quiet {
    /// The channel knows.
    Told,
    /// The last observation was a success: one more, and it is up.
    OnItsWayUp,
    /// It failed while a target that it depends on did, and not often enough besides.
    NotItsOwn,
    /// Those who reported it chose other channels.
    NotForIt,
    /// It changes too often: its next word is that it is steady.
    Unstable,
    /// Somebody, or something, asked for silence.
    Silenced(Silence),
}

/// All states, by target.
pub type States = BTreeMap<TargetName, State>;

/// Where states are looked up: whoever decides looks at a few, and copies none.
pub trait Known {
    /// The state of the target called `name`, if anything is remembered of it.
    fn state(&self, name: &TargetName) -> Option<&State>;
}

impl Known for States {
    fn state(&self, name: &TargetName) -> Option<&State> {
        self.get(name)
    }
}

/// Whether [`settle`] can change nothing of `state`: it works, as far as is
/// known, and no channel has an account.
#[must_use]
pub fn is_settled(state: &State) -> bool {
    state.told.is_empty() && state.incident().is_none() && !state.is_failing()
}

/// Keeps the accounts of `state` after a change of it: incidents that closed
/// are marked as over or as missed, and an incident that is owed now is noted,
/// so that it is told even if it closes before it can be.
///
/// Settling twice changes nothing the second time.
pub fn settle(target: &Target, state: &mut State, silence: Option<&Silence>) {
    state.told.retain(|channel, _| target.notify.contains(channel));
    if let Some(outage) = &state.last_outage {
        state.told.values_mut().for_each(|told| close(told, outage));
    }
    for channel in &target.notify {
        if let Ok(incident) = down(target, state, channel, silence) {
            let since = incident.since;
            state.told.entry(channel.clone()).or_default().pending = Some(since);
        }
    }
}

/// Takes what `state` failed in while a target above it was `broken` for no
/// evidence against its own: all of it once that one has fallen. One that only
/// fails at times takes the `new` observations, so that it cannot hide for ever
/// what is down behind it.
pub fn hush(state: &mut State, broken: Broken, new: u32) {
    if let Some(Streak::Failing { count, hushed, .. }) = &mut state.streak {
        *hushed = match broken {
            Broken::Down => *count,
            Broken::Failing => hushed.saturating_add(new).min(*count),
        };
    }
}

/// Enters in one channel's account that `outage` is over.
fn close(told: &mut Told, outage: &Outage) {
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
}

/// The open incident if `channel` is owed it now, or why it is not; `Err(None)`
/// where the target is not down.
fn down<'a>(
    target: &Target,
    state: &'a State,
    channel: &ChannelName,
    silence: Option<&Silence>,
) -> Result<&'a Incident, Option<Quiet>> {
    let incident = state.incident().ok_or(None)?;
    if heard_of(state, channel, incident).is_some() {
        return Err(Some(Quiet::Told));
    }
    if !state.is_for(target, channel) {
        return Err(Some(Quiet::NotForIt));
    }
    if let Some(silence) = silence {
        return Err(Some(Quiet::Silenced(silence.clone())));
    }
    let Some(Streak::Failing { count, hushed, .. }) = state.streak else {
        return Err(Some(Quiet::OnItsWayUp));
    };
    let is_its_own = count.saturating_sub(hushed) >= target.policy.failure_threshold.get();
    // What was owed once, before a root fell, had evidence of its own.
    if hushed > 0 && !is_its_own && !is_pending(state, channel, incident) {
        return Err(Some(Quiet::NotItsOwn));
    }
    if state.unstable.is_some() {
        return Err(Some(Quiet::Unstable));
    }
    Ok(incident)
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
) -> Option<&'a ToldDown> {
    state.told.get(channel)?.down.as_ref().filter(|down| down.incident == incident.since)
}

/// Why `channel` has not just been told that the target is down; `None` where
/// it is owed that, or where the target is not down.
#[must_use]
pub fn why_quiet(
    target: &Target,
    state: &State,
    channel: &ChannelName,
    silence: Option<&Silence>,
) -> Option<Quiet> {
    down(target, state, channel, silence).err().flatten()
}

/// What `channel` is owed of `target` at `now`, oldest first. Whom an incident
/// takes with it is not known here: `affected` is empty.
#[must_use]
pub fn owed(
    target: &Target,
    state: &State,
    channel: &ChannelName,
    silence: Option<&Silence>,
    now: DateTime<Utc>,
) -> Vec<Fact> {
    let nothing = Told::default();
    let told = state.told.get(channel).unwrap_or(&nothing);
    let mut facts = Vec::new();
    match (state.unstable, told.unstable) {
        // Its next word is that it is steady.
        (Some(_), Some(_)) => {}
        (Some(since), None) => {
            let flapping = target.policy.flapping;
            let is_told = silence.is_none() && state.is_for(target, channel);
            facts.extend(is_told.then_some(Fact::Unstable { since, flapping }));
        }
        (None, Some(_)) => {
            facts.extend(silence.is_none().then(|| Fact::Steady(state.status.clone())));
        }
        (None, None) => {
            if silence.is_none() {
                facts.extend(told.missed.iter().cloned().map(Fact::WasDown));
            }
            facts.extend(recovered(state, told));
            facts.extend(opened(target, state, channel, silence, now));
            facts.extend(reminder(target, state, channel, silence, now));
        }
    }
    if silence.is_none() {
        facts.extend(warnings(state, told));
    }
    facts
}

/// The incident that is open, if it is owed, and what its message is to say of
/// a probe is not awaited.
fn opened(
    target: &Target,
    state: &State,
    channel: &ChannelName,
    silence: Option<&Silence>,
    now: DateTime<Utc>,
) -> Option<Fact> {
    let incident = down(target, state, channel, silence).ok()?;
    state.waits_until(now).is_none().then(|| Fact::down(incident.clone()))
}

/// The end of an incident that the channel was told of. It is told at once,
/// silence or not, unless the target has fallen again: then the new incident
/// says more.
fn recovered(state: &State, told: &Told) -> Option<Fact> {
    match state.status {
        Status::Down(_) => None,
        Status::Unknown | Status::Up { .. } => {
            told.down.as_ref()?.ended.clone().map(Fact::Recovered)
        }
    }
}

/// A reminder, each time the outage has doubled: after six hours, twelve, a
/// day, two days. What is down for a week is known by then.
fn reminder(
    target: &Target,
    state: &State,
    channel: &ChannelName,
    silence: Option<&Silence>,
    now: DateTime<Utc>,
) -> Option<Fact> {
    let gap = TimeDelta::from_std(target.policy.remind?).ok()?;
    let incident = state.incident().filter(|_| state.is_failing() && silence.is_none())?;
    let last_word = heard_of(state, channel, incident)?.last_word;
    let is_due = now - last_word >= gap.max(last_word - incident.since);
    is_due.then(|| Fact::StillDown(incident.clone()))
}

/// How the warnings raised differ from those that the channel believes in.
fn warnings(state: &State, told: &Told) -> Vec<Fact> {
    let raised: Vec<_> = state
        .raised()
        .filter(|(kind, _)| !told.warnings.contains(kind))
        .map(|(kind, flag)| (kind, flag.detail.clone()))
        .collect();
    let cleared: Vec<_> = told
        .warnings
        .iter()
        .copied()
        .filter(|kind| !state.raised().any(|(raised, _)| raised == *kind))
        .collect();
    let raised = (!raised.is_empty()).then_some(Fact::Warning(raised));
    raised.into_iter().chain((!cleared.is_empty()).then_some(Fact::Cleared(cleared))).collect()
}

/// Enters that `channel` accepted `fact` at `at`. The state may be newer than
/// the one that the fact was read from; the entry is right all the same.
pub fn deliver(state: &mut State, channel: &ChannelName, fact: &Fact, at: DateTime<Utc>) {
    let open = state.incident().map(|incident| incident.since);
    let last_outage = state.last_outage.clone();
    let told = state.told.entry(channel.clone()).or_default();
    match fact {
        Fact::Down { incident, .. } | Fact::Steady(Status::Down(incident)) => {
            let ended = ended(told, incident, open, last_outage, at);
            told.pending.take_if(|pending| *pending == incident.since);
            let receipt = None;
            told.down = Some(ToldDown { incident: incident.since, last_word: at, ended, receipt });
            told.unstable.take_if(|_| matches!(fact, Fact::Steady(_)));
        }
        Fact::Steady(Status::Up { .. } | Status::Unknown) => {
            // It was told that it is up: with that, every outage before is over.
            told.down.take_if(|down| down.ended.is_some());
            told.unstable = None;
        }
        Fact::Unstable { since, .. } => told.unstable = Some(*since),
        Fact::StillDown(incident) => {
            if let Some(down) = told.down.as_mut().filter(|down| down.incident == incident.since) {
                down.last_word = at;
            }
        }
        Fact::Recovered(outage) => {
            told.down.take_if(|down| down.incident == outage.since);
        }
        Fact::WasDown(outage) => forget(&mut told.missed, outage),
        Fact::Warning(raised) => {
            let new = raised.iter().map(|(kind, _)| *kind);
            told.warnings
                .extend(new.filter(|kind| !told.warnings.contains(kind)).collect::<Vec<_>>());
        }
        Fact::Cleared(cleared) => told.warnings.retain(|kind| !cleared.contains(kind)),
    }
    if *told == Told::default() {
        state.told.remove(channel);
    }
}

/// Enters where `channel` keeps the message that told it of `fact`, if its end
/// can be told there. It comes after [`deliver`], which knows of the incident.
pub fn keep(state: &mut State, channel: &ChannelName, fact: &Fact, receipt: &Receipt) {
    let told = state.told.get_mut(channel).and_then(|told| told.down.as_mut());
    if let (Some(incident), Some(down)) = (fact.opens(), told)
        && down.incident == incident.since
    {
        down.receipt = Some(receipt.clone());
    }
}

/// The message in which `channel` was told of the outage that `fact` ends.
#[must_use]
pub fn answered<'a>(state: &'a State, channel: &ChannelName, fact: &Fact) -> Option<&'a Receipt> {
    let down = state.told.get(channel)?.down.as_ref()?;
    let ends = match fact {
        Fact::Recovered(outage) => down.incident == outage.since,
        Fact::Steady(Status::Up { .. } | Status::Unknown) => down.ended.is_some(),
        Fact::Steady(Status::Down(_))
        | Fact::Down { .. }
        | Fact::StillDown(_)
        | Fact::WasDown(_)
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

/// How an incident ended that was being told while it closed: then its end is
/// owed next, as a recovery, and not as one that was missed.
fn ended(
    told: &mut Told,
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

/// Takes `told` out of those missed; what was added to it meanwhile stays.
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
