//! Evidence behind a root that flaps: whatever the thresholds, nothing is told
//! to be down that has not failed often enough by itself, while all that it
//! depends on worked.

use std::collections::BTreeMap;

use prober::core::announce::{Context, Fact, deliver};
use prober::core::step::{of_observations, owed};
use prober::model::names::TargetName;
use prober::model::observation::Outcome;
use prober::model::record::{Record, Records, Revision};
use prober::model::target::{Target, by_name};
use proptest::prelude::*;

use crate::world::{minute, observe, refused, slack, target};

/// Targets that depend on the one before them, by their thresholds.
fn chain(thresholds: &[(u32, u32)]) -> Vec<Target> {
    let names = ["router", "nas", "photos"];
    let mut above = Vec::new();
    let link = |(name, (fail, succeed)): (&str, &(u32, u32))| {
        let depends_on = std::mem::replace(&mut above, vec![TargetName::new(name)]);
        Target { depends_on, ..target(name, *fail, *succeed) }
    };
    names.into_iter().zip(thresholds).map(link).collect()
}

/// What was told in a story, each *down* with how many failures in a row it had
/// of its own by then.
fn downs(targets: &[Target], story: &[Vec<bool>]) -> Vec<(i64, TargetName, u32)> {
    let by_name = by_name(targets);
    let (mut records, mut told) = (Records::new(), Vec::new());
    let mut own: BTreeMap<TargetName, u32> = BTreeMap::new();
    for (at, works) in (0..).zip(story) {
        let context = Context::new(&by_name, &[], minute(at));
        let outcome = |works: bool| if works { Outcome::success() } else { refused() };
        let seen = targets.iter().zip(works);
        let seen: Vec<_> =
            seen.map(|(t, works)| observe(t.name.as_str(), minute(at), outcome(*works))).collect();
        for write in of_observations(&context, &records, &seen).writes {
            let revision = Revision(write.expected.0 + 1);
            records.insert(write.target, Record { revision, state: write.state });
        }
        let mut is_broken_above = false;
        for (target, works) in targets.iter().zip(works) {
            let count = own.entry(target.name.clone()).or_default();
            *count = if *works { 0 } else { *count + u32::from(!is_broken_above) };
            let state = &records[&target.name].state;
            is_broken_above |= state.incident().is_some() || state.is_failing();
        }
        for (name, fact) in owed(&context, &records, &slack()).facts {
            deliver(&mut records.get_mut(&name).unwrap().state, &slack(), &fact, minute(at));
            if let Fact::Down { .. } = fact {
                told.push((at, name.clone(), own[&name]));
            }
        }
    }
    told
}

/// A root that flaps, and what stands behind it and fails with it, and at times by itself.
fn story() -> impl Strategy<Value = Vec<Vec<bool>>> {
    let works = |weight: f64| prop::bool::weighted(weight);
    let minute = (works(0.6), works(0.8), works(0.7));
    let minute =
        minute.prop_map(|(root, middle, leaf)| vec![root, root && middle, root && middle && leaf]);
    prop::collection::vec(minute, 1..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_down_is_told_with_fewer_failures_of_its_own_than_it_takes(
        thresholds in prop::collection::vec((1u32..4, 1u32..4), 3),
        story in story(),
    ) {
        let targets = chain(&thresholds);
        for (at, name, own) in downs(&targets, &story) {
            let target = targets.iter().find(|target| target.name == name).unwrap();
            let needed = target.policy.failure_threshold.get();
            prop_assert!(own >= needed, "minute {}: {} after {} of {}", at, name, own, needed);
        }
    }
}

#[test]
fn one_lost_probe_after_the_root_is_back_is_no_outage_where_two_successes_end_one() {
    let targets = chain(&[(2, 2), (2, 2)]);
    let (both, root_alone, neither) = (vec![true; 2], vec![true, false], vec![false; 2]);
    let mut story = vec![both.clone(), neither.clone(), neither.clone(), neither];
    story.extend([both.clone(), both.clone(), both.clone()]);
    story.splice(5..6, [root_alone.clone()]);
    let told = |story: &[Vec<bool>]| downs(&targets, story).split_off(1);
    assert_eq!(told(&story), []);
    // What goes on failing is told, once it has failed twice.
    story.extend([root_alone.clone(), root_alone]);
    assert_eq!(told(&story), [(8, TargetName::new("nas"), 2)]);
}
