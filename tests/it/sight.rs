//! Whether the prober sees at all, as pure rules: when it doubts itself, what
//! it takes back, what it remembers, and since when nobody has looked.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use prober::core::announce::Context;
use prober::core::judge::self_check::{forget_unseen, has_seen, is_needed, missed_since};
use prober::core::step::of_observations;
use prober::model::cron::CronExpression;
use prober::model::observation::{Observation, Outcome, Reason};
use prober::model::prober_state::{Gap, GapKind, ProberState};
use prober::model::record::Records;
use prober::model::self_check::SelfCheck;
use prober::model::skip::Skip;
use prober::model::target::{Cadence, Kind, Target, by_name};

use crate::world::{minute, observe, refused, target};

fn unreachable(name: &str) -> Target {
    with_endpoint(name, |endpoint| endpoint.unreachable = true)
}

fn with_endpoint(name: &str, change: impl FnOnce(&mut prober::model::target::Endpoint)) -> Target {
    let mut target = target(name, 2, 1);
    let Kind::Endpoint(endpoint) = &mut target.kind else { panic!("not an endpoint") };
    change(endpoint);
    target
}

fn every(name: &str, interval: Duration) -> Target {
    with_endpoint(name, |endpoint| endpoint.cadence = Cadence::Every(interval))
}

fn status() -> Outcome {
    Outcome::failure(Reason::Status, "HTTP 500")
}

fn nothing() -> Outcome {
    Outcome::inconclusive("the time was up")
}

/// Of targets called by their places.
fn seen(outcomes: &[Outcome]) -> (Vec<Target>, Vec<Observation>) {
    let names: Vec<String> = (0..outcomes.len()).map(|place| place.to_string()).collect();
    let observations = names.iter().zip(outcomes);
    let observations =
        observations.map(|(name, outcome)| observe(name, minute(0), outcome.clone())).collect();
    (names.iter().map(|name| target(name, 2, 1)).collect(), observations)
}

fn doubts(outcomes: &[Outcome]) -> bool {
    let (targets, observations) = seen(outcomes);
    is_needed(&by_name(&targets), &observations)
}

#[test]
fn half_of_what_was_found_out_makes_it_doubt_itself_and_less_does_not() {
    let up = Outcome::success;
    assert!(doubts(&[refused()]));
    assert!(doubts(&[refused(), up()]));
    assert!(doubts(&[refused(), refused(), up(), status()]));
    assert!(!doubts(&[refused(), up(), status()]));
    assert!(!doubts(&[status(), status()]));
    assert!(!doubts(&[up()]) && !doubts(&[]));
    assert!(doubts(&[refused(), nothing(), nothing(), nothing()]));
    assert!(!doubts(&[nothing(), nothing()]));
}

#[test]
fn only_the_reasons_of_the_network_make_it_doubt_itself() {
    let network =
        [Reason::Dns, Reason::Refused, Reason::Unreachable, Reason::Timeout, Reason::Reset];
    for reason in Reason::ALL {
        let doubts = doubts(&[Outcome::failure(*reason, "")]);
        assert_eq!(doubts, network.contains(reason), "{reason:?}");
    }
}

#[test]
fn a_port_that_must_not_answer_is_no_proof_of_a_network() {
    let targets = [target("nas", 2, 1), unreachable("one"), unreachable("two")];
    let up = |name| observe(name, minute(0), Outcome::success());
    let mut observations = vec![observe("nas", minute(0), refused()), up("one"), up("two")];
    let targets = by_name(&targets);
    assert!(is_needed(&targets, &observations));
    forget_unseen(&targets, &mut observations);
    let is_nothing = |seen: &Observation| matches!(seen.outcome, Outcome::Inconclusive { .. });
    assert!(observations.iter().all(is_nothing), "{observations:?}");
    assert!(!has_seen(&targets, &observations));
}

