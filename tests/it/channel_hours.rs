//! A channel that sleeps at night, and one that hears only of what lasts: under any
//! weather nothing wakes them, and nothing is forgotten.

use std::time::Duration;

use chrono::{DateTime, Utc};
use prober::core::announce::{Context, Fact, NotAnnounced};
use prober::core::step::{Owed, gaps_for, owed};
use prober::model::names::ChannelName;
use prober::model::observation::Outcome;
use prober::model::prober_state::{Cause, Gap};
use prober::model::record::{Records, states};
use prober::model::target::{Channel, ChannelKind, Flapping, Policy, Target, by_name};
use proptest::prelude::*;

use crate::silence::{hear, judge};
use crate::world::{minute, observe, refused, slack, slow, target};

/// Minutes that one story has.
const STEPS: i64 = 90;

/// Long after the story, when everything is told that still is to be.
const END: i64 = 24 * 60;

/// What happens to one target, and when its channel sleeps.
#[derive(Debug, Clone)]
struct Story {
    /// Whether it works, and whether it is slow.
    seen: Vec<(bool, bool)>,
    accepts: Vec<bool>,
    /// The first minute of the day in which the channel sleeps, and for how long.
    night: (i64, i64),
    after: u64,
    is_urgent: bool,
    flaps: bool,
}

impl Story {
    fn channel(&self) -> Channel {
        let (from, length) = self.night;
        let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        let hours = format!("{}-{}", clock(from + length), clock(from));
        Channel {
            hours: vec![hours.parse().unwrap()],
            after: Duration::from_mins(self.after),
            ..Channel::new(slack(), ChannelKind::Console)
        }
    }

    fn sleeps(&self, at: i64) -> bool {
        let (from, length) = self.night;
        !self.is_urgent && (from..from + length).contains(&at)
    }

    /// What is heard at each minute.
    fn heard(&self) -> Vec<(i64, Fact)> {
        let blog = Target { is_urgent: self.is_urgent, ..target("blog", 1, 1) };
        let flapping = if self.flaps { Flapping::default() } else { blog.policy.flapping };
        let blog = [Target { policy: Policy { flapping, ..blog.policy }, ..blog }];
        let (targets, channels) = (by_name(&blog), [self.channel()]);
        let (mut records, mut heard) = (Records::new(), Vec::new());
        let context = |at| {
            Context::new(&targets, &[], minute(at)).with_channels(&channels, chrono_tz::Tz::UTC)
        };
        for (at, ((works, is_slow), accepts)) in (0..).zip(self.seen.iter().zip(&self.accepts)) {
            let outcome = match (works, is_slow) {
                (false, _) => refused(),
                (true, true) => slow(),
                (true, false) => Outcome::success(),
            };
            judge(&context(at), &mut records, &[observe("blog", minute(at), outcome)]);
            if *accepts {
                hear(&context(at), &mut records, at, &mut heard);
            }
        }
        hear(&context(END), &mut records, END, &mut heard);
        heard
    }

    /// The outages, each with its first minute, and the first in which it is over.
    fn outages(&self) -> Vec<(i64, i64)> {
        let mut outages = Vec::new();
        let mut since = None;
        for (at, (works, _)) in (0..).zip(&self.seen) {
            match (works, since) {
                (false, None) => since = Some(at),
                (true, Some(from)) => {
                    outages.push((from, at));
                    since = None;
                }
                (false, Some(_)) | (true, None) => {}
            }
        }
        outages.extend(since.map(|from| (from, END)));
        outages
    }
}

fn story() -> impl Strategy<Value = Story> {
    let steps = usize::try_from(STEPS).unwrap();
    // Outages of many lengths: a minute is mostly like the one before it.
    let turns =
        prop::collection::vec((prop::bool::weighted(0.15), prop::bool::weighted(0.1)), steps);
    let seen = turns.prop_map(|turns| {
        let mut now = (true, false);
        let turn = |(works, slow): (bool, bool)| {
            now = (now.0 ^ works, now.1 ^ slow);
            now
        };
        turns.into_iter().map(turn).collect::<Vec<_>>()
    });
    let accepts = prop::collection::vec(prop::bool::weighted(0.8), steps);
    let night = (1..60_i64, 1..40_i64);
    let after = prop_oneof![Just(0_u64), 1..20_u64];
    let urgent = prop::bool::weighted(0.2);
    (seen, accepts, night, after, urgent).prop_map(|(seen, accepts, night, after, is_urgent)| {
        Story { seen, accepts, night, after, is_urgent, flaps: false }
    })
}

