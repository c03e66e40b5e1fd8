//! What flapping costs, and what it hides: a year and more of made-up outages
//! under several values of `flapping`. docs/configuration.md shows the table, which
//! `BLESS=1 cargo test flapping` writes anew.

use std::num::NonZeroU32;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use prober::core::announce::{Context, Fact, deliver};
use prober::core::step::{of_observations, owed};
use prober::model::observation::Outcome;
use prober::model::record::{Record, Records, Revision};
use prober::model::state::Status;
use prober::model::target::{Flapping, Target, by_name};

use crate::support::on_file::{assert_same, root};
use crate::world::{epoch, observe, refused, slack, target};

/// The values that are compared: changes, within hours, steady after minutes.
const VALUES: [(u32, u64, u64); 6] =
    [(2, 1, 30), (2, 1, 15), (2, 2, 30), (3, 1, 30), (4, 1, 30), (6, 1, 30)];

/// Each kind of story is told so often.
const STORIES: u64 = 60;

/// An outage in so many is an episode of flapping, half of which end in a death.
const RARE: u64 = 6;

/// A small generator, so that every run is the same. Knuth's MMIX.
struct Dice(u64);

impl Dice {
    fn between(&mut self, least: i64, most: i64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        least + i64::from(u32::try_from(self.0 >> 33).unwrap()) % (most - least + 1)
    }
}

/// Spans of minutes in which a target is down, and up, in turns. It was up
/// before, and is up after, for a day.
fn outage(dice: &mut Dice) -> Vec<i64> {
    let long = dice.between(0, 3) == 0;
    vec![if long { dice.between(60, 600) } else { dice.between(2, 60) }]
}

fn flaps(dice: &mut Dice) -> Vec<i64> {
    let count = dice.between(4, 15);
    let gap = if dice.between(0, 1) == 0 { 9 } else { 25 };
    let flap = |dice: &mut Dice| [dice.between(2, 4), dice.between(1, gap)];
    let mut spans: Vec<i64> = (0..count).flat_map(|_| flap(dice)).collect();
    spans.pop();
    spans
}

/// Outages that are long enough to be told each, if it were the first.
fn long_flaps(dice: &mut Dice) -> Vec<i64> {
    let count = dice.between(4, 15);
    let flap = |dice: &mut Dice| [dice.between(6, 15), dice.between(1, 9)];
    let mut spans: Vec<i64> = (0..count).flat_map(|_| flap(dice)).collect();
    spans.pop();
    spans
}

fn flaps_and_dies(dice: &mut Dice) -> Vec<i64> {
    let spans = flaps(dice);
    and_dies(spans, dice)
}

fn long_flaps_and_dies(dice: &mut Dice) -> Vec<i64> {
    let spans = long_flaps(dice);
    and_dies(spans, dice)
}

fn and_dies(mut spans: Vec<i64>, dice: &mut Dice) -> Vec<i64> {
    spans.extend([dice.between(1, 9), dice.between(60, 300)]);
    spans
}

/// What came of some stories.
#[derive(Default)]
struct Cost {
    messages: u32,
    stories: u32,
    outages: u32,
    /// Minutes from the beginning of the last span to a word that it is down.
    delays: Vec<i64>,
}

impl Cost {
    fn average(&self) -> f64 {
        f64::from(self.messages) / f64::from(self.stories)
    }

    /// Messages for each outage, those of episodes counted.
    fn of_each_outage(&self) -> f64 {
        f64::from(self.messages) / f64::from(self.outages)
    }

    fn latest(&self) -> i64 {
        self.delays.iter().copied().max().unwrap_or_default()
    }
}

/// Replays stories one after the other, a day apart, a look a minute.
fn replay(blog: &Target, stories: impl IntoIterator<Item = Vec<i64>>) -> Cost {
    let blog = std::slice::from_ref(blog);
    let targets = by_name(blog);
    let (mut records, mut cost, mut now) = (Records::new(), Cost::default(), epoch());
    for spans in stories {
        cost.stories += 1;
        cost.outages += u32::try_from(spans.len()).unwrap().div_ceil(2);
        let (mut says_down, mut died) = (false, now);
        let last = spans.len() - 1;
        let calm = 2 * 60;
        for (place, span) in spans.into_iter().chain([calm]).enumerate() {
            let works = place % 2 == 1;
            if place == last {
                (died, says_down) = (now, false);
            }
            for _ in 0..span {
                for fact in look(&targets, &mut records, now, works) {
                    cost.messages += 1;
                    if is_word_of_down(&fact, died) && !says_down && place == last {
                        says_down = true;
                        cost.delays.push((now - died).num_minutes());
                    }
                    assert!(is_true(&fact, works), "{now}: {fact:?}");
                }
                now += TimeDelta::minutes(1);
            }
        }
        let told = records.values().all(|record| record.state.told.is_empty());
        assert!(told, "{now}: the channel knows that it is up and steady");
        now += TimeDelta::days(1);
    }
    cost
}

fn look(
    targets: &prober::model::target::Targets<'_>,
    records: &mut Records,
    now: DateTime<Utc>,
    works: bool,
) -> Vec<Fact> {
    let context = Context::new(targets, &[], now);
    let outcome = if works { Outcome::success() } else { refused() };
    for write in of_observations(&context, records, &[observe("blog", now, outcome)]).writes {
        let revision = Revision(write.expected.0 + 1);
        records.insert(write.target, Record { revision, state: write.state });
    }
    let facts = owed(&context, records, &slack()).facts;
    facts
        .into_iter()
        .map(|(name, fact)| {
            deliver(&mut records.get_mut(&name).unwrap().state, &slack(), &fact, now);
            fact
        })
        .collect()
}

