//! `prober notify-test` speaks to every kind of channel.

use std::process::Stdio;

use crate::notify_contract::{ALL, Act, Channel, Service};
use crate::webhook::MARKER;

/// The keys of a channel whose service listens on `port`.
fn table(channel: Channel, port: u16) -> String {
    let server = format!("http://127.0.0.1:{port}");
    match channel {
        Channel::Slack => format!("type = 'slack'\nwebhook_url = '{server}/{MARKER}'"),
        Channel::SlackBot => format!(
            "type = 'slack'\nbot_token = 'xoxb-{MARKER}'\nchannel = '#alerts'\napi_url = '{server}/api'"
        ),
        Channel::Email => format!(
            "type = 'email'\nsmtp_url = 'smtp://me:{MARKER}@127.0.0.1:{port}'\n\
             from = 'prober@example.com'\nto = 'me@example.com'"
        ),
        Channel::Ntfy => format!("type = 'ntfy'\nurl = '{server}/{MARKER}'\ntoken = 'tk_{MARKER}'"),
        Channel::Discord => format!("type = 'discord'\nwebhook_url = '{server}/{MARKER}'"),
        Channel::Telegram => format!(
            "type = 'telegram'\nbot_token = '1:{MARKER}'\nchat_id = '-1001'\napi_url = '{server}'"
        ),
        Channel::Webhook => format!("type = 'webhook'\nurl = '{server}/'\nsecret = '{MARKER}'"),
    }
}

/// The output of the command where every service does `act`, and its exit code.
async fn notify_test(act: Act) -> (String, i32) {
    let mut config = "[[target]]\nname = 'a'\nurl = 'tcp://192.0.2.1:1'\n".to_owned();
    let mut services = Vec::new();
    for channel in ALL {
        let service = Service::start(channel, act).await;
        config += &format!("[notify.{channel:?}]\n{}\n", table(channel, service.port()));
        services.push(service);
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("probes.toml");
    std::fs::write(&path, config).unwrap();
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_prober"));
    command.arg("--config").arg(&path).arg("notify-test").stdin(Stdio::null());
    let output = command.output().await.unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(!said.contains(MARKER), "{said}");
    (said, output.status.code().unwrap())
}

#[tokio::test]
async fn notify_test_reaches_every_kind_of_channel() {
    let (said, code) = notify_test(Act::Accept).await;
    for channel in ALL {
        assert!(said.contains(&format!("{channel:?}: delivered\n")), "{said}");
    }
    assert_eq!(code, 0, "{said}");
}

#[tokio::test]
async fn notify_test_says_what_to_do_about_each_refusal() {
    let (said, code) = notify_test(Act::RefuseForGood).await;
    for channel in ALL {
        assert!(said.contains(&format!("{channel:?}: refused: ")), "{said}");
    }
    assert_eq!(code, 1, "{said}");
}
