//! Silence under any weather: windows of maintenance, pauses, and a channel
//! that refuses at times, against what a silence promises.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use prober::core::announce::{Context, Fact, Silence, deliver, silence};
use prober::core::step::{of_observations, owed};
use prober::model::observation::{Observation, Outcome};
use prober::model::record::{Record, Records, Revision, states};
use prober::model::state::State;
use prober::model::target::{Target, Targets, When, Window, by_name};
use proptest::prelude::*;

use crate::world::{minute, observe, refused, slack, target};

/// Minutes that one story has.
const STEPS: i64 = 60;

/// What happens to one target.
#[derive(Debug, Clone)]
struct Story {
    outcomes: Vec<bool>,
    accepts: Vec<bool>,
    /// The first minute of a window, and its length.
    window: (i64, i64),
    /// The minute of a pause, and its length.
    pause: (i64, i64),
}

impl Story {
    fn is_silent(&self, at: i64) -> bool {
        let within = |(from, length): (i64, i64)| (from..from + length).contains(&at);
        within(self.window) || within(self.pause)
    }

    fn window(&self) -> Window {
        let (from, length) = self.window;
        let when = When::Once { from: minute(from), to: minute(from + length) };
        Window { targets: None, when }
    }

    /// What is heard at each minute, the last of which is calm.
    fn heard(&self) -> (Vec<(i64, Fact)>, State) {
        let blog = [target("blog", 1, 1)];
        let (targets, windows) = (by_name(&blog), [self.window()]);
        let (mut records, mut heard) = (Records::new(), Vec::new());
        for at in 0..STEPS {
            let place = usize::try_from(at).unwrap();
            let context = Context::new(&targets, &windows, minute(at));
            if at == self.pause.0 {
                let paused = records.entry(blog[0].name.clone()).or_default();
                paused.state.paused_until = Some(minute(at + self.pause.1));
            }
            let outcome = if self.outcomes[place] { Outcome::success() } else { refused() };
            judge(&context, &mut records, &[observe("blog", minute(at), outcome)]);
            if self.accepts[place] {
                hear(&context, &mut records, at, &mut heard);
            }
        }
        let late = Context::new(&targets, &windows, minute(3 * STEPS));
        hear(&late, &mut records, 3 * STEPS, &mut heard);
        (heard, *records.remove(&blog[0].name).unwrap().state)
    }
}

/// What is `seen` is judged and stored.
pub fn judge(context: &Context<'_>, records: &mut Records, seen: &[Observation]) {
    for write in of_observations(context, records, seen).writes {
        let revision = Revision(write.expected.0 + 1);
        records.insert(write.target, Record { revision, state: write.state });
    }
}

/// What Slack is owed at minute `at` is `heard`.
pub fn hear(context: &Context<'_>, records: &mut Records, at: i64, heard: &mut Vec<(i64, Fact)>) {
    for (name, fact) in owed(context, &states(records), &slack()).facts {
        deliver(&mut records.get_mut(&name).unwrap().state, &slack(), &fact, minute(at));
        heard.push((at, fact));
    }
}

fn story() -> impl Strategy<Value = Story> {
    let steps = usize::try_from(STEPS).unwrap();
    let span = || (0..STEPS, 1..20_i64);
    let outcomes = prop::collection::vec(any::<bool>(), steps);
    let accepts = prop::collection::vec(prop::bool::weighted(0.7), steps);
    (outcomes, accepts, span(), span()).prop_map(|(outcomes, accepts, window, pause)| Story {
        outcomes,
        accepts,
        window,
        pause,
    })
}

/// The outages of `story`, each with the minutes in which it was open.
fn outages(story: &Story) -> BTreeMap<DateTime<Utc>, Vec<i64>> {
    let mut outages: BTreeMap<DateTime<Utc>, Vec<i64>> = BTreeMap::new();
    let mut since = None;
    for (at, up) in (0..).zip(&story.outcomes) {
        since = if *up { None } else { since.or(Some(minute(at))) };
        if let Some(since) = since {
            outages.entry(since).or_default().push(at);
        }
    }
    outages
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_silence_delays_and_does_not_forget(story in story()) {
        let (heard, state) = story.heard();
        let told = |since| {
            let tells = |fact: &Fact| match fact {
                Fact::Down { incident, .. } => incident.since == since,
                Fact::WasDown { outage, .. } => {
                    let merged = outage.since..=outage.until;
                    merged.contains(&since)
                }
                _ => false,
            };
            heard.iter().filter(|(_, fact)| tells(fact)).count()
        };
        for (since, minutes) in outages(&story) {
            let is_open = state.incident().is_some_and(|open| open.since == since);
            let is_history = minutes.iter().all(|at| story.is_silent(*at)) && !is_open;
            prop_assert_eq!(told(since), usize::from(!is_history), "{}: {:?}", since, heard);
        }
    }

    #[test]
    fn nothing_but_a_recovery_is_told_in_a_silence(story in story()) {
        for (at, fact) in story.heard().0 {
            let is_recovery = matches!(
                fact,
                Fact::Recovered(_) | Fact::Quiet { .. } | Fact::RootRecovered { .. }
            );
            prop_assert!(is_recovery || !story.is_silent(at), "{}: {:?}", at, fact);
        }
    }
}

