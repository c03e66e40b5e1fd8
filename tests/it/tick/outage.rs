//! What is told of an outage, and to whom.

use super::*;
use crate::home::run;

const TWO_CHANNELS: &str = "
    [notify.slack]
    type = 'slack'
    webhook_url = '${SLACK_WEBHOOK_URL}'
    [notify.second]
    type = 'slack'
    webhook_url = '${SECOND_WEBHOOK_URL}'
";

#[tokio::test]
async fn an_outage_is_told_when_it_begins_and_when_it_ends_and_never_between() {
    let home = Home::new().await;
    home.tick(0).await;
    home.nas.stop().await;
    for at in 1..=3 {
        assert_eq!(home.tick(at).await.quiet(), Some(0));
    }
    home.nas.start_again().await;
    for at in 4..=6 {
        assert_eq!(home.tick(at).await.quiet(), Some(0));
    }
    assert_eq!(home.heard(), ["nas is down", "nas recovered after 3 min"]);
}

#[tokio::test]
async fn it_is_told_in_the_configured_language() {
    let home = Home::new().await;
    home.write(&["language = 'ko'", DEFAULTS, SLACK, &home.nas_target()].concat());
    home.tick(0).await;
    home.nas.stop().await;
    home.tick(1).await;
    home.nas.start_again().await;
    home.tick(4).await;
    let [down, up] = &home.heard()[..] else { panic!("{:?}", home.heard()) };
    assert!(down.starts_with("nas 00:01부터 다운: "), "{down}");
    assert_eq!(up, "nas 3분 만에 복구");
}

#[tokio::test]
async fn one_lost_probe_is_not_an_outage() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), "failure_threshold = 2"].concat());
    home.tick(0).await;
    home.nas.stop().await;
    home.tick(1).await;
    home.nas.start_again().await;
    home.tick(2).await;
    home.nas.stop().await;
    home.tick(3).await;
    assert!(home.heard().is_empty());
    home.tick(4).await;
    assert_eq!(home.heard(), ["nas is down"]);
}

#[tokio::test]
async fn two_ticks_for_one_slot_change_nothing() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.tick(0).await;
    let memory = home.memory();
    let again = home.tick(0).await;
    assert_eq!((again.quiet(), &again.json()["due"]), (Some(0), &0.into()));
    assert_eq!((home.memory(), home.heard().len()), (memory, 1));
}

#[tokio::test]
async fn all_that_falls_in_one_tick_is_one_message() {
    let home = Home::new().await;
    let more = ["blog", "photos"].map(|name| target(name, &home.nas.url())).concat();
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), &more].concat());
    home.tick(0).await;
    home.nas.stop().await;
    home.tick(1).await;
    assert_eq!(home.heard(), ["All 3 are down: nas, blog and photos"]);
}

#[tokio::test]
async fn a_target_behind_one_that_is_down_is_told_with_it_and_not_alone() {
    let home = Home::new().await;
    let photos = target("photos", &home.nas.url()) + "depends_on = 'nas'";
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), &photos].concat());
    home.nas.stop().await;
    let tick = home.tick(0).await.json();
    assert_eq!(tick["transitions"].as_array().unwrap().len(), 2, "{tick}");
    home.nas.start_again().await;
    home.tick(1).await;
    assert_eq!(
        home.heard(),
        ["nas is down, and 1 behind it", "nas recovered after 1 min, and the one behind it"]
    );
}

#[tokio::test]
async fn a_server_that_flaps_is_told_of_once() {
    let home = Home::new().await;
    for at in 0..20 {
        home.nas.turn(at % 2 == 1).await;
        assert_eq!(home.tick(at).await.quiet(), Some(0));
    }
    let heard = home.heard();
    let (last, first) = heard.split_last().unwrap();
    assert!(last.starts_with("nas is unstable") && first.len() <= 6, "{heard:?}");
    assert!(!first.iter().any(|each| each.contains("unstable")), "{heard:?}");
}

#[tokio::test]
async fn a_target_that_hangs_keeps_nobody_from_being_told() {
    let home = Home::new().await;
    let slow = Slack::start().await;
    slow.behave(Behaviour::Hold);
    let slow = target("slow", slow.url()) + "timeout = '1s'";
    home.write(&[DEFAULTS, SLACK, &slow, &home.nas_target()].concat());
    home.nas.stop().await;
    assert_eq!(home.tick(0).await.quiet(), Some(0));
    assert_eq!(home.heard(), ["Both are down: slow and nas"]);
}

#[tokio::test]
async fn a_target_taken_out_of_the_file_is_forgotten_silently() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.tick(0).await;
    home.write(&[DEFAULTS, SLACK, &target("blog", &home.nas.url())].concat());
    home.tick(1).await;
    let known: Vec<String> = home.memory().into_iter().map(|(name, ..)| name).collect();
    assert_eq!(known, ["blog"]);
    assert_eq!(home.heard(), ["nas is down", "blog is down"]);
}

#[tokio::test]
async fn a_channel_added_during_an_outage_is_told_of_it() {
    let (home, second) = (Home::new().await, Slack::start().await);
    home.nas.stop().await;
    home.tick(0).await;
    home.write(&[DEFAULTS, TWO_CHANNELS, &home.nas_target()].concat());
    for at in 1..3 {
        run(home.ticking(at).env("SECOND_WEBHOOK_URL", second.url())).await;
    }
    assert_eq!((home.heard(), second.heard()), (vec!["nas is down".into()], home.heard()));
}

#[tokio::test]
async fn a_channel_that_hangs_delays_no_other() {
    let (home, second) = (Home::new().await, Slack::start().await);
    home.write(&[DEFAULTS, TWO_CHANNELS, &home.nas_target()].concat());
    home.nas.stop().await;
    home.slack.behave(Behaviour::Hold);
    let mut ticking = home.ticking(0);
    let ticking = ticking.env("SECOND_WEBHOOK_URL", second.url()).spawn().unwrap();
    // One still keeps its answer when the other is told.
    second.has(1).await;
    home.slack.has(1).await;
    home.slack.behave(Behaviour::Accept);
    let tick = crate::home::ended(ticking).await;
    assert_eq!((tick.quiet(), tick.json()["announced"].as_array().unwrap().len()), (Some(0), 2));
}
