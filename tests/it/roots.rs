//! Who speaks on which channel, where not every channel is told of a root: the
//! topmost broken target that it is told of.

use std::collections::BTreeMap;

use prober::core::announce::{Context, Fact, deliver};
use prober::core::step::{of_observations, owed};
use prober::model::names::{ChannelName, TargetName};
use prober::model::observation::Outcome;
use prober::model::record::{Record, Records, Revision};
use prober::model::state::State;
use prober::model::target::{Flapping, Target, by_name};
use proptest::prelude::*;

use crate::world::{minute, observe, refused, target};

const CHANNELS: [&str; 2] = ["slack", "phone"];

fn told_on(name: &str, above: &[&str], channels: &[&str]) -> Target {
    Target {
        depends_on: above.iter().map(|name| TargetName::new(*name)).collect(),
        notify: channels.iter().map(|name| ChannelName::new(*name)).collect(),
        ..target(name, 2, 1)
    }
}

/// What each channel is told, a word for each fact: its minute, kind, target,
/// and who is behind that.
struct World {
    targets: Vec<Target>,
    records: Records,
    told: BTreeMap<&'static str, Vec<String>>,
}

impl World {
    fn new(targets: Vec<Target>) -> Self {
        Self { targets, records: Records::new(), told: BTreeMap::new() }
    }

    fn minute(&mut self, at: i64, works: &[bool]) -> Vec<(&'static str, TargetName, Fact)> {
        let targets = by_name(&self.targets);
        let context = Context::new(&targets, &[], minute(at));
        let outcome = |works: bool| if works { Outcome::success() } else { refused() };
        let seen: Vec<_> = self.targets.iter().zip(works).collect();
        let seen = seen
            .iter()
            .map(|(target, works)| observe(target.name.as_str(), minute(at), outcome(**works)));
        for write in of_observations(&context, &self.records, &seen.collect::<Vec<_>>()).writes {
            let revision = Revision(write.expected.0 + 1);
            self.records.insert(write.target, Record { revision, state: write.state });
        }
        let mut heard = Vec::new();
        for channel in CHANNELS {
            let name = ChannelName::new(channel);
            for (target, fact) in owed(&context, &self.records, &name).facts {
                let state = &mut self.records.get_mut(&target).unwrap().state;
                deliver(state, &name, &fact, minute(at));
                let behind = match &fact {
                    Fact::Down { affected, .. } => affected.as_slice(),
                    Fact::RootRecovered { aftermath, .. } => aftermath.still.as_slice(),
                    _ => &[],
                };
                let names: Vec<_> =
                    [&target].into_iter().chain(behind).map(TargetName::as_str).collect();
                let line = format!("{at} {} {}", fact.kind(), names.join("+"));
                self.told.entry(channel).or_default().push(line);
                heard.push((channel, target, fact));
            }
        }
        heard
    }

    fn live(mut self, story: &[&[bool]]) -> Self {
        for (at, works) in (0..).zip(story) {
            self.minute(at, works);
        }
        self
    }

    fn heard(&self, channel: &str) -> Vec<&str> {
        self.told.get(channel).into_iter().flatten().map(String::as_str).collect()
    }

    fn is_broken(&self, name: &TargetName) -> bool {
        let broken = |state: &State| state.incident().is_some() || state.is_failing();
        self.records.get(name).is_some_and(|record| broken(&record.state))
    }

    /// Whether anything above `target` is broken that `channel` is told of.
    fn is_spoken_for(&self, target: &Target, channel: &ChannelName) -> bool {
        target.depends_on.iter().any(|name| {
            let above = self.targets.iter().find(|each| each.name == *name).unwrap();
            let speaks = above.notify.contains(channel) && self.is_broken(name);
            speaks || self.is_spoken_for(above, channel)
        })
    }
}

#[test]
fn a_root_silences_nobody_on_a_channel_that_is_not_told_of_it() {
    let router = told_on("router", &[], &["slack"]);
    let photos = told_on("photos", &["router"], &["slack", "phone"]);
    let (all, none) = (&[true, true][..], &[false, false][..]);
    let world = World::new(vec![router, photos]).live(&[all, none, none, none, all]);
    assert_eq!(world.heard("slack"), ["2 down router+photos", "4 recovered router"]);
    assert_eq!(world.heard("phone"), ["2 down photos", "4 recovered photos"]);
}

