//! Alarms and logs by rules: who hears of them, again when, and until when.

use chrono::TimeDelta;
use prober::core::step::{Event, EventOrder, Wishes};
use prober::engine::{Budget, TickRequest};
use prober::model::names::TargetName;
use prober::model::observation::{Outcome, Reason, Vantage};
use prober::model::skip::Skip;

use super::desk::Desk;

/// A file is to name something that is watched.
const WATCHED: &str = "[[reports]]\nservice = 'map'\norigins = []\n";

/// `home` hears of the alarms of the nas.
const RULES: &str = "
    [[alarms.rule]]
    match = 'old-*'
    ignore = true
    [[alarms.rule]]
    match = 'nas-*'
    notify = 'home'
    remind = '6h'
    [[alarms.rule]]
    match = '*'
    notify = []
";

async fn desk() -> Desk {
    Desk::with(&[WATCHED, RULES].concat()).await
}

impl Desk {
    /// CloudWatch says that `alarm` is in ALARM, or that it is OK.
    async fn alarm(&self, alarm: &str, raised: bool) {
        let raised = raised.then(|| Outcome::failure(Reason::Alarm, "Threshold Crossed"));
        let event = Event {
            target: TargetName::new(alarm),
            at: self.engine.clock().now(),
            vantage: Vantage("here".into()),
            outcome: Some(raised.unwrap_or(Outcome::success())),
            pulse: None,
            count: 1,
            errors: Vec::new(),
            news: None,
            attachment: None,
            wishes: Wishes::default(),
            order: EventOrder::Sent,
        };
        self.engine.receive(vec![event], Budget::UNLIMITED).await.unwrap();
    }

    /// A tick after so many hours; how much is owed then.
    async fn after(&self, hours: i64) -> usize {
        self.pass(TimeDelta::hours(hours));
        self.tick().await.owed
    }
}

#[tokio::test]
async fn the_first_rule_that_matches_decides_the_channels_and_the_reminders() {
    let desk = desk().await;
    for alarm in ["alarm:nas-disk", "alarm:old-nas-disk", "alarm:cpu"] {
        desk.alarm(alarm, true).await;
    }
    assert_eq!((desk.after(5).await, desk.after(2).await), (0, 0));
    let heard = desk.home.heard();
    assert_eq!((heard.len(), heard[0].as_str()), (2, "CloudWatch alarm nas-disk"));
    assert!(heard[1].starts_with("CloudWatch alarm nas-disk is still raised"), "{heard:?}");
    assert!(desk.work.heard().is_empty() && desk.state("alarm:old-nas-disk").await.is_none());
    assert!(desk.state("alarm:cpu").await.is_some());
}

#[tokio::test]
async fn an_alarm_of_which_nothing_is_heard_is_dropped_and_channels_that_were_told_hear_that_once()
{
    let desk =
        Desk::with(&[WATCHED, "[[alarms.rule]]\nmatch = 'nas-*'\nnotify = 'home'"].concat()).await;
    desk.alarm("alarm:nas-disk", true).await;
    assert_eq!(desk.after(30 * 24 - 1).await, 0);
    assert!(desk.state("alarm:nas-disk").await.is_some());
    desk.home.refuse(500, "not now");
    assert_eq!(desk.after(1).await, 1);
    assert!(desk.state("alarm:nas-disk").await.is_some(), "its channel does not know yet");
    desk.home.behave(crate::home::Behaviour::Accept);
    assert_eq!((desk.after(1).await, desk.after(1).await), (0, 0));
    assert!(desk.state("alarm:nas-disk").await.is_none());
    let dropped = "CloudWatch alarm nas-disk is no longer followed";
    assert_eq!(desk.home.heard(), ["CloudWatch alarm nas-disk", dropped]);
    assert!(desk.work.heard().is_empty());
}

#[tokio::test]
async fn a_channel_hears_within_its_hours_that_an_alarm_was_dropped() {
    let work = "hours = '00:00-02:00'\n";
    let rule = "[[alarms.rule]]\nmatch = 'nas-*'\nnotify = 'work'\n";
    let desk = Desk::with(&[work, WATCHED, rule].concat()).await;
    desk.alarm("alarm:nas-disk", true).await;
    assert_eq!(desk.after(30 * 24 + 5).await, 0, "it sleeps, and nothing is owed now");
    assert_eq!(desk.work.heard(), ["CloudWatch alarm nas-disk"]);
    assert!(desk.state("alarm:nas-disk").await.is_some());
    assert_eq!(desk.after(20).await, 0);
    assert_eq!(
        desk.work.heard().last().unwrap(),
        "CloudWatch alarm nas-disk is no longer followed"
    );
    assert!(desk.state("alarm:nas-disk").await.is_none());
}

#[tokio::test]
async fn nobody_hears_of_the_end_of_an_alarm_that_is_not_down() {
    let desk = Desk::with(&[WATCHED, "[alarms]\nforget_after = '2d'"].concat()).await;
    desk.alarm("alarm:nas-disk", true).await;
    assert_eq!(desk.after(24).await, 0);
    desk.alarm("alarm:nas-disk", false).await;
    assert_eq!(desk.after(47).await, 0);
    assert!(desk.state("alarm:nas-disk").await.is_some());
    assert_eq!(desk.after(1).await, 0);
    assert!(desk.state("alarm:nas-disk").await.is_none());
    assert_eq!(desk.home.heard().len(), 2);
}

#[tokio::test]
async fn an_alarm_does_not_lapse_because_the_clock_was_set_forward() {
    let desk = desk().await;
    desk.alarm("alarm:cpu", true).await;
    let by = TimeDelta::days(40);
    desk.pass(by);
    let skip = Some(Skip { at: desk.engine.clock().now(), by });
    for (skip, is_there) in [(skip, true), (None, false)] {
        let request = TickRequest { skip, ..TickRequest::default() };
        desk.engine.tick(request, |_, _| {}).await.unwrap();
        assert_eq!(desk.state("alarm:cpu").await.is_some(), is_there, "{skip:?}");
    }
}

#[tokio::test]
async fn a_watch_wakes_when_an_alarm_is_to_be_dropped() {
    let desk = desk().await;
    let now = desk.engine.clock().now();
    desk.alarm("alarm:cpu", true).await;
    desk.tick().await;
    assert_eq!(
        desk.engine.next_due(TickRequest::default()).await.unwrap(),
        Some(now + TimeDelta::days(30))
    );
}
