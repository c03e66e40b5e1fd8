//! `prober check`.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::home::{Terminal, seen};

/// The keys of an object, in alphabetical order.
fn keys(value: &Value) -> String {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys.join(" ")
}

#[tokio::test]
async fn it_says_what_works() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, &target("site", &home.nas.http())].concat());
    let check = home.run(&["check"]).await;
    assert_eq!(check.quiet(), Some(0));
    let words: Vec<&str> = check.out.split_whitespace().collect();
    assert_eq!(words[..4], ["●", "site", "http", "up"], "{}", check.out);
    assert!(check.out.contains("HTTP 200") && check.out.ends_with("\n  1 up\n"), "{}", check.out);
}

#[tokio::test]
async fn it_touches_no_state_and_tells_nobody() {
    let home = Home::new().await;
    home.nas.stop().await;
    assert_eq!(home.run(&["check"]).await.quiet(), Some(1));
    assert!(home.heard().is_empty() && !home.path("prober.db").exists());
}

#[tokio::test]
async fn its_object_has_every_key_of_the_contract() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, &target("site", &home.nas.http()), &home.nas_target()].concat());
    let check = home.run(&["check", "--format", "json"]).await;
    let round = check.json();
    assert_eq!(check.quiet(), Some(0));
    assert_eq!(keys(&round), "at down inconclusive targets up vantage");
    for line in round["targets"].as_array().unwrap() {
        assert_eq!(
            keys(line),
            "attempts cert_expires_at detail http_status kind latency_ms name outcome phases_ms reason warnings"
        );
        assert_eq!(keys(&line["phases_ms"]), "connect dns first_byte tls total");
        assert!(line["latency_ms"].is_number() && line["phases_ms"]["connect"].is_number());
    }
    let [site, nas] = [&round["targets"][0], &round["targets"][1]];
    assert_eq!((&site["name"], &site["kind"]), (&json!("site"), &json!("http")));
    assert_eq!((&site["outcome"], &site["http_status"]), (&json!("success"), &json!(200)));
    assert_eq!((&nas["name"], &nas["kind"]), (&json!("nas"), &json!("tcp")));
    assert_eq!((&nas["http_status"], &nas["reason"]), (&Value::Null, &Value::Null));
    assert_eq!((&nas["attempts"], &nas["warnings"]), (&json!(1), &json!([])));
}

#[tokio::test]
async fn its_object_says_why_something_is_down() {
    let home = Home::new().await;
    home.nas.stop().await;
    let check = home.run(&["check", "--format", "json"]).await;
    let round = check.json();
    assert_eq!((check.quiet(), &round["down"], &round["up"]), (Some(1), &json!(1), &json!(0)));
    let line = &round["targets"][0];
    assert_eq!((&line["outcome"], &line["reason"]), (&json!("failure"), &json!("refused")));
    assert!(line["detail"].as_str().unwrap().contains("refused"), "{line}");
}

#[tokio::test]
async fn only_those_named_are_probed() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, &home.nas_target(), &target("gone", "tcp://127.0.0.1:1")].concat());
    let check = home.run(&["check", "nas", "--format", "json"]).await;
    let targets = &check.json()["targets"];
    assert_eq!((check.quiet(), targets.as_array().unwrap().len()), (Some(0), 1));
    assert_eq!(targets[0]["name"], "nas");
}

#[tokio::test]
async fn a_name_that_there_is_not_is_an_error_with_the_nearest() {
    let home = Home::new().await;
    let check = home.run(&["check", "nsa"]).await;
    assert_eq!((check.code, check.out.as_str()), (Some(2), ""));
    assert_eq!(check.err, "error: there is no target `nsa`; did you mean `nas`?\n");
}

#[tokio::test]
async fn a_heartbeat_is_not_probed_and_is_not_called_unknown() {
    let home = Home::new().await;
    home.write("[[heartbeat]]\nname = 'backup'\nkey = 'k3y-of-the-backup'\ninterval = '1d'\n");
    let all = home.run(&["check"]).await;
    assert_eq!(all.quiet(), Some(0));
    assert!(all.out.starts_with("Nothing is probed here"), "{}", all.out);
    let named = home.run(&["check", "backup"]).await;
    assert_eq!((named.code, named.out.as_str()), (Some(2), ""));
    let expected = "error: `backup` is not probed: `prober status` says how it is\n";
    assert_eq!(named.err, expected);
}

#[tokio::test]
async fn the_sample_can_be_checked_as_it_stands() {
    let home = Home::new().await;
    // Tests do not go out: the sample's two servers are ours here.
    let sample = include_str!("../../../probes.toml");
    let ours = sample.replacen("https://example.com", &home.nas.http(), 1);
    let ours = ours.replacen("tcp://1.1.1.1:443", &home.nas.url(), 1);
    home.write(&ours);
    let check = home.run(&["--config", "probes.toml", "check", "--format", "json"]).await;
    assert_eq!((check.quiet(), &check.json()["up"]), (Some(0), &json!(2)));
    home.nas.stop().await;
    let check = home.run(&["--config", "probes.toml", "check", "--format", "json"]).await;
    assert_eq!((check.quiet(), &check.json()["down"]), (Some(1), &json!(2)));
}

