//! What is remembered of failures for people: outages that are over, with what silenced
//! them, and near misses.

use chrono_tz::Asia::Kolkata;
use prober::core::announce::Context;
use prober::core::step::{Event, EventOrder, Step, Wishes, of_events, of_observations};
use prober::model::names::TargetName;
use prober::model::observation::{Outcome, Reason, Vantage};
use prober::model::record::{Record, Records, Revision};
use prober::model::state::{Outage, Silenced};
use prober::model::target::{Kind, Target, When, Window, by_name};
use proptest::prelude::*;

use crate::world::{minute, observe, refused, target};

/// Some targets, a minute after the other.
struct Story {
    targets: Vec<Target>,
    windows: Vec<Window>,
    records: Records,
    /// The outages that were handed to the store, oldest first.
    log: Vec<Outage>,
}

impl Story {
    fn of(targets: Vec<Target>) -> Self {
        Self { targets, windows: Vec::new(), records: Records::new(), log: Vec::new() }
    }

    /// With a window from the first of these minutes to the second.
    fn maintained(self, from: i64, to: i64) -> Self {
        let when = When::Once { from: minute(from), to: minute(to) };
        Self { windows: vec![Window { targets: None, when }], ..self }
    }

    /// At each minute, whether each of these targets works.
    fn see(&mut self, at: i64, works: &[(&str, bool)]) {
        let outcome = |works| if works { Outcome::success() } else { refused() };
        let seen: Vec<_> =
            works.iter().map(|(name, works)| observe(name, minute(at), outcome(*works))).collect();
        let targets = by_name(&self.targets);
        let context = Context::new(&targets, &self.windows, minute(at)).with_channels(&[], Kolkata);
        let step = of_observations(&context, &self.records, &seen);
        self.store(step);
    }

    fn store(&mut self, step: Step) {
        for write in step.writes {
            let last = write.closed_outages.last();
            assert!(last.is_none() || last == write.state.last_outage.as_ref());
            self.log.extend(write.closed_outages);
            let revision = Revision(write.expected.0 + 1);
            self.records.insert(write.target, Record { revision, state: write.state });
        }
    }

    /// `nas` alone: `#` is a success, `.` a failure.
    fn nas(&mut self, story: &str) {
        for (at, mark) in (0..).zip(story.chars()) {
            self.see(at, &[("nas", mark == '#')]);
        }
    }

    /// The near misses of `name` in the hour that holds all of a test: half past five in India.
    fn near(&self, name: &str) -> u32 {
        let history = &self.records[&TargetName::new(name)].state.history;
        history.near_misses.by_hour(minute(0)).map_or(0, |(_, hours)| hours[5])
    }

    fn silenced(&self) -> Vec<&Silenced> {
        self.log.iter().map(|outage| &outage.silenced).collect()
    }
}

fn behind(name: &str, root: &str) -> Target {
    Target { depends_on: vec![TargetName::new(root)], ..target(name, 1, 1) }
}

#[test]
fn what_became_an_outage_is_logged_when_it_is_over_and_not_before() {
    let mut story = Story::of(vec![target("nas", 2, 2)]);
    story.nas("##..#.##...#");
    let log: Vec<_> = story.log.iter().map(|outage| (outage.since, outage.until)).collect();
    assert_eq!(log, [(minute(2), minute(6))], "one success is no end, and the last is open");
    story.see(12, &[("nas", true)]);
    assert_eq!((story.log.len(), story.log[1].since), (2, minute(8)));
}

#[test]
fn an_outage_knows_how_many_of_its_failures_were_in_maintenance() {
    let mut story = Story::of(vec![target("nas", 2, 1)]).maintained(2, 4);
    // The first failure was before the window, and two in it.
    story.nas("#....#");
    assert_eq!(story.silenced(), [&Silenced { maintained: 2, ..Silenced::default() }]);
    story.nas("#######...#");
    assert_eq!(story.silenced()[1..], [&Silenced::default()], "the next one begins at nothing");
}

#[test]
fn what_stayed_below_the_threshold_in_maintenance_is_not_the_next_outage_s() {
    let mut story = Story::of(vec![target("nas", 2, 1)]).maintained(0, 2);
    story.nas("#.#..#");
    assert_eq!(story.silenced(), [&Silenced::default()]);
}

