//! Ticks that cannot see, ticks that did not come, and roots that are looked
//! at because of what fails behind them.

use super::*;

/// Not probed by itself within any of these tests.
const SELDOM: &str = "interval = '1h'\n";

impl Home {
    async fn tick_quietly(&self, at: i64) -> serde_json::Value {
        let tick = self.tick(at).await;
        assert_eq!(tick.code, Some(0), "minute {at}: {tick:?}");
        tick.json()
    }

    /// Neither the server nor the way out answers.
    async fn cut_the_cable(&self) {
        self.nas.stop().await;
        self.internet.stop().await;
    }

    async fn mend_the_cable(&self) {
        self.nas.start_again().await;
        self.internet.start_again().await;
    }
}

#[tokio::test]
async fn a_blind_tick_judges_and_tells_nothing() {
    let home = Home::new().await;
    home.tick_quietly(0).await;
    let before = home.memory().remove(0);
    home.cut_the_cable().await;
    for (at, complaints) in [(1, 1), (2, 0)] {
        let tick = home.tick(at).await;
        assert_eq!(tick.err.matches("blind:").count(), complaints, "{}", tick.err);
        let tick = tick.json();
        assert_eq!((&tick["blind"], &tick["inconclusive"]), (&true.into(), &1.into()), "{tick}");
        assert_eq!(tick["transitions"], serde_json::json!([]));
    }
    assert_eq!(home.memory().remove(0), before);
    assert!(home.heard().is_empty());
}

#[tokio::test]
async fn a_gap_is_told_once_when_it_is_over() {
    let home = Home::new().await;
    home.tick_quietly(0).await;
    home.cut_the_cable().await;
    for at in 1..31 {
        home.tick_quietly(at).await;
    }
    let status = home.run(&["status", "--at", "2026-01-01T00:30:00Z"]).await;
    assert!(
        status.out.contains("prober at here is blind since 00:01 UTC (29 min)"),
        "{}",
        status.out
    );
    home.mend_the_cable().await;
    let tick = home.tick_quietly(31).await;
    assert_eq!(
        tick["announced"],
        serde_json::json!([{ "channel": "slack", "targets": [], "kind": "no_view" }])
    );
    let remembered = home.memory().remove(1);
    assert!(!remembered.2.contains("untold"), "{remembered:?}");
    home.tick_quietly(32).await;
    assert_eq!(home.memory().remove(1), remembered, "written only when something changes");
    assert_eq!(home.heard(), ["prober had no network for 30 min"]);
    assert!(home.slack.requests()[0].contains("(00:01 – 00:31)"), "{:?}", home.slack.requests());
    let status = home.run(&["status", "--at", "2026-01-01T00:33:00Z"]).await;
    let said = "prober at here saw nothing once, for 30 min: 00:01 – 00:31 UTC";
    assert!(status.out.contains(said), "{}", status.out);
}

#[tokio::test]
async fn a_self_check_that_never_answers_is_told_after_an_hour_and_once() {
    let home = Home::new().await;
    home.tick_quietly(0).await;
    home.cut_the_cable().await;
    for at in [1, 30, 60] {
        home.tick_quietly(at).await;
        assert!(home.heard().is_empty());
    }
    home.slack.refuse(503, "");
    home.tick(61).await;
    home.slack.behave(Behaviour::Accept);
    for at in [62, 63, 64, 121, 125] {
        home.tick(at).await;
    }
    let told: Vec<_> =
        home.slack.requests().into_iter().filter(|it| it.contains("self-check")).collect();
    assert_eq!(told.len(), 2, "refused once, and taken once: {told:?}");
    assert!(told[1].contains("since 00:01"), "{told:?}");
}

#[tokio::test]
async fn an_old_gap_is_forgotten() {
    let home = Home::new().await;
    home.tick_quietly(0).await;
    let names = || home.memory().into_iter().map(|(name, ..)| name).collect::<Vec<_>>();
    home.cut_the_cable().await;
    home.tick_quietly(1).await;
    home.mend_the_cable().await;
    home.tick_quietly(2).await;
    drop(home.sql("UPDATE target SET name = 'prober:elsewhere' WHERE name = 'prober:here'"));
    home.tick_quietly(3).await;
    assert_eq!(names(), ["nas", "prober:elsewhere"]);
    home.tick_quietly(91 * 24 * 60).await;
    assert_eq!(names(), ["nas", "prober:here"], "its own, of this gap");
}