#[tokio::test]
async fn a_url_is_probed_without_a_configuration() {
    let home = Home::new().await;
    std::fs::remove_file(home.path("probes.toml")).unwrap();
    let (site, nas) = (home.nas.http(), home.nas.url());
    let check = home.run(&["check", &site, &nas, "--format", "json"]).await;
    let round = check.json();
    assert_eq!((check.quiet(), &round["up"]), (Some(0), &json!(2)));
    let kinds = [&round["targets"][0]["kind"], &round["targets"][1]["kind"]];
    assert_eq!(kinds, [&json!("http"), &json!("tcp")]);
    assert_eq!(round["targets"][1]["name"], json!(nas));
    home.nas.stop().await;
    assert_eq!(home.run(&["check", &site]).await.quiet(), Some(1));
}

#[tokio::test]
async fn names_and_urls_are_probed_together() {
    let home = Home::new().await;
    let check = home.run(&["check", &home.nas.http(), "nas", "--format", "json"]).await;
    let round = check.json();
    assert_eq!((check.quiet(), &round["up"]), (Some(0), &json!(2)));
    assert_eq!(round["targets"][0]["name"], "nas");
}

#[tokio::test]
async fn the_password_in_a_url_is_not_shown() {
    let home = Home::new().await;
    let url = home.nas.http().replace("http://", "http://me:hunter22@");
    let check = home.run(&["check", &url]).await;
    assert_eq!(check.quiet(), Some(0));
    assert!(check.out.contains("http://127.0.0.1:") && !check.out.contains("hunter22"));
}

#[tokio::test]
async fn an_address_without_a_scheme_is_not_guessed_at() {
    let home = Home::new().await;
    let expected = "error: `example.com` is not the name of a target, and as a URL it lacks \
                    its scheme, which says how to probe it: one of http://, https://, ws://, \
                    wss://, tcp://, tls://, udp://, dns://, dns+tls://, icmp://, ssh://, grpc://, \
                    grpcs://, smtp://, smtps://, imap://, imaps://, pop3://, pop3s://, ftp://, \
                    ftps://, xmpp://, xmpps://\n";
    let check = home.run(&["check", "example.com"]).await;
    assert_eq!((check.code, check.err.as_str()), (Some(2), expected));
    std::fs::remove_file(home.path("probes.toml")).unwrap();
    let check = home.run(&["check", "example.com"]).await;
    assert_eq!((check.code, check.err.as_str()), (Some(2), expected));
    let named = home.run(&["check", "nas"]).await;
    assert!(named.err.starts_with("error: failed to read the configuration"), "{}", named.err);
}

#[tokio::test]
async fn a_url_that_cannot_be_probed_says_what_is_allowed() {
    let home = Home::new().await;
    let told = async |url: &str| home.run(&["check", url]).await.err;
    let scheme = told("gopher://nas.example.com").await;
    assert!(scheme.contains("expected http, https, ws, wss, tcp, tls, udp"), "{scheme}");
    let port = told("tcp://nas.example.com").await;
    assert!(port.contains("needs a port, as in \"tcp://nas.example.com:443\""), "{port}");
}

/// A target at `url` that must not answer.
fn forbidden(name: &str, url: &str) -> String {
    format!("{}expect = {{ unreachable = true }}\n", target(name, url))
}

#[tokio::test]
async fn a_port_that_must_be_closed_is_called_closed_or_open_and_never_up_or_down() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, &forbidden("ssh", &home.nas.url())].concat());
    let open = home.run(&["check"]).await;
    assert_eq!(open.quiet(), Some(1));
    let words: Vec<&str> = open.out.split_whitespace().collect();
    assert_eq!(words[..4], ["✕", "ssh", "tcp", "open"], "{}", open.out);
    assert!(open.out.ends_with("\n  1 open\n"), "{}", open.out);
    home.nas.stop().await;
    let closed = home.run(&["check"]).await;
    assert_eq!(closed.quiet(), Some(0));
    let words: Vec<&str> = closed.out.split_whitespace().collect();
    assert_eq!(words[..4], ["●", "ssh", "tcp", "closed"], "{}", closed.out);
    assert!(closed.out.ends_with("\n  1 closed\n"), "{}", closed.out);
}

#[tokio::test]
async fn what_is_up_is_counted_apart_from_what_is_closed() {
    let home = Home::new().await;
    let closed = forbidden("ssh", "tcp://127.0.0.1:1");
    home.write(&[DEFAULTS, &home.nas_target(), &closed].concat());
    let check = home.run(&["check"]).await;
    assert!(check.out.ends_with("\n  1 up, 1 closed\n"), "{}", check.out);
}

#[tokio::test]
async fn of_a_target_that_is_named_it_says_what_the_time_went_into() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, &target("site", &home.nas.http())].concat());
    let phases = |out: &str| out.contains("connect ") && out.contains("first byte ");
    assert!(!phases(&home.run(&["check"]).await.out));
    let named = home.run(&["check", "site"]).await;
    assert!(phases(&named.out), "{}", named.out);
}

#[tokio::test]
async fn no_word_is_cut_in_a_narrow_terminal() {
    let home = Home::new().await;
    home.nas.stop().await;
    let (code, shown) = Terminal::start(home.prober(&["check"]), 40, 24).end().await;
    assert_eq!(code, Some(1));
    let seen = seen(&shown);
    for line in seen.lines() {
        assert!(line.width() <= 40, "{line}");
    }
    assert!(seen.split_whitespace().any(|word| word == "refused"), "{seen}");
}