fn why(target: &Target, targets: &Targets<'_>, windows: &[Window], records: &Records) -> Silence {
    let context = Context::new(targets, windows, minute(5));
    silence(target, &slack(), &context, &states(records)).unwrap()
}

#[test]
fn why_it_is_silent_is_said_the_root_first() {
    let router = target("router", 1, 1);
    let photos = Target { depends_on: vec![router.name.clone()], ..target("photos", 1, 1) };
    let all = [router, photos];
    let (targets, photos) = (by_name(&all), &all[1]);
    let when = When::Once { from: minute(0), to: minute(9) };
    let window = [Window { targets: Some(vec![photos.name.clone()]), when }];
    let paused = State { paused_until: Some(minute(8)), ..State::default() };
    let record = Record { state: paused.into(), ..Record::default() };
    let mut records = Records::from_iter([(photos.name.clone(), record)]);
    assert_eq!(why(photos, &targets, &[], &records), Silence::Paused { until: minute(8) });
    let maintenance = Silence::Maintenance { until: minute(9) };
    assert_eq!(why(photos, &targets, &window, &records), maintenance);
    let context = Context::new(&targets, &window, minute(5));
    let failed = of_observations(&context, &records, &[observe("router", minute(5), refused())]);
    for write in failed.writes {
        records.insert(write.target, Record { state: write.state, ..Record::default() });
    }
    let root = Silence::DependsOn(all[0].name.clone());
    assert_eq!(why(photos, &targets, &window, &records), root);
}

#[test]
fn reminders_wait_for_the_end_of_a_silence() {
    let mut blog = target("blog", 1, 1);
    blog.policy.remind = Some(std::time::Duration::from_mins(3));
    let blog = [blog];
    let targets = by_name(&blog);
    let when = When::Once { from: minute(2), to: minute(8) };
    let windows = [Window { targets: None, when }];
    let (mut records, mut heard) = (Records::new(), Vec::new());
    for at in 0..12 {
        let context = Context::new(&targets, &windows, minute(at));
        for write in
            of_observations(&context, &records, &[observe("blog", minute(at), refused())]).writes
        {
            let revision = Revision(write.expected.0 + 1);
            records.insert(write.target, Record { revision, state: write.state });
        }
        hear(&context, &mut records, at, &mut heard);
    }
    let heard: Vec<_> = heard.iter().map(|(at, fact)| (*at, fact.kind())).collect();
    assert_eq!(heard, [(0, "down"), (8, "still_down")]);
}

/// Judges what was seen of these at that minute, and keeps it.
fn see(context: &Context<'_>, records: &mut Records, at: i64, seen: &[(&str, bool)]) {
    let outcome = |works: bool| if works { Outcome::success() } else { refused() };
    let seen: Vec<_> =
        seen.iter().map(|(name, works)| observe(name, minute(at), outcome(*works))).collect();
    judge(context, records, &seen);
}

/// When it is told that `photos` is down, which fails from the start on, behind
/// a router that works in the minutes where `works` says so.
fn told_behind(works: impl Fn(i64) -> bool) -> Option<i64> {
    let router = target("router", 2, 1);
    let photos = Target { depends_on: vec![router.name.clone()], ..target("photos", 2, 1) };
    let all = [router, photos];
    let targets = by_name(&all);
    let (mut records, mut heard) = (Records::new(), Vec::new());
    for at in 0..20 {
        let context = Context::new(&targets, &[], minute(at));
        see(&context, &mut records, at, &[("router", works(at)), ("photos", false)]);
        hear(&context, &mut records, at, &mut heard);
    }
    // Whoever else is told of there is the router.
    let alone = |fact: &Fact| {
        fact.opens().is_some() && matches!(fact, Fact::Down { affected, .. } if affected.is_empty())
    };
    heard.iter().find(|(_, fact)| alone(fact)).map(|(at, _)| *at)
}

#[test]
fn a_root_that_fails_every_other_time_does_not_hide_for_ever_what_is_down_behind_it() {
    assert_eq!(told_behind(|_| true), Some(1));
    assert_eq!(told_behind(|at| at % 2 == 0), Some(2));
    assert_eq!(told_behind(|at| at % 2 == 1), Some(3));
}

#[test]
fn failures_before_a_root_fell_are_no_evidence_once_it_is_back() {
    assert_eq!(told_behind(|at| at >= 5), Some(6));
    assert_eq!(told_behind(|at| at == 0 || at >= 5), Some(6));
    assert_eq!(told_behind(|at| at >= 1), Some(2));
}

#[test]
fn an_incident_owed_before_its_root_fell_is_owed_once_that_is_back() {
    let router = target("router", 1, 1);
    let backup = Target { depends_on: vec![router.name.clone()], ..target("backup", 1, 1) };
    let all = [router, backup];
    let targets = by_name(&all);
    let (mut records, mut heard) = (Records::new(), Vec::new());
    // It is looked at once a day, and the channel does not listen.
    see(&Context::new(&targets, &[], minute(0)), &mut records, 0, &[("backup", false)]);
    for at in 1..9 {
        let context = Context::new(&targets, &[], minute(at));
        see(&context, &mut records, at, &[("router", !(3..6).contains(&at))]);
    }
    hear(&Context::new(&targets, &[], minute(8)), &mut records, 8, &mut heard);
    let kinds: Vec<_> = heard.iter().map(|(_, fact)| fact.kind()).collect();
    assert_eq!(kinds, ["down", "was_down"], "{heard:?}");
}
