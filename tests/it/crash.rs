//! `kill -9` of a ticking process, then ticks go on: nothing is lost, nothing
//! is out of order, and there is at most one duplicate for each death.

use std::time::{Duration, Instant};

use chrono::{SecondsFormat, TimeDelta};
use prober::clock::Clock;
use tokio::process::Child;

use crate::home::{Behaviour, Home};
use crate::webhook::Reply;

/// Outages in which processes die.
const OUTAGES: usize = 4;

/// Deaths in each half of an outage: while it is down, and once it is back.
const DEATHS: usize = 5;

/// A small generator, so that every run of the tests is the same.
struct Dice(u64);

impl Dice {
    /// A number below one. Knuth's MMIX: the upper half is random enough.
    fn roll(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

/// A home that goes on while its processes die.
struct Story {
    home: Home,
    minute: i64,
    dice: Dice,
    /// What a whole tick takes.
    lifetime: Duration,
}

impl Story {
    async fn begin(seed: u64) -> Self {
        let home = Home::new().await;
        home.tick(0).await;
        let begin = Instant::now();
        home.tick(1).await;
        Self { home, minute: 1, dice: Dice(seed), lifetime: begin.elapsed() }
    }

    /// Lets so much time pass that outages are apart, and not a flapping server.
    fn later(&mut self) {
        self.minute += 120;
    }

    fn spawn(&mut self) -> Child {
        self.minute += 1;
        self.home.ticking(self.minute).spawn().unwrap()
    }

    /// A tick that dies somewhere in its life, or just after it.
    async fn die(&mut self) {
        let mut child = self.spawn();
        tokio::time::sleep(self.lifetime.mul_f64(1.1 * self.dice.roll())).await;
        child.kill().await.unwrap();
    }

    /// Ticks until one has nothing left to say; what was heard meanwhile. What
    /// several died of sending waits some minutes.
    async fn go_on(&mut self, before: usize) -> Vec<String> {
        for _ in 0..8 {
            self.minute += 1;
            let run = self.home.tick(self.minute).await;
            if run.quiet() == Some(0) {
                return self.home.news().split_off(before);
            }
        }
        panic!("it is owed still: {:?}", self.home.news());
    }
}

/// Every message of half an outage says `what`, and there is one at least,
/// and not more than one for each death besides.
#[track_caller]
fn assert_told(heard: &[String], what: &str) {
    assert!(heard.iter().all(|message| message.contains(what)), "{what}: {heard:?}");
    assert!((1..=1 + DEATHS).contains(&heard.len()), "{heard:?}");
}

async fn processes_die_at_random(seed: u64) {
    let mut story = Story::begin(seed).await;
    for _ in 0..OUTAGES {
        story.later();
        for (up, what) in [(false, "nas is down"), (true, "nas recovered after ")] {
            let before = story.home.news().len();
            story.home.nas.turn(up).await;
            for _ in 0..DEATHS {
                story.die().await;
            }
            assert_told(&story.go_on(before).await, what);
        }
    }
    assert!(story.go_on(story.home.news().len()).await.is_empty());
}

#[tokio::test]
async fn processes_that_die_at_random_lose_nothing() {
    processes_die_at_random(1).await;
}

#[tokio::test]
async fn processes_that_die_at_other_moments_lose_nothing() {
    processes_die_at_random(2).await;
}

#[tokio::test]
async fn an_outage_in_which_all_processes_die_is_told_as_over() {
    let mut story = Story::begin(3).await;
    for _ in 0..OUTAGES {
        story.later();
        let before = story.home.news().len();
        story.home.nas.stop().await;
        // It is on record once Slack is told, and Slack does not want to know.
        story.home.slack.refuse(503, "");
        story.minute += 1;
        assert_eq!(story.home.tick(story.minute).await.code, Some(1));
        story.home.slack.behave(Behaviour::Accept);
        for _ in 0..2 {
            story.die().await;
        }
        story.home.nas.start_again().await;
        let heard = story.go_on(before).await;
        let (last, first) = heard.split_last().unwrap();
        assert!(first.len() <= 2 && first.iter().all(|each| each == "nas is down"), "{heard:?}");
        assert!(last.contains("recovered after") || last.contains("was down for"), "{heard:?}");
    }
}

#[tokio::test]
async fn a_process_that_dies_between_slack_s_yes_and_its_record_is_one_duplicate() {
    let mut story = Story::begin(4).await;
    for (up, what) in [(false, "nas is down"), (true, "nas recovered after 16 min")] {
        let before = story.home.heard().len();
        story.home.nas.turn(up).await;
        for (death, pause) in [(1, 1), (2, 1), (3, 2), (4, 4)] {
            story.minute += pause - 1;
            story.home.slack.behave(Behaviour::Hold);
            let mut child = story.spawn();
            story.home.slack.has(before + death).await;
            child.kill().await.unwrap();
        }
        story.home.slack.behave(Behaviour::Accept);
        assert_eq!(story.go_on(before).await, [what; 5]);
    }
    assert!(story.go_on(10).await.is_empty());
}

#[tokio::test]
async fn an_outage_is_logged_once_although_the_process_died_that_saw_its_end() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.tick(0).await;
    home.nas.start_again().await;
    home.slack.behave(Behaviour::Hold);
    let mut child = home.ticking(1).spawn().unwrap();
    home.slack.has(2).await;
    child.kill().await.unwrap();
    home.slack.behave(Behaviour::Accept);
    for minute in 1..4 {
        let at = ["outages", "--format", "json", "--at", "2026-01-01T00:10:00Z"];
        let log = home.run(&at).await.json();
        let outages = log["outages"].as_array().unwrap();
        assert_eq!(outages.len(), 1, "{log}");
        assert_eq!(outages[0]["duration_s"], 60);
        home.tick(minute).await;
    }
}

#[tokio::test]
async fn a_dead_process_keeps_a_channel_from_others_for_less_than_a_minute() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.behave(Behaviour::Hold);
    let mut child = home.ticking(0).spawn().unwrap();
    home.slack.has(1).await;
    child.kill().await.unwrap();
    home.slack.behave(Behaviour::Accept);
    let early = home.run(&["tick", "--at", "2026-01-01T00:00:44Z"]).await;
    assert_eq!((early.quiet(), home.heard().len()), (Some(1), 1));
    let late = home.run(&["tick", "--at", "2026-01-01T00:00:45Z"]).await;
    assert_eq!((late.quiet(), home.heard().len()), (Some(0), 2));
}

