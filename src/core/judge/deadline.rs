//! What silence means: a heartbeat is late, an error stream is quiet again. Pure;
//! the tick asks for every target that is not probed.
//!
//! The slot of both observations follows from what is stored, and not from the
//! time at which the tick runs: a tick that comes twice, or an hour late, makes the
//! same observations.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::core::judge::schedule;
use crate::model::cron::CronExpression;
use crate::model::detail::{Detail, HeartbeatDetail, Moment};
use crate::model::observation::{Observation, Outcome, Reason, Vantage};
use crate::model::state::{Beat, State, Streak};
use crate::model::target::{Cadence, Heartbeat, Kind, Target};

/// A ping that comes up to this much before an occurrence of a schedule is for that
/// occurrence: the home's clock may be fast. If two occurrences are closer than
/// twice this, it is half the time between them.
const EARLY: TimeDelta = TimeDelta::minutes(1);

/// How long a heartbeat may take to call again after pings were refused.
const AFTER_REFUSAL: TimeDelta = TimeDelta::minutes(5);

/// The longest time for which a heartbeat is not called late, however long pings
/// are refused.
const LONGEST_DOUBT: TimeDelta = TimeDelta::minutes(15);

/// The previous version took whatever is published on a topic for an error. Such an
/// incident ends after this long.
const TOPIC_QUIET: Duration = Duration::from_mins(15);

/// The observation that the silence of `target` amounts to at `now`, if it is new.
/// All that the target depends on has worked since `works_since`, if it works.
#[must_use]
pub fn overdue(
    target: &Target,
    state: &State,
    works_since: Option<DateTime<Utc>>,
    vantage: &Vantage,
    now: DateTime<Utc>,
) -> Option<Observation> {
    let (slot, outcome) = match &target.kind {
        Kind::Heartbeat(heartbeat) => late(heartbeat, state, now)
            .filter(|(slot, _)| is_new(state, *slot))
            .or_else(|| still_failing(target, heartbeat, state, works_since, now))?,
        Kind::Errors(stream) => quiet(stream.quiet, state, now)?,
        Kind::Topic => quiet(TOPIC_QUIET, state, now)?,
        Kind::Endpoint(_) | Kind::Alarm | Kind::Off => return None,
    };
    is_new(state, slot).then(|| Observation {
        target: target.name.clone(),
        slot,
        vantage: vantage.clone(),
        outcome,
        latency: None,
        measured: None,
        votes: Vec::new(),
    })
}

/// When a lasting silence becomes the next observation: `watch` sleeps until then.
/// `works_since` is as in [`overdue`].
#[must_use]
pub fn next(
    target: &Target,
    state: &State,
    works_since: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    match &target.kind {
        Kind::Heartbeat(heartbeat) => {
            let first = state.by_kind.beat().and_then(|beat| deadline(heartbeat, &beat));
            let again = again_at(target, heartbeat, state, works_since);
            first.filter(|first| is_new(state, *first)).or(again)
        }
        Kind::Errors(stream) => quiet_at(stream.quiet, state),
        Kind::Topic => quiet_at(TOPIC_QUIET, state),
        Kind::Endpoint(_) | Kind::Alarm | Kind::Off => None,
    }
}

/// Until when `target` is not called late, because pings were refused for lack of
/// room, the last of them at `refused_at`: its own may have been among them. `None`
/// if it may be called late, or already was.
#[must_use]
pub fn believed_from(
    target: &Target,
    state: &State,
    refused_at: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    let Kind::Heartbeat(heartbeat) = &target.kind else { return None };
    let first = deadline(heartbeat, &state.by_kind.beat()?)?;
    let expected = first.checked_sub_signed(grace(heartbeat))?;
    let refused = refused_at.filter(|refused| *refused >= expected && is_new(state, first))?;
    let until = (refused + AFTER_REFUSAL).min(first + LONGEST_DOUBT);
    (until > first).then_some(until)
}

