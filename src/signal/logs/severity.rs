//! Whether a log line is an error. `CloudWatch`'s filter patterns know neither
//! upper and lower case nor what a word belongs to, so the pattern of
//! template.yaml lets through whatever may be an error, and this decides.
//!
//! What the program says of its own line, its level, counts more than any word
//! in it. Without a level it is words, and in doubt the line is an error.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

/// How bad a program calls its own line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// Trace, debug, info, notice.
    Quiet,
    /// It may or may not be an error.
    Warning,
    /// Error and everything above.
    Error,
}

/// The keys under which programs write the level of a line in JSON.
const LEVEL_KEYS: [&str; 10] = [
    "level",
    "Level",
    "severity",
    "log_level",
    "loglevel",
    "levelname",
    "log.level",
    "lvl",
    "@l",
    "severityText",
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

/// `level=error` as logfmt has it.
static LOGFMT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:^|\s)(?:level|lvl|severity)="?([A-Za-z]+)"?(?:\s|$)"#).ok());

/// A level in a text, where one stands: alone, in brackets, or before a colon,
/// after nothing but times, ids and names of loggers.
static IN_TEXT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let day = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
    let stamp = r"\S*[\d\[\]:.\-|/]\S*|[\w.]+\s+-";
    let before = format!(r"^(?:(?:{stamp}|{day})\s+){{0,8}}[\[<(]?(?:[\w.]+:)?");
    let level = "(TRACE|DEBUG|DBG|INFO|INF|NOTICE|WARN|WARNING|WRN|trace|debug|info|notice|warn\
                 |warning|Information|Debug|Warning)";
    Regex::new(&format!(r"{before}{level}(?:[\]>):]|\s|$)")).ok()
});

/// That there is none: what is taken out before words are looked for.
static NONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let zero = r"(?:0(?:[\s,;)}\]]|$)|(?:null|nil|none|None|undefined|false|\[\s*\]|\{\s*\}|\x22{2}|'')\s*(?:[,;)}\]]|$))";
    let before = r"(?i:\b(?:no|0|zero|without(?:\s+any)?)\s+(?:(?:new|more|other|fatal|known|critical|further)\s+)?(?:errors?|exceptions?|failures?)\b)";
    let lower = r"\b(?:[a-z0-9]+_)?(?:errors?|exceptions?|failures?)[\x22']?\s*[:=]\s*";
    let quoted = r"\w*(?:Errors?|Exceptions?|Failures?)[\x22']\s*:\s*";
    let count = r"(?:Errors|Exceptions|Failures|ERRORS)\s*[:=]\s*";
    Regex::new(&format!("{before}|(?:{lower}|{quoted}|{count}){zero}")).ok()
});

/// What nobody writes but of an error.
static CERTAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x) ERROR | FATAL | \bCRIT | SEVERE | EMERG | PANIC | Exception | Traceback | panicked
        | \b(?:panic|fatal|Fatal):\s | Kernel\ panic | [Ff]atal\ error | Uncaught | Unhandled
        | (?:\w|^|\s)Error:\s | \wError:?\s*$ | Caused\ by:
        | Task\ timed\ out | Status:\ (?:timeout|error|failure) | Runtime\ exited | Runtime\.ExitError
        | OutOfMemory | [Oo]ut\ of\ memory | OOMKilled | Segmentation\ fault | segfault | SIGSEGV
        | SIGABRT | core\ dumped | signal:\ (?:killed|aborted) | [Nn]o\ space\ left
        | \[(?:\w+:)?(?:error|crit|alert|emerg)\] | \[Error\]
        | (?:^|[\s\[])(?:ERR|FTL|PNC)[\s\]:]",
    )
    .ok()
});

