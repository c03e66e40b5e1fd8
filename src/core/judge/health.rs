//! The judge: observations become a status. Pure: no clock, no I/O, no
//! randomness; it knows neither URLs nor stores nor channels.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::observation::{Failure, Observation, Outcome, Warning, WarningKind};
use crate::model::state::{Flag, Incident, Outage, State, Status, Streak};
use crate::model::target::{Flapping, Policy};

/// The result of judging an observation.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// Its slot is not newer than the last one judged: dropped, nothing changed.
    Stale,
    /// It is no evidence either way: nothing changed.
    NoEvidence,
    /// It counted, and made these transitions, usually none.
    Counted(Vec<Transition>),
}

/// A change of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transition {
    /// An incident opened.
    Down(Incident),
    /// It closed.
    Recovered(Outage),
    /// A limit counts as crossed.
    Warning(WarningKind, Flag),
    /// It no longer does.
    Cleared(WarningKind, Flag),
}

/// Judges `observation` by `policy`: the state after it, and what that changed.
///
/// The state returned for [`Judgement::Stale`] and [`Judgement::NoEvidence`]
/// equals the one given.
#[must_use]
pub fn judge(policy: &Policy, state: &State, observation: &Observation) -> (State, Judgement) {
    let mut state = state.clone();
    let verdict = judge_in_place(policy, &mut state, observation);
    (state, verdict)
}

/// The same in place, if nobody needs the old state.
pub fn judge_in_place(policy: &Policy, state: &mut State, observation: &Observation) -> Judgement {
    if state.last_slot.is_some_and(|last| observation.slot <= last) {
        return Judgement::Stale;
    }
    let slot = observation.slot;
    let mut transitions = match &observation.outcome {
        Outcome::Inconclusive { .. } => return Judgement::NoEvidence,
        Outcome::Failure(failure) => fail(policy, state, observation, failure),
        Outcome::Success { warnings } => succeed(policy, state, slot, warnings),
    };
    state.last_slot = Some(slot);
    transitions.extend(watched(state));
    steady(policy, state, slot);
    forget_changes(policy, state, slot);
    Judgement::Counted(transitions)
}

/// Forgets changes that are too old to make a target unstable: records are small.
fn forget_changes(policy: &Policy, state: &mut State, slot: DateTime<Utc>) {
    if state.unstable.is_none() {
        state.changes.retain(|at| is_within(slot - *at, policy.flapping.within));
    }
}

/// Notes a change between up and down at `slot`; one too many within the
/// policy's time makes the target unstable.
fn changed(policy: &Policy, state: &mut State, slot: DateTime<Utc>) {
    let Flapping { changes, within, .. } = policy.flapping;
    let most = usize::try_from(changes.get()).unwrap_or(usize::MAX);
    state.changes.retain(|at| is_within(slot - *at, within));
    state.changes.push(slot);
    if state.changes.len() > most {
        state.unstable.get_or_insert(slot);
        let surplus = state.changes.len() - most;
        state.changes.drain(..surplus);
    }
}

/// Makes an unstable target steady once its status has held long enough at `now`.
/// Its earlier changes no longer count: the next one is told.
///
/// The judge calls it for each observation. A target that sends only changes may
/// never send another one, so its caller must call it too.
pub fn steady(policy: &Policy, state: &mut State, now: DateTime<Utc>) {
    // A single contrary observation does not change the status, but it no longer holds.
    let holds = match &state.status {
        Status::Unknown => true,
        Status::Up { .. } => !state.is_failing(),
        Status::Down(_) => state.is_failing(),
    };
    if holds && steady_at(policy, state).is_some_and(|at| at <= now) {
        state.unstable = None;
        state.changes.clear();
    }
}

/// When the target of `state` will be steady, if it is unstable and does not
/// change any more.
#[must_use]
pub fn steady_at(policy: &Policy, state: &State) -> Option<DateTime<Utc>> {
    let since = state.unstable?;
    let held = TimeDelta::from_std(policy.flapping.steady_after).unwrap_or(TimeDelta::MAX);
    let last = state.changes.last().copied().unwrap_or(since);
    Some(last.checked_add_signed(held).unwrap_or(DateTime::<Utc>::MAX_UTC))
}

fn is_within(passed: TimeDelta, limit: Duration) -> bool {
    passed.to_std().is_ok_and(|passed| passed < limit)
}

