//! What is remembered of failures for people: why an outage may not have been told, and
//! those that stayed below the threshold. Nothing here decides anything.

use std::mem;

use chrono::{DateTime, Utc};

use crate::core::announce::{self, Context};
use crate::core::judge::health::Transition;
use crate::model::names::TargetName;
use crate::model::state::{Outage, Silenced, State, Streak};

/// Failures of a target that is not down: a near miss, if a success is next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failing {
    since: DateTime<Utc>,
    hour: u32,
    failures: u32,
}

impl Failing {
    /// Those of `state`. Failures in maintenance do not count, since nobody promised that
    /// it would work then, nor those behind something broken, since they are not its own.
    pub(super) fn of(context: &Context<'_>, name: &TargetName, state: &State) -> Option<Self> {
        let Some(Streak::Failing { count, since, inhibited, .. }) = state.streak else {
            return None;
        };
        let failures = count.saturating_sub(inhibited);
        let counts = failures > 0 && state.incident().is_none();
        (counts && !context.was_maintained(name, since)).then(|| Self {
            since,
            hour: context.hour(since),
            failures,
        })
    }
}

/// Counts the failures that the state had before its last observation, if that was a
/// success and they never became an outage.
pub(super) fn note_near_miss(state: &mut State, before: Option<Failing>) {
    let Some(Failing { since, hour, failures }) = before.filter(|_| !state.is_failing()) else {
        return;
    };
    state.history.near_misses.count(since, hour, failures);
}

/// Notes what silenced the target of `state` at `slot`, if that was a failure: it stands
/// for `count` of its kind. Returns the incident that was closed, if one was, with all that
/// silenced it.
pub(super) fn note(
    state: &mut State,
    transitions: &mut [Transition],
    slot: DateTime<Utc>,
    count: u32,
    maintained: bool,
) -> Option<Outage> {
    if state.is_failing() {
        let paused = announce::paused_until(state, slot).is_some();
        let Silenced { maintained: in_window, paused: in_pause, behind: _ } = &mut state.silenced;
        *in_window = in_window.saturating_add(if maintained { count } else { 0 });
        *in_pause = in_pause.saturating_add(if paused { count } else { 0 });
        return None;
    }
    if state.incident().is_some() {
        return None;
    }
    let silenced = mem::take(&mut state.silenced);
    let silenced = Silenced { behind: state.inhibited_by.clone(), ..silenced };
    close(state, transitions, &silenced)
}

fn close(state: &mut State, transitions: &mut [Transition], by: &Silenced) -> Option<Outage> {
    let ended = transitions.iter_mut().find_map(|transition| match transition {
        Transition::Recovered(ended) => Some(ended),
        Transition::Down(_) | Transition::Warning(..) | Transition::Cleared(..) => None,
    })?;
    ended.silenced = by.clone();
    let outage = state.last_outage.as_mut()?;
    outage.silenced = by.clone();
    Some(outage.clone())
}