/// How often `heard` tells of the outage that began at `since`.
fn times(heard: &[(i64, Fact)], since: DateTime<Utc>) -> usize {
    let tells = |fact: &Fact| match fact {
        Fact::Down { incident, .. } => incident.since == since,
        Fact::WasDown { outage, .. } => (outage.since..=outage.until).contains(&since),
        _ => false,
    };
    heard.iter().filter(|(_, fact)| tells(fact)).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nobody_is_woken(story in story(), flaps in any::<bool>()) {
        let story = Story { flaps, ..story };
        for (at, fact) in story.heard() {
            prop_assert!(!story.sleeps(at), "{at}: {fact:?}");
        }
    }

    #[test]
    fn whatever_lasts_is_told_once_and_nothing_else(story in story()) {
        let heard = story.heard();
        let after = i64::try_from(story.after).unwrap();
        for (from, until) in story.outages() {
            // The last minute in which it failed.
            let lasts = until - 1 - from >= after;
            let told = times(&heard, minute(from));
            // A joined message may name one that was too young between two that were not.
            let is_right = if lasts { told == 1 } else { told == 0 || is_joined(&heard, from) };
            prop_assert!(is_right, "{from}-{until} was told {told} times: {heard:?}");
        }
    }

    #[test]
    fn what_it_says_in_the_end_is_so(story in story()) {
        let heard = story.heard();
        let is_down = story.outages().last().is_some_and(|(_, until)| *until == END);
        let mut believed = false;
        for (_, fact) in &heard {
            match fact {
                Fact::Down { .. } => believed = true,
                Fact::Recovered(_) => {
                    prop_assert!(believed, "recovered before its down: {heard:?}");
                    believed = false;
                }
                _ => {}
            }
        }
        prop_assert_eq!(believed, is_down, "{:?}", heard);
    }
}

/// Whether the outage that began at `from` is one of several that were told as one.
fn is_joined(heard: &[(i64, Fact)], from: i64) -> bool {
    heard.iter().any(|(_, fact)| {
        matches!(fact, Fact::WasDown { outage, .. } if outage.incidents > 1
            && (outage.since..=outage.until).contains(&minute(from)))
    })
}

/// What a channel that sleeps for the first hour hears of a blog that works in the minutes
/// where `works` says so, under the flapping of a target that sets nothing.
fn heard_after_an_hour(works: impl Fn(i64) -> bool, until: i64) -> Vec<(i64, Fact)> {
    let blog = target("blog", 1, 1);
    let policy = Policy { flapping: Flapping::default(), ..blog.policy };
    heard_of(Target { policy, ..blog }, works, until)
}

/// The same of a `blog` with a flapping of its own.
fn heard_of(blog: Target, works: impl Fn(i64) -> bool, until: i64) -> Vec<(i64, Fact)> {
    let blog = [blog];
    let (targets, channels) = (by_name(&blog), [console("01:00-24:00", Duration::ZERO)]);
    let (mut records, mut heard) = (Records::new(), Vec::new());
    for at in 0..=until {
        let context =
            Context::new(&targets, &[], minute(at)).with_channels(&channels, chrono_tz::Tz::UTC);
        let outcome = if works(at) { Outcome::success() } else { refused() };
        judge(&context, &mut records, &[observe("blog", minute(at), outcome)]);
        hear(&context, &mut records, at, &mut heard);
    }
    heard
}