#[tokio::test]
async fn what_slack_refuses_of_it_is_told_later_and_once() {
    let home = Home::new().await;
    home.tick_quietly(0).await;
    home.cut_the_cable().await;
    home.tick_quietly(1).await;
    home.mend_the_cable().await;
    home.slack.refuse(503, "");
    for at in 2..5 {
        let tick = home.tick(at).await;
        assert_eq!((tick.code, &tick.json()["owed"]), (Some(1), &1.into()));
    }
    home.slack.behave(Behaviour::Accept);
    for at in 5..8 {
        home.tick_quietly(at).await;
    }
    assert_eq!(home.heard(), ["prober had no network for 1 min"]);
}

#[tokio::test]
async fn an_outage_that_is_seen_again_is_told_in_the_same_message() {
    let home = Home::new().await;
    home.tick_quietly(0).await;
    home.cut_the_cable().await;
    home.tick_quietly(1).await;
    home.internet.start_again().await;
    home.tick_quietly(2).await;
    home.tick_quietly(3).await;
    assert_eq!(home.heard(), ["nas is down; prober had no network for 1 min"]);
}

#[tokio::test]
async fn one_self_check_that_answers_is_enough() {
    let home = Home::new().await;
    let both = format!("urls = ['http://127.0.0.1:1/', '{}']", home.internet.http());
    let defaults = DEFAULTS.replace("urls = '${SELF_CHECK_URL}'", &both);
    home.write(&[&defaults, SLACK, &home.nas_target()].concat());
    home.nas.stop().await;
    home.tick_quietly(0).await;
    assert_eq!(home.heard(), ["nas is down"]);
}

#[tokio::test]
async fn other_failures_of_a_blind_tick_are_judged_and_told_once_it_sees() {
    let (home, site) = (Home::new().await, Slack::start().await);
    site.refuse(500, "");
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), &target("site", site.url())].concat());
    home.cut_the_cable().await;
    let tick = home.tick(0).await;
    assert_eq!(tick.json()["transitions"][0]["target"], "site", "{tick:?}");
    assert_eq!((tick.code, home.heard().len()), (Some(1), 0));
    home.mend_the_cable().await;
    home.tick_quietly(1).await;
    assert_eq!(home.heard(), ["site is down; prober had no network for 1 min"]);
}

#[tokio::test]
async fn the_watchdog_does_not_hear_of_a_blind_tick() {
    let (home, dog) = (Home::new().await, Slack::start().await);
    let watchdog = format!("[watchdog]\nping_url = '{}'", dog.url());
    home.write(&[DEFAULTS, SLACK, &watchdog, &home.nas_target()].concat());
    home.tick_quietly(0).await;
    home.cut_the_cable().await;
    home.tick_quietly(1).await;
    assert_eq!(dog.requests().len(), 1);
}

#[tokio::test]
async fn ticks_that_did_not_come_are_told_once_with_the_outage_that_they_missed() {
    let home = Home::new().await;
    home.tick_quietly(0).await;
    home.nas.stop().await;
    home.tick_quietly(1).await;
    home.nas.start_again().await;
    for at in [31, 32, 33] {
        home.tick_quietly(at).await;
    }
    let told = "nas recovered after at most 30 min; prober was not running for 30 min";
    assert_eq!(home.heard(), ["nas is down", told]);
    let message = home.slack.requests().remove(1);
    assert!(message.contains("Nobody looked for 30 min of that."), "{message}");
}

#[tokio::test]
async fn an_outage_that_was_seen_whole_is_as_long_as_it_was_though_nobody_looked_before() {
    let home = Home::new().await;
    home.tick_quietly(0).await;
    home.nas.stop().await;
    home.tick_quietly(31).await;
    home.nas.start_again().await;
    home.tick_quietly(32).await;
    let first = "nas is down; prober was not running for 31 min";
    assert_eq!(home.heard(), [first, "nas recovered after 1 min"]);
}

