//! Secrets in places of a source where nobody expects one: names, comments, groups, tags, keys
//! and values that are refused. None is in the configuration, nor in what is said.

use super::*;

/// Of each kind of source, a file with secrets in odd places.
const FILES: [(&str, &str); 6] = [
    (
        "gatus.yaml",
        "
alerting: {slack: {webhook-url: 'https://hooks.slack.com/services/T/B/hunter2'}}
endpoints:
  - name: https://me:hunter2@a.example.com/?token=hunter2
    group: me:hunter2@group.example.com
    url: https://a.example.com/?b=xoxb-1234567890-hunter2
    hunter2-xoxb-1234567890-abc: red
    headers: {X-Plain: 'xoxb-1234567890-hunter2'}
    body: 'AKIAHUNTER2EXAMPLE2'
    interval: hunter2 hunter2
    conditions: ['[COLOUR] == hunter2', 'curl https://me:hunter2@b.example.com']
    alerts: [{type: slack, description: 'call https://hooks.slack.com/services/T/B/hunter2'}]
  - name: b
    url: https://discord.com/api/webhooks/1/hunter2
    conditions: ['[STATUS] == 200']
    alerts: [{type: slack, description: 'the password is hunter2'}]
  - {name: c, url: 'https://me:hunter2@c.example.com', conditions: ['[STATUS] == 200']}
",
    ),
    (
        "backup.json",
        r#"{"version": "1.23.0", "notificationList": [{"id": 1, "name": "me:hunter2@slack", "active": true,
            "config": "{\"name\": \"x\", \"type\": \"slack\", \"slackwebhookURL\": \"https://hooks.slack.com/services/T/B/hunter2\"}"}],
          "monitorList": [
            {"id": 1, "name": "https://me:hunter2@a.example.com", "type": "http", "url": "https://me:hunter2@a.example.com",
             "description": "login me:hunter2", "interval": 60, "active": true,
             "notificationIDList": {}, "tags": [{"name": "key", "value": "https://x.example/?key=hunter2"}]},
            {"id": 2, "name": "api.telegram.org/bothunter2/getMe", "type": "http",
             "url": "https://api.telegram.org/bothunter2/getMe", "interval": 60, "active": true}]}"#,
    ),
    (
        "checks.json",
        r#"{"checks": [{"name": "https://hc-ping.com/hunter2a-8da9-4729-8ff3-aaa71d56b712", "tags": "xoxb-1234567890-hunter2",
            "desc": "curl https://me:hunter2@x.example.com", "grace": 60, "timeout": 3600, "status": "up",
            "ping_url": "https://hc-ping.com/hunter2a-8da9-4729-8ff3-aaa71d56b712",
            "uuid": "hunter2a-8da9-4729-8ff3-aaa71d56b712"}]}"#,
    ),
    (
        "compose.yaml",
        "
services:
  'https://me:hunter2@a':
    image: a
    labels:
      traefik.http.routers.a.rule: 'Host(`a.example.com`) && Path(`/xoxb-1234567890-hunter2`)'
      traefik.http.routers.b.rule: 'Host(`me:hunter2@b.example.com`)'
      caddy: me:hunter2@c.example.com
    healthcheck: {test: 'curl -f http://localhost/alive?token=hunter2'}
",
    ),
    (
        "Caddyfile",
        "me:hunter2@a.example.com {\n respond ok\n}\nhttps://hunter2@b.example.com {\n tls internal\n \
         forward_auth x\n}\nhunter2@*.c.example.com {\n respond ok\n}\nd.example.com/xoxb-1234567890-hunter2 {\n \
         respond ok\n}\n",
    ),
    (
        "uptimerobot.csv",
        "ID,Friendly Name,URL,Type,Group,Tags\n\
         1,me:hunter2@a.example.com,https://me:hunter2@a.example.com,HTTP,me:hunter2@g,https://x.example/?key=hunter2\n\
         2,,https://discord.com/api/webhooks/1/hunter2,HTTP,,\n\
         3,shop,https://b.example.com/?sig=hunter2,HTTP,,xoxb-1234567890-hunter2\n",
    ),
];

#[test]
fn secrets_in_odd_places_are_neither_written_nor_said() {
    for (name, source) in FILES {
        let plan = planned(text(name, source), None).unwrap();
        for text in [plan.toml.clone(), said(&plan)] {
            let told = text.lines().find(|line| line.to_ascii_lowercase().contains(MARKER));
            assert_eq!(told, None, "{name}:\n{text}");
        }
        assert!(plan.environment().unwrap_or_default().contains(MARKER), "{name}");
        assert!(plan.report.taken.targets + plan.report.taken.heartbeats > 0, "{name}");
    }
}

#[test]
fn a_source_with_nothing_to_watch_says_no_secret_either() {
    for (name, source) in [
        (
            "a.yaml",
            "endpoints: [{name: 'https://me:hunter2@a.example', url: 'sctp://192.0.2.1:5'}]",
        ),
        ("Caddyfile", "hunter2@*.example.com {\n respond ok\n}\n"),
        ("b.yaml", "endpoints: [{name: 'xoxb-1234567890-hunter2', name: b}]"),
    ] {
        let error = planned(text(name, source), None).unwrap_err().to_string();
        assert!(!error.contains(MARKER), "{name}: {error}");
    }
}

#[test]
fn what_moves_a_cursor_or_reverses_a_line_is_not_carried_over() {
    let source = "endpoints:\n  - {name: \"a\\u202eb\\e[2J\", url: 'https://a.example.com', \
                  \"\\u202ekey\\e[2J\": 1, alerts: [{type: \"x\\u200f\\e]0;t\\a\"}]}\n";
    let plan = planned(text("gatus.yaml", source), None).unwrap();
    for text in [plan.toml.clone(), said(&plan)] {
        let odd = text.chars().find(|c| *c != '\n' && prober::text::is_unseen(*c));
        assert_eq!(odd, None, "{text}");
    }
}