#[test]
fn of_a_night_in_which_it_flapped_and_became_steady_every_outage_is_told() {
    // Nine outages, the last of which ends at minute 25.
    let heard = heard_after_an_hour(|at| at > 25 || at % 3 == 0, 90);
    assert!(heard.iter().all(|(at, fact)| *at == 60 && fact.kind() == "was_down"), "{heard:?}");
    let times = heard.iter().map(|(_, fact)| match fact {
        Fact::WasDown { outage, .. } => outage.incidents,
        _ => 0,
    });
    assert_eq!(times.sum::<u32>(), 9, "{heard:?}");
}

#[test]
fn one_that_still_flaps_in_the_morning_is_told_to_be_unstable_and_not_outage_by_outage() {
    let heard = heard_after_an_hour(|at| at > 80 || at % 3 == 0, 130);
    let kinds: Vec<_> = heard.iter().map(|(at, fact)| (*at, fact.kind())).collect();
    let (morning, later): (Vec<_>, Vec<_>) = kinds.into_iter().partition(|(at, _)| *at == 60);
    assert!(morning.contains(&(60, "unstable")) && morning.contains(&(60, "was_down")));
    assert_eq!(later, [(111, "steady")], "{heard:?}");
}

#[test]
fn what_is_said_of_an_outage_that_was_missed_is_true_of_one_that_is_down_again() {
    let works = |at| !(10..20).contains(&at) && at < 50;
    let heard = heard_of(target("blog", 1, 1), works, 60);
    let said: Vec<_> = heard
        .iter()
        .map(|(_, fact)| match fact {
            Fact::WasDown { is_down_again, .. } => ("was_down", *is_down_again),
            fact => (fact.kind(), false),
        })
        .collect();
    assert_eq!(said, [("was_down", true), ("down", false)]);
}

/// What `channel` is owed at `at` of a target that has been down since minute 0.
fn owed_at(channel: Channel, is_urgent: bool, at: i64) -> Owed {
    let blog = [Target { is_urgent, ..target("blog", 1, 1) }];
    let (targets, channels) = (by_name(&blog), [channel]);
    let mut records = Records::new();
    let context = |at| {
        Context::new(&targets, &[], minute(at)).with_channels(&channels, chrono_tz::Asia::Seoul)
    };
    judge(&context(0), &mut records, &[observe("blog", minute(0), refused())]);
    owed(&context(at), &states(&records), &slack())
}

fn console(hours: &str, after: Duration) -> Channel {
    let hours = vec![hours.parse().unwrap()];
    Channel { hours, after, ..Channel::new(slack(), ChannelKind::Console) }
}

#[test]
fn it_says_why_and_until_when_nothing_is_told() {
    let why = |owed: Owed| owed.not_announced.into_iter().map(|(_, why)| why).collect::<Vec<_>>();
    // The story begins at nine in the morning in Seoul.
    let night = console("10:00-23:00", Duration::ZERO);
    let until = minute(60);
    assert_eq!(why(owed_at(night.clone(), false, 59)), [NotAnnounced::OutsideHours { until }]);
    assert_eq!(why(owed_at(night.clone(), false, 60)), []);
    assert_eq!(owed_at(night.clone(), false, 60).facts.len(), 1);
    assert_eq!(owed_at(night, true, 0).facts.len(), 1);
    let patient = console("00:00-24:00", Duration::from_mins(15));
    let until = minute(15);
    assert_eq!(why(owed_at(patient.clone(), true, 14)), [NotAnnounced::TooYoung { until }]);
    assert_eq!(owed_at(patient, false, 15).facts.len(), 1);
}

#[test]
fn what_prober_itself_did_not_see_waits_for_the_morning() {
    let (targets, channels) = (by_name(&[]), [console("10:00-23:00", Duration::ZERO)]);
    let gap = Gap { from: minute(0), until: minute(9), cause: Cause::Blind };
    let told = |channel: &str, at| {
        let context = Context::new(&targets, &[], minute(at))
            .with_channels(&channels, chrono_tz::Asia::Seoul);
        gaps_for(&ChannelName::new(channel), std::slice::from_ref(&gap), &context).len()
    };
    assert_eq!([told("slack", 59), told("slack", 60), told("mail", 59)], [0, 1, 1]);
}
