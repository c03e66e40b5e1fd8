//! A report's `types` say who is told of it.

use chrono::TimeDelta;

use super::desk::Desk;

const MAP: &str = "
    [[reports]]
    service = 'map'
    origins = []
    quiet = '15m'
";

async fn report(desk: &Desk, types: &str) -> u16 {
    let body = format!(r#"{{"serviceName": "map", "types": {types}, "description": "x is null"}}"#);
    desk.post("/report", &body).await.status
}

/// Time passes until the errors count as over.
async fn quiet(desk: &Desk) {
    desk.pass(TimeDelta::minutes(16));
    desk.tick().await;
}

#[tokio::test]
async fn only_the_channels_of_a_reports_types_hear_of_it() {
    let desk = Desk::with(MAP).await;
    assert_eq!(report(&desk, r#"["home"]"#).await, 200);
    desk.tick().await;
    quiet(&desk).await;
    let told = desk.home.requests();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].contains("map: no error for 15 min (1 in all since "), "{told:?}");
    assert!(desk.work.heard().is_empty());
}

#[tokio::test]
async fn a_type_is_every_channel_of_that_type() {
    let desk = Desk::with(MAP).await;
    assert_eq!(report(&desk, r#"["slack"]"#).await, 200);
    assert_eq!((desk.home.heard().len(), desk.work.heard().len()), (1, 1));
}

#[tokio::test]
async fn a_later_report_widens_who_is_told_of_the_incident() {
    let desk = Desk::with(MAP).await;
    report(&desk, r#"["home"]"#).await;
    report(&desk, r#"["home"]"#).await;
    assert!(desk.work.heard().is_empty());
    report(&desk, r#"["work"]"#).await;
    assert_eq!((desk.home.heard().len(), desk.work.heard().len()), (1, 1));
    quiet(&desk).await;
    assert_eq!((desk.home.heard().len(), desk.work.heard().len()), (2, 2));
}

#[tokio::test]
async fn a_report_without_types_is_for_everybody_and_stays_so() {
    let desk = Desk::with(MAP).await;
    report(&desk, r#"["home"]"#).await;
    report(&desk, "[]").await;
    assert_eq!(desk.work.heard().len(), 1);
    report(&desk, r#"["home"]"#).await;
    quiet(&desk).await;
    assert_eq!((desk.home.heard().len(), desk.work.heard().len()), (2, 2));
}

#[tokio::test]
async fn the_next_incident_is_for_the_channels_that_its_own_reports_choose() {
    let desk = Desk::with(MAP).await;
    report(&desk, "[]").await;
    quiet(&desk).await;
    desk.pass(TimeDelta::hours(1));
    report(&desk, r#"["work"]"#).await;
    assert_eq!((desk.home.heard().len(), desk.work.heard().len()), (2, 3));
    quiet(&desk).await;
    desk.pass(TimeDelta::hours(1));
    report(&desk, r#"["home"]"#).await;
    assert_eq!((desk.home.heard().len(), desk.work.heard().len()), (3, 4));
}

#[tokio::test]
async fn a_channel_that_was_not_told_of_errors_is_not_told_that_they_flap() {
    let flapping = "[defaults]\nflapping = { changes = 2, within = '1d' }";
    let desk = Desk::with(&[MAP, flapping].concat()).await;
    for _ in 0..3 {
        report(&desk, r#"["home"]"#).await;
        quiet(&desk).await;
    }
    let told = desk.home.requests().concat();
    assert!(told.contains("map is unstable"), "{told}");
    assert!(desk.work.heard().is_empty(), "{:?}", desk.work.heard());
}

#[tokio::test]
async fn an_incident_for_channels_that_are_gone_is_for_all() {
    let desk = Desk::with(MAP).await;
    desk.home.refuse(500, "");
    report(&desk, r#"["home"]"#).await;
    assert!(desk.home.heard().is_empty() && desk.work.heard().is_empty());
    let desk = desk.restarted(&[MAP, "notify = 'work'"].concat()).await;
    desk.tick().await;
    assert_eq!((desk.home.heard().len(), desk.work.heard().len()), (0, 1));
}