#[test]
fn what_does_not_rest_on_the_network_is_believed_by_a_blind_prober() {
    let (targets, mut observations) = seen(&[refused(), status(), Outcome::success()]);
    forget_unseen(&by_name(&targets), &mut observations);
    let kept: Vec<&Outcome> = observations.iter().map(|seen| &seen.outcome).collect();
    assert!(matches!(kept[0], Outcome::Inconclusive { .. }), "{kept:?}");
    assert_eq!(kept[1..], [&status(), &Outcome::success()]);
}

#[test]
fn a_blind_stretch_is_from_the_first_blind_tick_to_the_first_that_sees() {
    let mut sight = ProberState::default();
    for at in 2..31 {
        sight = sight.after(minute(at), SelfCheck::Failed, None);
        assert_eq!((sight.blind_since, sight.untold.len()), (Some(minute(2)), 0));
    }
    // The schedule seems not to have run, too: it is the same darkness.
    sight = sight.after(minute(31), SelfCheck::Answered, Some(minute(1)));
    let dark = Gap { from: minute(2), until: minute(31), cause: GapKind::Blind };
    assert_eq!((sight.blind_since, &sight.untold), (None, &vec![dark.clone()]));
    assert_eq!((sight.times, sight.unseen_s), (1, 29 * 60));
    let told = sight.without(std::slice::from_ref(&dark));
    assert_eq!((told.untold.len(), told.last), (0, Some(dark)));
}

#[test]
fn a_tick_that_sees_what_another_of_its_instant_does_not_leaves_no_darkness() {
    let blind = ProberState::default().after(minute(5), SelfCheck::Failed, None);
    assert_eq!(blind.after(minute(5), SelfCheck::Answered, None), ProberState::default());
}

#[test]
fn a_tick_from_before_a_darkness_that_is_delivered_late_does_not_end_it() {
    let blind = ProberState::default().after(minute(5), SelfCheck::Failed, None);
    assert_eq!(blind.after(minute(4), SelfCheck::Answered, None), blind);
    // That one is from a clock that was far ahead.
    assert_eq!(
        blind.after(minute(5 - 60 * 24 - 1), SelfCheck::Answered, None),
        ProberState::default()
    );
}

#[test]
fn a_gap_is_noted_once_whoever_notes_it() {
    let once = ProberState::default().after(minute(40), SelfCheck::Answered, Some(minute(1)));
    assert_eq!(once.untold[0].cause, GapKind::Missed);
    assert_eq!(once.after(minute(41), SelfCheck::Answered, Some(minute(1))), once);
    assert_eq!(once.after(minute(80), SelfCheck::Answered, Some(minute(41))).times, 2);
}

#[test]
fn a_prober_that_missed_ticks_and_is_blind_has_missed_both() {
    let sight = ProberState::default().after(minute(40), SelfCheck::Failed, Some(minute(1)));
    let sight = sight.after(minute(45), SelfCheck::Answered, Some(minute(1)));
    let spans: Vec<_> = sight.untold.iter().map(|dark| (dark.from, dark.until)).collect();
    assert_eq!(spans, [(minute(1), minute(40)), (minute(40), minute(45))]);
}

#[test]
fn of_what_nobody_hears_for_long_the_newest_is_kept() {
    let mut sight = ProberState::default();
    for round in 0..10 {
        sight = sight.after(minute(20 * round + 10), SelfCheck::Answered, Some(minute(20 * round)));
    }
    let kept: Vec<_> = sight.untold.iter().map(|dark| dark.from).collect();
    assert_eq!(kept, [120, 140, 160, 180].map(minute));
    assert_eq!(sight.times, 10);
}

/// The records of `target` after successes at these minutes.
fn looked_at(target: &Target, minutes: &[i64]) -> Records {
    let targets = by_name(std::slice::from_ref(target));
    let mut records = Records::new();
    for at in minutes {
        let seen = observe(target.name.as_str(), minute(*at), Outcome::success());
        let step = of_observations(&Context::new(&targets, &[], minute(*at)), &records, &[seen]);
        let write = step.writes.into_iter().next().unwrap();
        records.entry(write.target).or_default().state = write.state;
    }
    records
}

