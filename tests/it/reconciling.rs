//! Judge and reconcile together, under random outcomes, refusing channels,
//! lost answers and deliveries that are recorded late, against the invariants
//! of the design.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use prober::core::announce::{Context, Fact, Hearing, NotAnnounced, deliver, why_not_announced};
use prober::core::step::{of_observations, owed};
use prober::model::names::TargetName;
use prober::model::observation::Outcome;
use prober::model::record::{Record, Records, Revision, states};
use prober::model::target::{Flapping, Target, by_name};
use proptest::prelude::*;

use crate::world::{minute, observe, refused, slack, slow, target};

/// What a channel heard of one incident.
#[derive(Debug, Default)]
struct Heard {
    down: u32,
    recovered: u32,
    was_down: u32,
}

/// What one tick meets.
#[derive(Debug, Clone)]
struct Weather {
    outcomes: Vec<Outcome>,
    accepts: bool,
    /// The send takes so long that another tick is judged before its record.
    slow_send: bool,
}

struct World {
    targets: Vec<Target>,
    records: Records,
    heard: BTreeMap<(TargetName, DateTime<Utc>), Heard>,
    /// Incidents that opened, by target, with their end where they have one.
    incidents: BTreeMap<(TargetName, DateTime<Utc>), Option<DateTime<Utc>>>,
    warnings: BTreeMap<TargetName, BTreeSet<&'static str>>,
}

impl World {
    fn new(targets: Vec<Target>) -> Self {
        Self {
            targets,
            records: Records::new(),
            heard: BTreeMap::new(),
            incidents: BTreeMap::new(),
            warnings: BTreeMap::new(),
        }
    }

    fn observe(&mut self, step: i64, outcomes: &[Outcome]) {
        let observations: Vec<_> = self
            .targets
            .iter()
            .zip(outcomes)
            .map(|(target, outcome)| observe(target.name.as_str(), minute(step), outcome.clone()))
            .collect();
        let targets = by_name(&self.targets);
        let context = Context::new(&targets, &[], minute(step));
        let step = of_observations(&context, &self.records, &observations);
        for write in step.writes {
            let record = Record { revision: Revision(write.expected.0 + 1), state: write.state };
            if let Some(incident) = record.state.incident() {
                self.incidents.entry((write.target.clone(), incident.since)).or_default();
            }
            if let Some(outage) = &record.state.last_outage {
                self.incidents.insert((write.target.clone(), outage.since), Some(outage.until));
            }
            self.records.insert(write.target, record);
        }
    }

    fn owed(&self, step: i64) -> Vec<(TargetName, Fact)> {
        let targets = by_name(&self.targets);
        owed(&Context::new(&targets, &[], minute(step)), &states(&self.records), &slack()).facts
    }

    fn hear(&mut self, facts: &[(TargetName, Fact)]) {
        for (target, fact) in facts {
            let key = |since| (target.clone(), since);
            match fact {
                Fact::Down { incident, .. } => {
                    self.heard.entry(key(incident.since)).or_default().down += 1;
                }
                Fact::Recovered(outage)
                | Fact::Quiet { outage, .. }
                | Fact::RootRecovered { outage, .. } => {
                    let heard = self.heard.entry(key(outage.since)).or_default();
                    assert_eq!(heard.down, 1, "recovered before its down: {outage:?}");
                    heard.recovered += 1;
                }
                Fact::WasDown { outage, .. } => {
                    let merged = self.incidents.range(key(outage.since)..=key(outage.until));
                    let merged: Vec<_> = merged.map(|(id, _)| id.clone()).collect();
                    for id in merged {
                        self.heard.entry(id).or_default().was_down += 1;
                    }
                }
                Fact::Warning(raised) => {
                    let known = self.warnings.entry(target.clone()).or_default();
                    assert!(raised.iter().all(|(kind, _)| known.insert(kind.code())));
                }
                Fact::Cleared(kinds) => {
                    let known = self.warnings.entry(target.clone()).or_default();
                    assert!(kinds.iter().all(|(kind, _)| known.remove(kind.code())));
                }
                Fact::StillDown(_)
                | Fact::Unstable { .. }
                | Fact::Steady(_)
                | Fact::Another { .. }
                | Fact::News(_) => {
                    panic!("nobody asked for {fact:?}")
                }
            }
        }
    }

    fn record(&mut self, facts: &[(TargetName, Fact)], step: i64) {
        for (target, fact) in facts {
            let record = self.records.get_mut(target).unwrap();
            deliver(&mut record.state, &slack(), fact, minute(step));
            record.revision.0 += 1;
        }
    }

