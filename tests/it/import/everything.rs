//! Nothing is dropped in silence: what is not carried over is named.

use super::*;

/// A file of Gatus with a key that nobody knows in each table.
const UNKNOWN: &str = "
top-colour: red
alerting:
  slack:
    webhook-url: https://hooks.slack.com/services/T/B/x
    slack-colour: red
    default-alert: {default-colour: red}
maintenance: {start: '04:00', duration: 1h, window-colour: red}
connectivity: {connectivity-colour: red}
endpoints:
  - name: one
    url: https://one.example.com
    endpoint-colour: red
    client: {client-colour: red, tls: {tls-colour: red}}
    ssh: {ssh-colour: red}
    conditions: ['[STATUS] == 200', '[COLOUR] == red']
    alerts: [{type: slack, alert-colour: red}]
  - name: names
    url: 192.0.2.1
    dns: {query-name: a.example.com, dns-colour: red}
    conditions: ['[DNS_RCODE] == NOERROR']
external-endpoints:
  - name: two
    token: a-token-of-two
    external-colour: red
    heartbeat: {interval: 1h, heartbeat-colour: red}
";

#[test]
fn an_unknown_key_is_named_wherever_it_stands() {
    let plan = planned(text("gatus.yaml", UNKNOWN), None).unwrap();
    let left = plan.report.left_lines().join("\n");
    let colours: Vec<&str> = UNKNOWN
        .split(|c: char| !c.is_alphabetic() && c != '-')
        .filter(|word| word.ends_with("-colour"))
        .collect();
    assert_eq!(colours.len(), 13);
    for colour in colours {
        assert!(left.contains(colour), "{colour} is not in:\n{left}");
    }
    // What it is compared with could be a secret.
    assert!(left.contains("[COLOUR] …") && !left.contains("== red"), "{left}");
}

/// Every condition of every file of Gatus is in the configuration, or is named.
#[test]
fn every_condition_is_kept_or_named() {
    let mut kept = 0;
    for fixture in fixtures() {
        let name = fixture.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("gatus") || fixture.is_dir() {
            continue;
        }
        let plan = planned(sources(&fixture), None).unwrap();
        let named = [plan.report.changed_lines(), plan.report.left_lines()].concat().join("\n");
        let mut endpoint = String::new();
        for line in fs::read_to_string(&fixture).unwrap().lines() {
            if let Some((_, name)) = line.split_once("- name: ") {
                name.clone_into(&mut endpoint);
            }
            let Some((_, condition)) = line.trim().split_once("- \"") else { continue };
            let condition = condition.trim_end_matches('"');
            // What is carried over as it is leaves its value in the file, but for what
            // prober does without being told.
            let value = condition.rsplit([' ', '(', ')']).find(|word| !word.is_empty()).unwrap();
            let is_default = ["[CONNECTED]", "[STATUS]"].iter().any(|of| condition.contains(of));
            let is_absent = condition.starts_with("has(") && plan.toml.contains("absent(");
            let is_kept = is_default || is_absent || plan.toml.contains(literal(value));
            // With a kind of endpoint that is named as a whole go its conditions.
            let is_whole = |line: &str| line.contains(&endpoint) && line.contains("the kind `");
            let is_named = named.contains(condition) || named.lines().any(is_whole);
            assert!(is_kept || is_named, "{name}: {condition}");
            kept += 1;
        }
    }
    assert!(kept > 40, "{kept}");
}

#[test]
fn a_column_of_uptime_kuma_that_nobody_knows_is_named_once_it_is_set() {
    let connection = Connection::open_in_memory().unwrap();
    let schema = "CREATE TABLE monitor (id INTEGER, name TEXT, type TEXT, url TEXT, interval INTEGER,
        colour TEXT DEFAULT 'blue', shade TEXT, active INTEGER DEFAULT 1);
        INSERT INTO monitor VALUES (1, 'one', 'http', 'https://one.example.com', 60, 'red', 'dark', 1),
        (2, 'two', 'http', 'https://two.example.com', 60, 'blue', NULL, 1);";
    connection.execute_batch(schema).unwrap();
    let content = Content::Database(tables(&connection, "kuma.db").unwrap());
    let plan = planned(vec![Source { name: "kuma.db".into(), content }], None).unwrap();
    let left = plan.report.left_lines().join("\n");
    assert!(left.contains("one: colour: ") && left.contains("one: shade: "), "{left}");
    assert!(!left.contains("two"), "{left}");
}

#[test]
fn what_cannot_be_watched_at_all_is_listed_in_the_error() {
    let pings =
        "endpoints: [{name: a, url: 'udp://192.0.2.1:53', conditions: ['[CONNECTED] == true']}]";
    let error = planned(text("pings.yaml", pings), None).unwrap_err().to_string();
    assert!(error.starts_with("pings.yaml has nothing that prober can watch"), "{error}");
    assert!(error.contains("\n- a: the kind `udp`: "), "{error}");
}

/// What of a pattern stands for itself.
fn literal(pattern: &str) -> &str {
    pattern.split(['*', '?']).find(|part| !part.is_empty()).unwrap_or_default()
}
