//! `prober notify-test`.

use super::*;
use crate::home::SLACK;
use crate::webhook::MARKER;

#[tokio::test]
async fn a_test_message_arrives() {
    let home = Home::new().await;
    let test = home.run(&["notify-test"]).await;
    assert_eq!((test.quiet(), test.out.as_str()), (Some(0), "slack: delivered\n"));
    assert_eq!(home.heard(), ["Test message from prober: this channel works"]);
}

#[tokio::test]
async fn it_is_in_the_configured_language() {
    let home = Home::new().await;
    home.write(&["language = 'zh'", SLACK, &home.nas_target()].concat());
    assert_eq!(home.run(&["notify-test"]).await.quiet(), Some(0));
    assert_eq!(home.heard(), ["prober 测试消息：此通道工作正常"]);
}

#[tokio::test]
async fn a_refusal_says_what_to_do() {
    let home = Home::new().await;
    home.slack.refuse(404, "no_service");
    let test = home.run(&["notify-test", "slack"]).await;
    assert_eq!(test.quiet(), Some(1));
    assert!(test.out.starts_with("slack: refused: HTTP 404 no_service; "), "{}", test.out);
    assert!(!test.out.contains(MARKER), "{}", test.out);
}

#[tokio::test]
async fn a_channel_that_there_is_not_is_an_error_with_the_nearest() {
    let home = Home::new().await;
    let test = home.run(&["notify-test", "slakc"]).await;
    assert_eq!((test.code, test.out.as_str()), (Some(2), ""));
    assert_eq!(test.err, "error: there is no channel `slakc`; did you mean `slack`?\n");
    assert!(home.slack.requests().is_empty());
}

#[tokio::test]
async fn without_a_channel_the_console_is_tested() {
    let home = Home::new().await;
    home.write(&home.nas_target());
    let test = home.run(&["notify-test"]).await;
    assert_eq!(test.quiet(), Some(0));
    assert!(
        test.out.starts_with("🔵 Test message from prober: this channel works\n"),
        "{}",
        test.out
    );
    assert!(test.out.ends_with("console: delivered\n"), "{}", test.out);
}
