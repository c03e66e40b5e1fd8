//! How bad a program calls its own line: in JSON, where every logger has a key
//! for it, and in a text, where it stands at the beginning.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::structured::fields::{Fields, at};

/// How bad a program calls its own line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Trace, debug, info, notice.
    BelowError,
    /// It may or may not be an error.
    Warning,
    /// Error and everything above.
    Error,
}

/// The keys under which programs write the level of a line in JSON, as a word:
/// Monolog and GELF have a number beside it.
const NAMES: [&str; 13] = [
    "level_name",
    "levelname",
    "log_level",
    "loglevel",
    "log.level",
    "record.level.name",
    "level.name",
    "level",
    "severityText",
    "severity_text",
    "severity",
    "lvl",
    "@l",
];

/// The keys of which a logger writes at least one: only of such a line is a
/// number called `level` what pino and bunyan mean by it, and not the charge
/// of a battery.
const LOGGER_KEYS: [&str; 4] = ["msg", "message", "err", "pid"];

/// What pino and bunyan write for an error: <https://getpino.io/#/docs/api?id=loggerlevels-object>.
const PINO_ERROR: u64 = 50;

/// What they write for a warning.
const PINO_WARNING: u64 = 40;

/// The lowest that they write, for a trace.
const PINO_TRACE: u64 = 10;

/// `OpenTelemetry`'s numbers: <https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber>.
const OTEL_ERROR: u64 = 17;

/// The lowest of its warnings.
const OTEL_WARNING: u64 = 13;

/// syslog's numbers, as journald and GELF write them; the lower, the worse:
/// <https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1>.
const SYSLOG_ERROR: u64 = 3;

/// A warning of syslog's.
const SYSLOG_WARNING: u64 = 4;

/// The highest of them, for debugging.
const SYSLOG_DEBUG: u64 = 7;

/// `level=error` as logfmt has it.
static LOGFMT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:^|\s)(?:level|lvl|severity)="?([A-Za-z]+)"?(?:\s|$)"#).ok());

/// A level in a text, where one stands: alone, in brackets, or before a colon,
/// after nothing but times, ids and names of loggers. Ruby puts a letter first,
/// Monolog the channel and a dot.
static IN_TEXT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let day = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
    let stamp = r"\S*[0-9\[\]:.\-|/]\S*|[\w.]+\s+-|[A-Z],";
    let before = format!(r"^(?:(?:{stamp}|{day})\s+){{0,8}}[\[<(]?");
    let level = "(TRACE|DEBUG|DBG|INFO|INF|NOTICE|WARN|WARNING|WRN|trace|debug|info|notice|warn\
                 |warning|dbug|trce|Information|Debug|Warning|Note)";
    let of_channel = r"\w+\.(DEBUG|INFO|NOTICE|WARNING)";
    Regex::new(&format!(r"{before}(?:(?:[\w.]+:)?{level}|{of_channel})(?:[\]>):]|\s|$)")).ok()
});