/// Whether `fact` says that it is down, and stays so, since `died`.
fn is_word_of_down(fact: &Fact, died: DateTime<Utc>) -> bool {
    match fact {
        Fact::Down { incident, .. } | Fact::Steady(Status::Down(incident)) => {
            incident.since == died
        }
        _ => false,
    }
}

/// Whether what is said of the present is so.
fn is_true(fact: &Fact, works: bool) -> bool {
    match fact {
        Fact::Down { .. } | Fact::StillDown(_) | Fact::Steady(Status::Down(_)) => !works,
        Fact::Recovered(_)
        | Fact::Quiet { .. }
        | Fact::RootRecovered { .. }
        | Fact::Steady(Status::Up { .. } | Status::Unknown) => works,
        Fact::Unstable { incident, .. } => incident.is_some() != works,
        Fact::WasDown { .. }
        | Fact::Warning(_)
        | Fact::Cleared(_)
        | Fact::Another { .. }
        | Fact::News(_) => true,
    }
}

fn blog(changes: u32, hours: u64, minutes: u64) -> Target {
    let mut blog = target("blog", 2, 1);
    blog.policy.flapping = Flapping {
        changes: NonZeroU32::new(changes).unwrap(),
        within: Duration::from_hours(hours),
        steady_after: Duration::from_mins(minutes),
    };
    blog
}

/// Stories of one kind, of seeds of their own.
fn many(tell: fn(&mut Dice) -> Vec<i64>, salt: u64) -> Vec<Vec<i64>> {
    (0..STORIES).map(|seed| tell(&mut Dice(seed * 1_000 + salt))).collect()
}

/// Outages and episodes as they mix at home.
fn mixed() -> Vec<Vec<i64>> {
    let tell = |seed: u64| {
        let dice = &mut Dice(seed * 1_000 + 4);
        match seed % (2 * RARE) {
            0 => flaps(dice),
            RARE => flaps_and_dies(dice),
            _ => outage(dice),
        }
    };
    (0..2 * STORIES).map(tell).collect()
}

fn row((changes, hours, minutes): (u32, u64, u64)) -> String {
    let blog = blog(changes, hours, minutes);
    let cost = |stories| replay(&blog, stories);
    let (outages, flaps) = (cost(many(outage, 1)), cost(many(flaps, 2)));
    let (deaths, all) = (cost(many(flaps_and_dies, 3)), cost(mixed()));
    let (long, long_deaths) = (cost(many(long_flaps, 5)), cost(many(long_flaps_and_dies, 6)));
    format!(
        "| {changes}, {hours} h, {minutes} min | {:.2} | {:.2} | {:.2} | {} min | {:.2} | {:.2} \
         | {} min | {:.2} |",
        outages.average(),
        flaps.average(),
        deaths.average(),
        deaths.latest(),
        long.average(),
        long_deaths.average(),
        long_deaths.latest(),
        all.of_each_outage(),
    )
}

#[test]
fn the_handbook_says_what_flapping_costs() {
    let path = root().join("docs/configuration.md");
    let handbook = std::fs::read_to_string(&path).unwrap();
    let head = "| changes, within, steady after | an outage | an episode |";
    let (before, table) = handbook.split_once(head).expect("the table is in the handbook");
    let (titles, rows) = table.split_once("| --: |\n").unwrap();
    let (_, after) = rows.split_once("\n\n").unwrap();
    let rows = VALUES.map(row).join("\n");
    let new = format!("{before}{head}{titles}| --: |\n{rows}\n\n{after}");
    assert_same(&path, &new);
}

#[test]
fn flapping_is_told_in_few_messages_and_a_death_in_it_after_five_failures() {
    let default = Flapping::default();
    let mut blog = blog(1, 1, 1);
    blog.policy.flapping = default;
    let (flaps, deaths) = (replay(&blog, many(flaps, 2)), replay(&blog, many(flaps_and_dies, 3)));
    assert!(flaps.average() <= 4.0, "{} an episode", flaps.average());
    assert_eq!(deaths.delays.len(), usize::try_from(STORIES).unwrap(), "each death is told");
    assert!(deaths.latest() <= 4, "{} min", deaths.latest());
    let all = replay(&blog, mixed());
    assert!(all.of_each_outage() <= 2.1, "{} in all", all.of_each_outage());
}

#[test]
fn an_episode_of_long_outages_is_told_in_few_messages_too() {
    let mut blog = blog(1, 1, 1);
    blog.policy.flapping = Flapping::default();
    let (flaps, deaths) = (many(long_flaps, 5), many(long_flaps_and_dies, 6));
    let (flaps, deaths) = (replay(&blog, flaps), replay(&blog, deaths));
    assert!(flaps.average() <= 5.2, "{} an episode", flaps.average());
    assert!(deaths.average() <= 6.2, "{} with a death and its end", deaths.average());
    assert_eq!(deaths.delays.len(), usize::try_from(STORIES).unwrap(), "each death is told");
    assert!(deaths.latest() <= 31, "{} min", deaths.latest());
}
