//! A second opinion, as a pure rule: what votes of witnesses make of what was seen here, and
//! whether two probers mean the same by a target.

use std::path::Path;

use prober::config::{self, Sources};
use prober::core::judge::health::judge;
use prober::core::judge::witness::weigh;
use prober::core::step::Seen;
use prober::model::names::TargetName;
use prober::model::observation::{Observation, Outcome, Reason, Vantage, Warning, WarningKind};
use prober::model::self_check::SelfCheck;
use prober::model::state::{State, Status};
use prober::model::target::{Target, by_name};
use prober::model::witness::Vote;
use proptest::prelude::*;

use crate::world::{epoch, minute, observe, policy, refused, slow, target};

fn votes(works: &[bool]) -> Vec<Vote> {
    let vote = |(place, works): (usize, &bool)| Vote {
        witness: Vantage(format!("witness {place}")),
        works: *works,
    };
    works.iter().enumerate().map(vote).collect()
}

/// What is seen at `at`, with what witnesses say of it, as it is judged.
fn seen(at: i64, outcome: Outcome, works: &[bool]) -> Observation {
    let observation = Observation { votes: votes(works), ..observe("nas", minute(at), outcome) };
    let targets = [target("nas", 1, 1)];
    let seen = Seen::new(&by_name(&targets), vec![observation], SelfCheck::Answered);
    seen.observations()[0].clone()
}

fn is_partial(observation: &Observation) -> bool {
    let Outcome::Success { warnings } = &observation.outcome else { return false };
    warnings.iter().any(|warning| warning.kind == WarningKind::Partial)
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::success()),
        Just(slow()),
        Just(refused()),
        Just(Outcome::failure(Reason::Status, "answered 503")),
        Just(Outcome::inconclusive("no time left")),
    ]
}

#[test]
fn more_than_half_of_all_must_have_failed() {
    let fails = |works: &[bool]| seen(0, refused(), works).outcome == refused();
    assert!(fails(&[]) && fails(&[false]) && fails(&[false, true]));
    assert!(fails(&[false, false, true, true]));
    assert!(!fails(&[true]) && !fails(&[true, true]) && !fails(&[true, true, false]));
}

#[test]
fn what_is_reached_only_from_elsewhere_says_from_where() {
    let seen = seen(0, refused(), &[true, true, false]);
    let Outcome::Success { warnings } = &seen.outcome else { panic!("{seen:?}") };
    let said = "reachable from witness 0, witness 1, not from here, witness 2: connection refused";
    assert_eq!(warnings[0].detail.to_string(), said);
    assert_eq!((seen.latency, seen.measured), (None, None), "it measured the failure");
}

#[test]
fn what_answers_wrongly_here_says_what_it_answered() {
    let seen = seen(0, Outcome::failure(Reason::Status, "answered 503"), &[true]);
    let Outcome::Success { warnings } = &seen.outcome else { panic!("{seen:?}") };
    let said = "working from witness 0, not from here: answered 503";
    assert_eq!(warnings[0].detail.to_string(), said);
}

#[test]
fn what_only_witnesses_reach_says_nothing_of_the_other_limits() {
    let policy = policy(1, 1);
    let expiring = Warning { kind: WarningKind::CertExpiring, detail: "in 3 days".into() };
    let Outcome::Success { mut warnings } = slow() else { unreachable!() };
    warnings.push(expiring);
    let (state, _) =
        judge(&policy, &State::default(), &seen(0, Outcome::Success { warnings }, &[]));
    let (state, _) = judge(&policy, &state, &seen(1, refused(), &[true]));
    assert_eq!(state.raised().count(), 3, "those two, and partial");
    let (state, _) = judge(&policy, &state, &seen(2, Outcome::success(), &[]));
    assert_eq!(state.raised().count(), 0);
}