/// A failure for the last beat that was missed and whose grace is over. A heartbeat
/// that has never called is new, and nothing is said of it.
fn late(
    heartbeat: &Heartbeat,
    state: &State,
    now: DateTime<Utc>,
) -> Option<(DateTime<Utc>, Outcome)> {
    let beat = state.by_kind.beat()?;
    let first = deadline(heartbeat, &beat)?;
    if now < first {
        return None;
    }
    let slot = last_missed(heartbeat, first, now);
    let last = Moment(beat.at);
    let detail = match beat.started {
        Some(started) if now - started < grace(heartbeat) => HeartbeatDetail::NoneEnds { last },
        Some(started) => {
            let (began, limit) = (Moment(started), grace(heartbeat).into());
            HeartbeatDetail::RunTooLong { began, limit }
        }
        None => HeartbeatDetail::Overdue { due: Moment(first), last },
    };
    Some((slot, Outcome::failure(Reason::Late, Detail::Heartbeat(detail))))
}

/// A heartbeat that was late, or failed, while what it depends on did not work gets
/// another grace once that is back. If it says nothing else by then, it fails once
/// more, now by itself: its next beat may be a week away.
fn still_failing(
    target: &Target,
    heartbeat: &Heartbeat,
    state: &State,
    works_since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<(DateTime<Utc>, Outcome)> {
    let slot = again_at(target, heartbeat, state, works_since).filter(|slot| *slot <= now)?;
    match &state.streak {
        Some(Streak::Failing { latest, .. }) => Some((slot, Outcome::Failure(latest.clone()))),
        Some(Streak::Succeeding { .. }) | None => None,
    }
}

fn again_at(
    target: &Target,
    heartbeat: &Heartbeat,
    state: &State,
    works_since: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    let Some(Streak::Failing { count, inhibited, .. }) = state.streak else { return None };
    let is_its_own = count.saturating_sub(inhibited) >= target.policy.failure_threshold.get();
    let last = state.last_slot.filter(|_| inhibited > 0 && !is_its_own)?;
    last.max(works_since?).checked_add_signed(grace(heartbeat))
}

fn is_new(state: &State, slot: DateTime<Utc>) -> bool {
    state.last_slot.is_none_or(|last| slot > last)
}

/// The instant at which the beat after `beat` is late.
///
/// A run that has begun may take one grace. It may have begun at the last moment,
/// so the beat is late at most twice the grace after it was expected: runs that
/// begin again and again delay it no further.
fn deadline(heartbeat: &Heartbeat, beat: &Beat) -> Option<DateTime<Utc>> {
    let grace = grace(heartbeat);
    let expected = match &heartbeat.cadence {
        Cadence::Every(interval) => {
            beat.at.checked_add_signed(TimeDelta::from_std(*interval).ok()?)
        }
        Cadence::Cron { schedule, zone } => expected(schedule, *zone, beat.at),
    };
    let late = expected.and_then(|expected| expected.checked_add_signed(grace));
    let Some(started) = beat.started else { return late };
    let run = started.checked_add_signed(grace);
    let latest = late.and_then(|late| late.checked_add_signed(grace));
    run.into_iter().chain(latest).min()
}

/// The occurrence that is expected after a ping `at` that instant.
fn expected(schedule: &CronExpression, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let first = schedule::next(schedule, zone, at)?;
    let second = schedule::next(schedule, zone, first);
    let early = second.map_or(EARLY, |second| EARLY.min((second - first) / 2));
    if first - at <= early { second } else { Some(first) }
}

/// The last instant up to `now` at which a beat was late, beginning with `first`.
fn last_missed(heartbeat: &Heartbeat, first: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let grace = grace(heartbeat);
    let last = match &heartbeat.cadence {
        Cadence::Every(interval) => {
            let step = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX).max(1);
            let whole = (now - first).num_milliseconds() / step * step;
            Some(first + TimeDelta::milliseconds(whole))
        }
        Cadence::Cron { schedule, zone } => {
            schedule::previous(schedule, *zone, now - grace).map(|beat| beat + grace)
        }
    };
    last.unwrap_or(first).max(first)
}