#[tokio::test]
async fn a_process_that_died_with_a_wrong_clock_does_not_silence_a_channel() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.behave(Behaviour::Hold);
    let mut child = home.prober(&["tick", "--at", "2036-01-01T00:00:00Z"]).spawn().unwrap();
    home.slack.has(1).await;
    child.kill().await.unwrap();
    home.slack.behave(Behaviour::Accept);
    let tick = home.tick(0).await;
    assert_eq!((tick.code, home.heard().len()), (Some(0), 2));
    // What was observed then stands, and the log says what that means.
    assert!(tick.err.contains("last observed in the future"), "{}", tick.err);
}

#[tokio::test]
async fn observations_under_a_clock_far_ahead_do_not_stop_new_ones() {
    for ahead in [TimeDelta::minutes(10), TimeDelta::hours(20), TimeDelta::days(100 * 365)] {
        let home = Home::new().await;
        let wrong = (Clock::System.now() + ahead).to_rfc3339_opts(SecondsFormat::Secs, true);
        home.run(&["tick", "--at", &wrong]).await;
        home.nas.stop().await;
        let tick = home.run(&["tick"]).await;
        assert_eq!((tick.code, home.heard().len()), (Some(0), 1), "{ahead}");
        assert!(tick.out.contains("1 seen while the clock was ahead"), "{}", tick.out);
        let again = home.run(&["tick"]).await;
        assert!(!again.out.contains("clock"), "said once: {}", again.out);
    }
}

#[tokio::test]
async fn an_outage_that_began_while_the_clock_was_ahead_began_when_it_was_right_again() {
    let home = Home::new().await;
    home.nas.stop().await;
    let wrong = Clock::System.now() + TimeDelta::hours(20);
    home.run(&["tick", "--at", &wrong.to_rfc3339_opts(SecondsFormat::Secs, true)]).await;
    assert_eq!(home.heard(), ["nas is down"]);
    assert_eq!(home.run(&["tick"]).await.code, Some(0));
    home.nas.start_again().await;
    let later = Clock::System.now() + TimeDelta::minutes(2);
    home.run(&["tick", "--at", &later.to_rfc3339_opts(SecondsFormat::Secs, true)]).await;
    assert_eq!(home.heard().len(), 2);
    assert!(home.heard()[1].starts_with("nas recovered after 1 min"), "{:?}", home.heard());
}

#[tokio::test]
async fn a_wait_that_was_asked_for_under_a_wrong_clock_does_not_silence_a_channel() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.behave(Behaviour::Refuse(Reply::with_headers(429, "retry-after: 600\r\n", "")));
    assert_eq!(home.run(&["tick", "--at", "2036-01-01T00:00:00Z"]).await.code, Some(1));
    home.slack.behave(Behaviour::Accept);
    assert_eq!((home.tick(0).await.code, home.heard().len()), (Some(0), 1));
}