/// What is an error where nothing says that it is not.
static LIKELY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:^|[\s\[({"':=,])(?:errors?|fatal|critical|panic|exceptions?)(?:[\s\])}"':=,.!]|$)"#).ok()
});

/// Whether any line of `text` is an error, or all of it is one in JSON.
pub(super) fn is_error(text: &str) -> bool {
    let trimmed = text.trim();
    match serde_json::from_str::<Value>(trimmed) {
        Ok(Value::Object(line)) => is_error_in_json(&line, trimmed),
        Ok(_) | Err(_) => trimmed.lines().any(is_error_in_text),
    }
}

fn is_error_in_json(line: &Map<String, Value>, whole: &str) -> bool {
    if let Some(level) = level_in_json(line) {
        return match level {
            Level::Error => true,
            Level::Warning => says_certainly(whole),
            Level::Quiet => false,
        };
    }
    // What Lambda itself says of an invocation, in JSON.
    let record = line.get("record").and_then(Value::as_object).unwrap_or(line);
    let is = |key: &str, bad: &[&str]| {
        record.get(key).and_then(Value::as_str).is_some_and(|value| bad.contains(&value))
    };
    let is_platform =
        line.get("type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("platform."));
    let failed = is("status", &["error", "timeout", "failure"]);
    let has_type = record.get("errorType").is_some_and(Value::is_string);
    failed || has_type || (!is_platform && says(whole))
}

fn level_in_json(line: &Map<String, Value>) -> Option<Level> {
    let written = LEVEL_KEYS.iter().find_map(|key| line.get(*key))?;
    match written {
        Value::String(name) => level_called(name),
        Value::Number(number) if LOGGER_KEYS.iter().any(|key| line.contains_key(*key)) => {
            match number.as_u64()? {
                PINO_ERROR.. => Some(Level::Error),
                PINO_WARNING.. => Some(Level::Warning),
                PINO_TRACE.. => Some(Level::Quiet),
                0.. => None,
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            None
        }
    }
}

/// `None` for a word that is no level that we know: then words decide.
fn level_called(name: &str) -> Option<Level> {
    match name.to_ascii_lowercase().as_str() {
        "trace" | "verbose" | "debug" | "dbg" | "info" | "inf" | "information" | "notice" => {
            Some(Level::Quiet)
        }
        "warn" | "warning" | "wrn" => Some(Level::Warning),
        "error" | "err" | "eror" | "critical" | "crit" | "fatal" | "ftl" | "panic" | "dpanic"
        | "alert" | "emerg" | "emergency" | "severe" => Some(Level::Error),
        _ => None,
    }
}

fn is_error_in_text(line: &str) -> bool {
    let level = |pattern: &LazyLock<Option<Regex>>| {
        let found = pattern.as_ref()?.captures(line)?;
        level_called(found.get(1)?.as_str())
    };
    match level(&LOGFMT).or_else(|| level(&IN_TEXT)) {
        Some(Level::Error) => true,
        Some(Level::Warning) => says_certainly(line),
        Some(Level::Quiet) => false,
        None => says(line),
    }
}

fn says(text: &str) -> bool {
    let rest = without_none(text);
    found(&CERTAIN, &rest) || found(&LIKELY, &rest)
}

fn says_certainly(text: &str) -> bool {
    found(&CERTAIN, &without_none(text))
}

fn without_none(text: &str) -> String {
    NONE.as_ref().map_or_else(|| text.to_owned(), |none| none.replace_all(text, " ").into_owned())
}

/// A pattern that could not be made lets every line be an error.
fn found(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_is_one() {
        for pattern in [&LOGFMT, &IN_TEXT, &NONE, &CERTAIN, &LIKELY] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn the_level_of_a_line_counts_more_than_its_words() {
        for quiet in [
            r#"{"level":"info","msg":"retrying after an error"}"#,
            r#"{"level":30,"msg":"error page served"}"#,
            r#"time="10:00" level=info msg="last error: disk full""#,
            "2026-11-29T10:00:00.000Z\t0f1e2d3c-4b5a\tINFO\tfatal error handler is ready",
            "10:00:50,123 INFO error handler is ready",
            "INFO:root:error handler is ready",
            "[INFO]\t2026-11-29T10:00:00Z\tthe error handler is ready",
            "INFO:     127.0.0.1:5000 - \"GET /error HTTP/1.1\" 200 OK",
        ] {
            assert!(!is_error(quiet), "{quiet}");
        }
        for error in [r#"{"level":"error","msg":"all is well"}"#, "level=fatal msg=bye"] {
            assert!(is_error(error), "{error}");
        }
    }

    #[test]
    fn a_warning_is_an_error_only_if_it_says_so_without_doubt() {
        assert!(!is_error("WARN retrying after error 111"));
        assert!(is_error("WARN retrying after java.io.IOException: broken pipe"));
    }

    #[test]
    fn a_number_called_level_is_a_logger_s_or_nothing() {
        assert!(is_error(r#"{"level":50,"time":1,"pid":7,"hostname":"nas","msg":"boom"}"#));
        assert!(is_error(r#"{"level":60,"err":{"message":"boom"}}"#));
        for charge in [r#"{"battery":"ok","level":50}"#, r#"{"battery_level":50,"msg":"charging"}"#]
        {
            assert!(!is_error(charge), "{charge}");
        }
    }

    #[test]
    fn none_is_no_error() {
        for none in [
            "0 errors",
            "done: no errors, 3 warnings",
            "finished without any errors",
            "errors: 0 warnings: 2",
            "error_count=0",
            "{ data: [], error: null }",
            r#"{"data":[1],"error":null,"lastError":""}"#,
            "Tests: 12 passed, Errors: 0",
            "GET /errors/404.html 200",
        ] {
            assert!(!is_error(none), "{none}");
        }
    }

    #[test]
    fn an_error_without_words_of_its_own_is_one() {
        for error in [
            "TypeError: undefined is not a function",
            "java.lang.RuntimeException: null",
            "error: none of the disks answers",
            "error: no such host",
            "rsync error: some files could not be transferred (code 23)",
            "3 errors in 12 files",
        ] {
            assert!(is_error(error), "{error}");
        }
    }
}
