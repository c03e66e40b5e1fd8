//! One target in a row: how it is, what was measured, and since when.

use chrono::{DateTime, TimeDelta, Utc};

use super::StatusContext;
use super::severity::Severity;
use crate::cli::warned::warned;
use crate::core::announce;
use crate::model::detail::Detail;
use crate::model::history;
use crate::model::state::{State, Status, Streak};
use crate::model::target::{Kind, Target};
use crate::text::duration::english as duration;

/// Milliseconds up to which they are shown as such: a probe's, but not a backup's.
const SHORT: u32 = 10_000;

/// What the table shows of a target.
pub(super) struct Row<'a> {
    pub(super) target: &'a Target,
    pub(super) severity: Severity,
    pub(super) name: String,
    /// Milliseconds, oldest first; none where nothing is measured.
    pub(super) recent: &'a [Option<u32>],
    /// The last latency.
    pub(super) latest: String,
    /// The share of successes.
    pub(super) share: String,
    /// All that is to be said where all is well.
    pub(super) brief: Option<String>,
    /// How it is, since when, and what speaks against it.
    pub(super) explanation: String,
}

impl<'a> Row<'a> {
    pub(super) fn of(target: &'a Target, context: &'a StatusContext<'a>) -> Self {
        let state = context.state(target);
        let recent = measured(target, state);
        let is_counted = matches!(target.kind, Kind::Endpoint(_) | Kind::Heartbeat(_));
        let share = history::uptime(context.memory.days(&target.name)).filter(|_| is_counted);
        Self {
            target,
            severity: Severity::of(target, context),
            name: context.name(&target.name),
            recent,
            latest: recent.iter().rev().find_map(|took| *took).map(took).unwrap_or_default(),
            share: share.unwrap_or_default(),
            brief: brief(target, context),
            explanation: explanation(target, context),
        }
    }
}

/// Recent latencies. Errors and alarms come when something is wrong: of them, there is
/// nothing to measure.
pub(super) fn measured<'a>(target: &Target, state: &'a State) -> &'a [Option<u32>] {
    let recent = state.history.recent.as_slice();
    match target.kind {
        // A ping that no start came before took no time.
        Kind::Heartbeat(_) if recent.iter().flatten().all(|took| *took == 0) => &[],
        Kind::Endpoint(_) | Kind::Heartbeat(_) => recent,
        Kind::Errors(_) | Kind::Alarm | Kind::Topic | Kind::Off => &[],
    }
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// A latency.
pub(super) fn took(milliseconds: u32) -> String {
    match milliseconds {
        0 => return "<1 ms".to_owned(),
        1..SHORT => return format!("{milliseconds} ms"),
        SHORT.. => {}
    }
    duration(TimeDelta::milliseconds(milliseconds.into()))
}

/// All that is to be said of a target that is well, and of which nothing else is known.
fn brief(target: &Target, context: &StatusContext<'_>) -> Option<String> {
    let state = context.state(target);
    let is_plain = Severity::of(target, context) == Severity::Up
        && !state.is_failing()
        && remarks(target, context).is_empty();
    let Status::Up { since } = &state.status else {
        return is_plain.then(|| unjudged(target, state).to_owned());
    };
    let calls = pinged(state, context.now());
    is_plain.then(|| calls.unwrap_or_else(|| format!("up {}", context.calendar.since(*since))))
}

/// How it is, since when, and what speaks against it.
fn explanation(target: &Target, context: &StatusContext<'_>) -> String {
    if context.memory.records.is_unreadable(&target.name) {
        return "its record cannot be read".to_owned();
    }
    let (state, now) = (context.state(target), context.now());
    let mut parts = vec![status(target, context)];
    parts.extend(streak(target, state));
    parts.extend(pinged(state, now));
    let remarks = remarks(target, context);
    // What is down comes first, and else what is to be known of what is up.
    let all = if state.incident().is_some() { [parts, remarks] } else { [remarks, parts] };
    all.concat().join("; ")
}