#[tokio::test]
async fn a_process_that_died_before_it_told_of_them_leaves_that_to_the_next() {
    let home = Home::new().await;
    home.tick_quietly(0).await;
    home.slack.behave(Behaviour::Hold);
    let mut child = home.ticking(30).spawn().unwrap();
    home.slack.has(1).await;
    child.kill().await.unwrap();
    home.slack.behave(Behaviour::Accept);
    for at in 31..34 {
        home.tick_quietly(at).await;
    }
    // Nobody knows whether the first was heard.
    assert_eq!(home.heard(), ["prober was not running for 30 min"; 2]);
}

#[tokio::test]
async fn a_root_that_is_not_due_is_probed_along_with_what_fails_behind_it() {
    let home = Home::new().await;
    let router = target("router", &home.nas.url()) + SELDOM;
    let switch = target("switch", &home.nas.url()) + SELDOM + "depends_on = 'router'\n";
    let photos = target("photos", &home.nas.url()) + "depends_on = 'switch'\n";
    home.write(&[DEFAULTS, SLACK, &router, &switch, &photos].concat());
    home.tick_quietly(0).await;
    home.nas.stop().await;
    let tick = home.tick_quietly(1).await;
    assert_eq!((&tick["due"], &tick["probed"]), (&1.into(), &3.into()));
    assert_eq!(home.heard(), ["router is down, and 2 behind it"]);
    home.tick_quietly(2).await;
    home.nas.start_again().await;
    home.tick_quietly(3).await;
    assert_eq!(home.heard().len(), 1, "photos was never told to be down");
}

#[tokio::test]
async fn a_root_that_is_due_itself_is_probed_once() {
    let home = Home::new().await;
    let photos = target("photos", &home.nas.url()) + "depends_on = 'nas'\n";
    let music = target("music", &home.nas.url()) + "depends_on = ['photos', 'nas']\n";
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), &photos, &music].concat());
    home.nas.stop().await;
    assert_eq!(home.tick_quietly(0).await["probed"], 3);
}

#[tokio::test]
async fn a_root_that_works_leaves_the_failure_to_the_target_itself() {
    let (home, router) = (Home::new().await, Nas::start());
    let router = target("router", &router.url()) + SELDOM;
    let photos = target("photos", &home.nas.url()) + "depends_on = 'router'\n";
    home.write(&[DEFAULTS, SLACK, &router, &photos].concat());
    home.tick_quietly(0).await;
    home.nas.stop().await;
    let tick = home.tick_quietly(1).await;
    assert_eq!(tick["probed"], 2);
    assert_eq!(home.heard(), ["photos is down"]);
    // The same tick once more finds nothing new to look at.
    assert_eq!(home.tick_quietly(1).await["probed"], 0);
}

#[tokio::test]
async fn the_watchdog_does_not_hear_of_a_tick_that_could_judge_nothing() {
    let (home, dog) = (Home::new().await, Slack::start().await);
    let watchdog = format!("[watchdog]\nping_url = '{}'", dog.url());
    // This machine has no way there, so that nothing is said of the port.
    let nowhere =
        target("nowhere", "tcp://255.255.255.255:22") + "expect = { unreachable = true }\n";
    home.write(&[DEFAULTS, SLACK, &watchdog, &nowhere].concat());
    let tick = home.tick_quietly(0).await;
    assert_eq!((&tick["probed"], &tick["inconclusive"]), (&1.into(), &1.into()));
    assert_eq!(dog.requests().len(), 0);
    home.write(&[DEFAULTS, SLACK, &watchdog, &nowhere, &home.nas_target()].concat());
    home.tick_quietly(1).await;
    assert_eq!(dog.requests().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_judged_is_told_in_words() {
    let home = Home::new().await;
    let nowhere =
        target("nowhere", "tcp://255.255.255.255:22") + "expect = { unreachable = true }\n";
    home.write(&[DEFAULTS, SLACK, &nowhere].concat());
    home.tick_quietly(0).await;
    let tick = home.tick_quietly(60).await;
    assert_eq!(tick["transitions"][0]["reason"], "unwatched");
    assert_eq!(
        home.heard(),
        ["nowhere cannot be watched from here: it needs IPv4, and there is no IPv4 here"]
    );
}