#[test]
fn a_roots_recovery_says_what_became_of_those_behind_it() {
    let router = told_on("router", &[], &["slack"]);
    let nas = told_on("nas", &["router"], &["slack"]);
    let git = told_on("git", &["router"], &["slack"]);
    let mut world = World::new(vec![router, nas, git]);
    for at in 0..3 {
        world.minute(at, &[false; 3]);
    }
    let heard = world.minute(3, &[true, true, false]);
    let [(_, root, Fact::RootRecovered { aftermath, .. }), ..] = &heard[..] else {
        panic!("{heard:?}")
    };
    assert_eq!((root.as_str(), aftermath.told, aftermath.back()), ("router", 2, 1));
    assert_eq!(aftermath.still, [TargetName::new("git")]);
    assert!(aftermath.unknown.is_empty(), "{aftermath:?}");
    assert!(world.minute(4, &[true; 3]).iter().all(|(_, target, _)| target.as_str() == "git"));
}

#[test]
fn the_topmost_target_of_a_channel_is_announced_with_those_behind_it_that_the_channel_is_told_of() {
    let router = told_on("router", &[], &["slack"]);
    let nas = told_on("nas", &["router"], &["slack", "phone"]);
    let photos = told_on("photos", &["nas"], &["phone"]);
    let world = World::new(vec![router, nas, photos]).live(&[&[false; 3], &[false; 3]]);
    assert_eq!(world.heard("slack"), ["1 down router+nas"]);
    assert_eq!(world.heard("phone"), ["1 down nas+photos"]);
}

#[test]
fn a_root_that_a_channel_is_not_told_of_inhibits_nothing_there() {
    let router = told_on("router", &[], &["slack"]);
    let nas = told_on("nas", &[], &["phone"]);
    let photos = told_on("photos", &["router", "nas"], &["phone"]);
    let broken = &[false, true, false][..];
    let world = World::new(vec![router, nas, photos]).live(&[broken, broken, broken]);
    assert_eq!(world.heard("phone"), ["1 down photos"]);
}

#[test]
fn what_flaps_with_a_root_that_a_channel_is_not_told_of_is_unstable_there() {
    let flapping = |mut target: Target| {
        target.policy.flapping = Flapping::default();
        target
    };
    let router = flapping(told_on("router", &[], &["slack"]));
    let photos = flapping(told_on("photos", &["router"], &["phone"]));
    let (all, none) = (&[true, true][..], &[false, false][..]);
    let flaps: Vec<_> = (0..60).map(|at| if at % 3 == 0 { all } else { none }).collect();
    let world = World::new(vec![router, photos]).live(&flaps);
    let heard = world.heard("phone");
    assert!(heard.iter().any(|told| told.ends_with("unstable photos")), "{heard:?}");
    assert!(heard.len() <= 4, "{heard:?}");
}

/// Three targets in a line, each told on some channels, and what they do.
fn story() -> impl Strategy<Value = (Vec<Vec<&'static str>>, Vec<Vec<bool>>)> {
    let channels = prop::sample::subsequence(CHANNELS.to_vec(), 1..=2);
    let works = prop::collection::vec(any::<bool>(), 3);
    (prop::collection::vec(channels, 3), prop::collection::vec(works, 1..60))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn on_each_channel_the_topmost_broken_one_speaks_alone_and_nobody_is_silent(
        (channels, weather) in story(),
    ) {
        let names = ["router", "nas", "photos"];
        let above: [&[&str]; 3] = [&[], &["router"], &["nas"]];
        let targets = (0..3).map(|at| told_on(names[at], above[at], &channels[at])).collect();
        let mut world = World::new(targets);
        let mut believed: BTreeMap<(&str, TargetName), bool> = BTreeMap::new();
        // In the end nothing works.
        let end = std::iter::repeat_n(vec![false; 3], 4);
        for (at, works) in (0..).zip(weather.into_iter().chain(end)) {
            for (channel, name, fact) in world.minute(at, &works) {
                believed.insert((channel, name.clone()), fact.kind() == "down");
                let target = world.targets.iter().find(|target| target.name == name).unwrap();
                let spoken_for = world.is_spoken_for(target, &ChannelName::new(channel));
                prop_assert!(fact.kind() != "down" || !spoken_for, "{} {}", at, name);
            }
        }
        for target in &world.targets {
            for channel in CHANNELS {
                let name = ChannelName::new(channel);
                let speaks = target.notify.contains(&name) && !world.is_spoken_for(target, &name);
                let is_down = believed.get(&(channel, target.name.clone())) == Some(&true);
                prop_assert!(!speaks || is_down, "{}: silent of {}", channel, target.name);
            }
        }
    }
}
