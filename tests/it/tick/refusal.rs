//! What becomes of a message that Slack does not take.

use super::*;
use crate::webhook::MARKER;

#[tokio::test]
async fn what_slack_refuses_is_told_once_when_it_accepts_again() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.refuse(503, "rollup_error");
    for at in 0..10 {
        let tick = home.tick(at).await;
        assert_eq!((tick.code, &tick.json()["owed"]), (Some(1), &1.into()));
    }
    home.slack.behave(Behaviour::Accept);
    assert_eq!(home.tick(10).await.quiet(), Some(0));
    assert_eq!(home.tick(11).await.quiet(), Some(0));
    assert_eq!((home.heard(), home.slack.requests().len()), (vec!["nas is down".into()], 11));
}

#[tokio::test]
async fn an_outage_that_ends_before_slack_accepts_is_told_as_over() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.refuse(500, "");
    home.tick(0).await;
    home.nas.start_again().await;
    assert_eq!(home.tick(2).await.code, Some(1));
    home.slack.behave(Behaviour::Accept);
    let tick = home.tick(3).await;
    assert_eq!(tick.json()["announced"][0]["kind"], "was_down");
    assert_eq!(home.tick(4).await.quiet(), Some(0));
    assert_eq!(home.heard(), ["nas was down for 2 min and is up"]);
}

#[tokio::test]
async fn no_process_tries_again_before_the_time_that_slack_asked_for() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.behave(Behaviour::Refuse(Reply::with_headers(429, "retry-after: 600\r\n", "")));
    assert_eq!(home.tick(0).await.code, Some(1));
    home.slack.behave(Behaviour::Accept);
    for at in 1..10 {
        let tick = home.tick(at).await;
        assert_eq!((tick.code, &tick.json()["owed"]), (Some(1), &1.into()));
    }
    assert_eq!(home.slack.requests().len(), 1);
    assert_eq!(home.tick(10).await.quiet(), Some(0));
    assert_eq!(home.heard(), ["nas is down"]);
}

#[tokio::test]
async fn a_short_wait_that_slack_asks_for_is_kept_within_the_tick() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.behave(Behaviour::Refuse(Reply::with_headers(429, "retry-after: 1\r\n", "")));
    let ticking = home.ticking(0).spawn().unwrap();
    home.slack.asked(1).await;
    home.slack.behave(Behaviour::Accept);
    assert_eq!(crate::home::ended(ticking).await.quiet(), Some(0));
    assert_eq!(home.heard(), ["nas is down"]);
}

#[tokio::test]
async fn a_permanent_refusal_stays_owed_and_says_what_to_do() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.refuse(404, "no_service");
    for at in 0..2 {
        let tick = home.tick(at).await;
        assert_eq!((tick.code, &tick.json()["owed"]), (Some(1), &1.into()));
        let (error, log) = ("ERROR", &tick.err);
        assert!(log.contains(error) && log.contains("HTTP 404 no_service"), "{log}");
        assert!(log.contains("create a new one") && !log.contains(MARKER), "{log}");
    }
    home.slack.behave(Behaviour::Accept);
    assert_eq!(home.tick(2).await.quiet(), Some(0));
    assert_eq!(home.heard(), ["nas is down"]);
}

#[tokio::test]
async fn what_may_have_arrived_is_sent_again() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.behave(Behaviour::Refuse(Reply::cut()));
    let tick = home.tick(0).await;
    assert_eq!(tick.code, Some(1));
    assert!(tick.err.contains("perhaps delivered"), "{}", tick.err);
    home.slack.behave(Behaviour::Accept);
    assert_eq!(home.tick(1).await.quiet(), Some(0));
    assert_eq!(home.heard(), ["nas is down"]);
}
