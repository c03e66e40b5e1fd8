//! Secrets that are missing: who needs them, and who goes on without.

use super::*;
use crate::home::SLACK;

/// A second channel and a second target, each of which lacks something.
const LACKING: &str = "
    [notify.phone]
    type = 'ntfy'
    url = 'https://ntfy.sh/${MISSING_TOPIC}'
    [[target]]
    name = 'photos'
    url = 'http://127.0.0.1:1/'
    headers = { x-key = '${MISSING_TOKEN}' }
";

#[tokio::test]
async fn commands_that_tell_nobody_need_no_secret_of_a_channel() {
    let home = Home::new().await;
    for args in [
        &["check"][..],
        &["validate"],
        &["pause", "nas", "--for", "1h"],
        &["resume", "nas"],
        &["status"],
    ] {
        let mut command = home.prober(args);
        let run = run(command.env_remove("SLACK_WEBHOOK_URL")).await;
        assert_eq!(run.code, Some(0), "{run:?}");
    }
}

#[tokio::test]
async fn validate_warns_of_a_channels_secret_and_refuses_without_a_targets() {
    let home = Home::new().await;
    let validate = run(home.prober(&["validate"]).env_remove("SLACK_WEBHOOK_URL")).await;
    assert!(validate.err.starts_with("warning: the environment variable"), "{}", validate.err);
    home.write(&[DEFAULTS, LACKING].concat());
    for command in ["validate", "check"] {
        let refused = home.run(&[command]).await;
        assert_eq!(refused.code, Some(2));
        assert!(
            refused.err.contains("error: the environment variable `MISSING_TOKEN`"),
            "{}",
            refused.err
        );
    }
}

#[tokio::test]
async fn check_needs_the_secrets_of_what_it_probes_alone() {
    let heartbeat = "
        [[heartbeat]]
        name = 'backup'
        interval = '1d'
        key = '${MISSING_KEY}'
        [[reports]]
        service = 'map'
        origins = '*'
        key = '${MISSING_REPORT_KEY}'
        [watchdog]
        ping_url = 'http://127.0.0.1:1/${MISSING_DOG}'
    ";
    let home = Home::new().await;
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), heartbeat].concat());
    let check = home.run(&["check"]).await;
    assert_eq!(check.code, Some(0), "{check:?}");
    home.write(&[DEFAULTS, SLACK, LACKING, &home.nas_target(), heartbeat].concat());
    for (args, code) in [(&["check", "nas"][..], 0), (&["check", "photos"], 2), (&["check"], 2)] {
        let check = home.run(args).await;
        assert_eq!(check.code, Some(code), "{check:?}");
    }
}

#[tokio::test]
async fn a_part_that_lacks_a_secret_is_told_once_on_the_others_and_stops_nobody() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, SLACK, LACKING, &home.nas_target()].concat());
    home.nas.stop().await;
    for minute in 0..3 {
        let tick = run(&mut home.ticking(minute)).await;
        // What the phone is owed waits.
        assert_eq!(tick.code, Some(1), "{tick:?}");
        assert!(tick.err.contains("photos is unwatched"), "{}", tick.err);
    }
    let heard = home.heard();
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(heard[0].contains("nas is down") && heard[1].contains("goes on without"));
    let status = home.run(&["status"]).await;
    assert!(status.out.contains("here, photos is unwatched"), "{}", status.out);
}