fn missed(target: &Target, minutes: &[i64], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let targets = std::slice::from_ref(target);
    missed_since(&by_name(targets), &looked_at(target, minutes), now, None)
}

#[test]
fn what_the_clock_skipped_is_no_gap() {
    let target = target("blog", 2, 1);
    let (targets, records) = (by_name(std::slice::from_ref(&target)), looked_at(&target, &[0, 1]));
    let skip = Skip { at: minute(9_001), by: TimeDelta::minutes(9_000) };
    let missed = |now, skip| missed_since(&targets, &records, now, skip);
    assert_eq!(missed(minute(9_002), None), Some(minute(1)), "for all that is known");
    assert_eq!(missed(minute(9_002), Some(skip)), None);
    assert_eq!(missed(minute(9_030), Some(skip)), Some(minute(1)), "after that nobody looked");
}

#[test]
fn more_than_three_intervals_are_a_gap_and_three_are_none() {
    let nas = target("nas", 2, 1);
    for seconds in 0..59 {
        let now = minute(4) + TimeDelta::seconds(seconds);
        assert_eq!(missed(&nas, &[0, 1], now), None, "{now}");
    }
    assert_eq!(missed(&nas, &[0, 1], minute(5)), Some(minute(1)));
    assert_eq!(missed(&nas, &[], minute(500)), None);
    assert_eq!(missed(&nas, &[0, 9], minute(5)), None);
}

#[test]
fn a_prober_that_ticks_more_slowly_than_the_interval_misses_nothing() {
    let nas = target("nas", 2, 1);
    assert_eq!(missed(&nas, &[0, 5, 10], minute(15)), None);
    assert_eq!(missed(&nas, &[0, 5, 10], minute(25)), None);
    assert_eq!(missed(&nas, &[0, 5, 10], minute(26)), Some(minute(10)));
}

#[test]
fn a_second_s_interval_does_not_make_a_slow_message_a_gap() {
    let nas = every("nas", Duration::from_secs(1));
    assert_eq!(missed(&nas, &[0], minute(2)), None);
    assert_eq!(missed(&nas, &[0], minute(3)), Some(minute(0)));
}

#[test]
fn a_target_that_is_looked_at_seldom_is_measured_by_its_own_schedule() {
    let schedule = Box::new(CronExpression::from_str("0 0 3 * * *").unwrap());
    let zone = chrono_tz::UTC;
    let daily =
        with_endpoint("nas", |endpoint| endpoint.cadence = Cadence::Cron { schedule, zone });
    let day = |day: i64| minute(60 * (24 * day + 3));
    let at = |minutes: i64| minutes * 60 * 24 + 180;
    assert_eq!(missed(&daily, &[at(0), at(1)], day(4)), None);
    assert_eq!(missed(&daily, &[at(0), at(1)], day(5)), Some(day(1)));
}

#[test]
fn an_observation_of_any_target_counts() {
    let targets = [target("nas", 2, 1), every("blog", Duration::from_hours(1))];
    let mut records = looked_at(&targets[0], &[0, 1]);
    records.extend(looked_at(&targets[1], &[0, 60]));
    assert_eq!(missed_since(&by_name(&targets), &records, minute(61), None), None);
    assert_eq!(missed_since(&by_name(&targets), &records, minute(64), None), Some(minute(60)));
}

#[test]
fn a_target_that_is_new_in_the_file_makes_no_gap_of_the_time_before_it() {
    let targets = [every("blog", Duration::from_hours(1)), target("nas", 2, 1)];
    let records = looked_at(&targets[0], &[0, 60]);
    assert_eq!(missed_since(&by_name(&targets), &records, minute(100), None), None);
    let hourly = every("nas", Duration::from_hours(1));
    // The same target, of which less time is asked for now.
    let records = looked_at(&hourly, &[0, 60]);
    assert_eq!(missed_since(&by_name(&targets[1..]), &records, minute(120), None), None);
}
