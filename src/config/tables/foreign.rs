//! How other programs call what is written here. Whoever comes from Gatus, Uptime
//! Kuma, healthchecks or `blackbox_exporter` brings their words along.

use crate::config::tables::file::File;
use crate::config::toml::table::Table as _;
use crate::config::toml::value_type::{ValueType as _, is_known, is_never_masked};
use crate::config::toml::vocabulary::{Foreign, Vocabulary, folded};

/// What the keys of probes.toml are.
pub(in crate::config) const VOCABULARY: Vocabulary = Vocabulary {
    is_known: is_known::<File>,
    is_harmless: is_never_masked::<File>,
    is_top: File::has_key,
    is_list: |name| File::has_list(name) || matches!(name.rsplit_once('.'), Some((_, "rule"))),
    foreign,
};

/// The words of one meaning, in lower case and without `_` and `-`: the table that
/// they are found in, the key that stands for them, and what to write.
type Row = (&'static str, &'static [&'static str], Option<&'static str>, &'static str);

const ROWS: &[Row] = &[
    (
        "File",
        &[
            "endpoints",
            "endpoint",
            "monitors",
            "monitor",
            "services",
            "sites",
            "site",
            "checks",
            "check",
            "hosts",
            "websites",
            "urls",
            "probes",
            "externalendpoints",
        ],
        None,
        "what is watched is a `[[target]]`, with its own `name` and `url`, once for each",
    ),
    ("File", &["name", "url"], None, "belongs to a target: write `[[target]]` on the line above"),
    (
        "File",
        &[
            "interval",
            "timeout",
            "attempts",
            "failurethreshold",
            "successthreshold",
            "remind",
            "warn",
            "schedule",
        ],
        None,
        "belongs to targets: write it below `[defaults]`, or below one `[[target]]`",
    ),
    (
        "File",
        &["expect"],
        None,
        "belongs to a target: write `[target.expect]`, below its `[[target]]`",
    ),
    (
        "File",
        &["headers", "header"],
        None,
        "belongs to a target: write `[target.headers]`, below its `[[target]]`",
    ),
    (
        "File",
        &[
            "alerting",
            "alerts",
            "alert",
            "notifications",
            "notification",
            "notifiers",
            "channels",
            "channel",
            "contacts",
            "receivers",
        ],
        None,
        "whom to tell is a `[notify.NAME]`, with its `type`, once for each channel",
    ),
    (
        "File",
        &["slack"],
        None,
        "a channel: write `[notify.slack]`, and `type = \"slack\"` below it",
    ),
    (
        "File",
        &["discord"],
        None,
        "a channel: write `[notify.discord]`, and `type = \"discord\"` below it",
    ),
    (
        "File",
        &["telegram"],
        None,
        "a channel: write `[notify.telegram]`, and `type = \"telegram\"` below it",
    ),
    (
        "File",
        &["email", "mail", "smtp"],
        None,
        "a channel: write `[notify.mail]`, and `type = \"email\"` below it",
    ),
    ("File", &["ntfy"], None, "a channel: write `[notify.phone]`, and `type = \"ntfy\"` below it"),
    (
        "File",
        &["webhook", "webhooks"],
        None,
        "a channel: write `[notify.hook]`, and `type = \"webhook\"` below it",
    ),
    (
        "File",
        &["console", "terminal"],
        None,
        "a channel: write `[notify.terminal]`, and `type = \"console\"` below it",
    ),
    ("File", &["tz"], None, "write `timezone`, with a name such as \"Europe/Berlin\""),
    ("File", &["lang", "locale"], None, "write `language`"),
    (
        "File",
        &["crons", "cronjobs", "jobs", "deadman", "ping", "pings"],
        None,
        "what calls prober is a `[[heartbeat]]`, once for each",
    ),
    (
        "File",
        &["silence", "silences", "downtime", "downtimes"],
        None,
        "a time in which nothing is told is a `[[maintenance]]`",
    ),
    ("File", &["database", "db", "storage"], None, "write `[store]`, and `path` below it"),
    (
        "File",
        &["web", "server", "listen", "port"],
        None,
        "is an option: `prober watch --listen 0.0.0.0:8080`",
    ),
    (
        "Target",
        &[
            "host", "hostname", "address", "endpoint", "uri", "site", "website", "ip4", "server",
            "domain",
        ],
        Some("url"),
        "write `url`, such as \"https://example.com\" or \"tcp://example.com:22\"",
    ),
    ("Target", &["port"], None, "stands in `url`, as in \"tcp://example.com:22\""),
    (
        "Target",
        &["type", "kind", "protocol", "module", "prober", "scheme"],
        None,
        "the beginning of `url` says how to probe: https://, http://, tcp:// or tls://",
    ),
    (
        "Target",
        &["conditions", "condition", "assertions", "assert"],
        None,
        "what must hold is in `expect`, such as `expect.status = 200`",
    ),
    (
        "Target",
        &[
            "statuscode",
            "statuscodes",
            "expectedstatus",
            "expectedcode",
            "expectedcodes",
            "httpstatus",
            "acceptedstatuscodes",
            "validstatuscodes",
            "codes",
            "code",
        ],
        None,
        "write `expect.status`, such as `expect.status = [\"2xx\", 304]`",
    ),
    (
        "Target",
        &["keyword", "keywords", "contains", "text", "mustcontain"],
        None,
        "write `expect.body_contains`",
    ),
    (
        "Target",
        &["failifbodynotmatchesregexp", "regex", "pattern"],
        None,
        "write `expect.body_matches`",
    ),
    (
        "Target",
        &["failifbodymatchesregexp", "invertkeyword", "notcontains"],
        None,
        "write `expect.body_not_contains`",
    ),
    (
        "Target",
        &["jsonpath", "jsonquery", "jsonexpression"],
        None,
        "write `expect.json`, such as `expect.json = \"$.status == 'ok'\"`",
    ),
    (
        "Target",
        &["responsetime", "maxlatency", "latency", "slow", "slowafter"],
        None,
        "write `warn.latency_over`, such as `warn.latency_over = \"2s\"`",
    ),
    (
        "Target",
        &[
            "certexpiry",
            "certificateexpiration",
            "certexpiration",
            "sslexpiry",
            "expirynotification",
        ],
        None,
        "write `warn.cert_expires_within`, such as `warn.cert_expires_within = \"14d\"`",
    ),
    (
        "Target",
        &[
            "ignoretls",
            "insecureskipverify",
            "skiptlsverify",
            "verifyssl",
            "verifytls",
            "verify",
            "sslverify",
        ],
        None,
        "to take any certificate, write `tls.insecure = true`",
    ),
    (
        "Target",
        &[
            "period",
            "frequency",
            "every",
            "checkinterval",
            "scrapeinterval",
            "intervalseconds",
            "heartbeatinterval",
        ],
        Some("interval"),
        "write `interval`, such as `interval = \"1m\"`",
    ),
    (
        "Target",
        &["cron", "crontab"],
        Some("schedule"),
        "write `schedule`, such as `schedule = \"*/5 * * * *\"`",
    ),
    (
        "Target",
        &["retries", "maxretries", "retry", "tries"],
        Some("attempts"),
        "write `attempts`: how often one probe tries; or `failure_threshold`",
    ),
    (
        "Target",
        &["failures", "threshold", "downafter", "maxfailures"],
        Some("failure_threshold"),
        "write `failure_threshold`: how many failures in a row make it down",
    ),
    (
        "Target",
        &["resendinterval", "reminder", "repeatinterval", "remindevery"],
        Some("remind"),
        "write `remind`, such as `remind = \"6h\"`",
    ),
    (
        "Target",
        &["alerts", "alert", "alerting", "notifications", "channels", "channel", "contacts"],
        Some("notify"),
        "write `notify` with names of channels, such as `notify = [\"slack\"]`",
    ),
    (
        "Target",
        &["parent", "dependson", "dependencies", "requires", "needs"],
        Some("depends_on"),
        "write `depends_on`, such as `depends_on = [\"router\"]`",
    ),
    (
        "Target",
        &["tags", "tag", "category", "folder"],
        Some("group"),
        "write `group`, such as `group = \"home\"`",
    ),
    (
        "Target",
        &["redirects", "maxredirects", "followredirect", "ignoreredirect"],
        Some("follow_redirects"),
        "write `follow_redirects`, true or false",
    ),
    (
        "Target",
        &["ipversion", "ipprotocol", "preferredipprotocol"],
        Some("ip"),
        "write `ip`: \"any\", \"v4\" or \"v6\"",
    ),
    (
        "Target",
        &["enabled", "disabled", "active", "paused"],
        None,
        "a target that stands here is watched: put `#` before its lines, or `prober pause` it",
    ),
    (
        "Target",
        &["description", "comment", "note", "notes"],
        None,
        "prober has none: write a comment, which begins with `#`",
    ),
    (
        "Heartbeat",
        &["period", "every", "frequency"],
        Some("interval"),
        "write `interval`, such as `interval = \"1d\"`",
    ),
    (
        "Heartbeat",
        &["cron", "crontab"],
        Some("schedule"),
        "write `schedule`, such as `schedule = \"0 3 * * *\"`",
    ),
    (
        "Heartbeat",
        &["timeout", "graceperiod", "gracetime", "tolerance"],
        Some("grace"),
        "write `grace`, such as `grace = \"1h\"`",
    ),
    (
        "Heartbeat",
        &["alerts", "channels", "notifications"],
        Some("notify"),
        "write `notify` with names of channels, such as `notify = [\"slack\"]`",
    ),
    ("Notify", &["kind", "provider"], Some("type"), "write `type`, such as `type = \"slack\"`"),
    ("Notify", &["recipients", "recipient", "receivers"], Some("to"), "write `to`"),
    ("Notify", &["sender"], Some("from"), "write `from`"),
];

fn foreign(table: &str, key: &str) -> Option<Foreign> {
    let key = folded(key);
    let is_it = |(within, keys, ..): &&Row| *within == table && keys.contains(&key.as_str());
    ROWS.iter().find(is_it).map(|(_, _, means, advice)| Foreign { means: *means, advice })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tables::inbound::Heartbeat;
    use crate::config::tables::outbound::Notify;
    use crate::config::tables::target::Target;

    #[test]
    fn a_row_stands_for_a_key_that_exists_and_takes_none_that_does() {
        for (table, words, means, _) in ROWS {
            let has_key = match *table {
                "File" => File::has_key,
                "Target" => Target::has_key,
                "Heartbeat" => Heartbeat::has_key,
                "Notify" => Notify::has_key,
                other => panic!("no table {other}"),
            };
            assert!(means.is_none_or(has_key), "{means:?}");
            for word in *words {
                assert!(!has_key(word), "{table}: {word} is a key");
                assert_eq!(*word, folded(word));
            }
        }
    }

    #[test]
    fn no_word_is_told_two_things() {
        let mut words: Vec<_> = ROWS
            .iter()
            .flat_map(|(table, words, ..)| words.iter().map(move |word| (table, word)))
            .collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
