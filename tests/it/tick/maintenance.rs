//! Windows of maintenance: what is told of an outage before, in and after one.
//! Every tick is a process of its own.

use super::*;

/// From the second minute up to the fifth.
const WINDOW: &str = "
    [[maintenance]]
    from = 2026-01-01T00:02:00Z
    to = 2026-01-01T00:05:00Z
";

async fn maintained(window: &str) -> Home {
    let home = Home::new().await;
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), window].concat());
    home.tick(0).await;
    home
}

impl Home {
    /// Ticks in each of these minutes; what was heard by then.
    async fn ticks(&self, minutes: impl IntoIterator<Item = i64>) -> Vec<String> {
        for minute in minutes {
            assert_eq!(self.tick(minute).await.quiet(), Some(0), "minute {minute}");
        }
        self.heard()
    }
}

#[tokio::test]
async fn an_outage_from_before_that_ends_within_is_told_at_once() {
    let home = maintained(WINDOW).await;
    home.nas.stop().await;
    assert_eq!(home.ticks(1..3).await, ["nas is down"]);
    home.nas.start_again().await;
    assert_eq!(home.ticks(3..7).await, ["nas is down", "nas recovered after 2 min"]);
}

#[tokio::test]
async fn an_outage_within_is_history() {
    let home = maintained(WINDOW).await;
    home.ticks(1..2).await;
    home.nas.stop().await;
    let tick = home.tick(2).await.json();
    assert_eq!((&tick["transitions"][0]["kind"], &tick["owed"]), (&"down".into(), &0.into()));
    home.nas.start_again().await;
    assert!(home.ticks(3..8).await.is_empty());
}

#[tokio::test]
async fn an_outage_that_outlasts_it_is_told_as_it_ends() {
    let home = maintained(WINDOW).await;
    home.ticks(1..3).await;
    home.nas.stop().await;
    assert!(home.ticks(3..5).await.is_empty());
    assert_eq!(home.ticks(5..7).await, ["nas is down"]);
    let told = home.slack.requests().concat();
    assert!(told.contains("nas is down since 00:03: "), "{told}");
    home.nas.start_again().await;
    assert_eq!(home.ticks(7..8).await, ["nas is down", "nas recovered after 4 min"]);
}

#[tokio::test]
async fn an_outage_after_it_is_told_like_any_other() {
    let home = maintained(WINDOW).await;
    home.ticks(1..6).await;
    home.nas.stop().await;
    assert_eq!(home.ticks(6..7).await, ["nas is down"]);
}

#[tokio::test]
async fn an_outage_that_could_not_be_told_before_it_is_told_after_it() {
    let home = maintained(WINDOW).await;
    home.nas.stop().await;
    home.slack.refuse(503, "");
    assert_eq!(home.tick(1).await.code, Some(1));
    home.slack.behave(Behaviour::Accept);
    home.ticks(2..3).await;
    home.nas.start_again().await;
    assert!(home.ticks(3..5).await.is_empty());
    assert_eq!(home.ticks(5..7).await, ["nas was down for 2 min and is up"]);
}

#[tokio::test]
async fn it_silences_those_that_it_names_and_no_other() {
    let home = Home::new().await;
    let window = WINDOW.to_owned() + "targets = ['nas']";
    let blog = target("blog", &home.nas.url());
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), &blog, &window].concat());
    home.ticks(1..2).await;
    home.nas.stop().await;
    assert_eq!(home.ticks(2..4).await, ["blog is down"]);
    let status = home.run(&["status", "--at", "2026-01-01T00:03:00Z"]).await;
    assert_eq!(status.out.matches("in maintenance until 00:05 UTC").count(), 1, "{}", status.out);
    assert_eq!(home.ticks(4..6).await, ["blog is down", "nas is down"]);
}

#[tokio::test]
async fn what_depends_on_a_target_in_maintenance_is_silent_with_it() {
    let home = Home::new().await;
    let window = WINDOW.to_owned() + "targets = ['nas']";
    let photos = target("photos", &home.nas.url()) + "depends_on = 'nas'";
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), &photos, &window].concat());
    home.ticks(1..2).await;
    home.nas.stop().await;
    assert!(home.ticks(2..5).await.is_empty());
    assert_eq!(home.ticks(5..7).await, ["nas is down, and 1 behind it"]);
}

#[tokio::test]
async fn it_ends_on_local_time_although_clocks_went_forward() {
    let window = "[[maintenance]]\nschedule = '0 30 1 * * *'\nduration = '40m'\n";
    let home = Home::new().await;
    let zone = "timezone = 'Europe/Berlin'\n";
    home.write(&[zone, DEFAULTS, SLACK, &home.nas_target(), window].concat());
    home.nas.stop().await;
    // From 01:30 CET for forty minutes, which is 03:10 CEST.
    for (at, messages) in [("00:31", 0), ("01:09", 0), ("01:10", 1), ("01:12", 1)] {
        home.run(&["tick", "--at", &format!("2026-03-29T{at}:00Z")]).await;
        assert_eq!(home.news().len(), messages, "{at}");
    }
}

#[tokio::test]
async fn failures_in_it_do_not_count_against_uptime() {
    let home = maintained(WINDOW).await;
    home.ticks(1..2).await;
    home.nas.stop().await;
    home.ticks(2..5).await;
    home.nas.start_again().await;
    home.ticks(5..6).await;
    let (_, _, state) = home.memory().remove(0);
    let state: serde_json::Value = serde_json::from_str(&state).unwrap();
    let today = &state["history"]["today"];
    assert_eq!((&today["up"], &today["down"]), (&3.into(), &0.into()), "{today}");
}