#[test]
fn an_outage_knows_how_many_of_its_failures_were_made_while_it_was_paused() {
    let mut story = Story::of(vec![target("nas", 1, 1)]);
    story.nas("#");
    let nas = story.records.get_mut(&TargetName::new("nas")).unwrap();
    nas.state.paused_until = Some(minute(3));
    for (at, works) in [(1, false), (2, false), (3, false), (4, true)] {
        story.see(at, &[("nas", works)]);
    }
    assert_eq!(story.silenced(), [&Silenced { paused: 2, ..Silenced::default() }]);
}

#[test]
fn an_outage_knows_what_it_was_behind() {
    let mut story = Story::of(vec![target("router", 1, 1), behind("nas", "router")]);
    for (at, works) in [(0, true), (1, false), (2, false), (3, true)] {
        story.see(at, &[("router", works), ("nas", works)]);
    }
    let behind = Silenced { behind: [TargetName::new("router")].into(), ..Silenced::default() };
    assert_eq!(story.log.len(), 2);
    assert!(
        story.silenced().contains(&&behind) && story.silenced().contains(&&Silenced::default())
    );
}

#[test]
fn failures_that_stay_below_the_threshold_are_near_misses_in_local_hours() {
    let mut story = Story::of(vec![target("nas", 3, 1)]);
    story.nas("#.#..#...#.");
    // Three were an outage, and the last may become one.
    assert_eq!((story.near("nas"), story.log.len()), (3, 1));
}

#[test]
fn nobody_promised_that_it_works_in_maintenance() {
    let mut story = Story::of(vec![target("nas", 3, 1)]).maintained(0, 3);
    story.nas("#.##.#");
    assert_eq!(story.near("nas"), 1);
}

#[test]
fn failures_behind_a_broken_root_are_not_the_target_s_own() {
    let patient = Target { depends_on: vec![TargetName::new("router")], ..target("nas", 3, 1) };
    let mut story = Story::of(vec![target("router", 3, 1), patient]);
    for (at, works) in [(0, true), (1, false), (2, true)] {
        story.see(at, &[("router", works), ("nas", works)]);
    }
    assert_eq!((story.near("router"), story.near("nas")), (1, 0));
}

/// An alarm that is in ALARM, or in OK.
fn alarm(at: i64, raised: bool) -> Event {
    let outcome =
        if raised { Outcome::failure(Reason::Alarm, "too high") } else { Outcome::success() };
    Event {
        target: TargetName::new("alarm:cpu"),
        at: minute(at),
        vantage: Vantage("here".into()),
        outcome: Some(outcome),
        pulse: None,
        count: 1,
        attachment: None,
        errors: Vec::new(),
        news: None,
        wishes: Wishes::default(),
        order: EventOrder::Sent,
        source: None,
    }
}

#[test]
fn incidents_that_open_and_close_in_one_delivery_are_all_logged() {
    let mut story = Story::of(vec![Target { kind: Kind::Alarm, ..target("alarm:cpu", 1, 1) }]);
    let events: Vec<Event> = (0..7).map(|at| alarm(at, at % 2 == 0)).collect();
    let targets = by_name(&story.targets);
    let context = Context::new(&targets, &[], minute(7));
    let step = of_events(&context, &story.records, &events);
    story.store(step);
    let starts: Vec<_> = story.log.iter().map(|outage| outage.since).collect();
    assert_eq!(starts, [minute(0), minute(2), minute(4)], "the last one is open");
}

proptest! {
    /// Whatever happens, each incident is logged once, and a failure is in one account at most.
    #[test]
    fn every_incident_that_closes_is_logged_once(
        works in proptest::collection::vec(any::<bool>(), 1..59), failures in 1..4_u32, successes in 1..3_u32,
    ) {
        let mut story = Story::of(vec![target("nas", failures, successes)]);
        let mut closed = Vec::new();
        for (at, works) in (0..).zip(&works) {
            let open = |story: &Story| -> Option<_> {
                let record = story.records.get(&TargetName::new("nas"))?;
                record.state.incident().map(|incident| incident.since)
            };
            let before = open(&story);
            story.see(at, &[("nas", *works)]);
            closed.extend(before.filter(|_| open(&story).is_none()));
        }
        let logged: Vec<_> = story.log.iter().map(|outage| outage.since).collect();
        prop_assert_eq!(logged, closed);
        let seen = works.iter().filter(|works| !**works).count();
        let in_outages: u32 = story.log.iter().map(|outage| outage.observations).sum();
        prop_assert!(usize::try_from(in_outages + story.near("nas")).unwrap() <= seen);
    }
}