/// How .NET's console begins a message that is an error, and Kubernetes every
/// line: `E1129 10:00:00.000000`.
static LETTERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:(fail|crit): [\w.`]+\[[0-9]+\]|([IWEF])[0-9]{4} [0-9]{2}:[0-9]{2}:)").ok()
});

/// What a line of JSON says.
pub(super) fn in_json(line: &Fields) -> Option<Level> {
    let named = NAMES.iter().find_map(|key| called(at(line, key)?.as_str()?));
    named.or_else(|| {
        let number = |key: &str| {
            let value = at(line, key)?;
            value.as_u64().or_else(|| value.as_str()?.parse().ok())
        };
        let otel = || number("severityNumber").or_else(|| number("severity_number"));
        let syslog = || number("PRIORITY").or_else(|| number("syslog.severity"));
        let is_gelf = line.contains_key("short_message");
        let level = line.get("level").and_then(Value::as_u64);
        otel()
            .and_then(of_otel)
            .or_else(|| syslog().or(level.filter(|_| is_gelf)).and_then(of_syslog))
            .or_else(|| level.filter(|_| is_logger_s(line)).and_then(of_pino))
    })
}

fn is_logger_s(line: &Fields) -> bool {
    LOGGER_KEYS.iter().any(|key| line.contains_key(*key))
}

fn of_pino(number: u64) -> Option<Level> {
    match number {
        PINO_ERROR.. => Some(Level::Error),
        PINO_WARNING.. => Some(Level::Warning),
        PINO_TRACE.. => Some(Level::BelowError),
        0.. => None,
    }
}

fn of_otel(number: u64) -> Option<Level> {
    match number {
        OTEL_ERROR.. => Some(Level::Error),
        OTEL_WARNING.. => Some(Level::Warning),
        1.. => Some(Level::BelowError),
        0 => None,
    }
}

fn of_syslog(number: u64) -> Option<Level> {
    match number {
        0..=SYSLOG_ERROR => Some(Level::Error),
        SYSLOG_WARNING => Some(Level::Warning),
        5..=SYSLOG_DEBUG => Some(Level::BelowError),
        _ => None,
    }
}

/// What a line of text says.
pub(super) fn in_text(line: &str) -> Option<Level> {
    let found = |pattern: &LazyLock<Option<Regex>>| {
        let found = pattern.as_ref()?.captures(line)?;
        let word = found.iter().skip(1).flatten().next()?;
        called(word.as_str())
    };
    found(&LOGFMT).or_else(|| found(&LETTERS)).or_else(|| found(&IN_TEXT))
}

/// `None` for a word that is no level that we know: then words decide.
fn called(name: &str) -> Option<Level> {
    match name.to_ascii_lowercase().as_str() {
        "trace" | "trce" | "verbose" | "debug" | "dbug" | "dbg" | "info" | "inf"
        | "information" | "notice" | "note" | "i" | "d" | "t" | "v" => Some(Level::BelowError),
        "warn" | "warning" | "wrn" | "w" => Some(Level::Warning),
        "error" | "err" | "eror" | "fail" | "critical" | "crit" | "fatal" | "ftl" | "panic"
        | "dpanic" | "alert" | "emerg" | "emergency" | "severe" | "e" | "f" | "c" => {
            Some(Level::Error)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_is_one() {
        for pattern in [&LOGFMT, &IN_TEXT, &LETTERS] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn every_logger_has_its_own_key_and_its_own_numbers() {
        let said = |line: &str| in_json(serde_json::from_str::<Value>(line).unwrap().as_object()?);
        for (line, level) in [
            (r#"{"LogLevel":"Information","Message":"m"}"#, Level::BelowError),
            (r#"{"level_name":"INFO","level":200,"message":"m"}"#, Level::BelowError),
            (r#"{"log":{"level":"error"},"message":"m"}"#, Level::Error),
            (r#"{"SeverityText":"Warn","Body":"m"}"#, Level::Warning),
            (r#"{"severityNumber":9,"body":"m"}"#, Level::BelowError),
            (r#"{"severityNumber":17,"body":"m"}"#, Level::Error),
            (r#"{"version":"1.1","short_message":"m","level":3}"#, Level::Error),
            (r#"{"version":"1.1","short_message":"m","level":6}"#, Level::BelowError),
            (r#"{"PRIORITY":"4","MESSAGE":"m"}"#, Level::Warning),
            (r#"{"record":{"level":{"name":"ERROR","no":40}}}"#, Level::Error),
            (r#"{"level":"E","msg":"m"}"#, Level::Error),
            (r#"{"level":40,"msg":"m"}"#, Level::Warning),
        ] {
            assert_eq!(said(line), Some(level), "{line}");
        }
        for line in [r#"{"level":3,"msg":"m"}"#, r#"{"level":"high"}"#, r#"{"level":50}"#] {
            assert_eq!(said(line), None, "{line}");
        }
    }

    #[test]
    fn a_level_begins_a_line_of_text() {
        for (line, level) in [
            ("D, [2026-11-29T10:00:00 #12] DEBUG -- : error", Level::BelowError),
            ("[2026-11-29 10:00:00] production.INFO: error", Level::BelowError),
            ("2026-11-29T10:00:00Z 0 [Note] [MY-1] error", Level::BelowError),
            ("dbug: App[0]", Level::BelowError),
            ("fail: App.Web[13]", Level::Error),
            ("I1129 10:00:00.000000 1 a.go:3] error", Level::BelowError),
            ("E1129 10:00:00.000000 1 a.go:3] refused", Level::Error),
            ("lvl=eror msg=m", Level::Error),
        ] {
            assert_eq!(in_text(line), Some(level), "{line}");
        }
        for line in ["fail: 3", "E٣٣٣٣ 10:00:00", "the info is wrong", "Emergency exit"] {
            assert_eq!(in_text(line), None, "{line}");
        }
    }
}