fn status(target: &Target, context: &StatusContext<'_>) -> String {
    let (state, calendar, now) = (context.state(target), context.calendar, context.now());
    let since = |at| format!("since {} ({})", calendar.instant(at), duration(now - at));
    match &state.status {
        Status::Unknown => unjudged(target, state).to_owned(),
        Status::Up { since: at } if context.is_fresh(target) => format!("up {}", since(*at)),
        Status::Up { since } => {
            let last = state.last_slot.unwrap_or(*since);
            let (instant, ago) = (calendar.instant(last), duration(now - last));
            format!("not observed for {ago}; it was up at {instant}")
        }
        Status::Down(incident) => {
            let failure = &incident.failure;
            let (since, said) =
                (since(incident.since), calendar.detail(&failure.detail_or_reason()));
            // What somebody wrote does not say of which kind it is.
            if matches!(&failure.detail, Detail::Text(text) if !text.is_empty()) {
                format!("down {since}, {}: {said}", failure.reason.description())
            } else {
                format!("down {since}, {said}")
            }
        }
    }
}

/// What the last observations say against the status.
fn streak(target: &Target, state: &State) -> Option<String> {
    match (&state.status, state.streak.as_ref()?) {
        (Status::Unknown | Status::Up { .. }, Streak::Failing { count, latest, .. }) => {
            Some(format!("failed {} since: {}", times(*count), latest.explain()))
        }
        (Status::Down(_), Streak::Succeeding { count, .. }) => {
            Some(format!("answering again, for {count}"))
        }
        (Status::Down(_), Streak::Failing { count, .. }) => {
            matches!(target.kind, Kind::Errors(_)).then(|| errors(*count))
        }
        (Status::Unknown | Status::Up { .. }, Streak::Succeeding { .. }) => None,
    }
}

/// What else is known: what silences it, what it is behind, and its warnings.
fn remarks(target: &Target, context: &StatusContext<'_>) -> Vec<String> {
    let (state, calendar) = (context.state(target), context.calendar);
    let until = |what: &str, end| format!("{what} until {}", calendar.instant(end));
    let maintained = context.context.maintained_until(&target.name);
    let paused = announce::paused_until(state, context.now());
    let broken = announce::all_broken(target, context.all(), &context.memory.records);
    let behind = broken.first().filter(|_| state.is_failing());
    let mut remarks: Vec<String> = [
        behind.map(|root| format!("behind {}", context.name(root))),
        maintained.map(|end| until("in maintenance", end)),
        paused.map(|end| until("paused", end)),
        state.unstable.map(|since| format!("unstable since {}", calendar.instant(since))),
    ]
    .into_iter()
    .flatten()
    .collect();
    remarks.extend(state.raised().map(|(kind, flag)| warned(kind, &flag.detail)));
    remarks
}

/// What is to be said where there is no evidence yet.
fn unjudged(target: &Target, state: &State) -> &'static str {
    match &target.kind {
        Kind::Heartbeat(_) if state.by_kind.beat().is_none() => "waits for its first ping",
        Kind::Errors(_) => "no error so far",
        Kind::Topic => "what comes is told as news",
        Kind::Off => "off",
        Kind::Heartbeat(_) | Kind::Endpoint(_) | Kind::Alarm => "not judged yet",
    }
}

fn errors(count: u32) -> String {
    format!("{count} error{} so far", if count == 1 { "" } else { "s" })
}

/// When a heartbeat last called, and whether a run is under way.
fn pinged(state: &State, now: DateTime<Utc>) -> Option<String> {
    let ago = |at| duration(now - at);
    let beat = state.by_kind.beat()?;
    Some(match beat.started {
        Some(started) => format!("a run began {} ago", ago(started)),
        None => format!("pinged {} ago", ago(beat.at)),
    })
}
