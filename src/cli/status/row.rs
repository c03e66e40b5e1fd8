//! One target in a row: how it is, what was measured, and since when.

use chrono::{DateTime, TimeDelta, Utc};

use crate::cli::draw::{BAD, BOLD, GOOD, WARN, sparkline};
use crate::cli::table::Cell;
use crate::core::announce::{self, Context};
use crate::message::time::Calendar;
use crate::model::history::{self, Day};
use crate::model::state::{State, Status, Streak};
use crate::model::target::{Kind, Target};
use crate::text::duration::english as duration;

/// Milliseconds up to which they are shown as such: a probe's, but not a backup's.
const SHORT: u32 = 10_000;

/// What the table shows of `target`.
pub(super) fn row(
    name: &str,
    target: &Target,
    state: &State,
    days: &[Day],
    calendar: Calendar,
    context: &Context<'_>,
) -> Vec<Cell> {
    let (mark, style) = match &state.status {
        Status::Unknown => ("?", WARN),
        Status::Up { .. } if state.raised().next().is_some() => ("▲", WARN),
        Status::Up { .. } => ("●", GOOD),
        Status::Down(_) => ("✕", BAD),
    };
    let [picture, latest, share] = measured(target, state, days);
    vec![
        Cell::new(mark).style(style),
        Cell::new(name).style(BOLD),
        Cell::new(picture),
        Cell::new(latest).right(),
        Cell::new(share).right(),
        Cell::new(explanation(target, state, calendar, context)),
    ]
}

/// Recent latencies, the last of them, and the share of successes. Errors and
/// alarms come when something is wrong: of them, there is nothing to measure.
fn measured(target: &Target, state: &State, days: &[Day]) -> [String; 3] {
    let recent = &state.history.recent;
    let share = history::uptime(days).unwrap_or_default();
    let latest = recent.iter().rev().find_map(|latency| *latency);
    match target.kind {
        // A ping that no start came before took no time.
        Kind::Heartbeat(_) if recent.iter().flatten().all(|took| *took == 0) => {
            [String::new(), String::new(), share]
        }
        Kind::Endpoint(_) | Kind::Heartbeat(_) => {
            [sparkline(recent), latest.map(took).unwrap_or_default(), share]
        }
        Kind::Errors(_) | Kind::Alarm | Kind::Topic | Kind::Unwatched => Default::default(),
    }
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

fn took(milliseconds: u32) -> String {
    if milliseconds < SHORT {
        return format!("{milliseconds} ms");
    }
    duration(TimeDelta::milliseconds(milliseconds.into()))
}

/// How it is, since when, and what speaks against it.
fn explanation(
    target: &Target,
    state: &State,
    calendar: Calendar,
    context: &Context<'_>,
) -> String {
    let now = context.now();
    let since = |at| format!("since {} ({})", calendar.instant(at), duration(now - at));
    let status = match &state.status {
        Status::Unknown => unjudged(target, state).to_owned(),
        Status::Up { since: at } => format!("up {}", since(*at)),
        Status::Down(incident) => {
            let failure = &incident.failure;
            let (since, why) = (since(incident.since), failure.reason.description());
            format!("down {since}, {why}: {}", failure.detail)
        }
    };
    let mut parts = vec![status];
    match (&state.status, &state.streak) {
        (Status::Unknown | Status::Up { .. }, Some(Streak::Failing { count, latest, .. })) => {
            parts.push(format!("failed {} since: {}", times(*count), latest.explain()));
        }
        (Status::Down(_), Some(Streak::Succeeding { count, .. })) => {
            parts.push(format!("answering again, for {count}"));
        }
        (Status::Down(_), Some(Streak::Failing { count, .. })) => {
            parts.extend(matches!(target.kind, Kind::Errors(_)).then(|| errors(*count)));
        }
        _ => {}
    }
    parts.extend(pinged(state, now));
    let maintained = context.maintained_until(&target.name);
    parts.extend(maintained.map(|end| format!("in maintenance until {}", calendar.instant(end))));
    let paused = announce::paused_until(state, now);
    parts.extend(paused.map(|end| format!("paused until {}", calendar.instant(end))));
    parts.extend(
        state.raised().map(|(kind, flag)| format!("{}: {}", kind.description(), flag.detail)),
    );
    parts.join("; ")
}

/// What is to be said where there is no evidence yet.
fn unjudged(target: &Target, state: &State) -> &'static str {
    match &target.kind {
        Kind::Heartbeat(_) if state.by_kind.beat().is_none() => "waits for its first ping",
        Kind::Errors(_) => "no error so far",
        Kind::Topic => "what comes is told as news",
        Kind::Unwatched => "unwatched",
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