    fn live(&mut self, weather: &[Weather]) {
        let mut late: Option<Vec<(TargetName, Fact)>> = None;
        for (step, now) in (0..).zip(weather) {
            self.observe(step, &now.outcomes);
            if let Some(facts) = late.take() {
                // The lease was held all the while: nobody else spoke.
                self.record(&facts, step);
            }
            let facts = self.owed(step);
            if facts.is_empty() || !now.accepts {
                continue;
            }
            self.hear(&facts);
            if now.slow_send {
                late = Some(facts);
            } else {
                self.record(&facts, step);
            }
        }
        let end = i64::try_from(weather.len()).unwrap();
        self.record(&late.unwrap_or_default(), end);
        self.calm(end);
    }

    /// The channel accepts for good: what is owed is told, and then nothing is.
    fn calm(&mut self, step: i64) {
        for _ in 0..2 {
            let facts = self.owed(step);
            self.hear(&facts);
            self.record(&facts, step);
        }
        assert_eq!(self.owed(step), []);
    }

    fn check(&self) {
        for (id, heard) in &self.heard {
            assert!(heard.down <= 1 && heard.recovered <= 1, "told twice: {id:?} {heard:?}");
            assert!(heard.down + heard.was_down <= 1, "told both ways: {id:?} {heard:?}");
            assert!(self.incidents.contains_key(id), "never happened: {id:?}");
        }
        for (id, end) in &self.incidents {
            let heard = self.heard.get(id);
            let told = heard.is_some_and(|heard| heard.down + heard.was_down == 1);
            let failing = self.records[&id.0].state.is_failing();
            assert!(told || (end.is_none() && !failing), "silence about {id:?}");
        }
    }
}

fn weather(targets: usize, steps: usize) -> impl Strategy<Value = Vec<Weather>> {
    let outcome = prop_oneof![
        4 => Just(Outcome::success()),
        4 => Just(refused()),
        2 => Just(slow()),
        1 => Just(Outcome::inconclusive("busy")),
    ];
    let one = (prop::collection::vec(outcome, targets), prop::bool::weighted(0.4), any::<bool>())
        .prop_map(|(outcomes, accepts, slow_send)| Weather { outcomes, accepts, slow_send });
    prop::collection::vec(one, 1..steps)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_outage_is_told_once_whatever_the_channel_does(
        thresholds in (1u32..4, 1u32..4),
        weather in weather(2, 60),
    ) {
        let (fail, succeed) = thresholds;
        let targets = vec![target("blog", fail, succeed), target("photos", succeed, fail)];
        let mut world = World::new(targets);
        world.live(&weather);
        world.check();
    }

    #[test]
    fn nothing_is_told_behind_a_broken_root_and_nothing_is_hidden_once_that_works(
        weather in weather(3, 40),
        leaf in 0usize..3,
    ) {
        let on = |above: &str| vec![TargetName::new(above)];
        let router = target("router", 2, 1);
        let nas = Target { depends_on: on("router"), ..target("nas", 2, 1) };
        let photos = Target { depends_on: on("nas"), ..target("photos", 2, 2) };
        let mut world = World::new(vec![router, nas, photos]);
        // Behind a root that works again, one of them goes on failing.
        let outcomes =
            (0..3).map(|at| if at == leaf { refused() } else { Outcome::success() }).collect();
        let calm = Weather { outcomes, accepts: true, slow_send: false };
        let calm = std::iter::repeat_n(calm, 4);
        for (step, now) in (0..).zip(weather.into_iter().chain(calm)) {
            world.observe(step, &now.outcomes);
            let facts = world.owed(step);
            for (name, _) in facts.iter().filter(|(_, fact)| fact.kind() == "down") {
                let above = world.targets.iter().take_while(|target| target.name != *name);
                for target in above {
                    let Some(Record { state, .. }) = world.records.get(&target.name) else { continue };
                    prop_assert!(state.incident().is_none() && !state.is_failing());
                }
            }
            if now.accepts {
                world.hear(&facts);
                world.record(&facts, step);
            }
        }
        let (target, slack) = (&world.targets[leaf], slack());
        let (state, targets) = (&world.records[&target.name].state, by_name(&world.targets));
        let context = Context::new(&targets, &[], minute(99));
        let hearing = Hearing::new(target, &slack, &context, &world.records);
        prop_assert_eq!(why_not_announced(target, state, &hearing), Some(NotAnnounced::Announced));
        prop_assert!(world.heard.values().all(|heard| heard.down + heard.was_down <= 1));
    }

    #[test]
    fn settling_twice_owes_the_same(weather in weather(1, 20)) {
        let mut world = World::new(vec![target("blog", 1, 1)]);
        for (step, now) in (0..).zip(&weather) {
            world.observe(step, &now.outcomes);
            let targets = by_name(&world.targets);
            let again = of_observations(&Context::new(&targets, &[], minute(step)), &world.records, &[]);
            prop_assert_eq!(again.writes, vec![]);
        }
    }
}

