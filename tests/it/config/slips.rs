//! Slips that leave a file valid, and how much of a wrong line is shown.

use std::path::Path;

use chrono::DateTime;
use prober::config::{ConfigErrors, Sources, read as read_leniently};

use super::{read, read_file, variable};

const BLOG: &str = "[[target]]\nname = 'blog'\nurl = 'https://blog.example.com'\n";

/// The warnings about a file that can be used.
fn warnings(text: &str) -> Option<String> {
    let sources = Sources { env: &variable, read_file: &read_file, now: DateTime::UNIX_EPOCH };
    let parsed = read_leniently(Path::new("probes.toml"), text, &sources).unwrap();
    parsed.warnings.map(|warnings| warnings.to_string())
}

fn error(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn a_variable_without_braces_is_warned_of_and_not_shown_where_it_may_be_a_secret() {
    let text = format!("{BLOG}headers = {{ authorization = 'Bearer hunter2$TOKEN' }}\n");
    let warned = warnings(&text).unwrap();
    assert!(warned.starts_with("warning: a variable without braces"), "{warned}");
    assert!(warned.contains("write `${NAME}`") && !warned.contains("hunter2"), "{warned}");
}

#[test]
fn dollars_that_are_meant_are_not_warned_of() {
    for expect in ["body_matches = '^ok$'", "json = '$.status == 1'", "body_contains = '$$PATH'"] {
        assert_eq!(warnings(&format!("{BLOG}expect = {{ {expect} }}\n")), None);
    }
}

#[test]
fn a_byte_order_mark_tabs_and_the_line_breaks_of_windows_are_no_mistake() {
    let text = format!("\u{feff}#!/usr/bin/env prober\r\n{}", BLOG.replace('\n', "\t\r\n"));
    assert_eq!(warnings(&text), None);
}

#[test]
fn a_value_that_can_be_no_secret_is_shown_beside_a_wrong_key() {
    for line in ["timezone = 'Asia/Seoul'", "timout = '10s'", "followRedirects = true"] {
        let shown = error(&format!("{BLOG}{line}\n"));
        assert!(shown.contains(line), "{shown}");
    }
}

#[test]
fn a_value_that_may_be_a_secret_is_not_shown_beside_a_wrong_key() {
    for line in [
        "tok = 'hunter2'",
        "secrets = 'hunter2'",
        "password = 'hunter2'",
        "passphrase = 'hunter2'",
        "alerts = [{ type = 'hunter2' }]",
        "host = 'me:hunter2@example.com'",
        "uri = 'https://example.com/?key=hunter2'",
        "webhookUrl = 'https://hunter2.example.com'",
    ] {
        let shown = error(&format!("{BLOG}{line}\n"));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn a_line_of_yaml_shows_only_what_can_be_no_secret() {
    let shown = error("name: blog\nwebhook_url: https://hunter2.example.com\n");
    assert!(shown.contains("name: blog") && !shown.contains("hunter2"), "{shown}");
    let shown = error("webhook_url: https://hunter2.example.com\nname: blog\n");
    assert!(shown.contains("webhook_url: ") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_name_with_a_secret_is_warned_of_and_not_shown() {
    for name in [
        "slack xoxb-1234567890-hunter2",
        "https://me:hunter2@a.example.com",
        "https://hooks.slack.com/services/T/B/hunter2",
        "https://a.example.com/?token=hunter2",
    ] {
        let said =
            warnings(&format!("[[target]]\nname = '{name}'\nurl = 'https://a.example.com'\n"));
        let said = said.unwrap_or_else(|| panic!("{name}"));
        assert!(said.contains("this name may hold a secret"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    for name in ["photos", "https://a.example.com/login", "nas 192.0.2.1:8096", "HomeLab2024Nas01"]
    {
        let text = format!("[[target]]\nname = '{name}'\nurl = 'https://a.example.com'\n");
        assert_eq!(warnings(&text), None);
    }
}

#[test]
fn a_file_of_secrets_is_named_with_the_line_and_none_of_it_is_shown() {
    let advice = "expected NAME=VALUE";
    let error = |line| ConfigErrors::of_file(Path::new("environment"), line, "it is odd", advice);
    let said = error(Some(12)).to_string();
    assert!(said.starts_with("error: it is odd\n--> environment:12\n"), "{said}");
    assert!(said.ends_with("help: expected NAME=VALUE") && !said.contains("1:1"), "{said}");
    assert_eq!(error(Some(12)).lines().next().unwrap(), "environment, line 12: it is odd");
    assert_eq!(error(None).lines().next().unwrap(), "environment: it is odd");
}
