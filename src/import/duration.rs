//! Durations: those of the sources, and as probes.toml has them.

use std::time::Duration;

use toml_edit::Value;

use crate::text::duration::{LONGEST, written};

/// A duration as Go writes it: `1h30m`, `1.5s`, `300ms`.
pub(super) fn go(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut seconds = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..end].parse().ok()?;
        rest = &rest[end..];
        let end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        seconds += number * unit(rest[..end].trim())?;
        rest = rest[end..].trim_start();
    }
    seconds_of(seconds)
}

fn unit(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-9,
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86400.0,
        "w" => 604_800.0,
        _ => return None,
    })
}

/// A duration that prober takes, of `seconds`.
pub(super) fn seconds_of(seconds: f64) -> Option<Duration> {
    let duration = Duration::try_from_secs_f64(seconds).ok()?;
    // Finer than anybody writes by hand, and than the sources have.
    let duration = Duration::from_millis(u64::try_from(duration.as_millis()).ok()?);
    (duration > Duration::ZERO && duration <= LONGEST).then_some(duration)
}

/// `duration` as a value of probes.toml, in a unit that people read.
pub(super) fn value(duration: Duration) -> Value {
    let seconds = duration.as_secs();
    if duration.subsec_nanos() != 0 {
        return Value::from(written(duration));
    }
    let exact = [(86400, "d"), (3600, "h"), (60, "m")]
        .into_iter()
        .find(|(unit, _)| seconds.is_multiple_of(*unit) && seconds >= *unit);
    Value::from(match exact {
        Some((unit, sign)) => format!("{}{sign}", seconds / unit),
        None if seconds < 120 => format!("{seconds}s"),
        None => written(duration),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_go_are_read_and_written_for_people() {
        for (text, expected) in [
            ("1h30m", "90m"),
            ("60s", "1m"),
            ("720h", "30d"),
            ("300ms", "300ms"),
            ("1.5s", "1s 500ms"),
            ("90s", "90s"),
        ] {
            let Value::String(written) = value(go(text).unwrap()) else { panic!("{text}") };
            assert_eq!(written.value(), expected);
        }
        for text in ["", "5", "x", "0s", "9000h", "1y"] {
            assert_eq!(go(text), None, "{text}");
        }
    }
}
