//! Which program a file is of.

use std::fmt;

use clap::ValueEnum;

use crate::import::{Content, ImportError, LARGEST_SOURCE, Source};

/// The programs whose files can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Program {
    /// Gatus: its YAML.
    Gatus,
    /// Uptime Kuma: kuma.db of version 1 or 2, or the JSON backup of version 1.
    #[value(alias = "kuma")]
    UptimeKuma,
    /// healthchecks.io: the JSON of /api/v3/checks/.
    #[value(name = "healthchecks")]
    Healthchecks,
    /// Docker Compose: compose.yaml with labels of Traefik or Caddy.
    #[value(alias = "docker-compose")]
    Compose,
    /// Caddy: a Caddyfile.
    #[value(alias = "caddy")]
    Caddyfile,
    /// `UptimeRobot`: a CSV of monitors.
    #[value(name = "uptimerobot", alias = "uptime-robot", help = "UptimeRobot: a CSV of monitors")]
    UptimeRobot,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gatus => "Gatus",
            Self::UptimeKuma => "Uptime Kuma",
            Self::Healthchecks => "healthchecks.io",
            Self::Compose => "Docker Compose",
            Self::Caddyfile => "Caddy",
            Self::UptimeRobot => "UptimeRobot",
        })
    }
}

/// What can be imported, for an error.
pub(super) fn known() -> &'static str {
    "the YAML of Gatus, kuma.db of Uptime Kuma and its JSON backup, the JSON of healthchecks.io's \
     /api/v3/checks/, compose.yaml, a Caddyfile and the CSV of UptimeRobot"
}

/// How every SQLite database begins: <https://www.sqlite.org/fileformat.html>.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Whether a file with this `beginning` is an SQLite database.
#[must_use]
pub fn is_database(beginning: &[u8]) -> bool {
    beginning.starts_with(SQLITE)
}

/// The kind of `source`: `from`, if it is given.
pub(super) fn kind(source: &Source, from: Option<Program>) -> Result<Program, ImportError> {
    let Content::Bytes(bytes) = &source.content else { return Ok(Program::UptimeKuma) };
    if bytes.len() > LARGEST_SOURCE {
        return Err(ImportError::TooLarge(source.name.clone()));
    }
    let unrecognized = || ImportError::Unrecognized(source.name.clone());
    from.or_else(|| of_text(&String::from_utf8_lossy(bytes), &source.name)).ok_or_else(unrecognized)
}

fn of_text(text: &str, name: &str) -> Option<Program> {
    let text = text.trim_start_matches('\u{feff}');
    match text.trim_start().chars().next()? {
        '{' | '[' if serde_json::from_str::<serde_json::Value>(text).is_ok() => of_json(text),
        _ if is_csv(text) => Some(Program::UptimeRobot),
        _ => of_yaml(text).or_else(|| of_caddyfile(text, name)),
    }
}

fn of_json(text: &str) -> Option<Program> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let has = |key: &str| value.get(key).is_some();
    if has("monitorList") || has("notificationList") {
        return Some(Program::UptimeKuma);
    }
    if has("checks") || has("channels") {
        return Some(Program::Healthchecks);
    }
    let is_check = |check: &serde_json::Value| {
        check.get("grace").is_some()
            && (check.get("timeout").is_some() || check.get("schedule").is_some())
    };
    if is_check(&value) || value.as_array().is_some_and(|checks| checks.iter().any(is_check)) {
        return Some(Program::Healthchecks);
    }
    // JSON is YAML, too.
    of_keys(&value.as_object()?.keys().map(String::as_str).collect::<Vec<_>>())
}

/// The keys at the top are at the beginning of their lines. So a file is recognized even if
/// something in it is broken, and its reader can say what.
fn of_yaml(text: &str) -> Option<Program> {
    let keys: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with([' ', '\t', '#', '-']))
        .filter_map(|line| line.split_once(':'))
        .filter(|(key, rest)| {
            (rest.is_empty() || rest.starts_with([' ', '\t', '\r'])) && !key.contains(['{', ' '])
        })
        .map(|(key, _)| key.trim_matches(['"', '\'']))
        .collect();
    of_keys(&keys)
}

fn of_keys(keys: &[&str]) -> Option<Program> {
    let has = |wanted: &[&str]| keys.iter().any(|key| wanted.contains(key));
    if has(&["endpoints", "external-endpoints", "alerting", "suites"]) {
        return Some(Program::Gatus);
    }
    has(&["services"]).then_some(Program::Compose)
}

fn is_csv(text: &str) -> bool {
    let head = text.lines().next().unwrap_or("").to_ascii_lowercase();
    let has = |word: &str| head.contains(word);
    head.contains([',', ';', '\t']) && has("friendly") && (has("url") || has("type"))
        || has("monitor type") && has("url")
}

/// A file that is called so, or has directives that only a Caddyfile has.
fn of_caddyfile(text: &str, name: &str) -> Option<Program> {
    let by_name = name.to_ascii_lowercase().contains("caddyfile");
    let directives = ["reverse_proxy", "file_server", "php_fastcgi", "encode", "handle", "redir"];
    let is_directive =
        |line: &str| line.split_whitespace().next().is_some_and(|word| directives.contains(&word));
    (by_name || text.lines().any(is_directive)).then_some(Program::Caddyfile)
}
