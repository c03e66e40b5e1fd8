//! A target whose probes are no evidence: it is told once that it cannot be
//! watched, and once that it can be again.

use std::time::Duration;

use prober::core::announce::{Context, Fact, deliver};
use prober::core::judge::unwatched::is_any_judged;
use prober::core::step::{of_observations, owed};
use prober::model::observation::{Outcome, Vantage, WarningKind};
use prober::model::prober_state::{Gap, GapKind, ProberState};
use prober::model::record::{Record, Records, Revision};
use prober::model::target::{Cadence, Kind, Target, by_name};

use crate::world::{minute, observe, refused, slack, target};

const WHY: &str = "it has only IPv6 addresses, and there is no IPv6 here";

fn unclear() -> Outcome {
    Outcome::inconclusive(WHY)
}

/// What is stored and heard of one target.
struct World {
    target: [Target; 1],
    records: Records,
    writes: usize,
    heard: Vec<(i64, Fact)>,
}

impl World {
    fn new(interval: Duration) -> Self {
        let mut home = target("home", 2, 2);
        let Kind::Endpoint(endpoint) = &mut home.kind else { panic!("not an endpoint") };
        endpoint.cadence = Cadence::Every(interval);
        Self { target: [home], records: Records::new(), writes: 0, heard: Vec::new() }
    }

    fn every_minute() -> Self {
        Self::new(Duration::from_mins(1))
    }

    fn see(&mut self, at: i64, outcome: Outcome) {
        let targets = by_name(&self.target);
        let context = Context::new(&targets, &[], minute(at));
        let seen = [observe("home", minute(at), outcome)];
        for write in of_observations(&context, &self.records, &seen).writes {
            self.writes += 1;
            let revision = Revision(write.expected.0 + 1);
            self.records.insert(write.target, Record { revision, state: write.state });
        }
        for (name, fact) in owed(&context, &self.records, &slack()).facts {
            let record = self.records.get_mut(&name).unwrap();
            deliver(&mut record.state, &slack(), &fact, minute(at));
            self.heard.push((at, fact));
        }
    }

    /// The prober itself remembers this.
    fn remember(&mut self, state: ProberState) {
        let record = Record { state, ..Record::default() };
        self.records.probers.insert(Vantage("here".into()), record);
    }

    fn kinds(&self) -> Vec<(i64, &'static str)> {
        self.heard.iter().map(|(at, fact)| (*at, fact.kind())).collect()
    }
}

#[test]
fn a_target_that_cannot_be_judged_for_an_hour_is_told_once_with_its_reason_and_two_writes() {
    let mut world = World::every_minute();
    (0..200).for_each(|at| world.see(at, unclear()));
    let told = Fact::Warning(vec![(WarningKind::Unwatched, WHY.into())]);
    assert_eq!(world.heard, [(60, told)]);
    assert_eq!(world.writes, 2);
}

#[test]
fn it_is_over_with_the_first_evidence_whatever_the_thresholds() {
    for evidence in [Outcome::success(), refused()] {
        let mut world = World::every_minute();
        (0..70).for_each(|at| world.see(at, unclear()));
        world.see(70, evidence);
        assert_eq!(
            world.heard[1..],
            [(70, Fact::Cleared(vec![(WarningKind::Unwatched, "".into())]))]
        );
        (71..200).for_each(|at| world.see(at, unclear()));
        assert_eq!(world.kinds()[2..], [(131, "warning")]);
    }
}

#[test]
fn one_conclusive_observation_an_hour_is_enough() {
    let mut world = World::every_minute();
    (0..600).for_each(|at| {
        world.see(at, if at % 60 == 0 { Outcome::success() } else { unclear() });
    });
    assert_eq!(world.heard, []);
}

#[test]
fn a_target_that_is_seldom_probed_gets_three_of_its_intervals() {
    let mut world = World::new(Duration::from_hours(6));
    (0..5).for_each(|look| world.see(look * 360, unclear()));
    assert_eq!(world.kinds(), [(3 * 360, "warning")]);
}

#[test]
fn a_blind_prober_and_the_time_in_which_it_did_not_look_do_not_count() {
    let mut world = World::every_minute();
    world.remember(ProberState { blind_since: Some(minute(0)), ..ProberState::default() });
    (0..100).for_each(|at| world.see(at, unclear()));
    assert_eq!((world.writes, world.kinds()), (0, vec![]));
    let mut world = World::every_minute();
    (0..50).for_each(|at| world.see(at, unclear()));
    let gap = Gap { from: minute(49), until: minute(100), cause: GapKind::Missed };
    world.remember(ProberState { last: Some(gap), ..ProberState::default() });
    (100..200).for_each(|at| world.see(at, unclear()));
    assert_eq!(world.kinds(), [(160, "warning")]);
}

#[test]
fn a_repetition_of_what_was_judged_begins_nothing() {
    let mut world = World::every_minute();
    world.see(5, Outcome::success());
    world.see(5, unclear());
    assert_eq!(world.writes, 1);
}

#[test]
fn a_tick_that_learnt_nothing_of_any_target_was_not_a_watch() {
    let all = [target("home", 2, 1), target("vps", 2, 1)];
    let targets = by_name(&all);
    let of = |name, outcome| observe(name, minute(0), outcome);
    let blank = [of("home", unclear()), of("vps", unclear())];
    assert!(!is_any_judged(&targets, &blank));
    assert!(is_any_judged(&targets, &blank[..1]), "the other was not due");
    assert!(is_any_judged(&targets, &[of("home", unclear()), of("vps", refused())]));
    assert!(is_any_judged(&targets, &[]));
}