fn fail(
    policy: &Policy,
    state: &mut State,
    observation: &Observation,
    failure: &Failure,
) -> Vec<Transition> {
    let slot = observation.slot;
    let (count, since, inhibited) = match &state.streak {
        Some(Streak::Failing { count, since, inhibited, .. }) => {
            (count.saturating_add(1), *since, *inhibited)
        }
        Some(Streak::Succeeding { .. }) | None => (1, slot, 0),
    };
    state.streak = Some(Streak::Failing { count, since, latest: failure.clone(), inhibited });
    match &state.status {
        Status::Down(_) => Vec::new(),
        Status::Unknown | Status::Up { .. } if count < policy.failure_threshold.get() => Vec::new(),
        Status::Unknown | Status::Up { .. } => {
            let incident = Incident {
                since,
                failure: failure.clone(),
                vantage: observation.vantage.clone(),
                agreed_by: observation.agreed_by(),
                attachment: None,
                unmentioned: false,
                cause: None,
                is_cause_over: false,
            };
            state.status = Status::Down(incident.clone());
            changed(policy, state, slot);
            vec![Transition::Down(incident)]
        }
    }
}

fn succeed(
    policy: &Policy,
    state: &mut State,
    slot: DateTime<Utc>,
    warnings: &[Warning],
) -> Vec<Transition> {
    let (count, since, failures) = match &state.streak {
        Some(Streak::Succeeding { count, since }) => (count.saturating_add(1), *since, 0),
        Some(Streak::Failing { count, .. }) => (1, slot, *count),
        None => (1, slot, 0),
    };
    state.streak = Some(Streak::Succeeding { count, since });
    let mut transitions = Vec::new();
    if count >= policy.success_threshold.get() {
        match &state.status {
            Status::Up { .. } => {}
            Status::Unknown => state.status = Status::Up { since },
            Status::Down(incident) => {
                let outage = Outage { observations: failures, ..Outage::of(incident, since) };
                let is_its_own = state.inhibited_incident.take() != Some(outage.since);
                state.last_outage = Some(outage.clone());
                state.status = Status::Up { since };
                if is_its_own {
                    changed(policy, state, slot);
                }
                transitions.push(Transition::Recovered(outage));
            }
        }
    }
    // What only witnesses reach says nothing of the other limits.
    let is_partial = warnings.iter().any(|warning| warning.kind == WarningKind::Partial);
    let is_seen = |kind: &&WarningKind| match kind {
        WarningKind::Unwatched => false,
        WarningKind::Partial => true,
        WarningKind::CertExpiring | WarningKind::Slow => !is_partial,
    };
    for kind in WarningKind::ALL.iter().filter(is_seen) {
        let seen = warnings.iter().find(|warning| warning.kind == *kind);
        transitions.extend(weigh(policy, state, slot, *kind, seen));
    }
    transitions
}

/// The target can be judged, so it is watched again, whatever the thresholds.
fn watched(state: &mut State) -> Option<Transition> {
    let flag = state.warnings.remove(&WarningKind::Unwatched).filter(|flag| flag.raised)?;
    Some(Transition::Cleared(WarningKind::Unwatched, flag))
}

/// Counts one kind of warning, `seen` or not, on its own streak.
fn weigh(
    policy: &Policy,
    state: &mut State,
    slot: DateTime<Utc>,
    kind: WarningKind,
    seen: Option<&Warning>,
) -> Option<Transition> {
    let flag = match (state.warnings.get_mut(&kind), seen) {
        (None, None) => return None,
        (None, Some(warning)) => state.warnings.entry(kind).or_insert(Flag {
            raised: false,
            against: 0,
            since: slot,
            detail: warning.detail.clone(),
        }),
        (Some(flag), _) => flag,
    };
    if let Some(warning) = seen {
        flag.detail.clone_from(&warning.detail);
    }
    if seen.is_some() == flag.raised {
        return agree(state, kind);
    }
    let threshold = if flag.raised { policy.success_threshold } else { policy.failure_threshold };
    flag.against = flag.against.saturating_add(1);
    if flag.against < threshold.get() {
        return None;
    }
    flag.raised = !flag.raised;
    flag.against = 0;
    if flag.raised {
        return Some(Transition::Warning(kind, flag.clone()));
    }
    state.warnings.remove(&kind).map(|flag| Transition::Cleared(kind, flag))
}

/// The observation agrees with the flag: the count against it starts anew, and a
/// flag that was never raised is forgotten.
fn agree(state: &mut State, kind: WarningKind) -> Option<Transition> {
    match state.warnings.get_mut(&kind) {
        Some(flag) if flag.raised => flag.against = 0,
        Some(_) | None => drop(state.warnings.remove(&kind)),
    }
    None
}
