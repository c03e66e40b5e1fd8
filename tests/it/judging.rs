//! The judge against an oracle that knows the whole timeline, over every
//! timeline of twelve steps.

use chrono::{DateTime, Utc};
use prober::core::judge::health::{Judgement, Transition, judge};
use prober::model::observation::{Outcome, WarningKind};
use prober::model::state::{State, Status};
use prober::model::target::Policy;

use crate::world::{minute, observe, policy, refused, slow};

const STEPS: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Success,
    Failure,
    Nothing,
}

impl Seen {
    fn outcome(self) -> Outcome {
        match self {
            Self::Success => Outcome::success(),
            Self::Failure => refused(),
            Self::Nothing => Outcome::inconclusive("the prober was busy"),
        }
    }
}

/// What semantics.md says of a timeline, read off the whole of it: the status
/// and, where down, since when.
fn oracle(policy: &Policy, timeline: &[Seen]) -> (bool, Option<DateTime<Utc>>) {
    let (mut up, mut down) = (false, None);
    for (step, seen) in timeline.iter().copied().enumerate() {
        if seen == Seen::Nothing {
            continue;
        }
        let (length, began) = run_ending_at(timeline, step);
        if seen == Seen::Failure && length >= policy.failure_threshold.get() {
            up = false;
            down = down.or(Some(began));
        }
        if seen == Seen::Success && length >= policy.success_threshold.get() {
            up = true;
            down = None;
        }
    }
    (up, down.map(minute))
}

/// How many conclusive observations in a row, up to `step`, are as that one,
/// and the minute of the first of them.
fn run_ending_at(timeline: &[Seen], step: usize) -> (u32, i64) {
    let (mut length, mut began) = (0, 0);
    for earlier in (0..=step).rev() {
        if timeline[earlier] == timeline[step] {
            (length, began) = (length + 1, i64::try_from(earlier).unwrap());
        } else if timeline[earlier] != Seen::Nothing {
            break;
        }
    }
    (length, began)
}

fn walk(policy: &Policy, timeline: &mut Vec<Seen>, state: &State) {
    let (up, down) = oracle(policy, timeline);
    assert_eq!(state.incident().map(|incident| incident.since), down, "{timeline:?}");
    assert_eq!(matches!(state.status, Status::Up { .. }), up, "{timeline:?}");
    if timeline.len() == STEPS {
        return;
    }
    for seen in [Seen::Success, Seen::Failure, Seen::Nothing] {
        let slot = minute(i64::try_from(timeline.len()).unwrap());
        let (next, verdict) = judge(policy, state, &observe("photos", slot, seen.outcome()));
        timeline.push(seen);
        check_transitions(state, &next, &verdict, timeline);
        walk(policy, timeline, &next);
        timeline.pop();
    }
}

/// A transition is reported exactly where the status changed, and nothing
/// else changes it.
fn check_transitions(before: &State, after: &State, verdict: &Judgement, timeline: &[Seen]) {
    let opened = before.incident().is_none() && after.incident().is_some();
    let closed = before.incident().is_some() && after.incident().is_none();
    match verdict {
        Judgement::Stale => panic!("a newer slot was called stale: {timeline:?}"),
        Judgement::NoEvidence => assert_eq!(before, after, "{timeline:?}"),
        Judgement::Counted(transitions) => match transitions.as_slice() {
            [] => assert!(!opened && !closed, "{timeline:?}"),
            [Transition::Down(incident)] => {
                assert!(opened, "{timeline:?}");
                assert_eq!(after.incident(), Some(incident));
            }
            [Transition::Recovered(outage)] => {
                assert!(closed, "{timeline:?}");
                let incident = before.incident().unwrap();
                assert_eq!(outage.since, incident.since);
                assert!(outage.until > outage.since);
                assert_eq!(after.status, Status::Up { since: outage.until });
            }
            other => panic!("{other:?} after {timeline:?}"),
        },
    }
}

#[test]
fn every_timeline_with_thresholds_one_and_one_is_judged_as_the_oracle_does() {
    walk(&policy(1, 1), &mut Vec::new(), &State::default());
}

#[test]
fn every_timeline_with_thresholds_two_and_one_is_judged_as_the_oracle_does() {
    walk(&policy(2, 1), &mut Vec::new(), &State::default());
}

#[test]
fn every_timeline_with_thresholds_three_and_two_is_judged_as_the_oracle_does() {
    walk(&policy(3, 2), &mut Vec::new(), &State::default());
}

#[test]
fn an_observation_for_a_slot_that_was_judged_changes_nothing() {
    let (state, _) = judge(&policy(2, 1), &State::default(), &observe("a", minute(5), refused()));
    for slot in [minute(5), minute(4)] {
        let (after, verdict) = judge(&policy(2, 1), &state, &observe("a", slot, refused()));
        assert_eq!(verdict, Judgement::Stale);
        assert_eq!(after, state);
    }
}

/// The transitions of observations a minute apart.
fn transitions(policy: &Policy, outcomes: Vec<Outcome>) -> Vec<Vec<Transition>> {
    let mut state = State::default();
    let mut all = Vec::new();
    for (step, outcome) in (0..).zip(outcomes) {
        let (next, verdict) = judge(policy, &state, &observe("a", minute(step), outcome));
        state = next;
        match verdict {
            Judgement::Counted(transitions) => all.push(transitions),
            Judgement::NoEvidence => all.push(Vec::new()),
            Judgement::Stale => panic!("stale"),
        }
    }
    all
}

#[test]
fn a_warning_is_raised_and_cleared_by_the_thresholds() {
    let ok = Outcome::success;
    let seen =
        transitions(&policy(2, 2), vec![slow(), ok(), slow(), slow(), ok(), slow(), ok(), ok()]);
    let kinds: Vec<usize> = seen.iter().map(Vec::len).collect();
    assert_eq!(kinds, [0, 0, 0, 1, 0, 0, 0, 1]);
    assert!(
        matches!(&seen[3][..], [Transition::Warning(WarningKind::Slow, flag)] if flag.since == minute(2))
    );
    assert!(matches!(&seen[7][..], [Transition::Cleared(WarningKind::Slow, _)]));
}

#[test]
fn while_a_target_fails_its_warnings_stand_as_they_were() {
    let seen = transitions(&policy(2, 1), vec![slow(), refused(), refused(), slow()]);
    assert!(matches!(&seen[2][..], [Transition::Down(_)]));
    assert!(matches!(&seen[3][..], [Transition::Recovered(_), Transition::Warning(..)]));
}

#[test]
fn a_change_of_error_text_while_down_is_not_a_transition() {
    let other =
        Outcome::failure(prober::model::observation::Reason::Timeout, "no answer within 10 s");
    let seen = transitions(&policy(1, 1), vec![refused(), other.clone(), other]);
    assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 0]);
}