fn grace(heartbeat: &Heartbeat) -> TimeDelta {
    TimeDelta::from_std(heartbeat.grace).unwrap_or(TimeDelta::MAX)
}

/// A success once no error has come for long enough.
fn quiet(after: Duration, state: &State, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Outcome)> {
    let at = quiet_at(after, state)?;
    (now >= at).then(|| (at, Outcome::success()))
}

fn quiet_at(after: Duration, state: &State) -> Option<DateTime<Utc>> {
    let last = state.last_slot.filter(|_| state.is_failing())?;
    last.checked_add_signed(TimeDelta::from_std(after).ok()?)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::str::FromStr;

    use super::*;
    use crate::core::judge::health::judge;
    use crate::model::names::TargetName;
    use crate::model::secret::Secret;
    use crate::model::state::{HeartbeatState, KindState};
    use crate::model::target::{ErrorStream, Policy};

    const HOUR: Duration = Duration::from_hours(1);

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn target(kind: Kind) -> Target {
        let one = NonZeroU32::MIN;
        Target {
            name: TargetName::new("backup"),
            group: None,
            is_public: true,
            is_urgent: false,
            link: None,
            policy: Policy { failure_threshold: one, ..Policy::default() },
            notify: Vec::new(),
            depends_on: Vec::new(),
            kind,
        }
    }

    fn heartbeat(cadence: Cadence) -> Target {
        let (key, expect) = (Secret::new("key"), crate::model::expect::PingExpect::default());
        target(Kind::Heartbeat(Box::new(Heartbeat { cadence, grace: HOUR, key, expect })))
    }

    fn every_day() -> Target {
        heartbeat(Cadence::Every(24 * HOUR))
    }

    fn at_three() -> Target {
        let schedule = Box::new(CronExpression::from_str("0 0 3 * * *").unwrap());
        heartbeat(Cadence::Cron { schedule, zone: chrono_tz::UTC })
    }

    fn with(beat: Beat) -> State {
        let by_kind = KindState::Heartbeat(HeartbeatState { beat: Some(beat) });
        State { by_kind, ..State::default() }
    }

    fn pinged(text: &str) -> State {
        with(Beat { at: at(text), started: None })
    }

    fn slot(target: &Target, state: &State, now: &str) -> Option<DateTime<Utc>> {
        overdue(target, state, None, &Vantage("here".into()), at(now)).map(|seen| seen.slot)
    }

    #[test]
    fn a_heartbeat_that_never_came_is_silent() {
        assert_eq!(slot(&every_day(), &State::default(), "2026-01-01T00:00:00Z"), None);
    }

    #[test]
    fn a_heartbeat_is_late_once_its_grace_is_over() {
        let state = pinged("2026-01-01T03:00:00Z");
        assert_eq!(slot(&every_day(), &state, "2026-01-02T03:59:59Z"), None);
        let late = Some(at("2026-01-02T04:00:00Z"));
        assert_eq!(slot(&every_day(), &state, "2026-01-02T04:00:00Z"), late);
        assert_eq!(slot(&every_day(), &state, "2026-01-02T19:00:00Z"), late);
        assert_eq!(next(&every_day(), &state, None), late);
    }

    #[test]
    fn each_beat_that_is_missed_is_one_observation() {
        let state = pinged("2026-01-01T03:00:00Z");
        let seen = overdue(
            &every_day(),
            &state,
            None,
            &Vantage("here".into()),
            at("2026-01-02T05:00:00Z"),
        );
        let (down, _) = judge(&every_day().policy, &state, &seen.unwrap());
        assert!(down.incident().is_some());
        assert_eq!(slot(&every_day(), &down, "2026-01-02T06:00:00Z"), None);
        let second = Some(at("2026-01-03T04:00:00Z"));
        assert_eq!(slot(&every_day(), &down, "2026-01-03T05:00:00Z"), second);
    }

    #[test]
    fn a_schedule_is_missed_from_its_occurrence_on() {
        let state = pinged("2026-01-01T03:10:00Z");
        assert_eq!(slot(&at_three(), &state, "2026-01-02T03:59:00Z"), None);
        let late = Some(at("2026-01-02T04:00:00Z"));
        assert_eq!(slot(&at_three(), &state, "2026-01-02T05:00:00Z"), late);
        let later = Some(at("2026-01-04T04:00:00Z"));
        assert_eq!(slot(&at_three(), &state, "2026-01-04T05:00:00Z"), later);
    }

    #[test]
    fn a_ping_some_seconds_early_is_for_the_occurrence_that_follows() {
        let state = pinged("2026-01-01T02:59:50Z");
        assert_eq!(slot(&at_three(), &state, "2026-01-01T05:00:00Z"), None);
        let late = Some(at("2026-01-02T04:00:00Z"));
        assert_eq!(slot(&at_three(), &state, "2026-01-02T04:30:00Z"), late);
    }

    #[test]
    fn what_comes_every_minute_is_late_after_a_minute_and_its_grace() {
        let schedule = Box::new(CronExpression::from_str("0 * * * * *").unwrap());
        let every_minute = heartbeat(Cadence::Cron { schedule, zone: chrono_tz::UTC });
        for (pinged_at, late) in [
            ("2026-01-01T03:00:01Z", "2026-01-01T04:01:00Z"),
            ("2026-01-01T03:00:55Z", "2026-01-01T04:02:00Z"),
        ] {
            assert_eq!(
                next(&every_minute, &pinged(pinged_at), None),
                Some(at(late)),
                "{pinged_at}"
            );
        }
    }

    #[test]
    fn lateness_is_doubted_while_pings_may_have_been_refused_and_not_for_ever() {
        let state = pinged("2026-01-01T03:00:00Z");
        let from = |refused: &str| believed_from(&every_day(), &state, Some(at(refused)));
        assert_eq!(believed_from(&every_day(), &state, None), None);
        // The refusal was before it was expected, and it has enough time to call again.
        assert_eq!(from("2026-01-02T02:59:59Z"), None);
        assert_eq!(from("2026-01-02T03:30:00Z"), None);
        assert_eq!(from("2026-01-02T03:58:00Z"), Some(at("2026-01-02T04:03:00Z")));
        assert_eq!(from("2026-01-02T04:07:00Z"), Some(at("2026-01-02T04:12:00Z")));
        assert_eq!(from("2026-01-02T09:00:00Z"), Some(at("2026-01-02T04:15:00Z")));
        // A heartbeat that was already late stays so.
        let late = State { last_slot: Some(at("2026-01-02T04:00:00Z")), ..state.clone() };
        assert_eq!(believed_from(&every_day(), &late, Some(at("2026-01-02T04:07:00Z"))), None);
    }

    #[test]
    fn a_run_that_started_must_end_within_the_grace() {
        let beat =
            Beat { at: at("2026-01-01T03:00:00Z"), started: Some(at("2026-01-01T05:00:00Z")) };
        let state = with(beat);
        assert_eq!(slot(&every_day(), &state, "2026-01-01T05:59:00Z"), None);
        let late = Some(at("2026-01-01T06:00:00Z"));
        assert_eq!(slot(&every_day(), &state, "2026-01-01T06:30:00Z"), late);
    }

    #[test]
    fn an_error_stream_is_quiet_again_after_its_time_without_an_error() {
        let stream = target(Kind::Errors(ErrorStream { quiet: HOUR, mention: false }));
        let error = Observation {
            target: stream.name.clone(),
            slot: at("2026-01-01T00:00:00Z"),
            vantage: Vantage("here".into()),
            outcome: Outcome::failure(Reason::ErrorsReported, "boom"),
            latency: None,
            measured: None,
            votes: Vec::new(),
        };
        let (failing, _) = judge(&stream.policy, &State::default(), &error);
        assert_eq!(slot(&stream, &failing, "2026-01-01T00:59:59Z"), None);
        let quiet = Some(at("2026-01-01T01:00:00Z"));
        assert_eq!(slot(&stream, &failing, "2026-01-01T07:00:00Z"), quiet);
        assert_eq!(slot(&stream, &State::default(), "2026-01-01T07:00:00Z"), None);
    }
}