/// Runs `outcomes` a minute apart with a channel that accepts where `accepts`
/// says so; returns what it heard, a line a fact.
fn story(targets: Vec<Target>, steps: Vec<(Vec<Outcome>, bool)>) -> Vec<String> {
    let mut world = World::new(targets);
    let mut lines = Vec::new();
    for (step, (outcomes, accepts)) in (0..).zip(steps) {
        world.observe(step, &outcomes);
        let facts = world.owed(step);
        if accepts {
            lines.extend(
                facts.iter().map(|(target, fact)| format!("{step} {target} {}", fact.kind())),
            );
            world.record(&facts, step);
        }
    }
    lines
}

/// Three outages within an hour are told one by one.
fn six() -> Flapping {
    Flapping { changes: NonZeroU32::new(6).unwrap(), ..Flapping::default() }
}

fn one(outcome: Outcome, accepts: bool) -> (Vec<Outcome>, bool) {
    (vec![outcome], accepts)
}

#[test]
fn an_outage_is_one_down_and_one_recovered() {
    let outcomes = [Outcome::success(), refused(), refused(), refused(), Outcome::success()];
    let steps = outcomes.into_iter().map(|outcome| one(outcome, true)).collect();
    assert_eq!(story(vec![target("blog", 2, 1)], steps), ["2 blog down", "4 blog recovered"]);
}

#[test]
fn an_outage_that_ended_while_the_channel_refused_is_told_as_one_message() {
    let steps = vec![
        one(refused(), false),
        one(Outcome::success(), false),
        one(Outcome::success(), true),
        one(Outcome::success(), true),
    ];
    assert_eq!(story(vec![target("blog", 1, 1)], steps), ["2 blog was_down"]);
}

#[test]
fn a_target_that_fell_again_before_its_recovery_was_told_is_down_once_more() {
    let steps = vec![
        one(refused(), true),
        one(Outcome::success(), false),
        one(refused(), true),
        one(Outcome::success(), true),
    ];
    let told = story(vec![target("blog", 1, 1)], steps);
    assert_eq!(told, ["0 blog down", "2 blog down", "3 blog recovered"]);
}

#[test]
fn nothing_is_said_of_a_target_on_its_way_up() {
    let steps = vec![one(refused(), false), one(Outcome::success(), true), one(refused(), true)];
    assert_eq!(story(vec![target("blog", 1, 2)], steps), ["2 blog down"]);
}

#[test]
fn a_target_behind_one_that_fails_is_silent_until_that_is_back() {
    let router = target("router", 2, 1);
    let photos = Target { depends_on: vec![router.name.clone()], ..target("photos", 1, 1) };
    let (bad, good) = (refused, Outcome::success);
    let steps = vec![
        (vec![bad(), bad()], true),
        (vec![bad(), bad()], true),
        (vec![good(), bad()], true),
        (vec![good(), good()], true),
    ];
    let told = story(vec![router, photos], steps);
    assert_eq!(
        told,
        ["1 router down", "2 photos down", "2 router recovered", "3 photos recovered"]
    );
}

#[test]
fn what_is_still_down_once_its_root_is_back_needs_evidence_of_its_own() {
    let router = target("router", 1, 1);
    let photos = Target { depends_on: vec![router.name.clone()], ..target("photos", 2, 1) };
    let (bad, good) = (refused, Outcome::success);
    let steps = vec![
        (vec![bad(), bad()], true),
        (vec![bad(), bad()], true),
        (vec![good(), bad()], true),
        (vec![good(), bad()], true),
        (vec![good(), good()], true),
    ];
    let told = story(vec![router, photos], steps);
    assert_eq!(
        told,
        ["0 router down", "2 router recovered", "3 photos down", "4 photos recovered"]
    );
}

#[test]
fn a_root_names_what_it_takes_with_it() {
    let router = target("router", 1, 1);
    let behind = |name: &str, parent: &Target| Target {
        depends_on: vec![parent.name.clone()],
        place: None,
        ..target(name, 2, 1)
    };
    let nas = behind("nas", &router);
    let photos = behind("photos", &nas);
    let mut world = World::new(vec![router, nas, photos, target("blog", 1, 1)]);
    world.observe(0, &[refused(), refused(), refused(), Outcome::success()]);
    let facts = world.owed(0);
    let [(name, Fact::Down { affected, .. })] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(name.as_str(), "router");
    assert_eq!(affected.iter().map(TargetName::as_str).collect::<Vec<_>>(), ["nas", "photos"]);
}