#[test]
fn what_is_behind_a_root_that_only_witnesses_reach_cannot_be_known() {
    let behind = |name: &str, root: &str| Target {
        depends_on: vec![TargetName::new(root)],
        ..target(name, 1, 1)
    };
    let targets = [target("router", 1, 1), behind("switch", "router"), behind("nas", "switch")];
    let at = |name: &str, works: &[bool], outcome| Observation {
        votes: votes(works),
        ..observe(name, minute(0), outcome)
    };
    let judged = |votes: &[bool], nas: &[bool], outcome: Outcome| {
        let observations = vec![at("router", votes, refused()), at("nas", nas, outcome)];
        let seen = Seen::new(&by_name(&targets), observations, SelfCheck::Answered);
        seen.observations()[1].outcome.clone()
    };
    let Outcome::Inconclusive { why } = judged(&[true], &[], refused()) else { panic!() };
    let said = "router, which it depends on, is reachable only from elsewhere";
    assert_eq!(why.to_string(), said);
    assert_eq!(judged(&[false], &[], refused()), refused());
    assert_eq!(judged(&[true], &[false], refused()), refused());
    let status = Outcome::failure(Reason::Status, "answered 503");
    assert_eq!(judged(&[true], &[], status.clone()), status);
}

#[test]
fn the_witnesses_that_agree_are_kept_with_the_incident() {
    let (state, _) = judge(&policy(1, 1), &State::default(), &seen(0, refused(), &[false]));
    let Status::Down(incident) = &state.status else { panic!("{state:?}") };
    assert_eq!(incident.agreed_by, [Vantage("witness 0".into())]);
    let (state, _) = judge(&policy(1, 1), &state, &seen(1, Outcome::success(), &[]));
    assert_eq!(state.last_outage.unwrap().agreed_by, [Vantage("witness 0".into())]);
}

#[test]
fn partial_is_a_warning_with_the_thresholds_of_all() {
    let policy = policy(2, 1);
    let mut state = State::default();
    for at in 0..2 {
        assert_eq!(state.raised().count(), 0, "minute {at}");
        (state, _) = judge(&policy, &state, &seen(at, refused(), &[true]));
    }
    assert!(matches!(state.status, Status::Up { .. }));
    assert_eq!(state.raised().map(|(kind, _)| kind).collect::<Vec<_>>(), [WarningKind::Partial]);
    (state, _) = judge(&policy, &state, &seen(2, Outcome::success(), &[]));
    assert_eq!(state.raised().count(), 0);
}

