//! The order of a tick, as the value that decides it.

use chrono::{DateTime, Utc};
use prober::core::announce::Context;
use prober::core::step::{Pass, PassFor, Seen, owed, pass, untold_gaps};
use prober::model::names::TargetName;
use prober::model::observation::{Outcome, Vantage};
use prober::model::record::{ProberWrite, Record, Records, Revision, Write};
use prober::model::record_key::RecordKey;
use prober::model::self_check::SelfCheck;
use prober::model::target::{Channel, ChannelKind, Target, by_name};

use crate::world::{minute, observe, refused, slack, target};

fn own() -> Vantage {
    Vantage("here".into())
}

/// The pass for `at` in which `nas` yields `outcome`.
fn passed(at: DateTime<Utc>, records: &Records, outcome: Outcome, check: SelfCheck) -> Pass {
    let nas = [nas()];
    let targets = by_name(&nas);
    let channels = [Channel::new(slack(), ChannelKind::Console)];
    let seen = Seen::new(&targets, vec![observe("nas", at, outcome)], check);
    let pass_for = PassFor { at, own: &own(), channels: &channels, skip: None };
    pass(&Context::new(&targets, &[], at), pass_for, records, &seen)
}

fn nas() -> Target {
    target("nas", 1, 1)
}

fn store(records: &mut Records, writes: &[Write]) {
    for Write { target, expected, state, .. } in writes.iter().cloned() {
        records.insert(target, Record { revision: Revision(expected.0 + 1), state });
    }
}

fn store_own(records: &mut Records, write: Option<&ProberWrite>) {
    if let Some(ProberWrite { vantage, expected, state }) = write.cloned() {
        records.probers.insert(vantage, Record { revision: Revision(expected.0 + 1), state });
    }
}

/// What is stored after the passes of these minutes, which all succeeded.
fn after(minutes: &[i64]) -> Records {
    let mut records = Records::new();
    for at in minutes {
        let pass = passed(minute(*at), &records, Outcome::success(), SelfCheck::NotAsked);
        if let Some(gap) = &pass.gap {
            store_own(&mut records, gap.write.as_ref());
        }
        store(&mut records, &pass.step.writes);
    }
    records
}

#[test]
fn what_is_owed_is_owed_once_the_step_is_stored() {
    let mut records = after(&[1]);
    let pass = passed(minute(2), &records, refused(), SelfCheck::Answered);
    store(&mut records, &pass.step.writes);
    let nas = [nas()];
    let targets = by_name(&nas);
    let stored = owed(&Context::new(&targets, &[], minute(2)), &records, &slack());
    assert_eq!(stored.facts.len(), 1);
    assert_eq!(pass.owed, [(slack(), stored)]);
}

#[test]
fn a_blind_pass_takes_no_failure_for_evidence_and_notes_that_it_is_blind() {
    let mut records = after(&[1]);
    let pass = passed(minute(2), &records, refused(), SelfCheck::Failed);
    assert!(pass.self_check.is_blind() && pass.step.transitions.is_empty());
    store_own(&mut records, pass.gap.unwrap().write.as_ref());
    // The darkness is told once it is over.
    assert_eq!(untold_gaps(&records, &own()), []);
    let pass = passed(minute(3), &records, Outcome::success(), SelfCheck::NotAsked);
    assert!(pass.gap.as_ref().unwrap().was_blind);
    store_own(&mut records, pass.gap.unwrap().write.as_ref());
    let gaps = untold_gaps(&records, &own());
    assert_eq!((gaps[0].from, gaps[0].until), (minute(2), minute(3)));
}

#[test]
fn a_gap_can_be_seen_until_the_observations_are_stored_and_not_after() {
    let mut records = after(&[1]);
    let pass = passed(minute(9), &records, Outcome::success(), SelfCheck::NotAsked);
    assert_eq!(pass.gap.unwrap().missed_since, Some(minute(1)));
    store(&mut records, &pass.step.writes);
    let again = passed(minute(9), &records, Outcome::success(), SelfCheck::NotAsked);
    assert_eq!(again.gap.unwrap().missed_since, None);
}

#[test]
fn a_pass_without_evidence_says_nothing_of_the_prober() {
    let pass =
        passed(minute(9), &after(&[1]), Outcome::inconclusive("no time"), SelfCheck::NotAsked);
    assert_eq!(pass.gap, None);
}

#[test]
fn a_target_that_is_not_configured_any_more_is_forgotten_and_a_prober_is_not() {
    let mut records = after(&[1, 9]);
    records.insert(TargetName::new("old"), Record::default());
    let pass = passed(minute(10), &records, Outcome::success(), SelfCheck::NotAsked);
    assert_eq!(pass.removed, [TargetName::new("old")]);
    let years_later = minute(60 * 24 * 400);
    let pass = passed(years_later, &records, Outcome::success(), SelfCheck::NotAsked);
    assert_eq!(pass.removed, [TargetName::new("old"), RecordKey::prober(&own()).name()]);
    // It is noted anew: nobody looked for years.
    assert_eq!(pass.gap.unwrap().write.unwrap().expected, Revision(0));
}