#[test]
fn a_target_that_flaps_is_unstable_once_and_steady_once() {
    let mut blog = target("blog", 1, 1);
    blog.policy.flapping = six();
    let flaps = (0..20).map(|step| if step % 2 == 0 { refused() } else { Outcome::success() });
    let holds = std::iter::repeat_n(Outcome::success(), 32);
    let steps = flaps.chain(holds).map(|outcome| one(outcome, true)).collect();
    let told = story(vec![blog], steps);
    let (six, rest) = told.split_at(6);
    assert!(six.iter().all(|line| line.ends_with("down") || line.ends_with("recovered")));
    assert_eq!(rest, ["6 blog unstable", "49 blog steady"]);
}

#[test]
fn a_target_that_flaps_only_with_its_root_is_not_unstable_itself() {
    let mut router = target("router", 1, 1);
    router.policy.flapping = six();
    let mut photos = Target { depends_on: vec![router.name.clone()], ..target("photos", 1, 2) };
    photos.policy.flapping = six();
    let all = |outcome: Outcome| (vec![outcome.clone(), outcome], true);
    let flaps = (0..24).map(|step| all(if step % 3 == 0 { refused() } else { Outcome::success() }));
    let holds = std::iter::repeat_n(all(Outcome::success()), 40);
    let own = [(vec![Outcome::success(), refused()], true)];
    let told = story(vec![router, photos], flaps.chain(holds).chain(own).collect());
    assert!(told[..6].iter().all(|line| line.contains("router")), "{told:?}");
    assert_eq!(told[6..], ["9 router unstable", "52 router steady", "64 photos down"]);
}

#[test]
fn what_was_missed_before_it_was_unstable_is_told_with_that() {
    let mut blog = target("blog", 1, 1);
    blog.policy.flapping = six();
    let flaps = (0..10).map(|step| if step % 2 == 0 { refused() } else { Outcome::success() });
    let holds = std::iter::repeat_n(Outcome::success(), 40);
    let steps = (0..).zip(flaps.chain(holds)).map(|(step, outcome)| one(outcome, step > 7));
    let missed = std::iter::repeat_n("8 blog was_down", 3);
    let expected: Vec<_> = missed.chain(["8 blog unstable", "39 blog steady"]).collect();
    assert_eq!(story(vec![blog], steps.collect()), expected);
}

#[test]
fn an_unstable_target_that_stays_down_is_told_after_five_failures_and_once() {
    let mut blog = target("blog", 1, 1);
    blog.policy.flapping = six();
    let flaps = (0..8).map(|step| if step % 2 == 0 { refused() } else { Outcome::success() });
    let holds = std::iter::repeat_n(refused(), 40).chain([Outcome::success()]);
    let steps = flaps.chain(holds).map(|outcome| one(outcome, true)).collect();
    let told = story(vec![blog], steps);
    assert_eq!(told[6..], ["6 blog unstable", "12 blog down", "48 blog recovered"]);
}

#[test]
fn an_outage_that_was_silenced_from_beginning_to_end_is_history() {
    let router = target("router", 1, 1);
    let photos = Target { depends_on: vec![router.name.clone()], ..target("photos", 1, 1) };
    let steps = vec![
        (vec![refused(), refused()], true),
        (vec![Outcome::success(), Outcome::success()], true),
    ];
    assert_eq!(story(vec![router, photos], steps), ["0 router down", "1 router recovered"]);
}

#[test]
fn reminders_come_when_their_time_has_passed_and_then_when_the_outage_has_doubled() {
    let mut blog = target("blog", 1, 1);
    blog.policy.remind = Some(std::time::Duration::from_mins(3));
    let steps = (0..14).map(|_| one(refused(), true)).collect();
    let told = story(vec![blog], steps);
    let reminders = ["3 blog still_down", "6 blog still_down", "12 blog still_down"];
    assert_eq!(told, [&["0 blog down"], &reminders[..]].concat());
}

#[test]
fn more_missed_outages_than_fit_are_counted_in_the_last() {
    let rounds = 12;
    let mut steps: Vec<_> =
        (0..rounds).flat_map(|_| [one(refused(), false), one(Outcome::success(), false)]).collect();
    steps.push(one(Outcome::success(), false));
    let mut world = World::new(vec![target("blog", 1, 1)]);
    for (step, (outcomes, _)) in (0..).zip(&steps) {
        world.observe(step, outcomes);
    }
    let facts = world.owed(99);
    let count = |fact: &Fact| match fact {
        Fact::WasDown { outage, .. } => (outage.incidents, outage.down_s),
        other => panic!("{other:?}"),
    };
    let told: Vec<_> = facts.iter().map(|(_, fact)| count(fact)).collect();
    assert_eq!(told.len(), prober::core::announce::MAX_MISSED);
    assert_eq!(told.iter().map(|(incidents, _)| incidents).sum::<u32>(), rounds);
    assert_eq!(told.iter().map(|(_, down_s)| down_s).sum::<i64>(), i64::from(rounds) * 60);
}