#[test]
fn what_only_witnesses_reached_counts_as_fast_as_it_was_before() {
    let mut history = prober::model::history::History::default();
    let fast = Some(std::time::Duration::from_millis(40));
    history.count(&Observation { latency: fast, ..seen(0, Outcome::success(), &[]) }, false);
    history.count(&seen(1, refused(), &[true]), false);
    assert_eq!(history.recent, [Some(40), Some(40)]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Who sees that it works needs nobody's opinion: no liar makes it fail.
    #[test]
    fn a_liar_makes_nothing_down_that_works_here(works: Vec<bool>) {
        for outcome in [Outcome::success(), slow(), Outcome::inconclusive("no time left")] {
            prop_assert_eq!(&seen(0, outcome.clone(), &works).outcome, &outcome);
        }
    }

    /// What fails here is never silently taken for a success.
    #[test]
    fn a_failure_stays_one_or_is_warned_of(works: Vec<bool>) {
        let seen = seen(0, refused(), &works);
        prop_assert!(seen.outcome == refused() || is_partial(&seen));
    }

    /// Witnesses that are dead, or blind, or see nothing conclusive, have no votes.
    #[test]
    fn witnesses_without_a_vote_change_no_verdict(
        outcomes in prop::collection::vec(outcomes(), 0..20),
    ) {
        let policy = policy(2, 2);
        let (mut with, mut without) = (State::default(), State::default());
        for (at, outcome) in outcomes.into_iter().enumerate() {
            let at = i64::try_from(at).unwrap();
            let alone = observe("nas", minute(at), outcome.clone());
            (with, _) = judge(&policy, &with, &seen(at, outcome, &[]));
            (without, _) = judge(&policy, &without, &alone);
        }
        prop_assert_eq!(with, without);
    }

    /// However witnesses lie, a target is down only after as many failures seen here.
    #[test]
    fn no_vote_stands_in_for_a_failure_seen_here(
        rounds in prop::collection::vec((outcomes(), any::<Vec<bool>>()), 0..20),
    ) {
        let policy = policy(2, 1);
        let (mut state, mut failed) = (State::default(), 0);
        for (at, (outcome, works)) in rounds.into_iter().enumerate() {
            failed = match outcome {
                Outcome::Failure(_) => failed + 1,
                Outcome::Success { .. } => 0,
                Outcome::Inconclusive { .. } => failed,
            };
            (state, _) = judge(&policy, &state, &seen(i64::try_from(at).unwrap(), outcome, &works));
            prop_assert!(state.incident().is_none() || failed >= 2 || !state.is_failing());
        }
    }

    /// One liar among three places cannot hide an outage that the two others see.
    #[test]
    fn one_liar_of_three_places_decides_nothing(lie: bool, first: bool, down: bool) {
        let honest = !down;
        let works = if first { [lie, honest] } else { [honest, lie] };
        let outcome = if down { refused() } else { Outcome::success() };
        prop_assert_eq!(&seen(0, outcome.clone(), &works).outcome, &outcome);
    }

    /// Weighing twice is weighing once, and the order of the votes does not count.
    #[test]
    fn votes_are_weighed_once_and_in_any_order(works: Vec<bool>) {
        let once = seen(0, refused(), &works);
        let mut twice = once.clone();
        weigh(&mut twice);
        prop_assert_eq!(&once, &twice);
        let turned: Vec<bool> = works.into_iter().rev().collect();
        let turned = seen(0, refused(), &turned);
        prop_assert_eq!(is_partial(&once), is_partial(&turned));
    }
}

/// The digest of the only target of a file, which has these `keys`.
fn digest(keys: &str) -> String {
    let text = format!("[[target]]\nname = 'nas'\n{keys}\n");
    let missing = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let sources = Sources { env: &|_| None, read_file: &missing, now: epoch() };
    let config = config::parse(Path::new("probes.toml"), &text, &sources).unwrap();
    config.endpoints().next().unwrap().1.digest()
}

const PHOTOS: &str = "url = 'https://photos.example.com/health'\n";

#[test]
fn what_may_differ_from_place_to_place_and_secrets_are_not_in_the_digest() {
    let plain = digest(PHOTOS);
    for more in [
        "interval = '5m'",
        "timeout = '3s'",
        "attempts = 3",
        "failure_threshold = 1",
        "witness = false",
        "resolver = 'tcp://192.0.2.53'",
        "proxy = 'http://192.0.2.8:3128'",
        "warn = { latency_over = '2s' }",
    ] {
        assert_eq!(digest(&format!("{PHOTOS}{more}")), plain, "{more}");
    }
    let token = |value| digest(&format!("{PHOTOS}headers = {{ x-token = '{value}' }}"));
    assert_eq!(token("hunter2"), token("swordfish"));
    assert_ne!(token("hunter2"), plain);
    let host = |value| digest(&format!("{PHOTOS}headers = {{ host = '{value}' }}"));
    assert_ne!(host("a.example.com"), host("b.example.com"));
}

#[test]
fn what_is_asked_and_what_must_be_answered_is_in_the_digest() {
    let keys = [
        "",
        "method = 'HEAD'",
        "ip = 'v6'",
        "follow_redirects = false",
        "expect = { status = 204 }",
        "expect = { body_contains = 'ok' }",
        "expect = { body_not_contains = 'ok' }",
        "expect = { body_matches = 'ok' }",
        "expect = { json = '$.ok == true' }",
        "expect = { header = { server = 'nginx' } }",
        "expect = { head_only = true }",
        "expect = { unreachable = true }",
        "expect = { latency_under = '2s' }",
        "tls = { insecure = true }",
        "tls = { server_name = 'other.example.com' }",
    ];
    let mut digests: Vec<String> =
        keys.iter().map(|more| digest(&format!("{PHOTOS}{more}"))).collect();
    for url in [
        "https://photos.example.com/",
        "tcp://photos.example.com:443",
        "tcp://photos.example.com:444",
        "tls://photos.example.com:443",
        "dns://192.0.2.53/photos.example.com",
        "dns://192.0.2.53/photos.example.com?type=AAAA",
        "icmp://photos.example.com",
        "smtp://photos.example.com",
    ] {
        digests.push(digest(&format!("url = '{url}'")));
    }
    let all = digests.len();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), all, "two that differ have one digest");
}
